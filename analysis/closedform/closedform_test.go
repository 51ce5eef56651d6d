package closedform

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"caseload/analysis/numeric"
)

// row is one row of power.json, of whatever kind.
type row struct {
	D, Power, Alpha, N1, N0 float64
	PerGroup                float64 `json:"n_per_group"`
	P1, P0, H               float64
	Arcsine                 float64 `json:"n_per_group_arcsine"`
	Pooled                  float64 `json:"n_per_group_power_prop_test"`
	Unpooled                float64 `json:"n_per_group_unpooled"`
	Corrected               float64 `json:"n_per_group_fleiss_continuity"`
	HR                      float64
	Treated                 float64 `json:"allocation_trt"`
	Schoenfeld              float64 `json:"events_schoenfeld"`
	Freedman                float64 `json:"events_freedman"`
	M, ICC, CV              float64
	Effect                  float64 `json:"design_effect"`
	EffectUnequal           float64 `json:"design_effect_unequal"`
	IndividualT             float64 `json:"n_per_group_individual_t"`
	Clustered               float64 `json:"n_per_group_clustered"`
	Clusters                float64 `json:"clusters_per_group"`
	Normal                  float64 `json:"n_per_group_normal"`
	PartiallyNested         float64 `json:"n_per_group_partially_nested_normal"`
}

