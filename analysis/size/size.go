package size

import (
	"context"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim"
)

// Options says how a search is done. Neither Workers nor Name nor Progress
// changes its numbers.
type Options struct {
	Seed    int64
	Workers int    // 0: one a core
	Name    string // of the scenario, for the line that replays a replicate
	// Progress is told how many replicates are done and about how many there will
	// be. May be nil.
	Progress func(done, want int)
}

// Run answers a question about the scenario of a model. If ctx is done the
// answers are what was known by then, and partial. Other errors are about the
// question, or scenarios.Problems of a design.
func Run(ctx context.Context, m *sim.Model, question Question, opt Options) (*Result, error) {
	q, err := newQuery(m, question)
	if err != nil {
		return nil, err
	}
	d, err := newDesigner(m, q)
	if err != nil {
		return nil, err
	}
	r := &runner{ctx: ctx, d: d, opt: opt, seen: map[float64][]sums{}}
	s := r.search()
	if opt.Progress != nil {
		r.told = func(done int) { opt.Progress(done, max(done, s.expected)) }
	}
	res := r.result(question)
	if q.solve == Power {
		err = r.power(s, res)
	} else {
		err = r.solve(s, res)
	}
	if err == nil {
		err = r.check(res)
	}
	if err != nil {
		return nil, err
	}
	res.Replicates, res.Partial = s.used, s.interrupted
	res.Failed, res.Fits = r.fitted()
	if s.used == 0 {
		return nil, context.Cause(ctx)
	}
	return res, nil
}

// fitted returns how many fits were made and how many of them came to nothing.
func (r *runner) fitted() (failed, fits int) {
	for _, all := range r.seen {
		for _, t := range all {
			failed += t.failed
			fits += t.failed + t.testsAlone + int(t.n)
		}
	}
	return failed, fits
}

// search returns the search of a question.
func (r *runner) search() *search {
	q := r.d.q
	s := &search{axis: r.d.axis, precision: q.size.Precision, most: q.size.MaxReplicates, run: r.run}
	if q.drawn {
		s.sampling = r.sampling
	}
	for g := range q.goals {
		s.targets = append(s.targets, q.goals[g].target)
		s.nullPredictor = append(s.nullPredictor, q.nullPredictor(&q.goals[g]))
	}
	s.turnTo(0)
	return s
}

// nullPredictor returns the predictor of a goal's power without an effect, by the tail of
// its tests on one side, as of independent tests.
func (q *query) nullPredictor(g *goal) float64 {
	miss, hit := 1.0, 1.0
	for _, t := range g.tests {
		out := &q.sc.Outcomes[q.outcomes[t]]
		tail := out.Alpha / float64(out.Sides)
		miss, hit = miss*(1-tail), hit*tail
	}
	if g.all {
		return math.Max(-4, numeric.NormalQuantile(hit))
	}
	return numeric.NormalQuantile(1 - miss)
}

func (r *runner) result(question Question) *Result {
	q := r.d.q
	res := &Result{Scenario: q.sc, Name: r.opt.Name, Seed: r.opt.Seed, Solve: q.solve, Size: q.size, Arm: q.sc.GroupName(q.arm),
		Control: q.sc.GroupName(q.control), Subgroup: "all", Require: question.Require, Family: question.Family, Unit: r.d.axis.step,
		Largest: r.d.axis.max, Drawn: q.drawn, Shared: r.d.base.Shared()}
	if q.subgroup >= 0 {
		res.Subgroup = q.sc.Subgroups[q.subgroup].Name
	}
	if res.Require == "" {
		res.Require = Each
	}
	return res
}

// solve searches for the designs of all goals.
func (r *runner) solve(s *search, res *Result) error {
	found, err := r.find(s)
	if err != nil {
		return err
	}
	for g := range found {
		a := blank()
		s.turnTo(g)
		a.Target = s.target
		if err := r.answer(s, g, &found[g], &a); err != nil {
			return err
		}
		if err := r.tellTruths(s, g, &a); err != nil {
			return err
		}
		res.Answers = append(res.Answers, a)
	}
	return nil
}

