package numeric

import "math"

// Symmetric is a positive semidefinite system of a few unknowns, such as the
// information of a model: small enough that the library's general routines
// cost more than the work. A column that those before it determine (a
// constant covariate, a category too many) is aliased, as R calls it: it is
// left out, and the others are those of the system without it.
//
// The zero value is ready. Nothing is allocated once it has been as large.
type Symmetric struct {
	P       int
	A       []float64 // P x P by row; only the lower triangle is read
	L       []float64 // lower Cholesky factor
	Aliased []bool
	Rank    int // columns not left out

	column []float64
}

// dependent is the share of a diagonal below which what is left of it is
// rounding.
const dependent = 1e-10

// Reset makes room for p unknowns and clears A and Aliased.
func (s *Symmetric) Reset(p int) {
	s.P, s.Rank = p, p
	s.A, s.L = zeros(s.A, p*p), zeros(s.L, p*p)
	s.column = zeros(s.column, p)
	if cap(s.Aliased) < p {
		s.Aliased = make([]bool, p)
	}
	s.Aliased = s.Aliased[:p]
	clear(s.Aliased)
}

func zeros(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	v = v[:n]
	clear(v)
	return v
}

// Alias factors A and finds the columns that those before them determine.
func (s *Symmetric) Alias() {
	clear(s.Aliased)
	s.Rank = 0
	for j := range s.P {
		pivot := s.pivot(j)
		s.Aliased[j] = !(pivot > dependent*s.A[j*s.P+j])
		if !s.Aliased[j] {
			s.Rank++
			s.L[j*s.P+j] = math.Sqrt(pivot)
		}
	}
}

// Factor takes the Cholesky factor of A without the aliased columns, which are
// as Alias found them. It fails if the rest is not positive definite.
func (s *Symmetric) Factor() bool {
	for j := range s.P {
		if s.Aliased[j] {
			clear(s.L[j*s.P : j*s.P+j+1])
			continue
		}
		pivot := s.pivot(j)
		if !(pivot > 0) {
			return false
		}
		s.L[j*s.P+j] = math.Sqrt(pivot)
	}
	return true
}

// pivot fills row j of the factor left of the diagonal and returns what is left
// on the diagonal.
func (s *Symmetric) pivot(j int) float64 {
	p, row := s.P, s.L[j*s.P:j*s.P+j]
	left := s.A[j*p+j]
	for k := range row {
		row[k] = 0
		if s.Aliased[k] {
			continue
		}
		sum := s.A[j*p+k]
		for i := range k {
			sum -= float64(row[i] * s.L[k*p+i])
		}
		row[k] = sum / s.L[k*p+k]
		left -= float64(row[k] * row[k])
	}
	return left
}

// Forward replaces v by L^-1 v, zero where aliased, and returns the square of
// its length.
func (s *Symmetric) Forward(v []float64) float64 {
	size := 0.0
	for j := range s.P {
		if s.Aliased[j] {
			v[j] = 0
			continue
		}
		sum := v[j]
		for k, l := range s.L[j*s.P : j*s.P+j] {
			sum -= float64(l * v[k])
		}
		v[j] = sum / s.L[j*s.P+j]
		size += float64(v[j] * v[j])
	}
	return size
}

// Backward replaces v by the inverse of L' times v.
func (s *Symmetric) Backward(v []float64) {
	for j := s.P - 1; j >= 0; j-- {
		if s.Aliased[j] {
			continue
		}
		for k := j + 1; k < s.P; k++ {
			v[j] -= float64(s.L[k*s.P+j] * v[k])
		}
		v[j] /= s.L[j*s.P+j]
	}
}

// Solve replaces v by the inverse of A times v, zero where aliased.
func (s *Symmetric) Solve(v []float64) {
	s.Forward(v)
	s.Backward(v)
}

// Invert sets out, P x P by row, to the inverse of A, zero in the rows and
// columns of what is aliased.
func (s *Symmetric) Invert(out []float64) {
	for j := range s.P {
		clear(s.column)
		if !s.Aliased[j] {
			s.column[j] = 1
			s.Solve(s.column)
		}
		copy(out[j*s.P:], s.column)
	}
}
