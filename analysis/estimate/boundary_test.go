package estimate

import "testing"

// Where the variance between clusters is estimated as zero, Kenward and Roger's
// standard error and degrees of freedom still are those of a variance that was
// estimated: 2 of them with three case managers, where it was said to be 118.
// R: lme4::lmer, pbkrtest::vcovAdj and get_Lb_ddf. See testdata/make-boundary.R.
func TestKenwardRogerAtZeroVarianceAgainstR(t *testing.T) {
	cases := casesOf[struct {
		Nested       bool
		Estimate, SE float64
		SEKR         float64 `json:"se_kr"`
		DFKR         float64 `json:"df_kr"`
	}](t, "make-boundary.json", "boundary")
	if len(cases) != 8 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			d := &Data{}
			for _, row := range c.rows(t, "y", "arm", "x", "cluster") {
				d.Y, d.Treated, d.Cluster = append(d.Y, row[0]), append(d.Treated, row[1] == 1), append(d.Cluster, int32(row[3]))
				if len(c.Inputs.Terms) == 2 {
					if d.X == nil {
						d.X = [][]float64{nil}
					}
					d.X[0] = append(d.X[0], row[2])
				}
			}
			var e Estimator = randomIntercept{kr: true}
			if c.Expected.Nested {
				e = partiallyNested{kr: true, homoscedastic: true}
			}
			got, want := fit(e, d), c.Expected
			if got.Status != Boundary {
				t.Fatalf("%+v", got)
			}
			near(t, "estimate", got.Value, want.Estimate, iterative)
			near(t, "Kenward-Roger SE", got.SE, want.SEKR, iterative)
			near(t, "Kenward-Roger df", got.DF, want.DFKR, 5e-6)
		})
	}
}
