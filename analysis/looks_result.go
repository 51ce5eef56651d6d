package analysis

import (
	"math"

	"caseload/analysis/interim"
	"caseload/analysis/measure"
	"caseload/analysis/performance"
	"caseload/scenarios"
)

// Interim is what comes of looks at a trial while it goes on, under its stopping rule.
type Interim struct {
	Outcome     string                    `json:"outcome"`
	Contrast    string                    `json:"contrast"`
	Method      string                    `json:"method"`
	Alpha       float64                   `json:"alpha"` // of all looks together
	Sides       int                       `json:"sides"`
	Spending    scenarios.Spending        `json:"-"`
	Information scenarios.InformationUnit `json:"information"`
	Planned     float64                   `json:"planned"` // information at the final analysis; 0 where it is not stated
	Looks       []LookRow                 `json:"looks"`   // the final analysis is the last

	Power      performance.Rate `json:"power"`      // trials that reject, at any look
	Favourable performance.Rate `json:"favourable"` // and in favour of the arm
	// PowerFixed is the power of the final analysis alone, at the same level, of the same
	// trials: what would be had without looks.
	PowerFixed performance.Rate `json:"power_fixed"`
	Clients    Spread           `json:"clients"` // enrolled in a trial
	Days       Spread           `json:"days"`    // until the trial is ended
	AtDecision Estimates        `json:"at_decision"`
	AtEnd      Estimates        `json:"at_end"` // when those enrolled have been followed up
	Truth      measure.Number   `json:"truth"`
	TruthMCSE  measure.Number   `json:"truth_mcse"`
}

// LookRow is one look.
type LookRow struct {
	Look    int            `json:"look"` // from 1
	Final   bool           `json:"final"`
	Planned measure.Number `json:"planned"` // share of the planned information; missing where looks are on days
	Reached measure.Number `json:"reached"` // share of the trials that get so far
	// Means among those that do.
	Day      measure.Number `json:"day"`
	Enrolled measure.Number `json:"enrolled"` // clients, when it is decided
	Known    measure.Number `json:"known"`    // clients with an outcome, or events
	Share    measure.Number `json:"share"`    // of the planned information
	DF       measure.Number `json:"df"`       // degrees of freedom of the test; missing where it is normal
	// The bounds, as z, which is large where the arm is good, and as a p value with the
	// sides of the test; missing where there is none.
	Upper         measure.Number   `json:"bound_z"`
	Level         measure.Number   `json:"bound_p"`
	FutilityBound measure.Number   `json:"futility_bound_z"`
	HarmBound     measure.Number   `json:"harm_bound_z"`
	Efficacy      performance.Rate `json:"efficacy"` // share of all trials that end here for it; at the final analysis, find it
	Futility      performance.Rate `json:"futility"`
	Harm          performance.Rate `json:"harm"`
	Ends          performance.Rate `json:"ends"` // for any reason
	AtDecision    Estimates        `json:"at_decision"`
	AtEnd         Estimates        `json:"at_end"`
}

// Spread is the distribution of a number over trials.
type Spread struct {
	Mean   measure.Number `json:"mean"`
	MCSE   measure.Number `json:"mcse"`
	Low    measure.Number `json:"low"` // 5 % of trials have less
	Median measure.Number `json:"median"`
	High   measure.Number `json:"high"` // 5 % have more
}

// Estimates are those of trials that end at a look, or at any, as if nobody had looked.
type Estimates struct {
	N            int            `json:"n"`
	Mean         measure.Number `json:"mean"`
	MeanMCSE     measure.Number `json:"mean_mcse"`
	Bias         measure.Number `json:"bias"`
	BiasMCSE     measure.Number `json:"bias_mcse"`
	Coverage     measure.Number `json:"coverage"`
	CoverageMCSE measure.Number `json:"coverage_mcse"`
}

// looking sums up what comes of looks.
type looking struct {
	rule    *interim.Rule
	decider *interim.Decider
	seen    []interim.Look // scratch
	rows    []lookSums     // the final analysis is the last
	n       int
	// Counts of trials that reject, in favour, and at the final analysis alone.
	rejected, good, fixed int
	clients, days         histogram
	decision, end         performance.Accumulator
}

