package trial

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Numbers are the shortest text that reads back as the same, as strconv writes it.
func TestNumbersInCSVAreTheShortest(t *testing.T) {
	check := func(x float64) string {
		x = math.Round(x*1e6) / 1e6
		want := strconv.FormatFloat(x+0, 'g', -1, 64)
		if got := string(appendNumber(nil, x)); got != want && x != 0 {
			return got + ", want " + want
		}
		return ""
	}
	for _, x := range []float64{1, -1, 365.25, 12.000001, -0.000123, 0.0001, 999999.999999, 1e6, 123456789.125, 1e-5, 0.1, -88.100001} {
		if wrong := check(x); wrong != "" {
			t.Error(wrong)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if wrong := check(rapid.Float64Range(-2e6, 2e6).Draw(t, "x")); wrong != "" {
			t.Error(wrong)
		}
	})
}
