package estimate

import "math"

// alias finds, from the information at zero, the covariates that those before
// them determine among the rows at risk at events, and counts the others. The
// likelihood is flat along such a covariate everywhere, not just at zero.
func (c *coxWork) alias() {
	clear(c.aliased)
	c.rank = 0
	for j := range c.p {
		diagonal := c.info[j*c.p+j]
		pivot := c.pivot(j)
		c.aliased[j] = !(pivot > 1e-10*diagonal)
		if !c.aliased[j] {
			c.rank++
			c.chol[j*c.p+j] = math.Sqrt(pivot)
		}
	}
}

// factor takes the Cholesky factor of the information without the aliased
// covariates, whose rows and columns are zero. It fails if the information is
// not positive definite.
func (c *coxWork) factor() bool {
	for j := range c.p {
		if c.aliased[j] {
			clear(c.chol[j*c.p : j*c.p+j+1])
			continue
		}
		pivot := c.pivot(j)
		if !(pivot > 0) {
			return false
		}
		c.chol[j*c.p+j] = math.Sqrt(pivot)
	}
	return true
}

// pivot fills row j of the factor left of the diagonal and returns what is left
// on the diagonal.
func (c *coxWork) pivot(j int) float64 {
	p, row := c.p, c.chol[j*c.p:j*c.p+j]
	left := c.info[j*p+j]
	for k := range row {
		row[k] = 0
		if c.aliased[k] {
			continue
		}
		sum := c.info[j*p+k]
		for i := range k {
			sum -= row[i] * c.chol[k*p+i]
		}
		row[k] = sum / c.chol[k*p+k]
		left -= row[k] * row[k]
	}
	return left
}

// solve sets step to the Newton step, and returns its squared size in standard
// errors.
func (c *coxWork) solve() float64 {
	copy(c.step, c.score)
	size := c.forward(c.step)
	c.backward(c.step)
	return size
}

// forward replaces v by L^-1 v, and returns the square of its length.
func (c *coxWork) forward(v []float64) float64 {
	size := 0.0
	for j := range c.p {
		if c.aliased[j] {
			v[j] = 0
			continue
		}
		v[j] = (v[j] - dot(c.chol[j*c.p:j*c.p+j], v)) / c.chol[j*c.p+j]
		size += v[j] * v[j]
	}
	return size
}

// backward replaces v by the inverse of L' times v.
func (c *coxWork) backward(v []float64) {
	for j := c.p - 1; j >= 0; j-- {
		if c.aliased[j] {
			continue
		}
		for k := j + 1; k < c.p; k++ {
			v[j] -= c.chol[k*c.p+j] * v[k]
		}
		v[j] /= c.chol[j*c.p+j]
	}
}

// invert sets cov to the inverse of the information, and what belongs to
// aliased covariates to NaN.
func (c *coxWork) invert() {
	for j := range c.p {
		column := c.step
		clear(column)
		column[j] = 1
		c.forward(column)
		c.backward(column)
		for k, v := range column {
			if c.aliased[j] || c.aliased[k] {
				v = math.NaN()
			}
			c.cov[j][k] = v
		}
		if c.aliased[j] {
			c.beta[j] = math.NaN()
		}
	}
}
