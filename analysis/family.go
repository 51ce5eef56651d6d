package analysis

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/performance"
	"caseload/scenarios"
)

// family is a set of tests that are corrected for their number.
type family struct {
	name     string
	how      performance.Correction
	alpha    float64
	analyses []int
	p        []float64
	groups   [2][]float64 // for Dunnett's procedure: clients of each test's arm, and of control
	acc      *performance.FamilyAccumulator
}

// A FamilyRow is the power of a family of tests.
type FamilyRow struct {
	Name        string           `json:"family"`
	Method      string           `json:"method"`
	Alpha       float64          `json:"alpha"`
	Members     []FamilyMember   `json:"members"`
	Disjunctive performance.Rate `json:"disjunctive"` // at least one rejects
	Conjunctive performance.Rate `json:"conjunctive"` // all do
	Rejections  measure.Number   `json:"-"`           // in a trial, on average
	Replicates  int              `json:"-"`           // 0 where a member has no test
}

// A FamilyMember is one test of a family.
type FamilyMember struct {
	Outcome  string           `json:"outcome"`
	Arm      string           `json:"-"`
	Control  string           `json:"-"` // the arm compared with
	Contrast string           `json:"contrast"`
	Method   string           `json:"method"`
	Power    performance.Rate `json:"power"` // after the correction
}

// addFamilies lays out the families: of each test the outcome's first method that holds in
// its contrast, among everyone.
func (p *plan) addFamilies() {
	for k := range p.sc.Families {
		f := &p.sc.Families[k]
		g := family{name: f.Name, how: p.correction(f), alpha: f.Alpha}
		for _, t := range p.sc.FamilyTests(f) {
			method := p.sc.FirstThatHoldsIn(&p.sc.Outcomes[t.Outcome], t.Contrast, false)
			g.analyses = append(g.analyses, slices.IndexFunc(p.analyses, func(a Analysis) bool {
				return a.Outcome == t.Outcome && a.Subgroup < 0 && a.Arm == t.Arm && a.Control == t.Control && a.Method.Name == method
			}))
		}
		g.p = make([]float64, len(g.analyses))
		g.groups = [2][]float64{make([]float64, len(g.p)), make([]float64, len(g.p))}
		p.families = append(p.families, g)
	}
}

// correction returns that of a family. With Dunnett's procedure its tests are of one
// outcome, which has the sides.
func (p *plan) correction(f *scenarios.Family) performance.Correction {
	c := performance.Correction{Method: f.Method, Weights: f.Weights, Transitions: f.Transitions}
	if f.Method == performance.Dunnett {
		c.Sides = p.sc.Outcomes[p.sc.FamilyTests(f)[0].Outcome].Sides
	}
	return c
}

// compareWithControl tells Dunnett's procedure how many clients there are: those that
// the fits are of. A proportion has no pooled variance whose degrees of freedom would count.
func (g *family) compareWithControl(p *plan, row record) {
	all, control := 0.0, 0.0
	for j, k := range g.analyses {
		fit := row.fit(k)
		g.groups[0][j], g.groups[1][j] = fit.N1, fit.N0
		all += fit.N1
		control = max(control, fit.N0)
	}
	df := all + control - float64(len(g.analyses)+1)
	if v, _ := scenarios.LookupVariable(p.sc.Outcomes[p.analyses[g.analyses[0]].Outcome].Variable); v.Kind == scenarios.Binary {
		df = math.Inf(1)
	}
	g.acc.Groups(g.groups[0], g.groups[1], df)
}

// add adds a replicate. A fit that failed rejects nothing.
func (g *family) add(p *plan, row record) {
	for j, k := range g.analyses {
		fit := row.fit(k)
		g.p[j] = 1
		if fit.Status.Tested() {
			g.p[j] = p.analyses[k].Test.P(&fit)
		}
	}
	if g.acc == nil {
		g.acc = performance.NewFamilyAccumulator(g.how, g.alpha, len(g.analyses))
	}
	if g.how.Method == performance.Dunnett {
		g.compareWithControl(p, row)
	}
	g.acc.Add(g.p)
}

// tested reports whether all members have a test.
func (g *family) tested(p *plan) bool {
	return !slices.ContainsFunc(g.analyses, func(k int) bool { return p.untested(&p.analyses[k]) })
}

func (f *accumulator) familyRow(g *family) FamilyRow {
	acc := g.acc
	if acc == nil || !g.tested(f.p) || f.draws != nil { // a power is conditional on the scenario
		acc = performance.NewFamilyAccumulator(g.how, g.alpha, len(g.analyses)) // of no replicate
	}
	m := acc.Measures()
	row := FamilyRow{Name: g.name, Method: g.how.Method, Alpha: g.alpha, Disjunctive: m.Any, Conjunctive: m.All, Rejections: m.Rejections, Replicates: m.N}
	for j, k := range g.analyses {
		a := &f.p.analyses[k]
		row.Members = append(row.Members, FamilyMember{f.p.sc.Outcomes[a.Outcome].Name, f.p.sc.GroupName(a.Arm), f.p.sc.GroupName(a.Control), f.p.contrast(a), a.Method.Name, m.Each[j]})
	}
	return row
}
