package estimate

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// glmWork is the scratch of generalized linear models. Covariates are taken
// about their means, so that their origin doesn't cost digits.
type glmWork struct {
	family family
	alpha  float64 // dispersion of negbinLog
	n, p   int
	x      []float64 // design, n x p by row
	centre []float64 // what was taken off each column
	y      []float64
	offset []float64
	weight []float64 // of each row in the likelihood

	newton
	cov []float64 // the inverse of the information, p x p by row, zero where aliased

	mean     []float64 // at the beta last evaluated: the fitted mean of each row
	residual []float64 // and the derivative of its log likelihood by the linear predictor

	raw      []float64 // coefficients of columns not centred
	gradient []float64
	cluster  []float64 // sums of influences by cluster
	arms     []uint8   // which arms a cluster is in, as bits
	over     []float64 // rows with a count above each number

	joint                 numeric.Symmetric // information of coefficients and log dispersion
	jointScore, jointStep []float64
	trialAlpha            float64
	typical               float64   // the mean of the means
	undispersed           []float64 // coefficients of the Poisson fit, and their covariance
}

func (g *glmWork) resize(n, p int) {
	g.n, g.p = n, p
	for _, v := range []*[]float64{&g.y, &g.offset, &g.weight, &g.mean, &g.residual} {
		*v = resize(*v, n)
	}
	for _, v := range []*[]float64{&g.centre, &g.raw, &g.gradient} {
		*v = resize(*v, p)
	}
	g.x, g.cov = resize(g.x, n*p), resize(g.cov, p*p)
	g.reset(p)
}

// row of the design.
func (g *glmWork) row(i int) []float64 { return g.x[i*g.p : (i+1)*g.p] }

// evaluate returns the log likelihood at beta, and sets the score and the
// information there.
func (g *glmWork) evaluate(beta []float64) float64 {
	clear(g.score)
	clear(g.info.A)
	total := 0.0
	var logs logProduct
	for i := range g.n {
		if g.weight[i] == 0 {
			continue
		}
		row := g.row(i)
		loglik, factor, mean, residual, weight := g.family.terms(g.y[i], g.offset[i]+dot(row, beta), g.alpha)
		share := g.weight[i]
		if share == 1 {
			logs.times(factor)
		} else {
			loglik += portable.Log(factor)
		}
		total, residual, weight = total+float64(share*loglik), share*residual, share*weight
		g.mean[i], g.residual[i] = mean, residual
		for j, x := range row {
			g.score[j] += float64(residual * x)
			wx := weight * x
			out := g.info.A[j*g.p : j*g.p+j+1]
			for k := range out {
				out[k] += float64(wx * row[k])
			}
		}
	}
	return total + logs.total()
}

// sandwich returns the variance of a coefficient whatever the variance of the
// outcome: the sum of squared influences of the rows. Source: Huber 1967; White
// 1982, without a correction for small samples (HC0).
func (g *glmWork) sandwich(coefficient int) float64 {
	bread := g.cov[coefficient*g.p : (coefficient+1)*g.p]
	sum := 0.0
	for i := range g.n {
		u := g.residual[i] * dot(g.row(i), bread)
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

// finite reports whether no number is NaN or infinite, unless so large that the sum
// overflows.
func finite(x []float64) bool {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return !math.IsNaN(sum - sum)
}
