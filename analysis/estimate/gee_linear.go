package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// geeLinear is the difference of means given the covariates, by the equations of
// geeLogistic with the identity as link and one variance. Its estimate is that of
// geepack::geeglm(family = gaussian, corstr = "exchangeable"). SMD is that of the raw
// outcomes.
//
// The equations are for the residuals of least squares in units of their standard
// deviation, so that what is solved for is the change from least squares.
//
// EmptyArm, TooFew, ZeroVariance as in ancova; others as in geeLogistic.
type geeLinear struct{ correct geeCorrection }

func (geeLinear) model() regression { return regression{family: gaussianIdentity} }

func (e geeLinear) Method() Method {
	return Method{Name: e.correct.named("gee_linear"), Kinds: Numbers, Measure: measure.MD, Needs: Clusters, Linear: true, Covariates: true, Clustered: true}
}

func (e geeLinear) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	n, l, g := len(d.Y), &w.linear.ols, &w.glm
	columns, status := w.linear.withArm(d, w)
	if status == OK {
		status = l.fit(d.Y, columns)
	}
	if status == OK {
		status = e.model().load(d, g)
	}
	if status != OK {
		return failed(n, status)
	}
	value, scale := l.coefficient(0), math.Sqrt(l.rss/l.df())
	for i, r := range l.resid {
		g.y[i] = r / scale
	}
	if status = g.maximizeFrom(0, 0); status != OK {
		return failed(n, status)
	}
	variance, df, status := e.model().equations(d, e.correct, w)
	if status != OK {
		return failed(n, status)
	}
	got := waldT(value+float64(scale*g.beta[e.model().effect()]), scale*math.Sqrt(variance), df, n, alpha, w)
	if !got.Status.Failed() {
		got.SMD = rawSMD(d)
	}
	return got
}
