package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// components is a linear model whose rows have a residual variance, in one or two
// classes of rows, and share an intercept of their cluster that is random:
// fitted by restricted maximum likelihood (Patterson & Thompson 1971).
//
// A cluster of n rows with residual variance s and variance u of its intercept
// has one direction, its mean, with variance s + n u, and n - 1 with variance
// s. So all that the likelihood needs are the cross-products of the
// directions of equal variance, and an iteration costs as many as there are
// sizes of clusters, however many rows.
//
// The outcome is the residuals of least squares in units of their standard
// deviation, the columns are orthonormal: what is estimated here is the change
// from least squares.
type components struct {
	r      int     // columns
	params int     // variances: of the intercept, of residuals in class 0, in class 1
	scale  float64 // standard deviation of the residuals of least squares
	keep   []int   // which of the orthonormal columns are not left out
	row    []float64
	sums   []float64 // over the rows of a cluster, by cluster

	pools  []pool
	cross  []float64 // cross-products of columns and outcome, by pool, (r+1) x (r+1)
	within float64   // directions within clusters

	theta   [3]float64
	loglik  float64 // without constants
	squares float64 // of the residuals, by their variances
	inverse numeric.Symmetric
	phi     []float64 // the inverse of the inverse: the covariance of beta
	beta    []float64
	a       [3][]float64 // derivatives of the inverse by the variances, negated
	phiA    [3][]float64
	lean    [3][]float64
	change  []float64
	score   [3]float64
	// Information on the variances, observed and expected.
	observed, expected [3][3]float64
	hessian            numeric.Symmetric
	newtonStep, origin [3]float64 // the step, and where it starts
	free               []int      // the variances that are estimated; others stand

	gamma, x []float64 // of a contrast
	sites    siteSums
}

// pool is directions of one variance: theta[1+class] + size theta[0].
type pool struct {
	count, size float64
	class       int
}

// load sums up the residuals of l. Rows of control are without clusters if
// nested, and are class 1 if they have a residual variance of their own.
func (c *components) load(l *leastSquares, index *clusterIndex, treated []bool, nested, twoClasses bool) Status {
	c.reset(l, len(index.size), 2+bit(twoClasses))
	q := c.r + 1
	own := func(i int) bool { return nested && !treated[i] }
	for i, k := range index.of {
		c.read(l, i)
		switch {
		case own(i):
			at := bit(twoClasses)
			c.pools[at].count++
			addProduct(c.cross[at*q*q:(at+1)*q*q], c.row, 1)
			continue
		case index.size[k] > 1:
			addProduct(c.cross[:q*q], c.row, 1)
		}
		for j, v := range c.row {
			c.sums[int(k)*q+j] += v
		}
	}
	for k, size := range index.size {
		if first := c.sums[k*q]; first == 0 { // of control: the first column is the intercept
			continue
		}
		c.addMean(c.sums[k*q:(k+1)*q], float64(size))
	}
	for k := range c.pools {
		reflect(c.cross[k*q*q:(k+1)*q*q], q)
	}
	return c.start(twoClasses)
}

func (c *components) reset(l *leastSquares, clusters, params int) {
	c.params, c.scale = params, math.Sqrt(l.rss/l.df())
	c.sites.sites = c.sites.sites[:0]
	c.keep = append(resize(c.keep, l.p+1)[:0], 0)
	for j, aliased := range l.cross.Aliased {
		if !aliased {
			c.keep = append(c.keep, j+1)
		}
	}
	c.r = len(c.keep)
	q := c.r + 1
	c.row, c.sums = resize(c.row, q), resize(c.sums, clusters*q)
	clear(c.sums)
	c.pools = append(c.pools[:0], pool{}, pool{class: 1})[:params-1]
	c.cross = resize(c.cross, len(c.pools)*q*q)
	clear(c.cross)
	c.within = 0
	for _, v := range []*[]float64{&c.beta, &c.change, &c.gamma, &c.x, &c.lean[0], &c.lean[1], &c.lean[2]} {
		*v = resize(*v, c.r)
	}
	for _, v := range []*[]float64{&c.phi, &c.a[0], &c.a[1], &c.a[2], &c.phiA[0], &c.phiA[1], &c.phiA[2]} {
		*v = resize(*v, c.r*c.r)
	}
}

// read sets row to row i of the columns and the outcome.
func (c *components) read(l *leastSquares, i int) {
	for j, k := range c.keep {
		c.row[j] = l.z.column(k)[i]
	}
	c.row[c.r] = l.resid[i] / c.scale
}

// addMean moves the mean's direction of a cluster from the pool of directions
// within clusters to that of its size.
func (c *components) addMean(sums []float64, size float64) {
	q := c.r + 1
	at := c.params - 1
	for at < len(c.pools) && c.pools[at].size != size {
		at++
	}
	if at == len(c.pools) {
		c.pools = append(c.pools, pool{size: size})
		for range q * q {
			c.cross = append(c.cross, 0)
		}
	}
	c.pools[at].count++
	addProduct(c.cross[at*q*q:(at+1)*q*q], sums, 1/size)
	if size > 1 {
		c.pools[0].count += size - 1
		c.within += size - 1
		addProduct(c.cross[:q*q], sums, -1/size)
	}
}

// addProduct adds weight x row row' to the lower triangle of out.
func addProduct(out, row []float64, weight float64) {
	for j, v := range row {
		wv := weight * v
		to := out[j*len(row) : j*len(row)+j+1]
		for k := range to {
			to[k] += float64(wv * row[k])
		}
	}
}

// cancelled is the share of the sum of squares below which what is left within
// clusters, once their means are taken out, is rounding.
const cancelled = 1e-12

// start sets theta to what it is without random intercepts, each class about its
// own mean: the solution but for covariates.
func (c *components) start(twoClasses bool) Status {
	q := c.r + 1
	var squares, count [2]float64
	for k, p := range c.pools {
		squares[p.class] += c.cross[(k+1)*q*q-1]
		count[p.class] += p.count
	}
	c.theta = [3]float64{0, 1, 1}
	if twoClasses {
		if min(count[0], count[1]) < 2 {
			return TooFew
		}
		c.theta[1], c.theta[2] = squares[0]/(count[0]-1), squares[1]/(count[1]-1)
	}
	noise := cancelled * (squares[0] + squares[1])
	if min(c.theta[1], c.theta[2]) <= noise || c.within > 0 && c.cross[q*q-1] <= noise {
		return ZeroVariance
	}
	return OK
}
