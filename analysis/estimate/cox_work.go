package estimate

import "caseload/sim/portable"

// coxWork is the scratch of CoxFit. Symmetric matrices are kept in full, row
// by row, of which sums fill the lower triangle.
type coxWork struct {
	n, p  int
	x     []float64 // covariates about their means, n x p, latest time first
	event []bool    // in that order
	ties  []int32   // where each distinct time ends in that order
	fresh []int32   // where each stratum after the first starts

	breslow  bool
	expected []float64 // cumulative hazard of each row, and
	place    []int32   // the place of each row of the data in this order: for coxCluster
	robust   coxRobust

	hazardsFit
	s1, d1, mean []float64 // weighted sums over those at risk; over the events of a tie
	s2, d2       []float64
}

// coxRows are rows in order of time, with their times; if there are strata,
// stratum by stratum, each to its end.
type coxRows struct {
	rows  []int32
	times []float64
	ends  []int32
}

// load copies the data in the reverse order, covariates centred.
func (c *coxWork) load(in coxRows, event []bool, x [][]float64) Status {
	c.resize(len(in.rows), len(x))
	events := 0
	c.ties, c.fresh = c.ties[:0], c.fresh[:0]
	stratum := len(in.ends) - 1
	for k := range c.n {
		i := c.n - 1 - k
		c.event[k] = event[in.rows[i]]
		events += bit(c.event[k])
		for stratum >= 0 && int(in.ends[stratum]) > i {
			stratum--
		}
		starts := stratum >= 0 && int(in.ends[stratum]) == i && i > 0
		if starts {
			c.fresh = append(c.fresh, int32(k+1))
		}
		if starts || i == 0 || in.times[i-1] != in.times[i] {
			c.ties = append(c.ties, int32(k+1))
		}
	}
	if events == 0 {
		return NoEvents
	}
	for j, column := range x {
		sum := 0.0
		for _, v := range column {
			sum += v
		}
		if sum-sum != 0 {
			return BadData // NaN or infinite
		}
		mean := columnMean(column)
		for k := range c.n {
			c.x[k*c.p+j] = column[in.rows[c.n-1-k]] - mean
		}
	}
	c.flatten()
	return OK
}

// columnMean is taken about the first entry, so that a constant column is
// centred to exactly zero.
func columnMean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v - x[0]
	}
	return x[0] + sum/float64(len(x))
}

func (c *coxWork) resize(n, p int) {
	c.n, c.p = n, p
	c.x, c.event, c.ties, c.fresh = resize(c.x, n*p), resize(c.event, n), resize(c.ties, n), resize(c.fresh, n)
	for _, v := range []*[]float64{&c.s1, &c.d1, &c.mean} {
		*v = resize(*v, p)
	}
	for _, v := range []*[]float64{&c.s2, &c.d2} {
		*v = resize(*v, p*p)
	}
	c.reset(p)
}

// evaluate returns the log partial likelihood at beta, and sets the score and
// the information there. Time runs backwards, so that each row joins those at
// risk once.
func (c *coxWork) evaluate(beta []float64) float64 {
	clearAll(c.score, c.info.A, c.s1, c.s2, c.d1, c.d2)
	loglik, s0, from, fresh := 0.0, 0.0, 0, c.fresh
	var logs logProduct // of the denominators
	for _, end := range c.ties {
		to := int(end)
		if len(fresh) > 0 && int(fresh[0]) == from {
			s0, fresh = 0, fresh[1:]
			clearAll(c.s1, c.s2)
		}
		d, d0, tied := 0, 0.0, to-from > 1
		if tied {
			clearAll(c.d1, c.d2)
		}
		for k := from; k < to; k++ {
			row := c.x[k*c.p : (k+1)*c.p]
			eta := dot(row, beta)
			risk := portable.Exp(eta)
			s0 += risk
			accumulate(c.s1, c.s2, row, risk)
			if !c.event[k] {
				continue
			}
			d++
			loglik += eta
			addTo(c.score, row, 1)
			if tied {
				d0 += risk
				accumulate(c.d1, c.d2, row, risk)
			}
		}
		c.atEvent(d, s0, d0, &logs)
		from = to
	}
	return loglik - logs.total()
}

// atEvent takes the d events at one time off the score and adds them to the
// information, and the denominators to the logs.
func (c *coxWork) atEvent(d int, s0, d0 float64, logs *logProduct) {
	p := c.p
	for l := range d {
		share := c.share(l, d)
		den := 1 / (s0 - float64(share*d0))
		logs.times(s0 - float64(share*d0))
		for j := range p {
			m := float64((c.s1[j] - float64(share*c.d1[j])) * den)
			c.mean[j] = m
			c.score[j] -= m
			info, s2, d2 := c.info.A[j*p:j*p+j+1], c.s2[j*p:j*p+j+1], c.d2[j*p:j*p+j+1]
			for k := range info {
				info[k] += float64((s2[k]-float64(share*d2[k]))*den) - float64(m*c.mean[k])
			}
		}
	}
}

// share of the d events at one time that are no longer at risk at the l-th of
// them: Efron's, or none as Breslow has it.
func (c *coxWork) share(l, d int) float64 {
	if c.breslow {
		return 0
	}
	return float64(l) / float64(d)
}

// accumulate adds weight x row to first and weight x row row' to the lower
// triangle of second.
func accumulate(first, second, row []float64, weight float64) {
	p := len(row)
	for j, v := range row {
		wv := float64(weight * v)
		first[j] += wv
		out := second[j*p : j*p+j+1]
		for k := range out {
			out[k] += float64(wv * row[k])
		}
	}
}

func clearAll(sums ...[]float64) {
	for _, v := range sums {
		clear(v)
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

func (c *coxWork) moved(step []float64) float64 { return mostMoved(c.x, step) }
