package meta

import (
	"caseload/sim/portable"
	"math"
	"slices"
)

// Suspicion is a sign that a number was taken for another when it was copied from a
// paper: a standard deviation for a standard error above all, one of the most frequent
// errors in published meta-analyses (Gotzsche et al. 2007, JAMA 298:430; Cochrane
// Handbook, section 6.5.2.2).
type Suspicion struct {
	Kind  SuspicionKind
	Study int     // index; -1: all of them together
	Value float64 // what the kind says
}

// SuspicionKind says what looks wrong.
type SuspicionKind uint8

// The kinds, with the rule of each and its reason.
const (
	// FewImplied: a standardized mean difference whose standard error implies fewer than 8
	// clients (Value). Arms of n/2 clients give the variance (4 + g^2/2)/n, other
	// arms more, so that n is at most what the error implies; four an arm are no trial,
	// and the standard deviation, about 1 on this scale, implies 4.
	FewImplied SuspicionKind = iota
	// TooWide: the standard error is more than 3 times (Value) that of as many clients
	// as the trial has. Clusters make it wider too, but a design effect of 9 is rare,
	// while a standard deviation is sqrt(n)/2 times as wide.
	TooWide
	// TooNarrow: the standard error is less than a third (Value) of that; covariates
	// would have to explain 8/9 of the variance. A log odds ratio can't have less than
	// 4/sqrt(n) however its events fall, and is named from a tenth below that. A variance
	// in the place of its root looks so.
	TooNarrow
	// Flat: over 5 or more studies whose sizes differ fourfold, errors fall with size less
	// than n^-1/4 (Value is the power): they should fall with n^-1/2, as those of
	// standard errors do, while standard deviations don't fall.
	Flat
	// Steep: the standard deviations of arms fall faster than n^-1/4: standard errors.
	Steep
	// Apart: arms 3 or more standard deviations apart (Value): hardly a client in one
	// would be like any in the other. A standard error in the place of the standard
	// deviation makes any difference so.
	Apart
	// Shrunken: the standard deviation is less than a fifth of the median of all (Value
	// is the share), but times the root of an arm's n it is within twice of it, as a
	// standard error is from 25 clients an arm on. Sound reviews have some of a quarter
	// (dat.normand1999).
	Shrunken
)

// Flat and Steep need so many studies, of sizes so different.
const (
	fewestSizes = 5
	spreadSizes = 4
	midPower    = -0.25 // between those of standard deviations and standard errors
)

// SuspectErrors examines effects with their standard errors and the clients n of the
// studies, NaN where not known, for the kinds from FewImplied to Flat. smd tells that
// effects are standardized mean differences, logOdds that they are log odds ratios.
func SuspectErrors(y, se, n []float64, smd, logOdds bool) []Suspicion {
	var out []Suspicion
	for i := range y {
		switch known := !math.IsNaN(n[i]); {
		case smd && !known:
			if implied := (4 + float64(y[i]*y[i]/2)) / (se[i] * se[i]); implied < 8 {
				out = append(out, Suspicion{FewImplied, i, implied})
			}
		case smd:
			times := se[i] / math.Sqrt((4+float64(y[i]*y[i]/2))/n[i])
			if times > 3 {
				out = append(out, Suspicion{TooWide, i, times})
			} else if times < 1.0/3 {
				out = append(out, Suspicion{TooNarrow, i, times})
			}
		case logOdds && known:
			if times := se[i] * math.Sqrt(n[i]) / 4; times < 0.9 {
				out = append(out, Suspicion{TooNarrow, i, times})
			}
		}
	}
	if power, ok := powerOf(se, n); ok && power > midPower {
		out = append(out, Suspicion{Flat, -1, power})
	}
	return out
}

// SuspectDeviations examines the means and standard deviations of trials for the kinds
// from Steep on. sameScale tells that all are of one scale, so that their standard
// deviations can be compared.
func SuspectDeviations(all []Means, sameScale bool) []Suspicion {
	var out []Suspicion
	var sd, n []float64
	for i, m := range all {
		pooled := math.Sqrt((float64((m.N1-1)*m.SD1*m.SD1) + float64((m.N0-1)*m.SD0*m.SD0)) / (m.N1 + m.N0 - 2))
		if d := math.Abs(m.Mean1-m.Mean0) / pooled; d >= 3 {
			out = append(out, Suspicion{Apart, i, d})
		}
		sd, n = append(sd, pooled), append(n, m.N1+m.N0)
	}
	if !sameScale {
		return out
	}
	middle := median(sd)
	for i := range sd {
		arm := math.Sqrt(n[i] / 2) // what an arm's standard error was divided by
		if scaled := sd[i] * arm / middle; sd[i] < middle/5 && scaled > 0.5 && scaled < 2 && len(sd) >= 3 {
			out = append(out, Suspicion{Shrunken, i, sd[i] / middle})
		}
	}
	if power, ok := powerOf(sd, n); ok && power < midPower {
		out = append(out, Suspicion{Steep, -1, power})
	}
	return out
}

// powerOf returns the power of n that x follows, by least squares of logarithms,
// over those whose n is known.
func powerOf(x, n []float64) (power float64, ok bool) {
	var logX, logN []float64
	for i := range x {
		if n[i] > 0 && x[i] > 0 {
			logX, logN = append(logX, portable.Log(x[i])), append(logN, portable.Log(n[i]))
		}
	}
	if len(logN) < fewestSizes || slices.Max(logN)-slices.Min(logN) < portable.Log(spreadSizes) {
		return 0, false
	}
	mean, top, bottom := 0.0, 0.0, 0.0
	for _, a := range logN {
		mean += a / float64(len(logN))
	}
	for i, a := range logN {
		top += float64((a - mean) * logX[i])
		bottom += float64((a - mean) * (a - mean))
	}
	return top / bottom, true
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	if len(s) == 0 {
		return math.NaN()
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
