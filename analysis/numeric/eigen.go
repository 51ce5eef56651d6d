package numeric

import "math"

// Eigen finds the eigenvalues of the symmetric p x p matrix a, by row, and its
// eigenvectors, the columns of v. It destroys a, whose diagonal becomes the
// eigenvalues, in no order.
//
// Source: the cyclic Jacobi method (Golub & Van Loan 2013, section 8.5), for the
// dozen unknowns at most that a model of a trial has: each rotation is exact to
// rounding, and a 2 x 2 matrix needs one.
func Eigen(a, v []float64, p int) {
	clear(v[:p*p])
	for j := range p {
		v[j*p+j] = 1
	}
	for range 60 { // sweeps; quadratic, so that ten are many
		off, size := 0.0, 0.0
		for j := range p {
			size += float64(a[j*p+j] * a[j*p+j])
			for k := range j {
				off += float64(a[j*p+k] * a[j*p+k])
			}
		}
		if !(off > 1e-32*size) {
			return
		}
		for j := 1; j < p; j++ {
			for k := range j {
				rotate(a, v, p, k, j)
			}
		}
	}
}

// rotate makes a[k, j] and a[j, k] zero.
func rotate(a, v []float64, p, k, j int) {
	if a[j*p+k] == 0 {
		return
	}
	theta := (a[j*p+j] - a[k*p+k]) / (2 * a[j*p+k])
	t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	c := 1 / math.Sqrt(float64(t*t)+1)
	s := t * c
	for i := range p {
		x, y := a[i*p+k], a[i*p+j]
		a[i*p+k], a[i*p+j] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
	for i := range p {
		x, y := a[k*p+i], a[j*p+i]
		a[k*p+i], a[j*p+i] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
	a[j*p+k], a[k*p+j] = 0, 0
	for i := range p {
		x, y := v[i*p+k], v[i*p+j]
		v[i*p+k], v[i*p+j] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
}
