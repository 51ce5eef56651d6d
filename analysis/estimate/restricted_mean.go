package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// restrictedMean is the difference of restricted mean times, the means of the
// time to the event or tau, whichever is first: areas under the Kaplan-Meier
// curves until tau, with a Wald interval and z test from the variances of
// Greenwood's kind (Royston & Parmar 2013, BMC Med Res Methodol 13:152; as R's
// survRM2, survival). tau is twoCurves.horizon, which is when follow-up ends
// unless everyone of both arms has the event before. There is no SMD.
//
// ZeroVariance: nothing happens before tau that has a variance.
type restrictedMean struct{}

func (restrictedMean) Method() Method {
	return Method{Name: "rmst", Kinds: Time, Measure: measure.RMSTD, Needs: Events}
}

func (restrictedMean) Fit(d *Data, alpha float64, w *Work) Estimate {
	arms, tau, status := untilHorizon(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	mean0, var0, weight0 := arms[0].restrictedMean(tau)
	mean1, var1, weight1 := arms[1].restrictedMean(tau)
	if rounding(var1+var0, weight1+weight0, math.Abs(tau), len(d.Y)) {
		return failed(len(d.Y), ZeroVariance)
	}
	return waldOf(mean1-mean0, var1+var0, len(d.Y), alpha, w)
}

// untilHorizon returns the Kaplan-Meier curves of both arms, and until when both are
// known.
func untilHorizon(d *Data, w *Work) (arms *twoCurves, tau float64, status Status) {
	d.check(Events)
	if arms, status = survivalCurves(d, false, w); status != OK {
		return nil, 0, status
	}
	arms.kaplanMeier()
	return arms, arms.horizon(), OK
}

func (a *twoCurves) kaplanMeier() {
	for k := range a {
		a[k].kaplanMeier()
	}
}

// waldOf is waldZ from a variance, if there is any.
func waldOf(value, variance float64, n int, alpha float64, w *Work) Estimate {
	if math.IsNaN(value+variance) || math.IsInf(value+variance, 0) {
		return failed(n, BadData)
	}
	if !(variance > 0) {
		return failed(n, ZeroVariance)
	}
	return waldZ(value, math.Sqrt(variance), n, alpha, w)
}

// survivalDifference is the difference, treated minus control, of the shares
// who had the event until tau, 1 - S(tau) of the Kaplan-Meier curves. Competing
// events are censored, so that the shares are those of a world without them:
// see cumulative_incidence. The interval is Wald's and the test a z test, with
// Greenwood's standard errors (Klein et al. 2007, Stat Med 26:4505, without a
// transformation). tau is twoCurves.horizon. There is no SMD.
//
// ZeroVariance: both curves have come down to zero at tau.
type survivalDifference struct{}

func (survivalDifference) Method() Method {
	return Method{Name: "survival_difference", Kinds: Time, Measure: measure.CIFD, Needs: Events}
}

func (survivalDifference) Fit(d *Data, alpha float64, w *Work) Estimate {
	arms, tau, status := untilHorizon(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	s1, s0 := arms[1].at(tau), arms[0].at(tau)
	return waldOf(s0.survival-s1.survival, s1.variance()+s0.variance(), len(d.Y), alpha, w)
}
