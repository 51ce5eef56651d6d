package analysis

import (
	"slices"
	"testing"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// six clients: arm, contacts, contaminated, in the subgroup, site, level of a
// trait, outcome.
func six() *trial.Observed {
	c := trial.NewColumn(6, trial.Form{Counts: true, Earlier: 1})
	copy(c.Value, []float64{1, 2, nan, 4, 5, 6})
	copy(c.Exposure, []float64{10, 20, 30, 40, 50, 60})
	copy(c.Earlier[0], []float64{7, nan, 9, 1, 2, 3})
	for i := range c.In {
		c.In[i] = i != 5
	}
	return &trial.Observed{N: 6, Arm: []uint8{1, 1, 0, 0, 1, 0}, Site: []uint8{0, 1, 0, 1, 0, 1}, Manager: []int32{3, 4, -1, -1, 3, -1},
		Contacts: []int32{2, 0, 0, 1, 5, 0}, Contaminated: []bool{false, false, false, true, false, false},
		Member: [][]bool{{true, true, false, true, false, true}}, Traits: [][]float64{{0, 1, 2, 2, 1, 0}},
		Cluster: []int32{0, 1, 0, 1, 0, 1}, Outcomes: []trial.Column{c}}
}

func filled(s sample) *estimate.Data {
	var d estimate.Data
	s.arm, s.control = maskOf([]int{1}), maskOf([]int{0})
	s.fill(&d, six(), nil)
	return &d
}

func equalTo[T comparable](t *testing.T, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestSetsOfClients(t *testing.T) {
	d := filled(sample{subgroup: Everyone, set: scenarios.SetITT})
	equalTo(t, "itt", d.Y, 1, 2, 4, 5)
	equalTo(t, "itt, treated", d.Treated, true, true, false, true)
	if d.Missing != 1 {
		t.Errorf("%d missing, want 1", d.Missing)
	}
	d = filled(sample{subgroup: 0, set: scenarios.SetITT})
	equalTo(t, "subgroup", d.Y, 1, 2, 4)
	d = filled(sample{subgroup: Everyone, set: scenarios.SetPerProtocol, minContacts: 3})
	equalTo(t, "per protocol, three contacts", d.Y, 5)
	d = filled(sample{subgroup: Everyone, set: scenarios.SetPerProtocol, minContacts: 1})
	equalTo(t, "per protocol", d.Y, 1, 5)
	if d.Missing != 1 {
		t.Errorf("per protocol: %d missing, want the control who is not contaminated", d.Missing)
	}
	d = filled(sample{subgroup: Everyone, set: scenarios.SetAsTreated})
	equalTo(t, "as treated", d.Y, 1, 2, 4, 5)
	equalTo(t, "as treated, treated", d.Treated, true, false, true, true)
}

func TestColumnsOfASample(t *testing.T) {
	all := estimate.Incomplete | estimate.Exposures | estimate.Clusters | estimate.Strata | estimate.Members | estimate.Receipts | estimate.Repeats
	s := sample{subgroup: 0, set: scenarios.SetITT, interaction: true, needs: all,
		covariates: []covariate{{trait: 0}, {trait: 0, indicator: true, level: 2}, {trait: -1, indicator: true, level: 1}}, strata: []factor{{-1, -1, 2}, {0, -1, 3}, {-1, 0, 2}}}
	d := filled(s)
	if len(d.Y) != 5 || d.Y[2] == d.Y[2] || d.Missing != 1 {
		t.Errorf("outcomes %v, %d missing: want five rows, one of them without", d.Y, d.Missing)
	}
	equalTo(t, "exposure", d.Exposure, 10, 20, 30, 40, 50)
	equalTo(t, "managers", d.Cluster, 3, 4, -1, -1, 3)
	equalTo(t, "members", d.Member, true, true, false, true, false)
	equalTo(t, "received", d.Received, true, false, false, true, true)
	equalTo(t, "trait", d.X[0], 0, 1, 2, 2, 1)
	equalTo(t, "level", d.X[1], 0, 0, 1, 1, 0)
	equalTo(t, "site", d.X[2], 0, 1, 0, 1, 0)
	// site x 6 + trait x 2 + member
	equalTo(t, "stratum", d.Stratum, 1, 6+2+1, 4, 6+4+1, 2)
	if len(d.Earlier) != 1 || d.Earlier[0][0] != 7 || d.Earlier[0][1] == d.Earlier[0][1] {
		t.Errorf("earlier visits %v", d.Earlier)
	}
	s.clusters = true
	equalTo(t, "randomized clusters", filled(s).Cluster, 0, 1, 0, 1, 0)
}

// Principal strata are told by what happens in both worlds.
func TestStrata(t *testing.T) {
	world := func(contacts ...int32) *trial.Truth {
		n := len(contacts)
		c := trial.NewColumn(n, trial.Form{})
		for i := range c.In {
			c.In[i] = i != 4
		}
		return &trial.Truth{N: n, Contacts: contacts, Contaminated: make([]bool, n), Member: [][]bool{{true, true, true, true, true, false}}, Outcomes: []trial.Column{c}}
	}
	x, y := world(0, 1, 2, 3, 4, 5), world(0, 0, 0, 1, 0, 0)
	x.Contaminated[2] = true
	for _, c := range []struct {
		what string
		e    effect
		want []int
	}{
		{"everyone", effect{subgroup: Everyone}, []int{0, 1, 2, 3, 5}},
		{"members", effect{subgroup: 0}, []int{0, 1, 2, 3}},
		{"the rest", effect{subgroup: 0, rest: true}, []int{5}},
		{"compliers", effect{subgroup: Everyone, among: compliers}, []int{1, 2, 5}},
		{"adherents", effect{subgroup: Everyone, among: adherents, minContacts: 2}, []int{5}},
		{"adherents of one contact", effect{subgroup: Everyone, among: adherents, minContacts: 1}, []int{1, 5}},
	} {
		var got []int
		for i := range x.N {
			if c.e.stratum(x, y, i) {
				got = append(got, i)
			}
		}
		equalTo(t, c.what, got, c.want...)
	}
}
