package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// cace is the effect of receiving what the treated arm offers among those who
// receive it because they are assigned to it, the complier average causal effect
// (Angrist, Imbens & Rubin 1996, J Am Stat Assoc 91:444): two-stage least
// squares with the arm as the instrument of receipt and covariates in both
// stages. It is the adjusted effect of the arm on the outcome by that on
// receipt, which without covariates is Wald's ratio. SE is HC2 with residuals
// from what was received and leverages of the second stage, as
// estimatr::iv_robust has it, and for Wald's ratio that of the delta method; t on
// n less the number of coefficients. Of a binary outcome it is a risk
// difference. SMD is NaN.
//
// WeakInstrument only where the arms, adjusted, do not differ in receipt at all
// (by less than 1e-12): to leave out trials by a test of the first stage would
// bias the rest. EmptyArm, TooFew, ZeroVariance as in ancova.
type cace struct{}

// noFirstStage is the difference in receipt that is rounding.
const noFirstStage = 1e-12

func (cace) Method() Method {
	return Method{Name: "cace", Kinds: Binary | Numbers, Measure: measure.MD, Needs: Receipts, Linear: true, Covariates: true}
}

func (cace) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Receipts)
	l := &w.linear
	columns, status := l.withArm(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	received := resize(l.made[0], len(d.Y))
	l.made[0] = received
	for i, r := range d.Received {
		received[i] = float64(bit(r))
	}
	value, first, status := l.twoStage(d.Y, received, columns)
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := l.robustT(0, false, alpha, w)
	if e.Status.Failed() {
		return e
	}
	return waldT(value, e.SE/math.Abs(first), l.ols.df(), len(d.Y), alpha, w)
}

// twoStage returns the coefficient of received when the first column is its
// instrument, and the instrument's coefficient in the first stage. It leaves
// the model of what receipt doesn't explain, in which variances of the first
// column's coefficient, by the square of first, are those of value.
func (l *linearWork) twoStage(y, received []float64, columns [][]float64) (value, first float64, status Status) {
	status = l.ols.fit(y, columns)
	if status != OK && status != ZeroVariance {
		return 0, 0, status
	}
	reduced := l.ols.coefficient(0)
	for i, g := range l.ols.g {
		first += float64(g * received[i])
	}
	if math.Abs(first) < noFirstStage {
		return 0, 0, WeakInstrument
	}
	value = reduced / first
	l.made[1] = resize(l.made[1], len(y))
	for i, r := range received {
		l.made[1][i] = y[i] - float64(value*r)
	}
	return value, first, l.ols.fitOf(l.made[1], columns, largest(y)+math.Abs(value))
}
