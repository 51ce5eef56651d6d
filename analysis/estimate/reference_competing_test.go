package estimate

import (
	"encoding/json"
	"testing"
)

// R: cmprsk::cuminc and timepoints, for each cause as the event.
func TestCumulativeIncidenceAgainstR(t *testing.T) {
	type incidences struct{ CIF, Variance []float64 }
	for _, c := range casesOf[map[string]json.RawMessage](t, "times.json", "competing_risks") {
		t.Run(c.ID, func(t *testing.T) {
			d := timesOf(t, &c)
			for _, cause := range []string{"cause1", "cause2"} {
				arms, status := survivalCurves(d, true, new(Work))
				if status != OK {
					t.Fatal(status)
				}
				for k, arm := range []string{"arm0_", "arm1_"} {
					var want incidences
					decode(t, c.Expected[arm+cause], &want)
					arms[k].aalenJohansen()
					for i, at := range c.Inputs.Times[:len(want.CIF)] {
						cif, variance, _ := arms[k].incidence(at)
						near(t, "incidence", cif, want.CIF[i], closedForm)
						near(t, "variance", variance, want.Variance[i], closedForm)
					}
				}
				d.Event, d.Competing = d.Competing, d.Event
			}
		})
	}
}

// R: cmprsk::crr, for each cause as the event.
func TestFineGrayAgainstR(t *testing.T) {
	var w Work
	for _, c := range casesOf[map[string]json.RawMessage](t, "times.json", "competing_risks") {
		t.Run(c.ID, func(t *testing.T) {
			d := timesOf(t, &c)
			for _, cause := range []string{"cause1", "cause2"} {
				var want struct{ Coef, SE, Loglik float64 }
				decode(t, c.Expected["fine_gray_"+cause], &want)
				got := fineGray{}.Fit(d, 0.05, &w)
				near(t, "log SHR", got.Value, want.Coef, iterative)
				near(t, "SE", got.SE, want.SE, iterative)
				near(t, "log likelihood", w.subhazard.evaluate([]float64{got.Value}), want.Loglik, iterative)
				d.Event, d.Competing = d.Competing, d.Event
			}
		})
	}
}
