package verdict

import (
	"math"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// Apart reports whether two numbers with their Monte Carlo standard errors differ by
// more than chance, and by more than rounding.
func Apart(a, mcseA, b, mcseB float64) bool {
	d := math.Abs(a - b)
	return d > measure.Negligible && d > float64(Clear*portable.Hypot(mcseA, mcseB))
}

// Biased reports whether the mean of estimates differs from the truth by more than
// chance, and by so much that it matters: by a tenth of the standard deviation of the
// estimates, or by a twentieth of a truth that is not zero by chance. A bias of a
// tenth of it takes 0.1 points from a coverage of 95 %.
func Biased(bias, mcse, se, truth, truthMCSE float64) bool {
	b := math.Abs(bias)
	if !(mcse > measure.Negligible) || !(b > float64(Clear*mcse)) {
		return false
	}
	size := math.Abs(truth)
	return b > se/10 || size > float64(Clear*truthMCSE) && b > size/20
}

// tolerated is how many times as often as they claim intervals may miss the truth
// before they are called too narrow: 6.5 % of 95 % intervals.
const tolerated = 1.3

// LeastCoverage returns the smallest coverage of intervals of 1 - alpha that are not
// called too narrow.
func LeastCoverage(alpha float64) float64 { return 1 - float64(tolerated*alpha) }

// TooNarrow reports whether intervals of 1 - alpha contain the truth less often than
// they claim, by more than chance and by so much that it matters.
func TooNarrow(coverage, mcse, alpha float64) bool {
	return 1-alpha-coverage > float64(Clear*mcse) && coverage < LeastCoverage(alpha)
}
