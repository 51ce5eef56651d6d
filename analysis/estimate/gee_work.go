package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// geeWork is the scratch of generalized estimating equations with exchangeable working
// correlation. With x a row's columns times the square root of its variance, and e its
// residual by it, all that they need are sums over the rows of each cluster.
type geeWork struct {
	correlation float64
	root        []float64 // square root of the variance of each row
	pearson     []float64 // residuals by it
	columns     []float64 // sums of x, by cluster
	residuals   []float64 // sums of e, by cluster
	info        numeric.Symmetric
	step        []float64

	// Of Fay and Graubard's correction.
	products, scores   []float64 // sums of x x' and of x e, by cluster
	bread              []float64 // inverse of the information
	score, own, across []float64
}

// mostCorrelated bounds the working correlation from above: clients of a cluster who
// are all alike would weigh as one, and their differences without end.
const mostCorrelated = 0.95

// solve goes from the coefficients of independent rows to the solution, by Fisher's
// scoring with the correlation of the coefficients at hand. The correlation and the
// sums are then those one step before.
func (e *geeWork) solve(g *glmWork, index *clusterIndex) Status {
	n, clusters := len(g.y), len(index.size)
	e.root, e.pearson = resize(e.root, n), resize(e.pearson, n)
	e.columns, e.residuals, e.step = resize(e.columns, clusters*g.p), resize(e.residuals, clusters), resize(e.step, g.p)
	e.info.Reset(g.p)
	copy(e.info.Aliased, g.info.Aliased)
	for range maxNewton {
		if loglik := g.rows(g.beta); loglik-loglik != 0 {
			return NotConverged
		}
		e.standardize(g, index)
		size, ok := e.aim(g, index)
		if !ok {
			return NotConverged
		}
		for j, s := range e.step {
			g.beta[j] += s
		}
		if size < settled {
			return OK
		}
	}
	return NotConverged
}

// standardize sets the Pearson residuals, their sums, and the correlation: the mean
// product of two rows of a cluster, by the mean square (Liang & Zeger 1986; without
// their correction for the number of coefficients, as geepack).
func (e *geeWork) standardize(g *glmWork, index *clusterIndex) {
	clear(e.residuals)
	squares, products, pairs, largest := 0.0, 0.0, 0.0, 1.0
	for i, v := range g.curvature {
		root := math.Sqrt(v)
		pearson := 0.0
		if root > 0 {
			pearson = g.residual[i] / root
		}
		e.root[i], e.pearson[i] = root, pearson
		e.residuals[index.of[i]] += pearson
		squares += float64(pearson * pearson)
	}
	for k, size := range index.size {
		n := float64(size)
		products += float64(e.residuals[k] * e.residuals[k])
		pairs += float64(n * (n - 1))
		largest = max(largest, n)
	}
	e.correlation = 0
	if pairs > 0 && squares > 0 {
		e.correlation = (products - squares) / pairs / (squares / float64(len(e.root)))
		e.correlation = min(max(e.correlation, -0.5/(largest-1)), mostCorrelated)
	}
}

// aim sets the step, and returns its squared size in standard errors. The inverse of
// the working correlation is, but for a factor, the identity less
// correlation/(1 + (n - 1) correlation) in every entry.
func (e *geeWork) aim(g *glmWork, index *clusterIndex) (size float64, ok bool) {
	p := g.p
	g.addUp(e.step, e.info.A, p, g.residual, g.curvature)
	clear(e.columns)
	for j := range p {
		x := g.column(j)
		for i, k := range index.of {
			e.columns[int(k)*p+j] += float64(x[i] * e.root[i])
		}
	}
	for k, size := range index.size {
		share := e.correlation / (1 + float64(float64(size-1)*e.correlation))
		sums := e.columns[k*p : (k+1)*p]
		for j, s := range sums {
			weighted := float64(share * s)
			e.step[j] -= float64(weighted * e.residuals[k])
			for l, t := range sums[:j+1] {
				e.info.A[j*p+l] -= float64(weighted * t)
			}
		}
	}
	if !e.info.Factor() {
		return 0, false
	}
	size = e.info.Forward(e.step)
	e.info.Backward(e.step)
	return size, size-size == 0
}

// whiten sets z to row i of the columns with the working correlation taken out, and
// returns its residual: what a row has beyond the mean of its cluster by the square
// root of 1 - correlation, and that mean by the square root of 1 + (n - 1) correlation.
func (e *geeWork) whiten(g *glmWork, index *clusterIndex, i int, z []float64) (residual float64) {
	k := int(index.of[i])
	n := float64(index.size[k])
	within, between := 1/math.Sqrt(1-e.correlation), 1/math.Sqrt(1+float64((n-1)*e.correlation))
	for j := range z {
		mean := e.columns[k*len(z)+j] / n
		z[j] = float64((float64(g.column(j)[i]*e.root[i])-mean)*within) + float64(mean*between)
	}
	mean := e.residuals[k] / n
	return float64((e.pearson[i]-mean)*within) + float64(mean*between)
}
