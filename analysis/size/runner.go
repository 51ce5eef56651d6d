package size

import (
	"context"

	"caseload/analysis"
	"caseload/analysis/performance"
	"caseload/sim"
)

// runner runs the trials of a search and decides what they found.
type runner struct {
	ctx   context.Context
	d     *designer
	opt   Options
	next  int                // replicate: no two evaluations share one, so that they are independent
	seen  map[float64][]sums // by design: of each test
	half  widths             // where intervals are to be narrow
	tests []analysis.Test
	told  func(done int) // of the replicates run
	// answered is what more trials of an answer that is a multiple of the effects
	// showed: those with other multiples have other effects.
	answered map[float64][]sums
	truths   map[float64][]trueEffect // by design: of each test
}

// sums are over the fits of one test that stand.
type sums struct {
	n, value, square, smd float64
	errors                float64    // squares of the standard errors
	lost, lostSquare      float64    // shares of clients whose outcome is missing
	rows, total           [2]float64 // of clients analysed, and of their outcomes: control, treated
	failed                int
	testsAlone            int // fits with a test and no estimate
}

// run runs fresh replicates of a design and counts those that met each goal.
func (r *runner) run(n float64, replicates int) (ran int, hits []int, err error) {
	m, err := r.d.model(n)
	if err != nil {
		return 0, nil, err
	}
	fits, at, err := r.fits(m, replicates)
	if err != nil {
		return 0, nil, err
	}
	if r.seen[n] == nil {
		r.seen[n] = make([]sums, len(at))
	}
	for _, row := range fits {
		for t, k := range at {
			r.seen[n][t].add(&row[k])
		}
	}
	if r.d.q.size.HalfWidth > 0 {
		r.noteWidths(n, fits, at)
	}
	return len(fits), r.hits(fits, at), nil
}

// noteWidths keeps the half widths of intervals in trials of a design.
func (r *runner) noteWidths(n float64, fits [][]analysis.Fit, at []int) {
	goals := r.d.q.goals
	if r.half == nil {
		r.half = make(widths, len(goals))
	}
	for _, row := range fits {
		for g := range goals {
			r.half.add(&goals[g], g, n, func(t int) float64 {
				f := &row[at[t]]
				return halfWidth(f.Low, f.High, f.Status.Failed())
			})
		}
	}
}

// hits counts for each goal the replicates that met it.
func (r *runner) hits(fits [][]analysis.Fit, at []int) []int {
	hits := make([]int, len(r.d.q.goals))
	p := make([]float64, len(at))
	for _, row := range fits {
		for t, k := range at {
			p[t] = r.pValue(t, &row[k])
		}
		for g := range hits {
			if r.d.q.goals[g].met(p, r.tests) {
				hits[g]++
			}
		}
	}
	return hits
}

// answerSize is how many trials of a multiple of the effects tell what it amounts to.
const answerSize = 1000

// measureEffect runs trials of a multiple of the effects.
func (r *runner) measureEffect(n float64) error {
	m, err := r.d.model(n)
	if err != nil {
		return err
	}
	fits, at, err := r.fits(m, answerSize)
	if err != nil || len(fits) == 0 {
		return err
	}
	all := make([]sums, len(at))
	for _, row := range fits {
		for t, k := range at {
			all[t].add(&row[k])
		}
	}
	if r.answered == nil {
		r.answered = map[float64][]sums{}
	}
	r.answered[n] = all
	return nil
}

// fits runs fresh replicates of a model: by replicate the fits of all analyses,
// and which of these the tests of the question are.
func (r *runner) fits(m *sim.Model, replicates int) (fits [][]analysis.Fit, at []int, err error) {
	layout, err := analysis.NewLayout(m)
	if err != nil {
		return nil, nil, err
	}
	kept := &capture{layout: layout}
	from := r.next
	opt := analysis.Options{Replicates: from + replicates, From: from, Seed: r.opt.Seed, Workers: r.opt.Workers, NoTruth: true, Store: kept, Name: r.opt.Name}
	if r.told != nil {
		opt.Progress = func(done, _ int) { r.told(from + done) }
	}
	res, err := analysis.Run(r.ctx, m, opt)
	if err != nil {
		return nil, nil, err
	}
	r.next = from + replicates
	return kept.fits, r.rows(res), nil
}

// rows returns where a result has the tests of the question, in its order.
func (r *runner) rows(res *analysis.Result) []int {
	at := make([]int, len(r.d.q.outcomes))
	r.tests = make([]analysis.Test, len(at))
	for k := range res.Rows {
		if row := &res.Rows[k]; row.Arm == r.d.q.arm && row.Control == r.d.q.control && row.Subgroup == r.d.q.subgroup {
			at[row.Outcome], r.tests[row.Outcome] = k, row.Test
		}
	}
	return at
}

// pValue returns that of test t, 1 for a rejection that does not count to an assurance, 0 or 1 for a test that only says whether it rejects,
// or where an interval is wanted whether it is as narrow; a fit that came to nothing rejects nothing.
func (r *runner) pValue(t int, f *analysis.Fit) float64 {
	if w := r.d.q.size.HalfWidth; w > 0 {
		if halfWidth(f.Low, f.High, f.Status.Failed()) <= w {
			return 0
		}
		return 1
	}
	if !f.Status.Tested() || r.d.q.drawn && !r.tests[t].Favours(f) {
		return 1
	}
	if p := r.tests[t].P(f); p == p {
		return p
	}
	if r.tests[t].Rejects(f) {
		return 0
	}
	return 1
}

// met reports whether a trial with these p values achieves the goal.
func (g *goal) met(p []float64, tests []analysis.Test) bool {
	values := make([]float64, len(g.tests))
	for k, t := range g.tests {
		values[k] = p[t]
	}
	if f := g.family; f != nil {
		how := performance.Correction{Method: f.Method, Weights: f.Weights, Transitions: f.Transitions}
		values = how.Adjust(values, nil)
	}
	for k, t := range g.tests {
		alpha := tests[t].Alpha
		if g.family != nil {
			alpha = g.family.Alpha
		}
		if values[k] < alpha != g.all {
			return !g.all
		}
	}
	return g.all
}

func (s *sums) add(f *analysis.Fit) {
	switch {
	case !f.Status.Tested():
		s.failed++
		return
	case f.Status.Failed():
		s.testsAlone++
	default:
		s.n++
		s.value += f.Value
		s.square += float64(f.Value * f.Value)
		s.errors += float64(f.SE * f.SE)
		s.smd += f.SMD
		lost := f.Missing / (f.N0 + f.N1 + f.Missing)
		s.lost += lost
		s.lostSquare += float64(lost * lost)
	}
	s.rows[0], s.total[0] = s.rows[0]+f.N0, s.total[0]+float64(f.N0*f.Mean0)
	s.rows[1], s.total[1] = s.rows[1]+f.N1, s.total[1]+float64(f.N1*f.Mean1)
}

// capture is a Store that keeps what every replicate's analyses found.
type capture struct {
	layout *analysis.Layout
	fits   [][]analysis.Fit
}

// Read returns nothing: all replicates are to be run.
func (c *capture) Read(int) (*analysis.Block, error) { return nil, nil }

// Keep copies what it is shown.
func (c *capture) Keep(_ int, b *analysis.Block) error {
	for _, row := range b.Rows {
		fits := make([]analysis.Fit, len(c.layout.Keys))
		for k := range fits {
			fits[k] = c.layout.Fit(row, k)
		}
		c.fits = append(c.fits, fits)
	}
	return nil
}
