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
	c.atEvents(c.den, c.sums, c.risk, nil)
	for e, den := range c.den[:len(c.at)] {
		c.inverse[e] = 1 / den
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
	c.predict(c.eta, beta)
	if !slices.ContainsFunc(beta, func(b float64) bool { return b != 0 }) {
		for k := range c.risk {
			c.risk[k] = 1 // as at the start
		}
		return
	}
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

// addColumn sets the score of covariate j and its row of the information.
func (c *coxWork) addColumn(j int) {
	x, events := c.column(j), len(c.at)
	c.eachStratum(func(from, to int) {
		runningWeighted(x[from:to], c.risk[from:to], c.weighted[from:to], c.sums[from:to], c.squares[from:to])
	})
	mean := c.means(j)
	c.atEvents(mean, c.sums, c.weighted, nil)
	for e, inverse := range c.inverse[:events] {
		mean[e] = float64(mean[e] * inverse)
	}
	c.score[j] = c.scoreOf(x, mean)
	row := c.info.A[j*c.p : j*c.p+j+1]
	c.atEvents(c.value, c.squares, c.weighted, x)
	row[j] = c.excess(c.value, mean, mean)
	for k := 0; k < j; k += 2 {
		c.addProducts(row, mean, k, min(k+1, j-1))
	}
}

// means of covariate j over those at risk at each event.
func (c *coxWork) means(j int) []float64 { return c.mean[j*c.n:][:len(c.at)] }

// addProducts sets the information about a covariate, whose means are given and which
// is in weighted, and the covariates k and l.
func (c *coxWork) addProducts(row, mean []float64, k, l int) {
	x, y := c.column(k), c.column(l)
	c.eachStratum(func(from, to int) {
		runningProducts(c.weighted[from:to], x[from:to], y[from:to], c.sums[from:to], c.squares[from:to])
	})
	c.atEvents(c.value, c.sums, c.weighted, x)
	row[k] = c.excess(c.value, mean, c.means(k))
	if l > k {
		c.atEvents(c.other, c.squares, c.weighted, y)
		row[l] = c.excess(c.other, mean, c.means(l))
	}
}

// atEvents sets out to what the running sums of weighted, times x if there is one, have
// come to at each event. Of several events at one time each takes its share of the
// sum over them off.
func (c *coxWork) atEvents(out, sums, weighted, x []float64) {
	out = out[:len(c.last)]
	for e, k := range c.last {
		out[e] = sums[k]
	}
	for _, t := range c.tied {
		sum := 0.0
		for _, k := range c.at[t.from:t.to] {
			if x == nil {
				sum += weighted[k]
			} else {
				sum += float64(weighted[k] * x[k])
			}
		}
		for e := t.from; e < t.to; e++ {
			out[e] -= float64(c.share(e-t.from, t.to-t.from) * sum)
		}
	}
}

// scoreOf is the sum over events of a covariate less its mean over those at risk.
func (c *coxWork) scoreOf(x, mean []float64) (score float64) {
	e := 0
	for _, t := range c.tied {
		score = c.scoreUntied(score, x, mean, e, t.from)
		for _, k := range c.at[t.from:t.to] {
			score += x[k]
		}
		for _, m := range mean[t.from:t.to] {
			score -= m
		}
		e = t.to
	}
	return c.scoreUntied(score, x, mean, e, len(c.at))
}

func (c *coxWork) scoreUntied(score float64, x, mean []float64, from, to int) float64 {
	for e := from; e < to; e++ {
		score += x[c.at[e]]
		score -= mean[e]
	}
	return score
}

// excess is the sum over events of the mean of a product of two covariates less the
// product of their means.
func (c *coxWork) excess(product, mean, other []float64) (sum float64) {
	product, other, inverse := product[:len(mean)], other[:len(mean)], c.inverse[:len(mean)]
	for e, m := range mean {
		sum += float64(product[e]*inverse[e]) - float64(m*other[e])
	}
	return sum
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