// find searches for the designs of all goals.
func (r *runner) find(s *search) ([]finding, error) {
	half := r.d.q.size.HalfWidth
	if half == 0 {
		return s.find(r.falls())
	}
	if err := s.evaluate(s.start, pilotSize); err != nil {
		return nil, err
	}
	out := make([]finding, len(s.targets))
	for goal := range out {
		s.turnTo(goal)
		f, err := s.narrowest(goal, half, func() map[float64][]float64 { return r.half[goal] })
		if err != nil {
			return nil, err
		}
		out[goal] = *f
	}
	return out, nil
}

// falls reports whether power may fall as clients are added: they share what does
// not grow with them.
func (r *runner) falls() bool {
	q := r.d.q
	return r.d.base.Shared() && q.solve == Clients && q.size.Hold == scenarios.HoldDuration
}

// blank returns the answer to a goal that has none.
func blank() Answer {
	none := math.NaN()
	return Answer{Exact: newInterval(none, none, none), Design: none, DesignLow: none, DesignHigh: none, Clients: none, Evaluations: []Evaluation{}, Curve: []Point{}, Fit: noFit(),
		ByFormula: noFormula("there is no answer to compare with")}
}

// statuses are those of the ways in which a search ends.
var statuses = map[outcome]Status{found: Found, wide: Wide, always: Smallest, never: Unreachable, unknown: Unknown, stopped: Interrupted}

// answer concludes about a goal.
func (r *runner) answer(s *search, g int, f *finding, a *Answer) error {
	a.Status = statuses[f.outcome]
	switch f.outcome {
	case found, wide:
		a.Exact = newInterval(f.value, f.low, f.high)
	case stopped, unknown:
		if f.half() < 1 {
			a.Exact = newInterval(f.value, f.low, f.high)
		}
	case always:
		a.Exact = newInterval(math.NaN(), 0, s.min)
		a.Design = s.min
	}
	if a.Exact.Value == a.Exact.Value {
		a.Design = s.up(float64(a.Exact.Value))
	}
	a.DesignLow, a.DesignHigh = s.up(float64(a.Exact.Low)), s.up(float64(a.Exact.High))
	if !math.IsNaN(a.Design) {
		a.Clients = r.d.clients(a.Design)
		if r.d.q.solve == Staff {
			a.Managers = r.d.managers(a.Design)
		}
	}
	if f.upper != nil && (f.upper.outcome == found || f.upper.outcome == wide) {
		upper := newInterval(f.upper.value, f.upper.low, f.upper.high)
		a.Upper = &upper
	}
	a.Evaluations = r.evaluations(s, g, f)
	r.curve(s, f, a)
	if r.ctx.Err() == nil {
		if err := r.further(s, g, f, a); err != nil {
			return err
		}
	}
	a.Outcomes = r.outcomes(g, a)
	return nil
}

// further returns what else is said of a goal: what the answer takes, what a formula
// says, or why there is no answer.
func (r *runner) further(s *search, g int, f *finding, a *Answer) error {
	q := r.d.q
	if f.outcome == never {
		why, err := r.whyNot(s, g, f)
		a.Cause, a.Reason = why.Cause, why.text
		return err
	}
	why := r.remark(s, g, f, a)
	if a.Cause, a.Reason = why.Cause, why.text; math.IsNaN(a.Design) {
		return nil
	}
	if q.drawn {
		a.ByFormula = noFormula("formulas give a power, which is of the scenario as written: see caseload size without an assurance")
	}
	x, err := r.describe(s.within(a.Design))
	if err != nil {
		return err
	}
	if q.solve != Effect {
		a.Staffing = &x.staffing
	}
	if q.solve == Effect {
		a.Effects = r.multiples(a.Exact)
		if err := r.measureEffect(a.Design); err != nil {
			return err
		}
	}
	if !q.drawn {
		a.ByFormula = r.formula(&q.goals[g], x, s.within(a.Design), s.target)
	}
	return nil
}

// evaluations returns all designs tried, with what they showed of a goal.
func (r *runner) evaluations(s *search, g int, f *finding) (list []Evaluation) {
	for k := range s.evals {
		e := &s.evals[k]
		p := e.share(g)
		low, high := e.wilson(g, z95)
		x := Evaluation{Design: measure.Number(e.n), Clients: int(r.d.clients(e.n)), Replicates: e.replicates, Used: f.line.levels > 0 && e.n >= f.from && e.n <= f.to}
		x.Power, x.MCSE = measure.Numbers(p, math.Sqrt(p*(1-p)/float64(e.replicates)))
		x.Low, x.High = measure.Numbers(low, high)
		if r.d.q.solve == Staff {
			x.Managers = r.d.managers(e.n)
		}
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b Evaluation) int {
		if a.Design < b.Design {
			return -1
		}
		return 1
	})
	return list
}

