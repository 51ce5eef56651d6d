package performance

import "math"

// moments are the running count, mean and sums of powers of deviations about
// the mean, updated one number at a time without loss of digits.
// Source: Welford 1962; Pebay 2008, equations 1.6 with n_B = 1.
type moments struct {
	n          int
	mean       float64
	m2, m3, m4 float64 // sums of deviations squared, cubed, to the fourth
}

func (m *moments) add(x float64) {
	before := float64(m.n)
	m.n++
	n := float64(m.n)
	delta := x - m.mean
	share := delta / n
	square := float64(delta * share * before)
	m.m4 += float64(square*share*share*(float64(n*n)-float64(3*n)+3)) + float64(6*share*share*m.m2) - float64(4*share*m.m3)
	m.m3 += float64(square*share*(n-2)) - float64(3*share*m.m2)
	m.m2 += square
	m.mean += share
}

// addDefined leaves NaN out.
func (m *moments) addDefined(x float64) {
	if !math.IsNaN(x) {
		m.add(x)
	}
}

// average returns the mean; NaN of nothing.
func (m *moments) average() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.mean
}

// variance returns the sample variance; NaN below two numbers.
func (m *moments) variance() float64 {
	if m.n < 2 {
		return math.NaN()
	}
	return m.m2 / float64(m.n-1)
}

func (m *moments) sd() float64 { return math.Sqrt(m.variance()) }

// meanSE returns the standard error of the mean.
func (m *moments) meanSE() float64 { return math.Sqrt(m.variance() / float64(m.n)) }
