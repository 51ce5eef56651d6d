package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// ancova is the difference of means adjusted for covariates: the arm's
// coefficient in a linear model with the covariates, by least squares. It
// estimates the difference of means whether or not the model is right (Yang &
// Tsiatis 2001; Lin 2013, Ann Appl Stat 7:295), and of a binary outcome the
// risk difference, by which analyses name the measure. SE is a sandwich of the
// rows' own variances, HC2 (Horn, Horn & Duncan 1975), or HC3 (MacKinnon &
// White 1985), which is larger and safer where few rows have much leverage;
// test and interval are t on n less the number of coefficients. Without
// covariates HC2 is the variance of Welch's test. SMD is of the raw outcomes.
//
// A covariate that the others determine is left out. EmptyArm; TooFew without
// degrees of freedom, or when the effect hangs on a row that is fitted whatever
// its outcome; ZeroVariance when the model fits exactly.
type ancova struct{ hc3 bool }

func (a ancova) Method() Method {
	name := "ancova"
	if a.hc3 {
		name = "ancova_hc3"
	}
	return Method{Name: name, Kinds: Binary | Numbers, Measure: measure.MD, Linear: true, Covariates: true}
}

func (a ancova) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(0)
	l := &w.linear
	columns, status := l.withArm(d, w)
	if status == OK {
		status = l.ols.fit(d.Y, columns)
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := l.robustT(0, a.hc3, alpha, w)
	if !e.Status.Failed() {
		e.SMD = rawSMD(d)
	}
	return e
}

// robustT returns the estimate of a column's coefficient with HC2 or HC3.
func (l *linearWork) robustT(column int, useHC3 bool, alpha float64, w *Work) Estimate {
	c := hc2
	if useHC3 {
		c = hc3
	}
	value := l.ols.coefficient(column)
	switch variance := l.ols.sandwich(c); {
	case math.IsNaN(variance):
		return failed(l.ols.n, TooFew)
	case l.ols.isRounding(variance):
		return failed(l.ols.n, ZeroVariance)
	default:
		return waldT(value, math.Sqrt(variance), l.ols.df(), l.ols.n, alpha, w)
	}
}
