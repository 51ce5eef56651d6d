package estimate

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
)

// mixedLogitValues are of testdata/make-mixed-logit.R.
type mixedLogitValues struct{ Value, SE, SD float64 }

// logitData reads the columns that the script lists: outcome, arm, cluster,
// covariates.
func logitData[E any](t *testing.T, c *refCase[E]) *Data {
	t.Helper()
	d := &Data{}
	if len(c.Inputs.Columns) > 3 {
		d.X = make([][]float64, len(c.Inputs.Columns)-3)
	}
	for _, row := range c.rows(t, c.Inputs.Columns...) {
		d.Y, d.Treated, d.Cluster = append(d.Y, row[0]), append(d.Treated, row[1] == 1), append(d.Cluster, int32(row[2]))
		for j := range d.X {
			d.X[j] = append(d.X[j], row[3+j])
		}
	}
	return d
}

// R: testdata/make-mixed-logit.R, by lme4::glmer(nAGQ = 15).
func TestMixedLogitAgainstR(t *testing.T) {
	var w Work
	for kind, e := range map[string]Estimator{"mixed": logisticMixed{}, "nested": partiallyNestedLogistic{}} {
		for _, c := range casesOf[mixedLogitValues](t, "make-mixed-logit.json", kind) {
			t.Run(kind+"/"+c.ID, func(t *testing.T) {
				d, want := logitData(t, &c), c.Expected
				got := e.Fit(d, 0.05, &w)
				near(t, "value", got.Value, want.Value, iterative)
				near(t, "SE", got.SE, want.SE, iterative)
				near(t, "SD of intercepts", w.mixed.beta[w.mixed.r], want.SD, iterative)
				if boundary := got.Status == Boundary; boundary != (want.SD == 0) || got.Status.Failed() {
					t.Errorf("status %v", got.Status)
				}
			})
		}
	}
}

// geeValues are of testdata/make-gee.R.
type geeValues struct {
	Value, Correlation, SE, DF float64
	SE0                        float64
	SEMD                       float64 `json:"se_md"`
	DFMD                       float64 `json:"df_md"`
	SEFG                       float64 `json:"se_fg"`
}

// R: testdata/make-gee.R, estimates by geepack::geeglm, errors by their definitions.
// The degrees of freedom of managers, who are in one arm only, are bounded.
func TestGEEAgainstR(t *testing.T) {
	var w Work
	for kind, es := range map[string][]Estimator{
		"logistic":   {geeLogistic{}, geeLogistic{correct: manclDeRouen}, geeLogistic{correct: fayGraubard}},
		"poisson":    {geePoisson{}, geePoisson{correct: manclDeRouen}, geePoisson{correct: fayGraubard}},
		"linear":     {geeLinear{}, geeLinear{correct: manclDeRouen}, geeLinear{correct: fayGraubard}},
		"risk_ratio": {riskRatioCluster{}}} {
		for _, c := range casesOf[geeValues](t, "make-gee.json", kind) {
			t.Run(kind+"/"+c.ID, func(t *testing.T) {
				d, want := geeData(t, &c, kind), c.Expected
				got := es[0].Fit(d, 0.05, &w)
				near(t, "value", got.Value, want.Value, iterative)
				near(t, "SE", got.SE, want.SE, iterative)
				if kind != "linear" { // there in other units
					near(t, "uncorrected SE", math.Sqrt(w.linear.robust.cr0(&w.linear.ols)), want.SE0, iterative)
				}
				if !oneArmOnly(d) {
					near(t, "df", got.DF, want.DF, iterative)
				} else if !(got.DF > 1 && got.DF <= want.DF*(1+iterative)) {
					t.Errorf("df %v, want at most %v", got.DF, want.DF)
				}
				if len(es) == 1 {
					return
				}
				near(t, "correlation", w.gee.correlation, want.Correlation, iterative)
				md, fg := es[1].Fit(d, 0.05, &w), es[2].Fit(d, 0.05, &w)
				near(t, "Mancl and DeRouen's SE", md.SE, want.SEMD, iterative)
				near(t, "Fay and Graubard's SE", fg.SE, want.SEFG, iterative)
				if !oneArmOnly(d) {
					near(t, "their df", md.DF, want.DFMD, closedForm)
					near(t, "their df", fg.DF, want.DFMD, closedForm)
				}
			})
		}
	}
}

// geeData is logitData, with an exposure before the covariates of counts.
func geeData(t *testing.T, c *refCase[geeValues], kind string) *Data {
	t.Helper()
	d := logitData(t, c)
	if kind == "poisson" {
		d.Exposure, d.X = d.X[0], d.X[1:]
	}
	return d
}

// gonum: the nodes and weights of its Gauss-Hermite quadrature, to rounding.
func TestHermiteNodesAreGonums(t *testing.T) {
	var x, weight [hermiteNodes]float64
	quad.Hermite{}.FixedLocations(x[:], weight[:], math.Inf(-1), math.Inf(1))
	for k := range x {
		near(t, "node", hermite.at[k], x[k], 1e-13)
		near(t, "weight", hermite.weight[k], weight[k]*math.Exp(x[k]*x[k]), 1e-12)
	}
}
