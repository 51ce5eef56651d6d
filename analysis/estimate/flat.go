package estimate

// A covariate that is the same for all who are at risk at an event says nothing
// of hazards. Its information is zero, but sums of it are rounded, and what is
// left of them looks like a little information. It is found by comparison, which
// is exact, and set to zero, which is left out like every column that others
// determine. Those at risk at the first event include those at risk later.

// flatten sets the columns to zero that are constant among those at risk, within
// each stratum.
func (c *coxWork) flatten() {
	for j := range c.p {
		if !c.varies(c.column(j)) {
			clear(c.column(j))
		}
	}
}

// varies reports whether a column differs among those at risk at an event.
func (c *coxWork) varies(x []float64) bool {
	from, fresh := 0, c.fresh
	one, differs := x[0], false
	for _, end := range c.ties {
		if len(fresh) > 0 && int(fresh[0]) == from {
			one, differs, fresh = x[from], false, fresh[1:]
		}
		event := false
		for ; from < int(end); from++ {
			differs = differs || x[from] != one
			event = event || c.event[from]
		}
		if event && differs {
			return true
		}
	}
	return false
}

// flatten does so for a subdistribution hazards model, where rivals stay at risk.
func (c *subhazardWork) flatten() {
	for j := range c.p {
		if !c.varies(j) {
			clearColumn(c.x, j, c.p)
		}
	}
}

// varies reports whether column j differs among those at risk at an event.
func (c *subhazardWork) varies(j int) bool {
	one := c.x[(c.n-1)*c.p+j]
	started := false // with the first time that has an event
	for g := range c.ties {
		started = started || c.ties[g].events > 0
		for i := c.from(g); i < int(c.ties[g].end); i++ {
			if (started || c.rival[i]) && c.x[i*c.p+j] != one {
				return true
			}
		}
	}
	return false
}

// clearColumn sets column j of x, p entries a row, to zero.
func clearColumn(x []float64, j, p int) {
	for ; j < len(x); j += p {
		x[j] = 0
	}
}
