package estimate

// roundoff is the largest relative error of one rounding.
const roundoff = 0x1p-53

// noise returns what rounding can leave of the deviations of n numbers, none of them
// larger than size, from their mean. A sum of n such numbers is off by at most
// (n-1) roundoff x n size (Higham 2002, Accuracy and Stability of Numerical Algorithms,
// equation 4.4), and so their mean by n roundoff x size, twice that where they are taken
// about one of them. To it come the rounding of each deviation, and the one of each
// number by whoever worked it out, for which a few operations are allowed.
func noise(size float64, n int) float64 { return 2 * roundoff * size * float64(n+4) }

// rounding reports whether a variance is not above what rounding alone can make of
// it: the squared noise of n numbers of at most that size, times the sum of the
// squares of what the deviations are multiplied by.
func rounding(variance, weight, size float64, n int) bool {
	left := noise(size, n)
	return variance <= float64(weight*left)*left
}

// largest returns the largest size of a number, those that are missing left out.
func largest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		if v > most {
			most = v
		} else if -v > most {
			most = -v
		}
	}
	return most
}
