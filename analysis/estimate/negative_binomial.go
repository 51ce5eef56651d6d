package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// negativeBinomial is the log incidence rate ratio of the arm given the
// covariates in Data.X, by maximum likelihood in a negative binomial regression
// with log link, variance mu + mu^2/theta and the log exposure as offset
// (Lawless 1987, Can J Stat 15:209; Hilbe 2011), coefficients and dispersion by
// turns as MASS::glm.nb of R. The standard error is that of the expected
// information at theta, as its summary takes it, with a Wald interval and z
// test. SMD is NaN, as in poisson.
//
// Boundary: the likelihood is largest where counts vary by no more than their mean;
// theta is infinite, and the estimate, which stands, is that of poisson. NoEvents, Separated, NotConverged,
// BadData as in poisson.
type negativeBinomial struct{}

func (negativeBinomial) Method() Method {
	return Method{Name: "negative_binomial", Kinds: Count, Measure: measure.LogIRR, Needs: Exposures, Covariates: true, Dispersed: true}
}

func (b negativeBinomial) Fit(d *Data, alpha float64, w *Work) Estimate {
	value, variance, status := b.fit(d, w)
	if status.Failed() {
		return failed(len(d.Y), status)
	}
	e := waldZ(value, math.Sqrt(variance), len(d.Y), alpha, w)
	if e.Status == OK {
		e.Status = status
	}
	return e
}

func (negativeBinomial) fit(d *Data, w *Work) (value, variance float64, status Status) {
	effect := poisson{}.model().effect()
	control, ratio, status := poisson{}.load(d, w)
	if status != OK {
		return 0, 0, status
	}
	if status = w.glm.disperseFrom(control, ratio); status.Failed() {
		return 0, 0, status
	}
	return w.glm.beta[effect], w.glm.modelVariance(effect), status
}

// poissonTheta stands for an infinite theta where a number is needed.
const poissonTheta = 1e4

// Coefficients of Model: intercept, arm, covariates, log theta, which is that
// of poissonTheta where it should be infinite.
func (b negativeBinomial) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	if _, _, status = b.fit(d, w); status.Failed() {
		return nil, 0, status
	}
	theta := 1 / w.glm.alpha
	if status == Boundary {
		theta = poissonTheta
	}
	beta = append(w.glm.uncentred(), portable.Log(theta))
	w.glm.raw = beta // the memory, should it have grown
	return beta, poisson{}.model().effect(), status
}

// Score of Model. The information of the coefficients is the expected one, in
// which they have none in common with log theta; that of log theta is the
// observed one, but no less than the size of its score, so that a step up is
// taken from where the likelihood is not concave.
func (negativeBinomial) Score(d *Data, beta, score, information []float64, w *Work) {
	last := len(beta) - 1
	g, alpha := &w.glm, portable.Exp(-beta[last])
	regression{family: negbinLog}.score(d, beta, score, information, len(beta), alpha, w)
	g.resize(len(d.Y), last) // the means at beta, for the dispersion
	for i, y := range d.Y {
		poisson{}.model().row(d, i, g.gradient)
		g.y[i], g.mean[i] = y, portable.Exp(portable.Log(d.Exposure[i])+dot(g.gradient, beta[:last]))
	}
	g.tally()
	g.negbinRows(alpha)
	g.logMeans(alpha)
	slope, curvature := g.dispersionScore(alpha)
	score[last] -= slope
	information[last*len(beta)+last] += max(curvature, math.Abs(slope))
}
