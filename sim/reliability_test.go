package sim

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// Days and counts that are measured with an error stay in range and have the
// reliability asked for: the squared correlation of what is measured with what is true
// in the control arm. Of 30 days of use -12.8 to 45.7 were measured.
func TestMeasuredDaysStayInRangeWithTheReliabilityAskedFor(t *testing.T) {
	for _, c := range []struct {
		variable string
		most     float64
		whole    bool
	}{{"use_days_month", 30, false}, {"days_abstinent", 90, false}, {"days_using", 90, false}, {"risk_events", math.Inf(1), true}, {"days_housed", 90, false}} {
		for _, reliability := range []float64{0.3, 0.8, 0.95} {
			text := plainTOML + `[use]
using = 0.7
quit = { per_month = 0.4 }
relapse = { per_month = 0.3 }
[risk]
rate = { per_month = 0.6 }
[housing]
housed = 0.6
lose = { per_month = 0.2 }
gain = { per_month = 0.2 }
[[outcome]]
name = "measured"
variable = "` + c.variable + `"
at_days = 90
reliability = ` + fmt.Sprint(reliability) + "\n"
			sc := load(t, text, "trial.clients=4000", "trial.follow_up_days=[30, 90]")
			m, err := compileFrom(sc, sampleSize, nil)
			if err != nil {
				t.Fatal(err)
			}
			p := pairs(m, 1, 0)[0]
			seen, truth := p.seen[1], p.truth[1] // control
			for _, y := range append(seen, p.seen[0]...) {
				if !(y >= 0 && y <= c.most && (!c.whole || y == math.Trunc(y))) {
					t.Fatalf("%s: %v was measured", c.variable, y)
				}
			}
			// The standard error of a squared correlation, whatever the distribution: by the
			// influence of each client (Efron & Tibshirani 1993, chapter 21). The solver's
			// sample has four times as many clients as the arm, so its own luck adds a quarter
			// of the variance.
			r, influence := stat.Correlation(truth, seen, nil), 0.0
			mx, sx := stat.MeanStdDev(truth, nil)
			my, sy := stat.MeanStdDev(seen, nil)
			for i := range seen {
				x, y := (truth[i]-mx)/sx, (seen[i]-my)/sy
				u := 2 * r * (x*y - r*(x*x+y*y)/2)
				influence += u * u
			}
			n := float64(len(seen))
			within(t, c.variable, r*r, reliability, math.Sqrt(1.25*influence)/n)
		}
	}
}
