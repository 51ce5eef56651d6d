package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// span says which values an outcome can have. What is measured with an error is
// moved to the nearest of them.
type span uint8

const (
	anyNumber  span = iota // scores
	someDays               // a number of days, no more than have gone by
	wholeCount             // a number of events
)

func spanOf(v scenarios.Variable) span {
	switch {
	case v.Kind == scenarios.Count:
		return wholeCount
	case v.InDays():
		return someDays
	}
	return anyNumber
}

// nearest returns the value nearest to y that there can be, of days at most so many.
func (s span) nearest(y, most float64) float64 {
	switch s {
	case someDays:
		return max(0, min(y, most))
	case wholeCount:
		return max(0, math.Round(y))
	}
	return y
}

// mostDays returns the number of days that the client's outcome is taken over.
func (w *Workspace) mostDays(o *outcome, c *client) float64 {
	if o.before >= 0 {
		return calendar.Days(w.momentAt(c, o.moment) - w.momentAt(c, o.before))
	}
	return calendar.Days(w.momentAt(c, o.moment) - c.enrol)
}

// errorFor returns the standard deviation of the normal error with which the values
// have the reliability asked for: the squared correlation of what is measured with
// what is true. Without bounds it is that of classical test theory. An error that
// bounds cut off takes from the reliability in another proportion.
func (s span) errorFor(values []float64, most, reliability float64) float64 {
	sd := spread(values) * math.Sqrt((1-reliability)/reliability)
	if s == anyNumber || !(sd > 0) {
		return sd
	}
	errors := normalErrors()
	low, high := 0.0, sd
	for range 60 {
		if s.correlation(values, most, high, errors) < reliability {
			break
		}
		low, high = high, 2*high
	}
	for range 30 {
		middle := float64((low + high) / 2)
		if s.correlation(values, most, middle, errors) < reliability {
			high = middle
		} else {
			low = middle
		}
	}
	return float64((low + high) / 2)
}

// normalErrors are the middle quantiles of equal parts of the normal distribution,
// scaled to a variance of 1.
func normalErrors() []float64 {
	const parts = 40
	z, squares := make([]float64, parts), 0.0
	for k := range z {
		z[k] = portable.NormalQuantile((float64(k) + 0.5) / parts)
		squares += float64(z[k] * z[k])
	}
	for k := range z {
		z[k] /= math.Sqrt(squares / parts)
	}
	return z
}

// correlation returns the squared correlation of the values with what is measured of
// them.
func (s span) correlation(values []float64, most, sd float64, errors []float64) float64 {
	var n, x, y, xx, xy, yy float64
	origin := math.NaN()
	for _, v := range values {
		if v != v {
			continue
		}
		if origin != origin {
			origin = v
		}
		sum, squares := 0.0, 0.0
		for _, e := range errors {
			m := s.nearest(v+float64(sd*e), most) - origin
			sum += m
			squares += float64(m * m)
		}
		sum, squares, v = sum/float64(len(errors)), squares/float64(len(errors)), v-origin
		n, x, y = n+1, x+v, y+sum
		xx, xy, yy = xx+float64(v*v), xy+float64(v*sum), yy+squares
	}
	covariance := xy - float64(x*y/n)
	return covariance * covariance / ((xx - float64(x*x/n)) * (yy - float64(y*y/n)))
}
