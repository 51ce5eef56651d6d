package portable

import "math"

// Cholesky replaces the lower triangle of the n x n matrix a, by row, by that of
// its Cholesky factor. It returns false, and leaves a half done, if a is not
// positive definite.
func Cholesky(a []float64, n int) bool {
	for i := range n {
		for j := range i + 1 {
			sum := a[i*n+j]
			for k := range j {
				sum -= float64(a[i*n+k] * a[j*n+k])
			}
			if i > j {
				a[i*n+j] = sum / a[j*n+j]
				continue
			}
			if !(sum > 0) {
				return false
			}
			a[i*n+i] = math.Sqrt(sum)
		}
	}
	return true
}
