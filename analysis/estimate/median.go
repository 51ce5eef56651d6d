package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// medianDifference is the difference of the Kaplan-Meier medians. Each median
// has the limits at which the log-log limits of its curve pass one half
// (Brookmeyer & Crowley 1982, Biometrics 38:29), and the interval of the
// difference is had from them by variance recovery, MOVER (Donner & Zou 2012,
// Stat Methods Med Res 21:347, equation 2):
//
//	Low  = M1 - M0 - sqrt((M1 - L1)^2 + (U0 - M0)^2)
//	High = M1 - M0 + sqrt((U1 - M1)^2 + (M0 - L0)^2)
//
// As its limits are times of events, the interval is somewhat too wide: 96 to
// 97 % of them hold the difference with 200 rows an arm.
//
// SE is the half width of the interval by the normal quantile: implied by the
// interval and not the other way round. No test goes with it, so that Stat and
// P are NaN; that of the same data is log_rank. There is no SMD.
//
// NotReached: a curve, or a limit of it, does not come down to one half.
// ZeroVariance: the interval has no width, but for rounding.
type medianDifference struct{}

func (medianDifference) Method() Method {
	return Method{Name: "median", Kinds: Time, Measure: measure.Median, Needs: Events, Limits: Own}
}

func (medianDifference) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Events)
	arms, status := survivalCurves(d, false, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	z := w.critical.Normal(alpha)
	var m, below, above [2]float64
	for k := range arms {
		c := &arms[k]
		c.kaplanMeier()
		m[k] = c.quantile(0.5, nil, 0)
		below[k] = m[k] - c.quantile(0.5, logLogBound, -z)
		above[k] = c.quantile(0.5, logLogBound, z) - m[k]
		if math.IsNaN(below[k] + above[k]) {
			return failed(len(d.Y), NotReached)
		}
	}
	e := failed(len(d.Y), OK)
	e.Value = m[1] - m[0]
	e.Low = e.Value - portable.Hypot(below[1], above[0])
	e.High = e.Value + portable.Hypot(above[1], below[0])
	if !(e.High-e.Low > noise(largest(d.Y), len(d.Y))) {
		return failed(len(d.Y), ZeroVariance)
	}
	e.SE = (e.High - e.Low) / (2 * z)
	return e.orBad()
}