// curve is the power curve over the designs that the surrogate was fitted to, and
// as far again on either side, within what was tried.
func (r *runner) curve(s *search, f *finding, a *Answer) {
	l := &f.line
	if l.levels == 0 {
		if l = &f.steady; l.levels < 2 {
			return
		}
	}
	a.Fit.Designs, a.Fit.Exponent = l.levels, f.exponent
	s.exponent = f.exponent
	a.Fit.A, a.Fit.B = measure.Numbers(l.a, l.b)
	a.Fit.LackOfFit, a.Fit.Inflation = measure.Numbers(l.lackP, l.heterogeneity)
	from, to := math.Inf(1), math.Inf(-1)
	for _, e := range a.Evaluations {
		if e.Used || f.line.levels == 0 {
			a.Fit.Replicates += e.Replicates
			from, to = math.Min(from, float64(e.Design)), math.Max(to, float64(e.Design))
		}
	}
	if f.line.levels > 0 {
		from, to = math.Max(from/1.5, float64(a.Evaluations[0].Design)), math.Min(to*1.5, float64(a.Evaluations[len(a.Evaluations)-1].Design))
	}
	const points = 41
	for k := range points {
		n := from + (to-from)*float64(k)/(points-1)
		x := s.link(n)
		eta, se := l.at(x), l.spread(x)
		p := Point{Design: measure.Number(n), Power: measure.Number(numeric.NormalCDF(eta))}
		p.Low, p.High = measure.Numbers(numeric.NormalCDF(eta-float64(z95*se)), numeric.NormalCDF(eta+float64(z95*se)))
		a.Curve = append(a.Curve, p)
	}
}

// outcomes returns the tests of a goal with what they estimate at designs near the
// answer, or at all designs without one.
func (r *runner) outcomes(g int, a *Answer) (list []GoalTest) {
	q := r.d.q
	for _, t := range q.goals[g].tests {
		out := GoalTest{Spec: &q.sc.Outcomes[q.outcomes[t]], Variable: q.variable(t), Method: q.methods[t], Measure: q.method(t).Measure, Truth: Missing(), Rollout: Missing(), TruthClients: math.NaN()}
		if out.Variable.Kind == scenarios.Binary {
			out.Measure = out.Measure.OfShares()
		}
		var all sums
		for _, e := range a.Evaluations {
			if near := e.Used || a.Fit.Replicates == 0 || math.IsNaN(a.Design); near && r.seen[float64(e.Design)] != nil {
				all.join(&r.seen[float64(e.Design)][t])
			}
		}
		if at := r.answered[a.Design]; at != nil {
			all = at[t]
		}
		out.Estimate, out.SMD = all.mean(all.value, all.square), Number{all.smd / all.n, math.NaN()}
		out.Lost = all.mean(all.lost, all.lostSquare)
		list = append(list, out)
	}
	return list
}

// estimate returns the mean of the estimates with its error.
func (s *sums) estimate() Number { return s.mean(s.value, s.square) }

// variance returns that of the estimates.
func (s *sums) variance() float64 {
	m := s.estimate()
	return m.MCSE * m.MCSE * s.n
}

func (s *sums) join(o *sums) {
	s.n, s.value, s.square, s.smd, s.failed = s.n+o.n, s.value+o.value, s.square+o.square, s.smd+o.smd, s.failed+o.failed
	s.lost, s.lostSquare = s.lost+o.lost, s.lostSquare+o.lostSquare
	for arm := range s.rows {
		s.rows[arm], s.total[arm] = s.rows[arm]+o.rows[arm], s.total[arm]+o.total[arm]
	}
}

// mean returns a mean over fits with its error.
func (s *sums) mean(sum, square float64) Number {
	m := sum / s.n
	return Number{m, math.Sqrt(math.Max(0, square/s.n-float64(m*m)) / (s.n - 1))}
}
