package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// clusterRobustMean is the difference of means, adjusted for covariates as in
// ancova, with a standard error that allows for rows of a cluster being alike:
// the sandwich CR2 of Bell & McCaffrey 2002 (Surv Methodol 28:169) with
// independence as the working model, which is unbiased where rows are
// independent. Test and interval are t with Satterthwaite degrees of freedom
// (Bell & McCaffrey; Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672). A row of
// cluster -1 is its own cluster. SMD is of the raw outcomes.
//
// TooFewClusters where an arm has rows in fewer than two clusters, or the model
// fits every cluster whatever its outcomes; EmptyArm, TooFew, ZeroVariance as in
// ancova, the last also where clusters do not differ.
type clusterRobustMean struct{}

func (clusterRobustMean) Method() Method {
	return Method{Name: "cluster_robust", Kinds: Binary | Numbers, Measure: measure.MD, Needs: Clusters,
		Linear: true, Covariates: true, Clustered: true}
}

func (clusterRobustMean) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	l, n := &w.linear, len(d.Y)
	columns, status := l.withArm(d, w)
	if status == OK {
		status = l.ols.fit(d.Y, columns)
	}
	if status != OK {
		return failed(n, status)
	}
	l.clusters.number(d.Cluster, d.Treated, false)
	if min(l.clusters.inArm[0], l.clusters.inArm[1]) < 2 {
		return failed(n, TooFewClusters)
	}
	value := l.ols.coefficient(0)
	l.robust.load(&l.ols, &l.clusters)
	variance, df := l.robust.cr2(&l.ols)
	switch {
	case !(df > 0):
		return failed(n, TooFewClusters)
	case l.ols.isRounding(variance):
		return failed(n, ZeroVariance)
	}
	e := waldT(value, math.Sqrt(variance), df, n, alpha, w)
	if !e.Status.Failed() {
		e.SMD = rawSMD(d)
	}
	return e
}

// clusterRobust holds what the sandwich variances of clusters need of a
// leastSquares fit: with Z the orthonormal rows of a cluster and e its
// residuals, Z'Z and Z'e, so that no matrix is larger than the model.
type clusterRobust struct {
	clusters, width int
	size            []int32
	cross           []float64 // Z'Z by cluster
	score           []float64 // Z'e by cluster
	last            []int32   // a row of the cluster: its only one if it has one
	together        []int32   // rows of clusters of several
	alone           []float64 // squared weights of the others' residuals, by row

	values, vectors []float64 // eigenvalues and vectors of a Z'Z
	adapted         []float64
	pull            []float64 // Z'A g
	jackknife       bool      // A is the inverse of I - ZZ' itself
	shared          []float64 // sum of pull pull'
}

func (c *clusterRobust) load(l *leastSquares, index *clusterIndex) {
	c.clusters, c.width, c.size = len(index.size), l.p+1, index.size
	r, r2 := c.width, c.width*c.width
	c.cross, c.score = resize(c.cross, c.clusters*r2), resize(c.score, c.clusters*r)
	c.last = resize(c.last, c.clusters)
	clear(c.cross)
	clear(c.score)
	for _, v := range []*[]float64{&c.adapted, &c.pull} {
		*v = resize(*v, r)
	}
	c.together = resize(c.together, l.n)[:0]
	for i, k := range index.of {
		c.last[k] = int32(i)
		if c.size[k] > 1 {
			c.together = append(c.together, int32(i))
		}
	}
	for _, i := range c.together {
		k, e, row := int(index.of[i]), l.resid[i], c.pull
		l.z.row(int(i), row)
		cross, score := c.cross[k*r2:], c.score[k*r:]
		for j, v := range row {
			score[j] += float64(v * e)
			for m, u := range row[:j+1] {
				cross[j*r+m] += float64(v * u)
			}
		}
	}
	for k := range c.clusters {
		reflect(c.cross[k*r2:(k+1)*r2], r)
	}
	for _, v := range []*[]float64{&c.values, &c.vectors, &c.shared} {
		*v = resize(*v, r2)
	}
}

// reflect copies the lower triangle of a p x p matrix to the upper.
func reflect(a []float64, p int) {
	for j := range p {
		for k := range j {
			a[k*p+j] = a[j*p+k]
		}
	}
}

// cr0 returns the variance of the contrast asked last without any correction
// (Liang & Zeger 1986). CR1 is G/(G-1) times as much, with G clusters.
func (c *clusterRobust) cr0(l *leastSquares) float64 {
	sum := 0.0
	for k := range c.clusters {
		u := 0.0
		if c.size[k] == 1 {
			i := c.last[k]
			u = l.g[i] * l.resid[i]
		} else {
			u = dot(l.gamma, c.score[k*c.width:])
		}
		sum += float64(u * u)
	}
	return sum
}

