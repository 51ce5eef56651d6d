package closedform

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// A PeriodDesign is a trial in which clusters are randomized to sequences of arms over
// periods, such as a stepped wedge, a cluster crossover or clusters with a baseline period.
// Each client is in one cluster and one period.
type PeriodDesign struct {
	Treated [][]bool    // [sequence][period]
	Sizes   [][]float64 // [sequence][period] clients of a cluster, 0: the period is not observed
	// Clusters is how many clusters each sequence has.
	Clusters []float64
	// ICC is the correlation of outcomes of clients of one cluster in one period.
	ICC float64
	// Correlation is that of the effects of one cluster in two periods, 1 if nil: then clusters differ in the
	// same way throughout (Hussey & Hughes 2007, Contemp Clin Trials 28:182).
	Correlation func(s, t int) float64
}

// Exchangeable returns the correlation of a cluster's effects in any two periods, the cluster
// autocorrelation (Hooper et al. 2016, Stat Med 35:4718).
func Exchangeable(cac float64) func(s, t int) float64 {
	return func(s, t int) float64 {
		if s == t {
			return 1
		}
		return cac
	}
}

// Decaying returns a correlation that falls with the distance of two periods, from one to the
// next by a factor (Kasza et al. 2019, Stat Methods Med Res 28:703).
func Decaying(factor float64) func(s, t int) float64 {
	return func(s, t int) float64 { return portable.Pow(factor, math.Abs(float64(s-t))) }
}

// Variance returns the variance of the effect of the arm by generalized least squares, adjusted for
// an effect of each period, where an outcome has the variance 1: the entry for the arm of the inverse of the sum over clusters of X'V^-1
// X, with X the columns of the means of the cluster's periods and V their covariance (Hussey
// & Hughes 2007, equations 7 and 8; Kasza et al. 2019, equation 3). NaN if the design does not tell
// the effect from those of the periods.
func (d *PeriodDesign) Variance() float64 {
	return d.variance(1, func(sequence, period int) int { return -1 + one(d.Treated[sequence][period]) })
}

// ExposureVariance returns the variance of the average of the effects after each number of periods that a
// cluster has been treated without a break, where each has one of its own (Kenny et al. 2022, Stat
// Med 41:4311).
func (d *PeriodDesign) ExposureVariance() float64 {
	most := 0
	for s := range d.Treated {
		for t := range d.Treated[s] {
			if d.Sizes[s][t] > 0 {
				most = max(most, d.exposure(s, t))
			}
		}
	}
	return d.variance(most, func(s, t int) int { return d.exposure(s, t) - 1 })
}

// exposure returns for how many periods, with this one, a sequence has been treated without a
// break; 0 if it is not.
func (d *PeriodDesign) exposure(sequence, period int) (n int) {
	for t := period; t >= 0 && d.Treated[sequence][t]; t-- {
		n++
	}
	return n
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// variance returns that of the average of some effects. effect says which of them a sequence has in a period, below 0 for none.
func (d *PeriodDesign) variance(effects int, effect func(sequence, period int) int) float64 {
	if len(d.Treated) == 0 || effects == 0 {
		return math.NaN()
	}
	periods := len(d.Treated[0])
	var information numeric.Symmetric
	information.Reset(periods + effects)
	for s := range d.Treated {
		if !d.addSequence(&information, s, func(t int) int { return effect(s, t) }) {
			return math.NaN()
		}
	}
	information.Alias()
	average := make([]float64, periods+effects)
	for k := range effects {
		if information.Aliased[periods+k] {
			return math.NaN()
		}
		average[periods+k] = 1 / float64(effects)
	}
	return information.Forward(average)
}

// addSequence adds X'V^-1 X of the clusters of a sequence, and reports whether V is a covariance.
func (d *PeriodDesign) addSequence(information *numeric.Symmetric, s int, effect func(period int) int) bool {
	seen := d.observed(s)
	inverse, ok := d.inverse(s, seen)
	columns := func(period int) []int { // in which the row of a period is 1
		if e := effect(period); e >= 0 {
			return []int{period, len(d.Sizes[s]) + e}
		}
		return []int{period}
	}
	for a, t := range seen {
		for b, u := range seen {
			x := float64(d.Clusters[s] * inverse[a*len(seen)+b])
			for _, j := range columns(t) {
				for _, k := range columns(u) {
					information.A[j*information.P+k] += x
				}
			}
		}
	}
	return ok
}

// observed lists the periods in which a sequence has clients.
func (d *PeriodDesign) observed(s int) (seen []int) {
	for t, n := range d.Sizes[s] {
		if n > 0 {
			seen = append(seen, t)
		}
	}
	return seen
}

// inverse returns that of the covariance of the means of some periods of a cluster, and whether it is one.
func (d *PeriodDesign) inverse(s int, seen []int) (inverse []float64, ok bool) {
	var v numeric.Symmetric
	v.Reset(len(seen))
	for a, t := range seen {
		for b, u := range seen {
			v.A[a*len(seen)+b] = d.covariance(s, t, u)
		}
	}
	inverse = make([]float64, len(seen)*len(seen))
	if !v.Factor() {
		return inverse, false
	}
	v.Invert(inverse)
	return inverse, true
}

// covariance of the means of two periods of a cluster.
func (d *PeriodDesign) covariance(s, t, u int) float64 {
	shared := d.ICC
	if d.Correlation != nil {
		shared = float64(shared * d.Correlation(t, u))
	}
	if t == u {
		shared += (1 - d.ICC) / d.Sizes[s][t]
	}
	return shared
}

// WaldPower returns the power of a two-sided test of an effect whose estimate is normal and has the
// standard error given: the normal approximation without the other tail (Hussey & Hughes 2007, section 3).
func WaldPower(effect, se, alpha float64) float64 {
	return numeric.NormalCDF(math.Abs(effect)/se - critical(alpha))
}

// WaldTPower returns the power where the standard error is estimated on so many degrees of freedom, both
// tails counted: by the noncentral t distribution.
func WaldTPower(effect, se, df, alpha float64) float64 {
	return tPower(effect/se, 2, 2, df, alpha)
}
