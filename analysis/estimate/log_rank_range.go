package estimate

import (
	"caseload/sim/portable"
	"math"
)

// One step from no effect is good for the log hazard ratio where the log likelihood
// is close to its quadratic approximation there, of slope O - E and curvature V. With
// events of the treated arm noncentral hypergeometric at each event time, slope and
// curvature are exactly these. Each such number of events is a sum of independent
// zeros and ones (Vatutin & Mikhailov 1982, Theory Probab Appl 27:734), so that the
// curvature changes by no more than itself for a unit of the log hazard ratio. Along a
// step of b the likelihood therefore rises by at least V (b^2 - exp|b| + |b| + 1),
// where the approximation promises V b^2/2.

// shortStep is the length of a step that rises by more than leastGain of what is
// promised, by this bound: 2 - 2 (exp|b| - |b| - 1)/b^2 is 0.31 at 1.4.
const shortStep = 1.4

// leastGain is the share of the rise promised below which an approximation is taken
// for a bad one. Source: Nocedal & Wright 2006, Numerical Optimization, algorithm 4.1.
const leastGain = 0.25

// oneStep reports whether the one-step estimate is within its range.
func oneStep(table []atRisk, step, variance float64, f *fisherWork) bool {
	if math.Abs(step) <= shortStep {
		return true
	}
	gain := 0.0
	for _, r := range table {
		if r.n1 == 0 || r.n0 == 0 {
			continue
		}
		if d := r.d1 + r.d0; d == 1 {
			share := r.n1 / (r.n1 + r.n0)
			gain += float64(r.d1*step) - logMixture(share, step)
			continue
		}
		f.load(table2(r))
		gain += f.logLikelihood(step) - f.logLikelihood(0)
	}
	return gain >= leastGain/2*step*step*variance
}

// logMixture returns log(1 - p + p exp(x)).
func logMixture(p, x float64) float64 {
	if x > 0 {
		return x + portable.Log(p+float64((1-p)*portable.Exp(-x)))
	}
	return portable.Log(1 - p + float64(p*portable.Exp(x)))
}

// table2 is the two-by-two table of an event time.
func table2(r atRisk) table { return table{int(r.d1), int(r.n1), int(r.d0), int(r.n0)} }

// logLikelihood returns the logarithm of the probability of the observed place at a log
// odds ratio.
func (f *fisherWork) logLikelihood(logOdds float64) float64 {
	// An odds ratio beyond these bounds is as good as 0 or infinite, and 1/odds is finite.
	logOdds = max(-600, min(600, logOdds))
	odds := portable.Exp(logOdds)
	mode := f.mode(odds)
	log := -portable.Log(f.at(odds, true).total)
	for i := mode; i < f.observed; i++ {
		log += portable.Log(f.up[i]) + logOdds
	}
	for i := mode - 1; i >= f.observed; i-- {
		log += portable.Log(f.down[i]) - logOdds
	}
	return log
}

// leastP returns the chance of the most extreme of all allocations that are as likely
// as the one drawn, one of C(n, n1) within each stratum: no test of times that are
// alike in both arms can give a smaller p value.
func leastP(d *Data, strata bool) float64 {
	log := 0.0
	var n, n1 []int
	for i, t := range d.Treated {
		k := 0
		if strata {
			k = int(d.Stratum[i])
		}
		for len(n) <= k {
			n, n1 = append(n, 0), append(n1, 0)
		}
		n[k]++
		n1[k] += bit(t)
	}
	for k := range n {
		for i := range min(n1[k], n[k]-n1[k]) {
			log += portable.Log(float64(n[k]-i) / float64(i+1))
		}
	}
	return portable.Exp(-log)
}
