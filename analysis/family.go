package analysis

import (
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/performance"
)

// family is a set of tests that are corrected for their number.
type family struct {
	name     string
	method   string
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

// addFamilies lays out the families: the first method of each outcome that holds, among
// everyone, in every contrast.
func (p *plan) addFamilies() {
	for _, f := range p.sc.Families {
		g := family{name: f.Name, method: f.Method, alpha: f.Alpha}
		for _, name := range f.Outcomes {
			for k := range p.analyses {
				a := &p.analyses[k]
				if out := &p.sc.Outcomes[a.Outcome]; out.Name == name && a.Subgroup < 0 && a.Method.Name == p.sc.FirstThatHolds(out, a.Arm, false) {
					g.analyses = append(g.analyses, k)
				}
			}
		}
		g.p = make([]float64, len(g.analyses))
		p.families = append(p.families, g)
	}
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
		g.acc = performance.NewFamilyAccumulator(g.method, g.alpha, len(g.analyses))
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
		acc = performance.NewFamilyAccumulator(g.method, g.alpha, len(g.analyses)) // of no replicate
	}
	m := acc.Measures()
	row := FamilyRow{Name: g.name, Method: g.method, Alpha: g.alpha, Disjunctive: m.Any, Conjunctive: m.All, Rejections: m.Rejections, Replicates: m.N}
	for j, k := range g.analyses {
		a := &f.p.analyses[k]
		row.Members = append(row.Members, FamilyMember{f.p.sc.Outcomes[a.Outcome].Name, f.p.contrast(a.Arm), a.Method.Name, m.Each[j]})
	}
	return row
}
