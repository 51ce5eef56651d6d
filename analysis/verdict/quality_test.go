package verdict

import (
	"math"
	"testing"
)

// The boundaries of each rule, on both sides.
func TestQuality(t *testing.T) {
	nan := math.NaN()
	for what, ok := range map[string]bool{
		"apart by 3.01 errors":                     Apart(0.5, 0.03, 0.6505, 0.04),
		"not by 2.99":                              !Apart(0.5, 0.03, 0.6495, 0.04),
		"not by rounding":                          !Apart(0.5, 0, 0.5+1e-12, 0),
		"not where one is unknown":                 !Apart(0.5, 0.01, nan, nan),
		"biased by a tenth of an SE":               Biased(-0.0101, 0.003, 0.1, 1, 0.01),
		"biased by a twentieth of the truth":       Biased(0.051, 0.01, 1, 1, 0.01),
		"not by less than either":                  !Biased(0.049, 0.01, 1, 1, 0.01),
		"not by a twentieth of zero":               !Biased(0.049, 0.01, 1, 0.02, 0.01),
		"not by chance":                            !Biased(0.2, 0.07, 1, 1, 0.01),
		"not without an error":                     !Biased(0.2, nan, 1, 1, 0.01),
		"too narrow at 93.4 %":                     TooNarrow(0.934, 0.005, 0.05),
		"not at 93.6 %":                            !TooNarrow(0.936, 0.001, 0.05),
		"not by chance at 93.4 %":                  !TooNarrow(0.934, 0.006, 0.05),
		"an interval of 90 % may miss one in ten":  !TooNarrow(0.905, 0.001, 0.1),
		"and is too narrow where it misses 13.1 %": TooNarrow(0.869, 0.001, 0.1),
		"all miss":                                 TooNarrow(0, 0, 0.05),
		"not without a coverage":                   !TooNarrow(nan, nan, 0.05),
	} {
		if !ok {
			t.Error(what)
		}
	}
}
