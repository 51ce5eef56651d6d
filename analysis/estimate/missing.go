package estimate

import "math"

// missingWork is the scratch of the methods that make up for missing outcomes.
type missingWork struct {
	rows     [2][]int32 // of each arm, control first
	logit    glmWork
	residual []float64
	pull     []float64 // of the coefficients on a weighted mean
	impute   imputeWork
}

// split lists the rows of each arm. Outcomes may be NaN; all else is to be
// finite. An arm in which fewer than two outcomes were observed has TooFew.
func (m *missingWork) split(d *Data) Status {
	var observed [2]int
	finite := true
	m.rows[0], m.rows[1] = resize(m.rows[0], len(d.Y))[:0], resize(m.rows[1], len(d.Y))[:0]
	for i, y := range d.Y {
		k := bit(d.Treated[i])
		m.rows[k] = append(m.rows[k], int32(i))
		observed[k] += bit(!math.IsNaN(y))
		finite = finite && !math.IsInf(y, 0)
	}
	for _, x := range d.X {
		for _, v := range x {
			finite = finite && v-v == 0
		}
	}
	switch {
	case len(m.rows[0]) == 0 || len(m.rows[1]) == 0:
		return EmptyArm
	case !finite:
		return BadData
	case observed[0] < 2 || observed[1] < 2:
		return TooFew
	}
	return OK
}

// dichotomous reports whether all that was observed is 0 or 1.
func dichotomous(y []float64) bool {
	for _, v := range y {
		if v != 0 && v != 1 && !math.IsNaN(v) {
			return false
		}
	}
	return true
}

// armMean returns the mean of the given rows of a column, as far as observed, about
// the first, so that a constant has a mean of exactly itself.
func armMean(x []float64, rows []int32) float64 {
	first, sum, n := math.NaN(), 0.0, 0
	for _, i := range rows {
		switch v := x[i]; {
		case math.IsNaN(v):
			continue
		case n == 0:
			first, n = v, 1
		default:
			sum += v - first
			n++
		}
	}
	return first + sum/float64(n)
}
