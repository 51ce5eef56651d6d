package estimate

// coxRobust is the scratch of the robust variance.
type coxRobust struct {
	cluster []int32         // of each row in coxWork's order, renumbered from 0; -1: alone
	number  map[int32]int32 // of each cluster
	alone   int             // rows that are a cluster of their own

	risk []float64
	ties []tieHazard // one for each distinct time
	// For each distinct time p entries: sums of the hazards by the mean covariates
	// of those at risk, for all and for those with an event, and the mean over events.
	all, own, mean []float64
	// The same since the start of the stratum; one row's score; clusters' scores.
	since, score, sums []float64
	meat, half, bread  []float64
}

// tieHazard is the baseline hazard at one time: for those at risk, and for those
// with an event at it, who under Efron's handling bear less of it.
type tieHazard struct{ all, own float64 }

// load takes over the clusters of rows in order of time.
func (r *coxRobust) load(rows, clusters []int32) {
	if r.number == nil {
		r.number = make(map[int32]int32)
	}
	clear(r.number)
	r.cluster, r.alone = resize(r.cluster, len(rows)), 0
	for i, row := range rows {
		id := clusters[row]
		at := &r.cluster[len(rows)-1-i]
		if id < 0 {
			*at = -1
			r.alone++
			continue
		}
		known, ok := r.number[id]
		if !ok {
			known = int32(len(r.number))
			r.number[id] = known
		}
		*at = known
	}
}

// makeRobust turns cov, the inverse of the information, into the robust variance
// of Lin & Wei 1989 (J Am Stat Assoc 84:1074): the inverse about the sum over
// clusters of squared scores, a cluster's score being the sum of its rows' (Lee,
// Wei & Amato 1992). It is the grouped jackknife of R's coxph, without a
// correction for few clusters.
func (c *coxWork) makeRobust() Status {
	r, p := &c.robust, c.p
	clusters := len(r.number)
	if clusters+r.alone < 2 {
		return TooFewClusters
	}
	r.risk, r.ties = resize(r.risk, c.n), resize(r.ties, len(c.ties))
	for _, v := range []*[]float64{&r.all, &r.own, &r.mean} {
		*v = resize(*v, len(c.ties)*p)
	}
	r.since, r.score, r.sums = resize(r.since, p), resize(r.score, p), resize(r.sums, clusters*p)
	for _, v := range []*[]float64{&r.meat, &r.half, &r.bread} {
		*v = resize(*v, p*p)
	}
	clear(r.sums)
	clear(r.meat)
	c.hazards()
	c.rowScores()
	for k := range clusters {
		addSquare(r.meat, r.sums[k*p:(k+1)*p])
	}
	c.hazardsFit.sandwich(r.meat, r.half, r.bread)
	return OK
}

// hazards fills risk, ties, all, own and mean, backwards in time.
func (c *coxWork) hazards() {
	r := &c.robust
	clear(c.s1)
	s0, from, fresh := 0.0, 0, c.fresh
	c.risks(c.beta)
	for g, end := range c.ties {
		if len(fresh) > 0 && int(fresh[0]) == from {
			s0, fresh = 0, fresh[1:]
			clear(c.s1)
		}
		d, d0 := 0, 0.0
		clear(c.d1)
		for k := from; k < int(end); k++ {
			row, risk := c.rowAt(k), c.risk[k]
			r.risk[k] = risk
			s0 += risk
			addTo(c.s1, row, risk)
			if c.event[k] {
				d++
				d0 += risk
				addTo(c.d1, row, risk)
			}
		}
		c.hazard(g, d, s0, d0)
		from = int(end)
	}
}

// hazard fills the entries of time g with d events.
func (c *coxWork) hazard(g, d int, s0, d0 float64) {
	r, p := &c.robust, c.p
	all, own, mean := r.all[g*p:(g+1)*p], r.own[g*p:(g+1)*p], r.mean[g*p:(g+1)*p]
	clear(all)
	clear(own)
	clear(mean)
	var h tieHazard
	for l := range d {
		share := c.share(l, d)
		step := 1 / (s0 - float64(share*d0))
		h.all += step
		h.own += float64((1 - share) * step)
		for j := range p {
			m := (c.s1[j] - float64(share*c.d1[j])) * step
			all[j] += float64(step * m)
			own[j] += float64((1 - share) * step * m)
			mean[j] += m / float64(d)
		}
	}
	r.ties[g] = h
}

// rowScores adds up the scores of each cluster, forwards in time.
func (c *coxWork) rowScores() {
	r, p := &c.robust, c.p
	clear(r.since)
	cumulative, fresh := 0.0, len(c.fresh)
	for g := len(c.ties) - 1; g >= 0; g-- {
		from := 0
		if g > 0 {
			from = int(c.ties[g-1])
		}
		for k := from; k < int(c.ties[g]); k++ {
			h, m := r.ties[g].all, r.all[g*p:(g+1)*p]
			if c.event[k] {
				h, m = r.ties[g].own, r.own[g*p:(g+1)*p]
			}
			for j, x := range c.rowAt(k) {
				r.score[j] = r.risk[k] * (r.since[j] + m[j] - float64(x*(cumulative+h)))
				if c.event[k] {
					r.score[j] += x - r.mean[g*p+j]
				}
			}
			r.collect(r.cluster[k], p)
		}
		cumulative += r.ties[g].all
		addTo(r.since, r.all[g*p:(g+1)*p], 1)
		if fresh > 0 && int(c.fresh[fresh-1]) == from {
			fresh--
			cumulative = 0
			clear(r.since)
		}
	}
}

// collect adds a row's score to its cluster's.
func (r *coxRobust) collect(cluster int32, p int) {
	if cluster < 0 {
		addSquare(r.meat, r.score)
		return
	}
	addTo(r.sums[int(cluster)*p:(int(cluster)+1)*p], r.score, 1)
}

// addTo adds weight x v to sum.
func addTo(sum, v []float64, weight float64) {
	for j, x := range v {
		sum[j] += float64(weight * x)
	}
}

// addSquare adds v v' to square.
func addSquare(square, v []float64) {
	p := len(v)
	for j, x := range v {
		addTo(square[j*p:(j+1)*p], v, x)
	}
}

// multiply sets out to a b, all p x p by row.
func multiply(out, a, b []float64, p int) {
	for j := range p {
		row := out[j*p : (j+1)*p]
		clear(row)
		for k := range p {
			addTo(row, b[k*p:(k+1)*p], a[j*p+k])
		}
	}
}
