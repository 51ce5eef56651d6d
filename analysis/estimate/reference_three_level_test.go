package estimate

import "testing"

// threeLevelValues are of testdata/make-three-level.R.
type threeLevelValues struct {
	Value, SE, DF           float64
	SEKR                    float64 `json:"se_kr"`
	DFKR                    float64 `json:"df_kr"`
	Manager, Site, Residual float64
	Singular                bool
}

// R: testdata/make-three-level.R, by lme4::lmer, lmerTest and pbkrtest. Degrees of freedom
// of lmerTest are by numerical derivatives.
func TestThreeLevelsAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[threeLevelValues](t, "make-three-level.json", "three_level") {
		t.Run(c.ID, func(t *testing.T) {
			d, want := threeLevelData(t, &c), c.Expected
			got := threeLevel{}.Fit(d, 0.05, &w)
			if got.Status.Failed() || (got.Status == Boundary) != want.Singular {
				t.Fatalf("status %v, singular %v", got.Status, want.Singular)
			}
			near(t, "value", got.Value, want.Value, iterative)
			near(t, "SE", got.SE, want.SE, iterative)
			near(t, "df", got.DF, want.DF, 5e-6)
			v := &w.linear.components
			units := v.scale * v.scale
			near(t, "variance between managers", v.theta[0]*units, want.Manager, 5e-6)
			near(t, "variance between sites", v.theta[2]*units, want.Site, 5e-6)
			near(t, "residual variance", v.theta[1]*units, want.Residual, iterative)
			kr := threeLevel{kr: true}.Fit(d, 0.05, &w)
			near(t, "Kenward-Roger SE", kr.SE, want.SEKR, iterative)
			near(t, "Kenward-Roger df", kr.DF, want.DFKR, 5e-6)
		})
	}
}

// threeLevelData reads outcome, arm, site, manager and covariates.
func threeLevelData(t *testing.T, c *refCase[threeLevelValues]) *Data {
	t.Helper()
	d := &Data{X: make([][]float64, len(c.Inputs.Columns)-4)}
	for _, row := range c.rows(t, c.Inputs.Columns...) {
		d.Y, d.Treated = append(d.Y, row[0]), append(d.Treated, row[1] == 1)
		d.Site, d.Manager = append(d.Site, int32(row[2])), append(d.Manager, int32(row[3]))
		for j := range d.X {
			d.X[j] = append(d.X[j], row[4+j])
		}
	}
	return d
}
