package analysis

import (
	"caseload/sim/portable"
	"math"
)

// sums are the moments of an outcome in two arms: number, sum and sum of
// squares, treated arm first.
type sums [6]float64

// add adds what one client's outcome y counts.
func (s *sums) add(control bool, n, y, square float64) {
	k := 0
	if control {
		k = 3
	}
	s[k] += n
	s[k+1] += y
	s[k+2] += square
}

// pooled is the mean of the replicates' sums with their covariance, which
// gives any smooth function of the pooled moments its MCSE by the delta method.
type pooled struct {
	n    float64
	mean sums
	c    [6][6]float64 // sums of products of deviations
}

func (p *pooled) add(x *sums) {
	p.n++
	var d sums
	for k := range x {
		d[k] = x[k] - p.mean[k]
		p.mean[k] += d[k] / p.n
	}
	for j := range x {
		for k := 0; k <= j; k++ {
			p.c[j][k] += float64(d[j] * (x[k] - p.mean[k]))
		}
	}
}

// value returns f of the pooled moments and its MCSE.
func (p *pooled) value(f func(*sums) float64) (value, mcse float64) {
	if p.n == 0 {
		return nan, nan
	}
	value = f(&p.mean)
	if p.n < 2 {
		return value, nan
	}
	var g sums
	for k := range g {
		h := float64(1e-6 * max(1e-9, math.Abs(p.mean[k])))
		up, down := p.mean, p.mean
		up[k] += h
		down[k] -= h
		g[k] = (f(&up) - f(&down)) / (2 * h)
	}
	v := 0.0
	for j := range g {
		v += float64(g[j] * g[j] * p.c[j][j])
		for k := range j {
			v += float64(2 * g[j] * g[k] * p.c[j][k])
		}
	}
	return value, math.Sqrt(max(0, v) / (p.n - 1) / p.n)
}

// difference returns the difference of the arms' means.
func difference(s *sums) float64 { return s[1]/s[0] - s[4]/s[3] }

// logRisks returns the log risk ratio of a binary outcome.
func logRisks(s *sums) float64 { return portable.Log(s[1] / s[0] / (s[4] / s[3])) }

// logOdds returns the log odds ratio of a binary outcome.
func logOdds(s *sums) float64 {
	p, q := s[1]/s[0], s[4]/s[3]
	return portable.Log(p/(1-p)) - portable.Log(q/(1-q))
}

// logOddsSMD turns a binary outcome's log odds ratio into a standardized mean
// difference by sqrt(3)/pi (Hasselblad & Hedges 1995), with half an event
// added to each cell of the n replicates together: in the mean replicate it
// would pull the effect on a rare outcome to zero.
func logOddsSMD(n float64) func(*sums) float64 {
	return func(s *sums) float64 {
		p, q := (float64(n*s[1])+0.5)/(float64(n*s[0])+1), (float64(n*s[4])+0.5)/(float64(n*s[3])+1)
		return (portable.Log(p/(1-p)) - portable.Log(q/(1-q))) * math.Sqrt(3) / math.Pi
	}
}

// smd returns the difference of means over the pooled within-arm SD.
func smd(s *sums) float64 {
	v := (s[2] - s[1]*s[1]/s[0] + s[5] - s[4]*s[4]/s[3]) / (s[0] + s[3])
	return difference(s) / math.Sqrt(v)
}

// moments are the number, sum and sum of squares of an outcome in one arm.
type moments [3]float64

// inArms puts the moments of two arms together.
func inArms(treated, control moments) sums {
	return sums{treated[0], treated[1], treated[2], control[0], control[1], control[2]}
}