// lookSums is what is summed of one look.
type lookSums struct {
	reached                                               int
	day, enrolled, known, share, df, upper, level, futile mean
	ends                                                  [interim.Reasons]int
	found, worse                                          int // rejected in favour; ended, or rejected, against it
	decision, end                                         performance.Accumulator
}

func newLooking(p *plan) *looking {
	if p.looks == nil {
		return nil
	}
	t := &p.analyses[p.looks.analysis].Test
	alpha := p.looks.of.Alpha
	if p.releveled {
		alpha = t.Alpha
	}
	x := &looking{rule: interim.NewRule(p.looks.of, alpha, t.Sides), rows: make([]lookSums, p.looks.n+1)}
	x.decider = interim.NewDecider(x.rule)
	return x
}

// add adds a replicate.
func (x *looking) add(p *plan, row record) {
	l := p.looks
	x.n++
	x.seen = x.seen[:0]
	for k := range l.n + 1 {
		x.seen = append(x.seen, p.lookAt(row, k))
	}
	end := x.decider.Decide(x.seen)
	for k := range end.Look + 1 {
		if x.seen[k].Reached {
			x.rows[k].reach(l.look(row, k), &x.seen[k], x.decider, k, x.rule.Design.Sides)
		}
	}
	s, at := &x.rows[end.Look], l.look(row, end.Look)
	s.ends[end.Reason]++
	if end.Good {
		s.found++
		x.good++
	}
	if end.Reason == interim.Harm || end.Rejected && !end.Good {
		s.worse++
	}
	if end.Rejected {
		x.rejected++
	}
	if final := l.look(row, l.n).lookFit(0); x.fixedRejects(p, &final) {
		x.fixed++
	}
	x.clients.add(at[lookEnrolled])
	x.days.add(at[lookDay] + onlyDays(end.Look < l.n, l.of.ReviewDays))
	decided := at.lookFit(0)
	followed := decided
	if end.Look < l.n {
		followed = at.lookFit(1)
	}
	for _, to := range []*performance.Accumulator{&s.decision, &x.decision} {
		to.Add(sampleOf(&decided, end))
	}
	for _, to := range []*performance.Accumulator{&s.end, &x.end} {
		to.Add(sampleOf(&followed, end))
	}
}

func onlyDays(yes bool, days float64) float64 {
	if yes {
		return days
	}
	return 0
}

// fixedRejects reports whether the final analysis alone rejects.
func (x *looking) fixedRejects(p *plan, f *Fit) bool {
	d := &x.rule.Design
	good, bad := p.analyses[p.looks.analysis].Test.tails(f)
	level := d.Alpha / float64(d.Sides)
	return good < level || d.Sides == 2 && bad < level
}

// reach adds a trial that gets to a look.
func (s *lookSums) reach(row record, l *interim.Look, d *interim.Decider, k, sides int) {
	s.reached++
	s.day.add(row[lookDay])
	s.enrolled.add(row[lookEnrolled])
	s.known.add(row[lookCount])
	s.share.add(l.Share)
	s.df.add(row.lookFit(0).DF)
	b := d.Bounds[k]
	if b.Level > 0 {
		s.level.add(float64(b.Level * float64(sides)))
	}
	s.upper.addFinite(b.Upper)
	s.futile.addFinite(b.Futility)
}

// addFinite adds a number unless it is infinite.
func (m *mean) addFinite(x float64) {
	if !math.IsInf(x, 0) {
		m.add(x)
	}
}

func sampleOf(f *Fit, end interim.End) performance.Sample {
	return performance.Sample{Value: f.Value, SE: f.SE, Low: f.Low, High: f.High, P: f.P, SMD: f.SMD, Truth: nan, OK: !f.Status.Failed(),
		Rejected: end.Rejected, Good: end.Good}
}