// cr2 returns the variance of the contrast asked last, and its degrees of freedom.
//
// A cluster's residuals are weighed by A g, A the inverse square root of I - ZZ',
// zero for what is fitted whatever the outcome. It is I + Z B Z' for some B, and
// A g = Z (I - Z'Z)^(-1/2) gamma: powers of the small matrix do. With t = Z'A g
// and d the square of A g's length, the variance is a quadratic form whose
// eigenvalues are those of diag(d) - tt', and the degrees of freedom are twice
// its mean squared by its variance when rows are independent with one variance:
// the square of the trace by the sum of squares of its entries.
func (c *clusterRobust) cr2(l *leastSquares) (variance, df float64) {
	r := c.width
	clear(c.shared)
	var trace, squares float64
	if len(c.together) < l.n {
		variance, trace, squares = c.singles(l)
	}
	for k := range c.clusters {
		if c.size[k] == 1 {
			continue
		}
		u, d := c.several(l, k)
		variance += float64(u * u)
		t2 := dot(c.pull, c.pull)
		trace += d - t2
		squares += float64(d*d) - float64(2*d*t2)
		for j, v := range c.pull {
			for m, t := range c.pull[:j+1] {
				c.shared[j*r+m] += float64(v * t)
			}
		}
	}
	for j := range r {
		for m := range j {
			squares += float64(2 * c.shared[j*r+m] * c.shared[j*r+m])
		}
		squares += float64(c.shared[j*r+j] * c.shared[j*r+j])
	}
	return variance, trace * trace / squares
}

// cr3 returns the variance of the contrast asked last, with the residuals of a cluster
// times the inverse of I - ZZ' (Mancl & DeRouen 2001). With Z'Z, that is (I - Z'Z)^-1
// gamma times the scores.
func (c *clusterRobust) cr3(l *leastSquares) float64 {
	sum := 0.0
	for k := range c.clusters {
		u := 0.0
		if c.size[k] == 1 {
			i := c.last[k]
			if left := 1 - l.hat[i]; left > saturated {
				u = l.g[i] * l.resid[i] / left
			}
		} else {
			c.jackknife = true
			u, _ = c.several(l, k)
			c.jackknife = false
		}
		sum += float64(u * u)
	}
	return sum
}

// single returns the weighed residual of a cluster of one row.
func (c *clusterRobust) single(l *leastSquares, i int) (u float64) {
	if left := 1 - l.hat[i]; left > saturated {
		u = l.g[i] / math.Sqrt(left) * l.resid[i]
	}
	return u
}

// singles returns what clusters of one row add to the variance, the trace and the squares
// of cr2, and sets shared to what they add there. Of such a cluster t is A g times z, and
// the square of z's length is the leverage.
func (c *clusterRobust) singles(l *leastSquares) (variance, trace, squares float64) {
	c.alone = resize(c.alone, l.n)
	for i := range c.alone {
		d := 0.0
		if left := 1 - l.hat[i]; left > saturated {
			d = l.g[i] * l.g[i] / left
		}
		c.alone[i] = d
	}
	for _, i := range c.together {
		c.alone[i] = 0
	}
	for i, d := range c.alone {
		hat, e := l.hat[i], l.resid[i]
		variance += float64(d * e * e)
		trace += float64(d * (1 - hat))
		squares += float64(d * d * (1 - float64(2*hat)))
	}
	for j := range c.width {
		x, weighted := l.z.column(j)[:l.n], l.z.weighted[:l.n]
		for i, d := range c.alone[:l.n] {
			weighted[i] = x[i] * d
		}
		l.z.dots(c.shared[j*c.width:][:j+1], weighted, 0)
	}
	return variance, trace, squares
}

// several returns a cluster of several rows: its weighed residual, and d; and sets pull.
func (c *clusterRobust) several(l *leastSquares, k int) (u, d float64) {
	r := c.width
	cross := c.cross[k*r*r : (k+1)*r*r]
	trace := 0.0
	for j := range r {
		trace += cross[j*r+j]
	}
	if trace < seriesTo {
		c.adaptBySeries(cross, l.gamma)
	} else {
		c.adapt(cross, l.gamma)
	}
	for j := range r {
		c.pull[j] = dot(c.adapted, cross[j*r:])
	}
	return dot(c.adapted, c.score[k*r:]), dot(c.adapted, c.pull)
}

// seriesTo is the trace of Z'Z, a bound of its eigenvalues, up to which the
// series of adaptBySeries costs less than eigenvalues do.
const seriesTo = 0.5

// adaptBySeries sets adapted to (I - Z'Z)^(-1/2) gamma, by the binomial series.
func (c *clusterRobust) adaptBySeries(cross, gamma []float64) {
	r := c.width
	term, next := c.values[:r], c.vectors[:r]
	copy(term, gamma)
	copy(c.adapted, gamma)
	first, coefficient := dot(gamma, gamma), 1.0
	for k := 1.0; k < 60; k++ {
		if !c.jackknife {
			coefficient *= (float64(2*k) - 1) / (2 * k)
		}
		size := 0.0
		for j := range r {
			v := dot(term, cross[j*r:])
			next[j] = v
			c.adapted[j] += float64(coefficient * v)
			size += float64(v * v)
		}
		term, next = next, term
		if size < 1e-34*first {
			return
		}
	}
}

// adapt does so by eigenvalues, those of what is fitted whatever the outcome left
// out.
func (c *clusterRobust) adapt(cross, gamma []float64) {
	r := c.width
	copy(c.values, cross)
	numeric.Eigen(c.values, c.vectors, r)
	clear(c.adapted)
	for j := range r {
		left := 1 - c.values[j*r+j]
		if left < saturated {
			continue
		}
		turned := 0.0
		for m := range r {
			turned += float64(c.vectors[m*r+j] * gamma[m])
		}
		if !c.jackknife {
			left = math.Sqrt(left)
		}
		turned /= left
		for m := range r {
			c.adapted[m] += float64(c.vectors[m*r+j] * turned)
		}
	}
}
