package estimate

import "testing"

// periodValues are of testdata/make-periods.R.
type periodValues struct {
	Value, SE, DF      float64
	SEKR               float64 `json:"se_kr"`
	DFKR               float64 `json:"df_kr"`
	PKR                float64 `json:"p_kr"`
	SEMD               float64 `json:"se_md"`
	SEFG               float64 `json:"se_fg"`
	DFMD               float64 `json:"df_md"`
	Variances          []float64
	Singular           bool
	Stat, P, Low, High float64
	Allocations        int
}

// periodData reads outcome, arm, cluster, period, exposure and covariates, and has indicators of
// all periods but the first.
func periodData(t *testing.T, c *refCase[periodValues]) *Data {
	t.Helper()
	d := &Data{X: make([][]float64, len(c.Inputs.Columns)-5)}
	last := int32(0)
	for _, row := range c.rows(t, c.Inputs.Columns...) {
		d.Y, d.Treated = append(d.Y, row[0]), append(d.Treated, row[1] == 1)
		d.Cluster, d.When, d.Exposed = append(d.Cluster, int32(row[2])), append(d.When, int32(row[3])-1), append(d.Exposed, int32(row[4]))
		for j := range d.X {
			d.X[j] = append(d.X[j], row[5+j])
		}
		last = max(last, int32(row[3])-1)
	}
	d.X = append(d.X, periodColumns(d, last)...)
	return d
}

// periodColumns are indicators of the periods from 1 to last.
func periodColumns(d *Data, last int32) (columns [][]float64) {
	for p := int32(1); p <= last; p++ {
		var column []float64
		for _, when := range d.When {
			column = append(column, float64(bit(when == p)))
		}
		columns = append(columns, column)
	}
	return columns
}

// R: testdata/make-periods.R, by lme4::lmer, lmerTest and pbkrtest. Degrees of freedom
// of lmerTest are by numerical derivatives.
func TestMixedModelsOfPeriodsAgainstR(t *testing.T) {
	var w Work
	for kind, of := range map[string][2]Estimator{
		"cluster_period":   {clusterPeriod{}, clusterPeriod{kr: true}},
		"exposure_average": {exposureAverage{}, exposureAverage{kr: true}},
		"random_intercept": {randomIntercept{}, randomIntercept{kr: true}},
	} {
		for _, c := range casesOf[periodValues](t, "make-periods.json", kind) {
			t.Run(kind+"/"+c.ID, func(t *testing.T) {
				d, want := periodData(t, &c), c.Expected
				got, kr := of[0].Fit(d, 0.05, &w), of[1].Fit(d, 0.05, &w)
				one := kind != "random_intercept" && len(want.Variances) == 2 // the other cannot be told
				if got.Status.Failed() || kr.Status != got.Status || (got.Status == Boundary) != (want.Singular || one) {
					t.Fatalf("status %v, %v, singular %v", got.Status, kr.Status, want.Singular)
				}
				near(t, "value", got.Value, want.Value, iterative)
				near(t, "SE", got.SE, want.SE, iterative)
				near(t, "df", got.DF, want.DF, 5e-6)
				near(t, "Kenward-Roger value", kr.Value, want.Value, iterative)
				near(t, "Kenward-Roger SE", kr.SE, want.SEKR, iterative)
				near(t, "Kenward-Roger df", kr.DF, want.DFKR, 5e-6)
				nearP(t, "Kenward-Roger p", kr.P, want.PKR, 1e-5)
			})
		}
	}
}

// R: testdata/make-periods.R, by clubSandwich::vcovCR and coef_test of lm, and the matrices of make-gee.R.
func TestRobustMethodsWherePeriodsChangeArmsAgainstR(t *testing.T) {
	var w Work
	for kind, of := range map[string][]Estimator{
		"cluster_robust":     {clusterRobustMean{}},
		"gee_linear":         {geeLinear{}, geeLinear{correct: manclDeRouen}, geeLinear{correct: fayGraubard}},
		"gee_logistic":       {geeLogistic{}, geeLogistic{correct: manclDeRouen}, geeLogistic{correct: fayGraubard}},
		"risk_ratio_cluster": {riskRatioCluster{}},
	} {
		for _, c := range casesOf[periodValues](t, "make-periods.json", kind) {
			t.Run(kind+"/"+c.ID, func(t *testing.T) {
				d, want := periodData(t, &c), c.Expected
				for k, e := range of {
					got := e.Fit(d, 0.05, &w)
					se, df := [...]float64{want.SE, want.SEMD, want.SEFG}[k], [...]float64{want.DF, want.DFMD, want.DFMD}[k]
					near(t, e.Method().Name+" value", got.Value, want.Value, iterative)
					near(t, e.Method().Name+" SE", got.SE, se, 3e-6)
					near(t, e.Method().Name+" df", got.DF, df, 3e-6)
				}
			})
		}
	}
}

// R: testdata/make-periods.R, from the matrices of the rows and a list of all allocations. The limits there are
// by bisection to 1e-12, at variances by lme4.
func TestPermutationOfClustersAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[periodValues](t, "make-periods.json", "cluster_permutation") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := periodData(t, &c), c.Expected
			d.Source = neverAsked{}
			got := clusterPermutation{}.Fit(d, 0.05, &w)
			near(t, "value", got.Value, want.Value, iterative)
			near(t, "SE", got.SE, want.SE, iterative)
			near(t, "statistic", got.Stat, want.Stat, iterative)
			near(t, "p", got.P, want.P, 1e-12)
			near(t, "low", got.Low, want.Low, 5e-6)
			near(t, "high", got.High, want.High, 5e-6)
			if w.permuted.total != want.Allocations {
				t.Errorf("%d allocations, want %d", w.permuted.total, want.Allocations)
			}
		})
	}
}

// neverAsked is for analyses that draw nothing.
type neverAsked struct{}

func (neverAsked) Uint64() uint64 { panic("a number is drawn") }
