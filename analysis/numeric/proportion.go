package numeric

import "math"

// Wilson returns the score interval of a proportion, count of n, at z standard
// errors; (0, 1) when n is 0. Source: Wilson 1927.
//
// The limits lie in [0, 1] and are exactly 0 and 1 at the extremes.
func Wilson(count, n int, z float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	m, x := float64(n), float64(count)
	z2 := float64(z * z)
	centre := float64((x + float64(z2/2)) / (m + z2))
	half := float64(z / (m + z2) * math.Sqrt(float64(x*(m-x)/m)+float64(z2/4)))
	low, high = centre-half, centre+half
	if count == 0 {
		low = 0
	}
	if count == n {
		high = 1
	}
	return low, high
}
