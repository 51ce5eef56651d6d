package analysis

import (
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
	Contrast string           `json:"contrast"`
	Method   string           `json:"method"`
	Power    performance.Rate `json:"power"` // after the correction
}

// addFamilies lays out the families: of each test the outcome's first method that holds in
// its contrast, among everyone.
func (p *plan) addFamilies() {
	for k := range p.sc.Families {
		f := &p.sc.Families[k]
		g := family{name: f.Name, how: correction(f), alpha: f.Alpha}
		for _, t := range p.sc.FamilyTests(f) {
			method := p.sc.FirstThatHoldsIn(&p.sc.Outcomes[t.Outcome], t.Contrast, false)
			g.analyses = append(g.analyses, slices.IndexFunc(p.analyses, func(a Analysis) bool {
				return a.Outcome == t.Outcome && a.Subgroup < 0 && a.Arm == t.Arm && a.Control == t.Control && a.Method.Name == method
			}))
		}
		g.p = make([]float64, len(g.analyses))
		p.families = append(p.families, g)
	}
}

// correction returns that of a family.
func correction(f *scenarios.Family) performance.Correction {
	return performance.Correction{Method: f.Method, Weights: f.Weights, Transitions: f.Transitions}
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
		row.Members = append(row.Members, FamilyMember{f.p.sc.Outcomes[a.Outcome].Name, f.p.contrast(a), a.Method.Name, m.Each[j]})
	}
	return row
}
