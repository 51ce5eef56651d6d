package estimate

import (
	"caseload/analysis/numeric"
)

// glmWork is the scratch of generalized linear models. Covariates are taken
// about their means, so that their origin doesn't cost digits.
type glmWork struct {
	family family
	alpha  float64 // dispersion of negbinLog
	design
	centre []float64 // what was taken off each column
	y      []float64
	offset []float64
	weight []float64 // of each row in the likelihood; of a logistic model alone, and empty where all are 1

	newton
	cov []float64 // the inverse of the information, p x p by row, zero where aliased

	eta       []float64 // scratch: linear predictors
	mean      []float64 // at the beta last evaluated: the fitted mean of each row,
	residual  []float64 // the derivative of its log likelihood by the linear predictor,
	curvature []float64 // and minus the second, or what is expected of it
	factor    []float64 // what is left to be added to the log likelihood, as a product; scratch
	logs      []float64 // log(1 + alpha mean)
	cross     []float64 // minus the derivative by the linear predictor and log dispersion

	raw      []float64 // coefficients of columns not centred
	gradient []float64
	cluster  []float64 // sums of influences by cluster
	arms     []uint8   // which arms a cluster is in, as bits
	over     []float64 // rows with a count above each number

	joint                 numeric.Symmetric // information of coefficients and log dispersion
	jointScore, jointStep []float64
	trialAlpha            float64
	typical               float64   // the mean of the means
	overdispersed         bool      // which was found before the Poisson fit was reached
	undispersed           []float64 // coefficients of the Poisson fit, and their covariance
}

func (g *glmWork) resize(n, p int) {
	g.shape(n, p)
	for _, v := range []*[]float64{&g.y, &g.offset, &g.eta, &g.mean, &g.residual, &g.curvature, &g.factor, &g.logs, &g.cross} {
		*v = resize(*v, n)
	}
	for _, v := range []*[]float64{&g.centre, &g.raw, &g.gradient} {
		*v = resize(*v, p)
	}
	g.weight, g.cov = g.weight[:0], resize(g.cov, p*p)
	g.reset(p)
}

// evaluate returns the log likelihood at beta, and sets the score and the
// information there.
func (g *glmWork) evaluate(beta []float64) float64 {
	loglik := g.rows(beta)
	g.addUp(g.score, g.info.A, g.p, g.residual, g.curvature)
	return loglik
}

// sandwich returns the variance of a coefficient whatever the variance of the
// outcome: the sum of squared influences of the rows. Source: Huber 1967; White
// 1982, without a correction for small samples (HC0).
func (g *glmWork) sandwich(coefficient int) float64 {
	bread := g.cov[coefficient*g.p : (coefficient+1)*g.p]
	sum := 0.0
	g.predict(g.eta, bread)
	for i, influence := range g.eta {
		u := g.residual[i] * influence
		sum += float64(u * u)
	}
	return sum
}

// settledScore is the size, in model standard errors squared, under which a
// sandwich is rounding: the model fits every row.
const settledScore = 1e-20

// modelVariance of a coefficient, by the information.
func (g *glmWork) modelVariance(coefficient int) float64 { return g.cov[coefficient*(g.p+1)] }

// aliased reports whether the data don't tell a coefficient.
func (g *glmWork) aliased(coefficient int) bool { return g.info.Aliased[coefficient] }

// uncentred is beta for columns that nothing was taken off, zero where aliased.
func (g *glmWork) uncentred() []float64 {
	copy(g.raw, g.beta)
	for j, aliased := range g.info.Aliased {
		if aliased {
			g.raw[j] = 0
		}
		g.raw[0] -= float64(g.raw[j] * g.centre[j])
	}
	return g.raw
}

// centre sets out to x less its mean, which it returns with what finiteMean reports.
func centre(out, x []float64) (mean float64, ok bool) {
	mean, ok = finiteMean(x)
	out = out[:len(x)]
	for i, v := range x {
		out[i] = v - mean
	}
	return mean, ok
}
