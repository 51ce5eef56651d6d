package estimate

// fineGrayVariance is the scratch of the variance.
type fineGrayVariance struct {
	score             []float64 // of each row, n x p
	sum, weighted     []float64 // sums of hazard x mean, and of G x hazard x mean
	rivals, spread    []float64 // sum over rivals of x risk/G; what each at risk bears of the censorings
	effect            []float64 // q of one time
	meat, half, bread []float64
}

// makeRobust turns cov, the inverse of the information, into the variance of
// Fine & Gray 1999, section 3.2: about the sum of squares of eta + psi, a row's
// share of the score and what its censoring moves the weights. evaluate must
// have been at beta or next to it.
func (c *subhazardWork) makeRobust() {
	v, p := &c.variance, c.p
	v.score = resize(v.score, c.n*p)
	for _, u := range []*[]float64{&v.sum, &v.weighted, &v.rivals, &v.spread, &v.effect} {
		*u = resize(*u, p)
		clear(*u)
	}
	for _, u := range []*[]float64{&v.meat, &v.half, &v.bread} {
		*u = resize(*u, p*p)
	}
	h := c.scoresWhileFollowed()
	c.scoresAfterwards(h)
	clear(v.meat)
	for i := range c.n {
		addSquare(v.meat, v.score[i*p:(i+1)*p])
	}
	c.sandwich(v.meat, v.half, v.bread)
}

// scoresWhileFollowed sets each row's score of the time until its own: x - mean
// at its event, less the risk by the hazards until then. It leaves the sum of
// G x hazard, returned, and of G x hazard x mean over all times.
func (c *subhazardWork) scoresWhileFollowed() (all float64) {
	v, p := &c.variance, c.p
	hazard := 0.0
	for g := range c.ties {
		tie := &c.ties[g]
		mean := c.first[g*p : (g+1)*p]
		if tie.events > 0 {
			hazard += tie.hazard
			all += float64(tie.censoring * tie.hazard)
			addTo(v.sum, mean, tie.hazard)
			addTo(v.weighted, mean, tie.censoring*tie.hazard)
		}
		for i := c.from(g); i < int(tie.end); i++ {
			score := v.score[i*p : (i+1)*p]
			for j, x := range c.row(i) {
				score[j] = float64(-c.risk[i] * (float64(x*hazard) - v.sum[j]))
				if c.event[i] {
					score[j] += x - mean[j]
				}
			}
		}
	}
	return all
}

// scoresAfterwards adds what rivals bear of the hazards after their own time,
// and what the censoring of a row moves the weights of rivals: q(u)/pi(u) at the
// time u of a censored row, less its expectation for all at risk. left is the
// sum of G x hazard over all times.
func (c *subhazardWork) scoresAfterwards(left float64) {
	v, p := &c.variance, c.p
	rivals := 0.0
	for g := range c.ties {
		tie := &c.ties[g]
		c.moveWeights(tie, left, rivals)
		if tie.events > 0 {
			left -= float64(tie.censoring * tie.hazard)
			addTo(v.weighted, c.first[g*p:(g+1)*p], -tie.censoring*tie.hazard)
		}
		for i := c.from(g); i < int(tie.end); i++ {
			score := v.score[i*p : (i+1)*p]
			addTo(score, v.spread, -1)
			switch {
			case c.rival[i]:
				weight := c.risk[i] / tie.censoring
				rivals += weight
				for j, x := range c.row(i) {
					score[j] -= float64(weight * (float64(x*left) - v.weighted[j]))
				}
				addTo(v.rivals, c.row(i), weight)
			case !c.event[i]:
				addTo(score, v.effect, 1)
			}
		}
	}
}

// moveWeights sets effect to q(u)/pi(u) of time u, and adds its expectation to
// spread. q sums what rivals before u bear of the hazards from u on, pi counts
// the rows at risk.
func (c *subhazardWork) moveWeights(tie *subTie, left, rivals float64) {
	v := &c.variance
	for j := range v.effect {
		v.effect[j] = (float64(v.rivals[j]*left) - float64(rivals*v.weighted[j])) / tie.atRisk
		v.spread[j] += v.effect[j] * tie.censored / tie.atRisk
	}
}
