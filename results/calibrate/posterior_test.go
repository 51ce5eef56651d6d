package calibrate

import (
	"strings"
	"testing"
)

// Of 1,000 draws each value is there as often as its weight says.
func TestPosteriorDrawsAreByWeight(t *testing.T) {
	c := Calibration{Parameters: []Parameter{{Key: "use.using"}, {Key: "attrition.missed"}}, theta: [][]float64{{0.5, 0.25, 0.75}, {1, 2, 3}}, weight: []float64{0.2, 0.7, 0.1}}
	var b strings.Builder
	if err := c.Posterior(&b); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"use.using,attrition.missed\n": 1, "\n0.5,1": 200, "\n0.25,2": 700, "\n0.75,3": 100, "\n": 1001} {
		if n := strings.Count(b.String(), text); n != want {
			t.Errorf("%q is there %d times, want %d", text, n, want)
		}
	}
}
