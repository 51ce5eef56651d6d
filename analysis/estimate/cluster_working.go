package estimate

import "math"

// fitWorking makes l the least squares fit of a model that has been fitted by
// other means, by its working model at the maximum: rows of p columns, each
// multiplied by the square root of the row's weight, with the residuals divided by
// it. fill writes row i in z and returns its residual. What clusterRobust asks of a
// fit is then as in a linear model. The status is ZeroVariance where other columns
// determine that of the effect, else OK.
func (l *leastSquares) fitWorking(n, p, effect int, fill func(i int, z []float64) (residual float64)) Status {
	l.n, l.p = n, p-1
	l.z.shape(n, p)
	l.resid, l.hat = resize(l.resid, n), resize(l.hat, n)
	l.gamma, l.g = resize(l.gamma, p), resize(l.g, n)
	for i := range n {
		l.resid[i] = fill(i, l.gamma)
		for j, v := range l.gamma {
			l.z.column(j)[i] = v
		}
	}
	l.cross.Reset(p)
	l.z.cross(l.cross.A, 0)
	l.cross.Alias()
	l.rank = l.cross.Rank
	if l.cross.Aliased[effect] {
		return ZeroVariance
	}
	l.z.forward(&l.cross, 0, l.hat)
	clear(l.gamma)
	l.gamma[effect] = 1
	l.cross.Forward(l.gamma)
	l.z.predict(l.g, l.gamma)
	return OK
}

// clustered returns the variance CR2 of the contrast asked last, with the degrees
// of freedom of carefulDF. TooFewClusters as in cluster_robust.
func (l *linearWork) clustered(d *Data) (variance, df float64, status Status) {
	l.clusters.number(d.Cluster, d.Treated, false)
	if min(l.clusters.inArm[0], l.clusters.inArm[1]) < 2 {
		return 0, 0, TooFewClusters
	}
	l.robust.load(&l.ols, &l.clusters)
	variance, df = l.robust.cr2(&l.ols)
	df = min(df, l.robust.carefulDF(&l.ols, &l.clusters))
	if !(variance > 0) || !(df > 0) {
		return 0, 0, TooFewClusters
	}
	return variance, df, OK
}

// carefulDF returns a bound of the degrees of freedom where only one arm has
// clusters of several rows, and infinity elsewhere.
//
// Satterthwaite's degrees of freedom of cr2 take rows as independent. If one arm's
// are not, its share of the variance is larger than that, and the degrees of
// freedom are nearer to the number of its clusters. So they are bounded by those
// with the shares as estimated, V^2 / sum Vk^2/(Gk - 1) over the clusters of
// several rows, and the single rows of each arm, as in Welch's test (Satterthwaite
// 1946; for clients of case managers in one arm Roberts & Roberts 2005).
func (c *clusterRobust) carefulDF(l *leastSquares, index *clusterIndex) float64 {
	var share, groups [8]float64 // by the arms that a cluster is in, as bits, and whether it has several rows
	for k, size := range c.size {
		groups[2*int(index.arms[k])+bit(size > 1)]++
	}
	const control, treated, both = 2*1 + 1, 2*2 + 1, 2*3 + 1
	if groups[both] > 0 || groups[control] > 0 && groups[treated] > 0 {
		return math.Inf(1)
	}
	for k, size := range c.size {
		u := 0.0
		if size == 1 {
			u = c.single(l, int(c.last[k]))
		} else {
			u, _ = c.several(l, k)
		}
		share[2*int(index.arms[k])+bit(size > 1)] += float64(u * u)
	}
	var sum, squares float64
	for k, v := range share {
		sum += v
		squares += v * v / max(1, groups[k]-1)
	}
	return sum * sum / squares
}
