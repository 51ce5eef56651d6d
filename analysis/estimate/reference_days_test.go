package estimate

import "testing"

// R: testdata/make-days.R, by the likelihood written out, and glmmTMB.
func TestBetaBinomialAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[struct {
		Value, SE, DF, Arm float64
		LogS               float64 `json:"log_s"`
	}](t, "make-days.json", "days") {
		t.Run(c.ID, func(t *testing.T) {
			d := &Data{X: make([][]float64, len(c.Inputs.Columns)-3)}
			for _, row := range c.rows(t, c.Inputs.Columns...) {
				d.Y, d.Treated, d.Most = append(d.Y, row[0]), append(d.Treated, row[1] == 1), row[2]
				for j := range d.X {
					d.X[j] = append(d.X[j], row[3+j])
				}
			}
			got, want := betaBinomial{}.Fit(d, 0.05, &w), c.Expected
			near(t, "value", got.Value, want.Value, iterative)
			near(t, "SE", got.SE, want.SE, iterative)
			near(t, "df", got.DF, want.DF, closedForm)
			near(t, "coefficient of the arm", w.days.beta[1], want.Arm, iterative)
			near(t, "log s", w.days.beta[w.days.p], want.LogS, iterative)
		})
	}
}
