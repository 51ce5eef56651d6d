package analysis

import (
	"slices"
	"testing"

	"caseload/analysis/estimate"
	"caseload/scenarios"
)

// What a scenario may ask for is what there is, and the two agree on what each
// method makes use of.
func TestScenariosKnowTheMethods(t *testing.T) {
	kinds := map[scenarios.VarKind]estimate.Kind{scenarios.Binary: estimate.Binary, scenarios.Continuous: estimate.Continuous,
		scenarios.Time: estimate.Time, scenarios.Count: estimate.Count}
	asked := map[string]bool{}
	for kind, of := range kinds {
		for _, name := range kind.Methods() {
			asked[name] = true
			e, ok := estimate.Lookup(name)
			if !ok || e.Method().Kinds&of == 0 {
				t.Errorf("%s of a %v: known %v, kinds %b", name, kind, ok, e.Method().Kinds)
			}
		}
		for _, m := range estimate.Methods() {
			if s, _ := scenarios.LookupMethod(m.Name); s.Alive {
				asked[m.Name] = true // TestWhileAliveHasMethodsOfItsOwn
			} else if m.Kinds&of != 0 && !slices.Contains(kind.Methods(), m.Name) {
				t.Errorf("%s could analyse a %v and is not offered", m.Name, kind)
			}
		}
	}
	for _, s := range scenarios.AnalysisMethods() {
		if !asked[s.Name] {
			t.Errorf("%s is of no kind of variable", s.Name)
		}
		e, ok := estimate.Lookup(s.Name)
		if !ok {
			continue
		}
		m := e.Method()
		for what, pair := range map[string][2]bool{
			"covariates": {s.Covariates, m.Covariates}, "strata": {s.Strata, m.Needs&estimate.Strata != 0},
			"subgroups": {s.Subgroups, m.Interaction}, "clusters": {s.Clusters, m.Clustered},
			"levels":   {s.Levels, m.Needs&estimate.Levels != 0},
			"periods":  {s.Periods, m.Needs&estimate.Periods != 0},
			"days":     {s.Days, m.Needs&estimate.Bounded != 0},
			"contacts": {s.Contacts, m.Needs&estimate.Receipts != 0},
			"visits":   {s.Visits, m.Needs&estimate.Repeats != 0 && m.Needs&estimate.Draws == 0},
			"margin":   {s.OneSided && !s.TestOnly, m.Limits != estimate.Own},
			"test":     {s.TestOnly, m.TestOnly},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s, %s: the scenario says %v, the estimator %v", s.Name, what, pair[0], pair[1])
			}
		}
	}
}
