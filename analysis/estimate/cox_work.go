package estimate

// coxWork is the scratch of CoxFit: its design is covariates about their means, latest
// time first. Symmetric matrices are kept in full, row by row, of which sums fill the
// lower triangle.
type coxWork struct {
	design
	event []bool    // in that order
	ties  []int32   // where each distinct time ends in that order
	fresh []int32   // where each stratum after the first starts
	row   []float64 // scratch of rowAt

	at   []int32   // the row of each event,
	slot []int32   // and where running sums are for it: its own row of those of its time, from the last on
	tied []coxTied // times of several events

	breslow bool
	place   []int32 // the place of each row of the data in this order: for coxCluster
	robust  coxRobust

	hazardsFit
	eta, risk    []float64 // of each row, at the beta last evaluated
	expected     []float64 // events of each row until its time,
	residual     []float64 // and those it has less them
	sums         []float64 // scratch, sums over those at risk when a row joins them
	den, inverse []float64 // of each event, the sum of the risks and one over it
	mean         []float64 // of each covariate, n numbers: its means over those at risk at each event

	s1, d1 []float64 // weighted sums over those at risk; over the events of a tie: for coxRobust
}

// coxTied is a range of events at one time.
type coxTied struct{ from, to int }

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
	reversed := c.event
	for i, row := range in.rows {
		reversed[len(reversed)-1-i] = event[row]
	}
	c.listTies(in)
	if c.listEvents(); len(c.at) == 0 {
		return NoEvents
	}
	for j, column := range x {
		mean, ok := finiteMean(column)
		if !ok {
			return BadData
		}
		to := c.column(j)
		for i, row := range in.rows {
			to[len(to)-1-i] = column[row] - mean
		}
	}
	c.flatten()
	return OK
}

// listTies lists where each time ends, and where strata start.
func (c *coxWork) listTies(in coxRows) {
	c.fresh = c.fresh[:0]
	ties, stratum := c.ties[:0], len(in.ends)-1
	for i := len(in.times) - 1; i >= 0; i-- {
		k := int32(len(in.times) - i)
		for stratum >= 0 && int(in.ends[stratum]) > i {
			stratum--
		}
		starts := stratum >= 0 && int(in.ends[stratum]) == i && i > 0
		if starts {
			c.fresh = append(c.fresh, k)
		}
		if starts || i == 0 || in.times[i-1] != in.times[i] {
			ties = append(ties, k)
		}
	}
	c.ties = ties
}

// listEvents lists the events, in the order of the rows.
func (c *coxWork) listEvents() {
	c.at, c.slot, c.tied = c.at[:0], c.slot[:0], c.tied[:0]
	k := 0
	for _, end := range c.ties {
		from := len(c.at)
		for ; k < int(end); k++ {
			if c.event[k] {
				c.at, c.slot = append(c.at, int32(k)), append(c.slot, end-1-int32(len(c.at)-from))
			}
		}
		if len(c.at)-from > 1 {
			c.tied = append(c.tied, coxTied{from, len(c.at)})
		}
	}
}

func (c *coxWork) resize(n, p int) {
	c.shape(n, p)
	c.event, c.ties, c.fresh = resize(c.event, n), resize(c.ties, n), resize(c.fresh, n)
	c.at, c.slot = resize(c.at, n), resize(c.slot, n)
	for _, v := range []*[]float64{&c.eta, &c.risk, &c.expected, &c.residual, &c.sums, &c.den, &c.inverse} {
		*v = resize(*v, n)
	}
	for _, v := range []*[]float64{&c.row, &c.s1, &c.d1} {
		*v = resize(*v, p)
	}
	c.mean = resize(c.mean, n*p)
	c.reset(p)
}

// rowAt returns the covariates of row k, until it is called again.
func (c *coxWork) rowAt(k int) []float64 {
	c.design.row(k, c.row)
	return c.row
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

func (c *coxWork) moved(step []float64) float64 { return c.mostMoved(step, c.eta) }
