package estimate

import (
	"math"

	"caseload/sim/portable"
)

// rows returns the log likelihood at beta, and sets the mean of each row, its residual and
// its curvature there: what family.terms is of one row, in loops over all of them.
func (g *glmWork) rows(beta []float64) float64 {
	g.predict(g.eta, beta)
	switch g.family {
	case binomialLogit:
		return g.logitRows()
	case gaussianIdentity:
		return g.gaussianRows()
	}
	g.means()
	if g.family == poissonLog {
		return g.poissonRows()
	}
	g.negbinRows(g.alpha)
	return g.negbinLoglik(g.alpha)
}

// means of counts.
func (g *glmWork) means() {
	eta := g.eta[:len(g.offset)]
	for i, offset := range g.offset {
		eta[i] = offset + eta[i]
	}
	portable.Exps(g.mean, g.eta)
}

// gaussianRows is for no offset.
func (g *glmWork) gaussianRows() (loglik float64) {
	for i, mean := range g.eta {
		r := g.y[i] - mean
		g.mean[i], g.residual[i], g.curvature[i] = mean, r, 1
		loglik -= float64(r * r)
	}
	return loglik / 2
}

func (g *glmWork) poissonRows() (loglik float64) {
	n := len(g.mean)
	eta, outcome, residual, curvature := g.eta[:n], g.y[:n], g.residual[:n], g.curvature[:n]
	for i, mean := range g.mean {
		y := outcome[i]
		loglik += float64(y*eta[i]) - mean
		residual[i], curvature[i] = y-mean, mean
	}
	return loglik
}

// logitRows chooses between numbers by their bits, since a branch that depends on
// outcomes is foretold no better than they are.
func (g *glmWork) logitRows() (loglik float64) {
	const sign = 1 << 63
	n := len(g.mean)
	eta, outcome, factor, residual, curvature := g.eta[:n], g.y[:n], g.factor[:n], g.residual[:n], g.curvature[:n]
	for i, v := range eta {
		factor[i] = -math.Abs(v)
	}
	portable.Exps(g.mean, factor)
	for i, e := range g.mean {
		likely := 1 / (1 + e)
		rare := e * likely
		at, y := math.Float64bits(eta[i]), outcome[i]
		one, zero := math.Float64bits(likely), math.Float64bits(rare)
		if at&sign != 0 {
			one, zero = zero, one
		}
		left := zero // never 1 less a number near 1
		if y == 0 {
			left = one | sign
		}
		above := math.Float64frombits(at &^ uint64(int64(at)>>63)) // max(eta, 0)
		eta[i] = float64(y*eta[i]) - above
		loglik += eta[i]
		g.mean[i], factor[i] = math.Float64frombits(one), likely
		residual[i], curvature[i] = math.Float64frombits(left), rare*likely
	}
	if len(g.weight) > 0 {
		return g.weighRows()
	}
	var logs logProduct
	logs.timesAll(factor)
	return loglik + logs.total()
}

// weighRows takes the weights of the rows to what each adds, and returns the log likelihood.
func (g *glmWork) weighRows() (loglik float64) {
	var logs logProduct
	for i, share := range g.weight {
		one := g.eta[i]
		switch share {
		case 0:
			g.residual[i], g.curvature[i] = 0, 0
			continue
		case 1:
			logs.times(g.factor[i])
		default:
			one += portable.Log(g.factor[i])
		}
		loglik += float64(share * one)
		g.residual[i], g.curvature[i] = share*g.residual[i], share*g.curvature[i]
	}
	return loglik + logs.total()
}

// share is the weight of a row.
func (g *glmWork) share(i int) float64 {
	if len(g.weight) == 0 {
		return 1
	}
	return g.weight[i]
}

// negbinRows leaves 1/(1 + alpha mean) in cross.
func (g *glmWork) negbinRows(alpha float64) {
	n := len(g.mean)
	outcome, residual, curvature, shares := g.y[:n], g.residual[:n], g.curvature[:n], g.cross[:n]
	for i, mean := range g.mean {
		share := 1 / (1 + float64(alpha*mean))
		shares[i], residual[i], curvature[i] = share, (outcome[i]-mean)*share, mean*share
	}
}

func (g *glmWork) negbinLoglik(alpha float64) (loglik float64) {
	g.logMeans(alpha)
	theta, eta, logs := 1/alpha, g.eta[:len(g.y)], g.logs[:len(g.y)]
	for i, y := range g.y {
		loglik += float64(y*eta[i]) - float64((y+theta)*logs[i])
	}
	return loglik
}

// logMeans sets the logarithms of 1 + alpha mean.
func (g *glmWork) logMeans(alpha float64) {
	for i, mean := range g.mean {
		g.factor[i] = alpha * mean
	}
	portable.Log1ps(g.logs, g.factor)
}
