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
	for kind, l := range map[string]logisticMixed{"mixed": {}, "nested": {nested: true}} {
		for _, c := range casesOf[mixedLogitValues](t, "make-mixed-logit.json", kind) {
			t.Run(kind+"/"+c.ID, func(t *testing.T) {
				d, want := logitData(t, &c), c.Expected
				got := l.Fit(d, 0.05, &w)
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

// gonum: the nodes and weights of its Gauss-Hermite quadrature, to rounding.
func TestHermiteNodesAreGonums(t *testing.T) {
	var x, weight [hermiteNodes]float64
	quad.Hermite{}.FixedLocations(x[:], weight[:], math.Inf(-1), math.Inf(1))
	for k := range x {
		near(t, "node", hermite.at[k], x[k], 1e-13)
		near(t, "weight", hermite.weight[k], weight[k]*math.Exp(x[k]*x[k]), 1e-12)
	}
}