// narrow tells where the truth will be.
func (x *looking) narrow(value, halfWidth float64) {
	x.decision.Narrow(value, halfWidth)
	x.end.Narrow(value, halfWidth)
	for k := range x.rows {
		x.rows[k].decision.Narrow(value, halfWidth)
		x.rows[k].end.Narrow(value, halfWidth)
	}
}

// result concludes.
func (x *looking) result(f *accumulator) *Interim {
	p := f.p
	a := &p.analyses[p.looks.analysis]
	n := p.looks.of
	truth, mcse := f.truthOf(p.looks.analysis, false)
	out := &Interim{Outcome: n.Outcome, Contrast: p.contrast(a), Method: a.Method.Name, Alpha: x.rule.Design.Alpha, Sides: x.rule.Design.Sides, Spending: n.Spending,
		Information: n.Information, Planned: n.Planned, Power: performance.NewRate(x.rejected, x.n), Favourable: performance.NewRate(x.good, x.n),
		PowerFixed: performance.NewRate(x.fixed, x.n), Clients: x.clients.spread(), Days: x.days.spread()}
	out.Truth, out.TruthMCSE = measure.Numbers(truth, mcse)
	out.AtDecision, out.AtEnd = estimates(&x.decision, truth, mcse), estimates(&x.end, truth, mcse)
	for k := range x.rows {
		out.Looks = append(out.Looks, x.row(k, truth, mcse))
	}
	return out
}

func (x *looking) row(k int, truth, mcse float64) LookRow {
	s := &x.rows[k]
	average := func(m *mean) measure.Number { v, _ := m.value(); return measure.Number(v) }
	r := LookRow{Look: k + 1, Final: k == len(x.rows)-1, Planned: measure.Missing(), Reached: performance.NewRate(s.reached, x.n).Share,
		Day: average(&s.day), Enrolled: average(&s.enrolled), Known: average(&s.known), Share: average(&s.share), DF: average(&s.df),
		Upper: average(&s.upper), Level: average(&s.level), FutilityBound: average(&s.futile), HarmBound: measure.Number(x.rule.Harm),
		Efficacy: performance.NewRate(s.found, x.n), Futility: performance.NewRate(s.ends[interim.Futility], x.n), Harm: performance.NewRate(s.worse, x.n),
		AtDecision: estimates(&s.decision, truth, mcse), AtEnd: estimates(&s.end, truth, mcse)}
	if x.rule.Shares != nil {
		r.Planned = measure.Number(x.rule.Shares[k])
	}
	ends := 0
	for _, n := range s.ends {
		ends += n
	}
	r.Ends = performance.NewRate(ends, x.n)
	if r.Final {
		r.HarmBound = measure.Missing()
	}
	return r
}

func estimates(a *performance.Accumulator, truth, mcse float64) Estimates {
	m := a.Measures(truth, mcse)
	return Estimates{N: m.N, Mean: m.Mean, MeanMCSE: m.MeanMCSE, Bias: m.Bias, BiasMCSE: m.BiasMCSE, Coverage: m.Coverage, CoverageMCSE: m.CoverageMCSE}
}

// histogram counts numbers by whole numbers, of which those of a trial are few: clients,
// and days.
type histogram struct {
	mean   mean
	counts []int
}

func (h *histogram) add(x float64) {
	h.mean.add(x)
	for k := int(math.Ceil(x)); len(h.counts) <= k; {
		h.counts = append(h.counts, 0)
	}
	h.counts[int(math.Ceil(x))]++
}

// quantile returns the least number that a share p of the numbers do not exceed.
func (h *histogram) quantile(p float64) float64 {
	left := p * h.mean.n
	for x, n := range h.counts {
		if left -= float64(n); left <= 0 {
			return float64(x)
		}
	}
	return nan
}

func (h *histogram) spread() (s Spread) {
	s.Mean, s.MCSE = measure.Numbers(h.mean.value())
	s.Low, s.Median, s.High = measure.Number(h.quantile(0.05)), measure.Number(h.quantile(0.5)), measure.Number(h.quantile(0.95))
	return s
}