// each runs a check on the rows of a kind, with the tolerance of the case.
func each(t *testing.T, kind string, check func(r row, near func(what string, got, want float64))) {
	t.Helper()
	text, err := os.ReadFile("testdata/power.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Kind string
			Tol  float64 `json:"tol_rel"`
			Rows []row
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, c := range file.Cases {
		if c.Kind != kind {
			continue
		}
		for i, r := range c.Rows {
			rows++
			check(r, func(what string, got, want float64) {
				t.Helper()
				if !(math.Abs(got-want) <= c.Tol*math.Abs(want)) || want == 0 && what != "cv" {
					t.Errorf("row %d, %s: got %.15g, want %.15g", i, what, got, want)
				}
			})
		}
	}
	if rows == 0 {
		t.Fatalf("no row of kind %s", kind)
	}
}

// R: pwr::pwr.t.test, pwr::pwr.t2n.test.
func TestTTestAgainstR(t *testing.T) {
	each(t, "power_t_power", func(r row, near func(string, float64, float64)) {
		near("power", TTestPower(r.D, r.N1, r.N0, r.Alpha), r.Power)
		near("power of the reverse", TTestPower(-r.D, r.N0, r.N1, r.Alpha), r.Power)
	})
	each(t, "power_t_n", func(r row, near func(string, float64, float64)) {
		near("n", TTestSize(r.D, r.Power, r.Alpha), r.PerGroup)
	})
}

// R: stats::power.prop.test, pwr::pwr.2p.test; the others by hand.
func TestTwoProportionsAgainstR(t *testing.T) {
	each(t, "power_2p_n", func(r row, near func(string, float64, float64)) {
		near("pooled", TwoProportionsSize(r.P1, r.P0, r.Power, r.Alpha), r.Pooled)
		near("power", TwoProportionsPower(r.P1, r.P0, r.Pooled, r.Pooled, r.Alpha), r.Power)
		near("unpooled", TwoProportionsUnpooledSize(r.P1, r.P0, r.Power, r.Alpha), r.Unpooled)
		near("corrected", TwoProportionsCorrectedSize(r.P1, r.P0, r.Power, r.Alpha), r.Corrected)
		near("h", ArcsineEffect(r.P1, r.P0), r.H)
		near("arcsine", ArcsineSize(r.P1, r.P0, r.Power, r.Alpha), r.Arcsine)
	})
}

// By hand in R: the formulas of Schoenfeld and of Freedman.
func TestLogRankAgainstR(t *testing.T) {
	each(t, "power_logrank", func(r row, near func(string, float64, float64)) {
		near("Schoenfeld", LogRankEvents(r.HR, r.Power, r.Treated, r.Alpha), r.Schoenfeld)
		near("power", LogRankPower(r.HR, r.Schoenfeld, r.Treated, r.Alpha), r.Power)
		near("Freedman", FreedmanEvents(r.HR, r.Power, r.Treated, r.Alpha), r.Freedman)
	})
}

// By hand in R, on pwr::pwr.t.test.
func TestClustersAgainstR(t *testing.T) {
	each(t, "power_cluster", func(r row, near func(string, float64, float64)) {
		alpha := 0.05
		effect := DesignEffect(r.M, r.ICC, 0)
		near("design effect", effect, r.Effect)
		near("unequal", DesignEffect(r.M, r.ICC, r.CV), r.EffectUnequal)
		individual := TTestSize(r.D, r.Power, alpha)
		near("individual", individual, r.IndividualT)
		near("clustered", individual*effect, r.Clustered)
		near("clusters", math.Ceil(individual*effect/r.M), r.Clusters)
		near("normal", MeansSize(r.D, r.Power, alpha), r.Normal)
		near("partially nested", PartiallyNestedSize(r.D, r.Power, alpha, effect), r.PartiallyNested)
	})
}

// Clusters of one are clients; clients who are all alike are one; and the power
// is near that of as many independent clients as the design effect leaves.
func TestClusteredTPower(t *testing.T) {
	for _, c := range []struct{ got, want, tolerance float64 }{
		{ClusteredTPower(0.4, 60, 1, 0.3, 0.05), TTestPower(0.4, 60, 60, 0.05), 1e-12},
		{ClusteredTPower(0.9, 20, 15, 1, 0.05), TTestPower(0.9, 20, 20, 0.05), 1e-12},
		{ClusteredTPower(0.3, 200, 10, 0.05, 0.05), TTestPower(0.3, 2000/1.45, 2000/1.45, 0.05), 1e-3},
		{ClusteredTPower(0, 8, 10, 0.1, 0.05), 0.05, 1e-12},
	} {
		if !(math.Abs(c.got-c.want) < c.tolerance) {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
}

// Without an effect power is the level; without noncentrality the tail is
// Student's; in large samples it is normal.
func TestPowerAtTheEdges(t *testing.T) {
	for _, n := range []float64{2, 5, 50, 400} {
		if got := TTestPower(0, n, n, 0.05); !(math.Abs(got-0.05) < 1e-12) {
			t.Errorf("no effect, %v rows: %v", n, got)
		}
	}
	n := 2e5
	d := 2.8 * math.Sqrt(2/n)
	if got, want := TTestPower(d, n, n, 0.05), numeric.NormalCDF(2.8-critical(0.05))+numeric.NormalCDF(-2.8-critical(0.05)); !(math.Abs(got-want) < 1e-5) {
		t.Errorf("large samples: %v, want %v", got, want)
	}
	if got := TTestPower(5, 60, 60, 0.05); !(got > 1-1e-12 && got <= 1+1e-12) {
		t.Errorf("a huge effect: %v", got)
	}
	if !math.IsInf(TTestSize(0, 0.8, 0.05), 1) || !math.IsInf(MeansSize(0, 0.8, 0.05), 1) || !math.IsInf(LogRankEvents(1, 0.8, 0.5, 0.05), 1) {
		t.Error("no effect needs no end of rows")
	}
	for _, got := range []float64{TTestPower(0.5, 1, 1, 0.05), TTestPower(0.5, 9, 9, 0), TTestPower(math.NaN(), 9, 9, 0.05),
		ArcsineSize(0.1, 0.2, 0.8, 2), ArcsineSize(0.1, 0.2, 0.04, 0.05), TTestSize(0.5, 0.8, -1), TTestSize(math.NaN(), 0.8, 0.05), TTestSize(0.5, 0.01, 0.05), TTestSize(0.5, 1, 0.05), MeansSize(0.5, 1, 0.05), TwoProportionsSize(0.1, 0.2, 0.01, 0.05),
		LogRankEvents(0.5, 0.8, 0.5, 1)} {
		if !math.IsNaN(got) {
			t.Errorf("outside the domain: %v", got)
		}
	}
}

// The size of a tiny and of a huge effect is found too.
func TestSizesOfAnyEffect(t *testing.T) {
	for _, d := range []float64{0.01, -0.3, 2, 10} {
		n := TTestSize(d, 0.8, 0.05)
		if got := TTestPower(d, n, n, 0.05); !(math.Abs(got-0.8) < 1e-9) {
			t.Errorf("effect %v: %v rows give power %v", d, n, got)
		}
	}
}
