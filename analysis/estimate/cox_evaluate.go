package estimate

import (
	"slices"

	"caseload/sim/portable"
)

// evaluate returns the log partial likelihood at beta, and sets the score and
// the information there. Time runs backwards, so that each row joins those at
// risk once, and a sum over those at risk at an event is what a sum over rows has
// come to at the last row of that time.
func (c *coxWork) evaluate(beta []float64) float64 {
	c.risks(beta)
	loglik := 0.0
	for _, k := range c.at {
		loglik += c.eta[k]
	}
	c.eachStratum(func(from, to int) { runningSum(c.risk[from:to], c.sums[from:to]) })
	c.shareTies(c.sums, c.risk, nil)
	for e, k := range c.slot {
		den := c.sums[k]
		c.den[e], c.inverse[e] = den, 1/den
	}
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

// shareTies is for running sums of weighted, times x if there is one. Of several events at
// one time each takes its share of the sum over them off, in its own slot.
func (c *coxWork) shareTies(sums, weighted, x []float64) {
	for _, t := range c.tied {
		sum := 0.0
		for _, k := range c.at[t.from:t.to] {
			if x == nil {
				sum += weighted[k]
			} else {
				sum += float64(weighted[k] * x[k])
			}
		}
		all := sums[c.slot[t.from]]
		for e := t.from; e < t.to; e++ {
			sums[c.slot[e]] = all - float64(c.share(e-t.from, t.to-t.from)*sum)
		}
	}
}

// addColumn sets the score of covariate j and its row of the information.
func (c *coxWork) addColumn(j int) {
	x, row := c.column(j), c.info.A[j*c.p:j*c.p+j+1]
	c.eachStratum(func(from, to int) {
		runningWeighted(x[from:to], c.risk[from:to], c.weighted[from:to], c.sums[from:to], c.squares[from:to])
	})
	c.shareTies(c.sums, c.weighted, nil)
	c.shareTies(c.squares, c.weighted, x)
	c.score[j], row[j] = c.addMeans(x, c.means(j))
	k := 0
	for ; k+1 < j; k += 2 {
		row[k], row[k+1] = c.products(c.means(j), k, k+1)
	}
	if k < j {
		row[k] = c.product(c.means(j), k)
	}
}

// means of covariate j over those at risk at each event.
func (c *coxWork) means(j int) []float64 { return c.mean[j*c.n:][:len(c.at)] }

// addMeans sets the means of a covariate, by its running sums, and returns the sums over
// events of the covariate less its mean, and of its variance.
func (c *coxWork) addMeans(x, mean []float64) (score, square float64) {
	e := 0
	for _, t := range c.tied {
		score, square = c.addUntied(x, mean, e, t.from, score, square)
		for _, k := range c.at[t.from:t.to] {
			score += x[k]
		}
		for e = t.from; e < t.to; e++ {
			k, inverse := c.slot[e], c.inverse[e]
			m := float64(c.sums[k] * inverse)
			mean[e] = m
			score -= m
			square += float64(c.squares[k]*inverse) - float64(m*m)
		}
	}
	return c.addUntied(x, mean, e, len(c.at), score, square)
}

// addUntied adds the events of a range in which each has its own time.
func (c *coxWork) addUntied(x, mean []float64, from, to int, score, square float64) (float64, float64) {
	at, slot, inverses, sums, squares := c.at[from:to], c.slot[from:to], c.inverse[from:to], c.sums, c.squares[:len(c.sums)]
	mean = mean[from:to]
	for e, k := range slot {
		inverse := inverses[e]
		m := float64(sums[k] * inverse)
		mean[e] = m
		score += x[at[e]] - m
		square += float64(squares[k]*inverse) - float64(m*m)
	}
	return score, square
}

// products returns the sums over events of the covariance of the covariate that is in
// weighted, whose means are given, and the covariates k and l.
func (c *coxWork) products(mean []float64, k, l int) (withK, withL float64) {
	x, y := c.column(k), c.column(l)
	c.eachStratum(func(from, to int) {
		runningProducts(c.weighted[from:to], x[from:to], y[from:to], c.sums[from:to], c.squares[from:to])
	})
	c.shareTies(c.sums, c.weighted, x)
	c.shareTies(c.squares, c.weighted, y)
	n := len(mean)
	meanK, meanL, inverses, slot, sums, squares := c.means(k)[:n], c.means(l)[:n], c.inverse[:n], c.slot[:n], c.sums, c.squares[:len(c.sums)]
	for e, m := range mean {
		at, inverse := slot[e], inverses[e]
		withK += float64(sums[at]*inverse) - float64(m*meanK[e])
		withL += float64(squares[at]*inverse) - float64(m*meanL[e])
	}
	return withK, withL
}

// product is products of one covariate.
func (c *coxWork) product(mean []float64, k int) (with float64) {
	x := c.column(k)
	c.eachStratum(func(from, to int) { runningProduct(c.weighted[from:to], x[from:to], c.sums[from:to]) })
	c.shareTies(c.sums, c.weighted, x)
	n := len(mean)
	other, inverses, slot, sums := c.means(k)[:n], c.inverse[:n], c.slot[:n], c.sums
	for e, m := range mean {
		with += float64(sums[slot[e]]*inverses[e]) - float64(m*other[e])
	}
	return with
}

// runningSum sets each of sums to the sum of x as far as it.
func runningSum(x, sums []float64) {
	sums = sums[:len(x)]
	sum := 0.0
	for i, v := range x {
		sum += v
		sums[i] = sum
	}
}

// runningWeighted sets weighted to x times weight, sums to its running sum, and squares
// to that of its product with x.
func runningWeighted(x, weight, weighted, sums, squares []float64) {
	n := len(x)
	weight, weighted, sums, squares = weight[:n], weighted[:n], sums[:n], squares[:n]
	sum, square := 0.0, 0.0
	for i, v := range x {
		u := float64(weight[i] * v)
		weighted[i] = u
		sum += u
		sums[i] = sum
		square += float64(u * v)
		squares[i] = square
	}
}

// runningProducts sets the running sums of a times x and of a times y.
func runningProducts(a, x, y, sumsX, sumsY []float64) {
	n := len(a)
	x, y, sumsX, sumsY = x[:n], y[:n], sumsX[:n], sumsY[:n]
	sumX, sumY := 0.0, 0.0
	for i, v := range a {
		sumX += float64(v * x[i])
		sumsX[i] = sumX
		sumY += float64(v * y[i])
		sumsY[i] = sumY
	}
}

// runningProduct sets the running sums of a times x.
func runningProduct(a, x, sums []float64) {
	n := len(a)
	x, sums = x[:n], sums[:n]
	sum := 0.0
	for i, v := range a {
		sum += float64(v * x[i])
		sums[i] = sum
	}
}
