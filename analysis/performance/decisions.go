package performance

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// coverage returns the share of intervals that contain the truth. Its MCSE is
// sqrt(c(1-c)/n), Morris et al. 2019, table 6, and what moving the truth by
// its own MCSE does: half of coverage(truth + MCSE) - coverage(truth - MCSE).
func (a *Accumulator) coverage(truth, truthMCSE float64) (coverage, mcse float64) {
	inside, ok := a.aboutTruth.containing(truth)
	if !ok {
		return math.NaN(), math.NaN()
	}
	coverage, mcse = share(inside, a.intervals)
	if truthMCSE == 0 {
		return coverage, mcse
	}
	above, ok1 := a.aboutTruth.containing(truth + truthMCSE)
	below, ok2 := a.aboutTruth.containing(truth - truthMCSE)
	if !ok1 || !ok2 {
		return coverage, math.NaN()
	}
	return coverage, portable.Hypot(mcse, float64(above-below)/float64(a.intervals)/2)
}

// biasEliminated returns the share of intervals that contain the mean estimate:
// coverage if there were no bias. Source: Morris et al. 2019, table 6.
func (a *Accumulator) biasEliminated() (coverage, mcse float64) {
	inside, ok := a.aboutMean.containing(a.value.average())
	if !ok {
		return math.NaN(), math.NaN()
	}
	return share(inside, a.intervals)
}

// z975 is the normal quantile of 95 % intervals.
const z975 = 1.959963984540054

// wilson returns the 95 % Wilson interval of a share; NaN of nothing.
func wilson(count, n int) (low, high float64) {
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	return numeric.Wilson(count, n, z975)
}

// typeS returns the share of rejections whose estimate has the wrong sign, of those
// that have an estimate. Source: Gelman & Carlin 2014.
func (a *Accumulator) typeS(truth, truthMCSE float64) (rate, mcse float64) {
	if uncertain(truth, truthMCSE) {
		return math.NaN(), math.NaN()
	}
	wrong := a.negative
	if truth < 0 {
		wrong = a.positive
	}
	return share(wrong, a.exceeding.n)
}

// typeM returns the mean of |estimate|/|truth| among rejections, the exaggeration
// ratio, by the delta method. Source: Gelman & Carlin 2014.
func (a *Accumulator) typeM(truth, truthMCSE float64) (ratio, mcse float64) {
	if uncertain(truth, truthMCSE) {
		return math.NaN(), math.NaN()
	}
	size := math.Abs(truth)
	ratio = a.exceeding.average() / size
	return ratio, portable.Hypot(a.exceeding.meanSE(), ratio*truthMCSE) / size
}

// trials returns the number of replicates that the power is a share of. A fit that
// failed rejects nothing, as in a trial: what is not shown is not found. Without
// any test there is no power, and none.
func (a *Accumulator) trials() int {
	if a.tests == 0 && a.value.n > 0 {
		return 0
	}
	return a.tests + a.failed
}

// PowerMCSE returns the MCSE of the power so far.
func (a *Accumulator) PowerMCSE() float64 {
	_, mcse := share(a.rejected, a.trials())
	return mcse
}
