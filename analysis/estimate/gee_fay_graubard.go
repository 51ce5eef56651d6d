package estimate

import "math"

// mostFitted bounds the share of a cluster in the information on a coefficient that
// Fay and Graubard's correction allows for. They suggest 0.75.
const mostFitted = 0.75

// fayGraubard returns the sandwich variance of a coefficient with the score of each
// cluster times H_k, which is diagonal: the inverse square roots of 1 - the diagonal of
// Q_k S, Q_k the cluster's share of the information and S the inverse of the information,
// or of 1 - mostFitted if that is more (Fay & Graubard 2001, Biometrics 57:1198, equation
// 5). This is not the same with other columns of the same model; here they are the
// intercept, the arm, and the covariates as they are, not centred.
//
// All that is asked of the working covariance is free of its scale and of 1 less the
// correlation, and so is done without them.
func (e *geeWork) fayGraubard(g *glmWork, index *clusterIndex, effect int) (variance float64) {
	p := g.p
	e.sumProducts(g, index)
	e.bread = resize(e.bread, p*p)
	e.info.Invert(e.bread)
	c, row := g.centre, e.bread[effect*p:(effect+1)*p]
	first := row[0] // of the row of S for columns that nothing was taken off
	for j := 1; j < p; j++ {
		first -= float64(c[j] * row[j])
	}
	for k, size := range index.size {
		share := e.correlation / (1 + float64(float64(size-1)*e.correlation))
		weighted := share * e.residuals[k]
		sums := e.columns[k*p : (k+1)*p]
		for j := range e.score {
			e.score[j] = e.scores[k*p+j] - float64(weighted*sums[j])
		}
		e.ownShares(c, k, share)
		influence := first * e.score[0] * scaled(e.own[0])
		for j := 1; j < p; j++ {
			influence += float64(row[j] * (e.score[j] + float64(c[j]*e.score[0])) * scaled(e.own[j]))
		}
		variance += float64(influence * influence)
	}
	return variance
}

// scaled returns the factor on a score whose cluster has such a share in the information.
func scaled(share float64) float64 { return 1 / math.Sqrt(1-min(share, mostFitted)) }

// sumProducts sums up the products of the columns, and of them and the residuals, by
// cluster.
func (e *geeWork) sumProducts(g *glmWork, index *clusterIndex) {
	p, clusters := g.p, len(index.size)
	e.products, e.scores = resize(e.products, clusters*p*p), resize(e.scores, clusters*p)
	e.score, e.own, e.across = resize(e.score, p), resize(e.own, p), resize(e.across, p)
	clear(e.products)
	clear(e.scores)
	for i, k := range index.of {
		products, scores := e.products[int(k)*p*p:], e.scores[int(k)*p:]
		root, pearson := e.root[i], e.pearson[i]
		for j := range p {
			x := g.column(j)[i] * root
			scores[j] += float64(x * pearson)
			for m := range j + 1 {
				products[j*p+m] += float64(x * (g.column(m)[i] * root))
			}
		}
	}
	for k := range clusters {
		reflect(e.products[k*p*p:(k+1)*p*p], p)
	}
}

// ownShares sets own to the diagonal of Q_k S. With M that of columns less c, the entry
// of a covariate is M_jj + c_j M_0j, and that of the intercept M_00 less the sum of c_j
// M_0j.
func (e *geeWork) ownShares(c []float64, k int, share float64) {
	p := len(e.own)
	sums := e.columns[k*p : (k+1)*p]
	clear(e.own)
	clear(e.across)
	for m := range p {
		for j := range p {
			q := e.products[(k*p+j)*p+m] - float64(share*sums[j]*sums[m])
			first := e.products[k*p*p+m] - float64(share*sums[0]*sums[m])
			e.own[j] += float64(q * e.bread[m*p+j])
			e.across[j] += float64(first * e.bread[m*p+j])
		}
	}
	for j := 1; j < p; j++ {
		e.own[j] += float64(c[j] * e.across[j])
		e.own[0] -= float64(c[j] * e.across[j])
	}
}
