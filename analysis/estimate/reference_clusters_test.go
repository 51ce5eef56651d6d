package estimate

import (
	"math"
	"testing"
)

// clusterValues are of testdata/make-clusters.R: df of clubSandwich, and their bound
// with the variance's shares as estimated.
type clusterValues struct{ Value, SE, DF, Bound float64 }

// clusterData reads the columns that the script lists: outcome, arm, cluster,
// exposure or event (without it an exposure of one), covariates.
func clusterData(t *testing.T, c *refCase[clusterValues]) *Data {
	t.Helper()
	d := &Data{X: make([][]float64, max(0, len(c.Inputs.Columns)-4))}
	for _, row := range c.rows(t, c.Inputs.Columns...) {
		d.Y, d.Treated, d.Cluster = append(d.Y, row[0]), append(d.Treated, row[1] == 1), append(d.Cluster, int32(row[2]))
		if len(row) == 3 {
			row = append(row, 1)
		}
		d.Exposure, d.Event = append(d.Exposure, row[3]), append(d.Event, row[3] == 1)
		for j := range d.X {
			d.X[j] = append(d.X[j], row[4+j])
		}
	}
	return d
}

// R: testdata/make-clusters.R, by clubSandwich::vcovCR and coef_test on the weighted
// regressions of stats::glm(poisson) and survival::coxph at their maximum, and on
// pseudo-values by survival::survfit. The degrees of freedom are bounded in cases
// with managers, who are in one arm only.
func TestClusterMethodsAgainstR(t *testing.T) {
	var w Work
	for kind, est := range map[string]Estimator{"poisson": poissonCluster{}, "cox": coxCluster{}, "rmst": rmstCluster{}} {
		for _, c := range casesOf[clusterValues](t, "make-clusters.json", kind) {
			t.Run(kind+"/"+c.ID, func(t *testing.T) {
				d, want := clusterData(t, &c), c.Expected
				got := est.Fit(d, 0.05, &w)
				near(t, "value", got.Value, want.Value, iterative)
				near(t, "SE", got.SE, want.SE, iterative)
				df := want.DF
				if oneArmOnly(d) {
					df = min(df, want.Bound)
				}
				near(t, "df", got.DF, df, iterative)
			})
		}
	}
}

// oneArmOnly reports whether clusters of several rows are in one arm only.
func oneArmOnly(d *Data) bool {
	type cluster struct {
		rows int
		arms [2]bool
	}
	by := map[int32]*cluster{}
	for i, k := range d.Cluster {
		if by[k] == nil {
			by[k] = &cluster{}
		}
		by[k].rows++
		by[k].arms[bit(d.Treated[i])] = true
	}
	var in [2]bool
	for _, c := range by {
		for a := range in {
			in[a] = in[a] || c.rows > 1 && c.arms[a]
		}
	}
	return !(in[0] && in[1])
}

// A row that is the only one of its cluster needs no number.
func TestClusterOfOneNeedsNoNumber(t *testing.T) {
	var w Work
	for kind, est := range map[string]Estimator{"poisson": poissonCluster{}, "cox": coxCluster{}, "rmst": rmstCluster{}} {
		c := casesOf[clusterValues](t, "make-clusters.json", kind)[0]
		d := clusterData(t, &c)
		want := est.Fit(d, 0.05, &w)
		rows := map[int32]int{}
		for _, k := range d.Cluster {
			rows[k]++
		}
		for i, k := range d.Cluster {
			if rows[k] == 1 {
				d.Cluster[i] = -1
			}
		}
		if got := est.Fit(d, 0.05, &w); math.Abs(got.SE-want.SE) > 1e-12 || math.Abs(got.DF-want.DF) > 1e-9 {
			t.Errorf("%s: SE %v, df %v, with numbers %v and %v", kind, got.SE, got.DF, want.SE, want.DF)
		}
	}
}
