package estimate

import "caseload/sim/portable"

// subhazardWork is the scratch of a subdistribution hazards model.
type subhazardWork struct {
	n, p  int
	x     []float64 // covariates about their means, n x p, earliest time first
	event []bool    // in that order
	rival []bool
	ties  []subTie

	hazardsFit
	risk     []float64 // exp(linear predictor)
	first    []float64 // by distinct time, p entries: weighted sums over rivals before it
	second   []float64 // the same, p x p
	s1, s2   []float64 // weighted sums over those not passed yet
	r1, r2   []float64
	mean     []float64
	variance fineGrayVariance
}

// subTie is a distinct time.
type subTie struct {
	end       int32   // where its rows end
	events    float64 // at it
	censored  float64
	atRisk    float64 // rows of this time or later
	censoring float64 // G(t-), the share not censored before it
	rivals    float64 // sum of risk/G(T-) over rivals before it
	hazard    float64 // d over the weighted sum of risks
}

// load copies the data in order of time, covariates centred, and finds G.
func (c *subhazardWork) load(d *Data, x [][]float64, o *timeOrder) Status {
	n, p := len(o.rows), len(x)
	c.resize(n, p)
	events, share := 0.0, 1.0
	for i := 0; i < n; {
		tie := subTie{atRisk: float64(n - i), censoring: share}
		for t := o.times[i]; i < n && o.times[i] == t; i++ {
			row := o.rows[i]
			c.event[i] = d.Event[row]
			c.rival[i] = d.Competing[row] && !d.Event[row]
			tie.events += float64(bit(c.event[i]))
			tie.censored += float64(bit(!c.event[i] && !c.rival[i]))
		}
		tie.end = int32(i)
		share *= (tie.atRisk - tie.censored) / tie.atRisk
		events += tie.events
		c.ties = append(c.ties, tie)
	}
	if events == 0 {
		return NoEvents
	}
	for j, column := range x {
		mean := columnMean(column)
		if mean-mean != 0 {
			return BadData
		}
		for i, row := range o.rows {
			c.x[i*p+j] = column[row] - mean
		}
	}
	c.flatten()
	return OK
}

func (c *subhazardWork) resize(n, p int) {
	c.n, c.p = n, p
	c.x, c.risk = resize(c.x, n*p), resize(c.risk, n)
	c.event, c.rival, c.ties = resize(c.event, n), resize(c.rival, n), resize(c.ties, n)[:0]
	for _, v := range []*[]float64{&c.s1, &c.r1, &c.mean} {
		*v = resize(*v, p)
	}
	c.s2, c.r2 = resize(c.s2, p*p), resize(c.r2, p*p)
	c.reset(p)
}

// row returns the covariates of row i in order of time.
func (c *subhazardWork) row(i int) []float64 { return c.x[i*c.p : (i+1)*c.p] }

// from returns where the rows of the g-th time start.
func (c *subhazardWork) from(g int) int {
	if g == 0 {
		return 0
	}
	return int(c.ties[g-1].end)
}

// evaluate returns the weighted log partial likelihood at beta, and sets the
// score and the information there. Rivals are summed up forwards in time, those
// who are still followed backwards.
func (c *subhazardWork) evaluate(beta []float64) float64 {
	c.sumRivals(beta)
	clearAll(c.score, c.info.A, c.s1, c.s2)
	loglik, s0 := 0.0, 0.0
	for g := len(c.ties) - 1; g >= 0; g-- {
		tie := &c.ties[g]
		for i := c.from(g); i < int(tie.end); i++ {
			row := c.row(i)
			s0 += c.risk[i]
			accumulate(c.s1, c.s2, row, c.risk[i])
			if c.event[i] {
				loglik += dot(row, beta)
				addTo(c.score, row, 1)
			}
		}
		if tie.events > 0 {
			loglik -= c.atEvents(g, s0)
		} else {
			tie.hazard = 0
		}
	}
	return loglik
}

// sumRivals fills risk, and the sums over the rivals before each time.
func (c *subhazardWork) sumRivals(beta []float64) {
	p := c.p
	c.first, c.second = resize(c.first, len(c.ties)*p), resize(c.second, len(c.ties)*p*p)
	clearAll(c.r1, c.r2)
	r0 := 0.0
	for g := range c.ties {
		tie := &c.ties[g]
		tie.rivals = r0
		copy(c.first[g*p:], c.r1)
		copy(c.second[g*p*p:], c.r2)
		for i := c.from(g); i < int(tie.end); i++ {
			c.risk[i] = portable.Exp(dot(c.row(i), beta))
			if c.rival[i] {
				weight := c.risk[i] / tie.censoring
				r0 += weight
				accumulate(c.r1, c.r2, c.row(i), weight)
			}
		}
	}
}

// atEvents takes the events at the g-th time off the score and adds them to the
// information, given the sum of the risks of those still followed; it returns
// the logs of the denominators. first becomes the mean of those at risk.
func (c *subhazardWork) atEvents(g int, s0 float64) float64 {
	p, tie := c.p, &c.ties[g]
	total := s0 + float64(tie.censoring*tie.rivals)
	first, second := c.first[g*p:(g+1)*p], c.second[g*p*p:(g+1)*p*p]
	for j := range p {
		mean := (c.s1[j] + float64(tie.censoring*first[j])) / total
		first[j] = mean
		c.score[j] -= float64(tie.events * mean)
		for k := range j + 1 {
			at := j*p + k
			c.info.A[at] += float64(tie.events * ((c.s2[at]+float64(tie.censoring*second[at]))/total - float64(mean*first[k])))
		}
	}
	tie.hazard = tie.events / total
	return tie.events * portable.Log(total)
}

func (c *subhazardWork) moved(step []float64) float64 { return mostMoved(c.x, step) }
