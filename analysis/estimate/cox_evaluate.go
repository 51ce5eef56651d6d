package estimate

import (
	"slices"

	"caseload/sim/portable"
)

// evaluate returns the log partial likelihood at beta, and sets the score and
// the information there. Time runs backwards, so that each row joins those at
// risk once, and a sum over those at risk at an event is what a sum over rows has
// come to at the last row of that time.
//
// A weighted sum over those at risk at each event, over the events, is one over rows, each
// weighted with the number of events expected of it (Whitehead 1980, J R Stat Soc C 29:268).
// So the score is a sum of residuals times covariates, and of the information only the means
// need running sums.
func (c *coxWork) evaluate(beta []float64) float64 {
	c.risks(beta)
	loglik := 0.0
	for _, k := range c.at {
		loglik += c.eta[k]
	}
	c.eachStratum(func(from, to int) { runningSum(c.risk[from:to], c.sums[from:to]) })
	c.shareTies(nil)
	for e, k := range c.slot {
		den := c.sums[k]
		c.den[e], c.inverse[e] = den, 1/den
	}
	c.expect()
	for j := range c.p {
		c.addColumn(j)
	}
	var logs logProduct // of the denominators
	logs.timesAll(c.den[:len(c.at)])
	return loglik - logs.total()
}

// risks of the rows at beta.
func (c *coxWork) risks(beta []float64) {
	if !slices.ContainsFunc(beta, func(b float64) bool { return b != 0 }) {
		clear(c.eta)
		for k := range c.risk {
			c.risk[k] = 1 // as at the start
		}
		return
	}
	c.predict(c.eta, beta)
	portable.Exps(c.risk, c.eta)
}

// eachStratum calls do with the rows of each.
func (c *coxWork) eachStratum(do func(from, to int)) {
	from := 0
	for _, to := range c.fresh {
		do(from, int(to))
		from = int(to)
	}
	do(from, c.n)
}

// shareTies is for running sums of the risks, times x if there is one. Of several events at
// one time each takes its share of the sum over them off, in its own slot.
func (c *coxWork) shareTies(x []float64) {
	for _, t := range c.tied {
		sum := 0.0
		for _, k := range c.at[t.from:t.to] {
			if x == nil {
				sum += c.risk[k]
			} else {
				sum += float64(c.risk[k] * x[k])
			}
		}
		all := c.sums[c.slot[t.from]]
		for e := t.from; e < t.to; e++ {
			c.sums[c.slot[e]] = all - float64(c.share(e-t.from, t.to-t.from)*sum)
		}
	}
}

// expect sets the number of events expected of each row until its time, which is its risk
// times the cumulative hazard, and residual to its events less that.
func (c *coxWork) expect() {
	clear(c.expected)
	for e, k := range c.slot {
		c.expected[k] = c.inverse[e]
	}
	for _, t := range c.tied { // all at the last row of the time
		for _, k := range c.slot[t.from+1 : t.to] {
			c.expected[c.slot[t.from]] += c.expected[k]
			c.expected[k] = 0
		}
	}
	c.eachStratum(func(from, to int) { spread(c.expected[from:to], c.risk[from:to], c.residual[from:to]) })
	for _, t := range c.tied { // who has one of several events does not bear the others' share
		less := 0.0
		for e := t.from; e < t.to; e++ {
			less += float64(c.share(e-t.from, t.to-t.from) * c.inverse[e])
		}
		for _, k := range c.at[t.from:t.to] {
			c.expected[k] -= float64(c.risk[k] * less)
			c.residual[k] = -c.expected[k]
		}
	}
	for _, k := range c.at {
		c.residual[k]++
	}
}

// spread replaces the hazards of each time by the cumulative hazard until then times the
// risk, forwards in time, and sets residual to less that.
func spread(hazards, risk, residual []float64) {
	n := len(hazards)
	risk, residual = risk[:n], residual[:n]
	cumulative := 0.0
	for k := n - 1; k >= 0; k-- {
		cumulative += hazards[k]
		expected := float64(cumulative * risk[k])
		hazards[k], residual[k] = expected, -expected
	}
}

// addColumn sets the score of covariate j and its row of the information: what the
// covariates have in common over the expected events, less what their means have.
func (c *coxWork) addColumn(j int) {
	x, row := c.column(j), c.info.A[j*c.p:j*c.p+j+1]
	one := min(1, j)
	var rows, means coxMoments
	c.eachStratum(func(from, to int) { c.addRows(&rows, x, c.column(0), c.column(one), from, to) })
	c.shareTies(x)
	mean := c.means(j)
	means.ofMeans(c, mean, c.means(0), c.means(one))
	c.score[j], row[j] = rows.score, rows.square-means.square
	row[0], row[one] = rows.withY-means.withY, rows.withZ-means.withZ
	for k := 2; k < j; k++ {
		row[k] = sumProducts(c.weighted, c.column(k)) - sumProducts(mean, c.means(k))
	}
}

// coxMoments are sums of a covariate times residuals, itself and two others.
type coxMoments struct{ score, square, withY, withZ float64 }

// addRows adds those of the rows of a stratum, weighted with what is expected, and sets
// weighted to the covariate times that, and sums to the running sum of it times the risks.
func (c *coxWork) addRows(m *coxMoments, x, y, z []float64, from, to int) {
	x = x[from:to]
	n := len(x)
	y, z, risk, sums := y[from:to][:n], z[from:to][:n], c.risk[from:to][:n], c.sums[from:to][:n]
	expected, residual, weighted := c.expected[from:to][:n], c.residual[from:to][:n], c.weighted[from:to][:n]
	sum, score, square, withY, withZ := 0.0, m.score, m.square, m.withY, m.withZ
	for i, v := range x {
		sum += float64(risk[i] * v)
		sums[i] = sum
		score += float64(residual[i] * v)
		u := float64(expected[i] * v)
		weighted[i] = u
		square += float64(u * v)
		withY += float64(u * y[i])
		withZ += float64(u * z[i])
	}
	*m = coxMoments{score, square, withY, withZ}
}

// ofMeans sets the means of a covariate over those at risk, by its running sums, and adds
// their products with themselves and with the means of two others, over events.
func (m *coxMoments) ofMeans(c *coxWork, mean, y, z []float64) {
	n := len(mean)
	slot, inverse, sums := c.slot[:n], c.inverse[:n], c.sums
	y, z = y[:n], z[:n]
	square, withY, withZ := 0.0, 0.0, 0.0
	for e, k := range slot {
		v := float64(sums[k] * inverse[e])
		mean[e] = v
		square += float64(v * v)
		withY += float64(v * y[e])
		withZ += float64(v * z[e])
	}
	m.square, m.withY, m.withZ = square, withY, withZ
}

// means of covariate j over those at risk at each event.
func (c *coxWork) means(j int) []float64 { return c.mean[j*c.n:][:len(c.at)] }

// runningSum sets each of sums to the sum of x as far as it.
func runningSum(x, sums []float64) {
	sums = sums[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += v
		sums[i] = sum
	}
}
