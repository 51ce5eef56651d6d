package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// whileAlive is the difference of two rates of days or events while alive, each an
// arm's sum over its sum of exposures, per Period of exposure: the while-alive
// estimand E[N] / E[min(D, t)] (Mao 2023, Biometrics 79:1749; Wei et al. 2023, Stat
// Biopharm Res 15:523). The variance of each ratio is by linearization (Cochran 1977,
// Sampling Techniques, section 2.11), interval and test are Welch's. With equal
// exposures it is welch. SMD divides by the standard deviation of clients' own rates,
// each weighted by its exposure, pooled over the arms.
//
// EmptyArm; TooFew: an arm of fewer than two rows; ZeroVariance: in each arm all have
// the same rate; BadData.
type whileAlive struct{}

func (whileAlive) Method() Method {
	return Method{Name: "while_alive", Kinds: Numbers, Measure: measure.MD, Needs: Exposures, Linear: true}
}

// aliveArm holds the sums of one arm: of exposures in periods, of outcomes, and of
// squared rates weighted by exposure.
type aliveArm struct{ n, exposure, sum, squares, residual float64 }

func (a *aliveArm) rate() float64 { return a.sum / a.exposure }

// variance returns that of the rate.
func (a *aliveArm) variance() float64 {
	return a.residual * a.n / (a.n - 1) / (a.exposure * a.exposure)
}

func (whileAlive) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Exposures)
	n := len(d.Y)
	arms, status := aliveArms(d)
	if status != OK {
		return failed(n, status)
	}
	v1, v0 := arms[1].variance(), arms[0].variance()
	v := v1 + v0
	if !(v > aliveRounding*(arms[1].scale()+arms[0].scale())) {
		return failed(n, ZeroVariance)
	}
	s1, s0 := v1/v, v0/v
	df := 1 / (float64(s1*s1)/(arms[1].n-1) + float64(s0*s0)/(arms[0].n-1))
	value, se := arms[1].rate()-arms[0].rate(), math.Sqrt(v)
	half := float64(w.critical.Student(alpha, df) * se)
	e := Estimate{Value: value, SE: se, Low: value - half, High: value + half, Stat: value / se, DF: df, N: n}
	e.P = numeric.StudentTwoSided(e.Stat, df)
	e.SMD = value / math.Sqrt((arms[1].spread()+arms[0].spread())/(arms[1].exposure+arms[0].exposure))
	return e.orBad()
}

// aliveRounding is the variance, relative to squared rates, below which it is
// rounding.
const aliveRounding = 1e-24

func (a *aliveArm) scale() float64 { return float64(a.rate() * a.rate()) }

// spread returns the weighted sum of squares of clients' rates about the arm's.
func (a *aliveArm) spread() float64 {
	return max(0, a.squares-float64(a.sum*a.rate()))
}

// aliveArms adds up the arms, control first.
func aliveArms(d *Data) (arms [2]aliveArm, status Status) {
	period := d.Period
	if period == 0 {
		period = 1
	}
	for i, y := range d.Y {
		a, e := &arms[bit(d.Treated[i])], d.Exposure[i]/period
		if !(e > 0) || math.IsInf(e, 0) || math.IsInf(y, 0) || math.IsNaN(y) {
			return arms, BadData
		}
		a.n++
		a.exposure += e
		a.sum += y
		a.squares += float64(y * (y / e))
	}
	switch {
	case arms[0].n == 0 || arms[1].n == 0:
		return arms, EmptyArm
	case arms[0].n < 2 || arms[1].n < 2:
		return arms, TooFew
	}
	for i, y := range d.Y {
		a := &arms[bit(d.Treated[i])]
		r := y - float64(a.rate()*(d.Exposure[i]/period))
		a.residual += float64(r * r)
	}
	return arms, OK
}
