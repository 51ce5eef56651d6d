package estimate

import (
	"caseload/sim/portable"
	"math"
)

// fit finds the variances. Boundary is without random intercepts: the likelihood
// is largest there, or no cluster has two rows, so that their variance cannot
// be told from the residual variance. NotConverged otherwise than OK.
func (c *components) fit() Status {
	if !c.maximize(variances[1:c.params]) {
		return NotConverged
	}
	c.derive()
	switch {
	case c.within == 0:
		return Boundary
	case c.score[0] > 1e-10:
		// A step of Fisher's scoring from there is near the solution.
		if !c.solve(variances[:c.params], &c.expected) {
			return NotConverged
		}
		for j := range c.params {
			c.theta[j] = max(c.theta[j]+c.newtonStep[j], 0.1*c.theta[j], 1e-6)
		}
	case !c.elsewhere():
		return Boundary
	}
	if !c.maximize(variances[:c.params]) {
		return NotConverged
	}
	return OK
}

// elsewhere looks for a larger likelihood away from zero, where it falls at first
// as the variance of the intercepts rises: rare, and of small trials. If there
// is one it moves there. Of given ratios, the size of the variances that fits
// best has a closed form.
func (c *components) elsewhere() bool {
	null, best, found := c.theta, c.loglik+1e-9, false
	free := -float64(c.r)
	for _, p := range c.pools {
		free += p.count
	}
	to := null
	for _, ratio := range [...]float64{0.05, 0.2, 0.5, 1, 3} {
		theta := null
		theta[0] = ratio * null[1]
		if !c.evaluate(theta) {
			continue
		}
		size := c.squares / free
		if l := c.loglik + float64(0.5*(c.squares-float64(free*(portable.Log(size)+1)))); l > best {
			best, found = l, true
			to = [3]float64{size * theta[0], size * theta[1], size * theta[2]}
		}
	}
	c.evaluate(to)
	c.derive()
	return found
}

// maximize goes from theta to the maximum; variances that are not free stand. It ends at
// the derivatives there.
func (c *components) maximize(free []int) bool {
	c.free = free
	return c.evaluate(c.theta) && ascend(c, c.loglik, &halving) == OK
}

// aim sets the step of Newton's method, or of Fisher's scoring where the
// likelihood is not concave, as far as variances stay above zero.
func (c *components) aim() (scale float64, last bool, s Status) {
	if !c.newStep() || c.vanish() && !(c.evaluate(c.theta) && c.newStep()) {
		return 0, false, NotConverged
	}
	longest, share := 0.0, 1.0
	for _, j := range c.free {
		longest = max(longest, math.Abs(c.newtonStep[j])/(c.theta[j]+1e-3))
		if c.newtonStep[j] < 0 {
			share = min(share, -0.9*c.theta[j]/c.newtonStep[j])
		}
	}
	c.origin = c.theta
	return share, longest < 1e-8, OK
}

// newStep sets the derivatives and the step.
func (c *components) newStep() bool {
	c.derive()
	return c.solve(c.free, &c.observed) || c.solve(c.free, &c.expected)
}

func (c *components) try(scale float64) float64 {
	theta := c.origin
	for _, j := range c.free {
		theta[j] += float64(scale * c.newtonStep[j])
	}
	if !c.evaluate(theta) {
		return math.NaN()
	}
	return c.loglik
}

func (c *components) accept() Status { return OK }

// settle takes a step that is so short that only rounding is left to tell whether
// the likelihood falls.
func (c *components) settle(scale float64) Status {
	if _, ok := halving.Step(math.Inf(-1), scale, c.try); !ok {
		return NotConverged
	}
	c.derive()
	return OK
}

// evaluate sets theta, and beta and the likelihood there.
func (c *components) evaluate(theta [3]float64) bool {
	r, q := c.r, c.r+1
	c.theta = theta
	c.inverse.Reset(r)
	clear(c.beta)
	logs, squares := 0.0, 0.0
	for k, p := range c.pools {
		variance := theta[1+p.class] + float64(p.size*theta[0])
		if p.count == 0 {
			continue
		}
		logs += float64(p.count * portable.Log(variance))
		weight := 1 / variance
		cross := c.cross[k*q*q : (k+1)*q*q]
		for j := range r {
			to := c.inverse.A[j*r : j*r+j+1]
			for m := range to {
				to[m] += float64(weight * cross[j*q+m])
			}
			c.beta[j] += float64(weight * cross[r*q+j])
		}
		squares += float64(weight * cross[q*q-1])
	}
	if len(c.sites.sites) > 0 {
		moreLogs, moreSquares := c.evaluateSites()
		logs, squares = logs+moreLogs, squares+moreSquares
	}
	if !c.inverse.Factor() {
		return false
	}
	squares -= c.inverse.Forward(c.beta)
	c.inverse.Backward(c.beta)
	for j := range r {
		logs += float64(2 * portable.Log(c.inverse.L[j*r+j]))
	}
	c.loglik, c.squares = float64(-0.5*(logs+squares)), squares
	return c.loglik-c.loglik == 0
}

// derive sets the score and the information at theta. With V the covariance of
// the rows, V_j its derivative by theta_j, P = V^-1 - V^-1 X Phi X' V^-1:
// the score is (y'P V_j P y - tr P V_j)/2, the expected information tr(P V_j P
// V_k)/2, the observed y'P V_j P V_k P y less that.
// Source: Searle, Casella & McCulloch 1992, section 6.6.
func (c *components) derive() {
	r := c.r
	c.inverse.Invert(c.phi)
	c.score, c.observed, c.expected = [3]float64{}, [3][3]float64{}, [3][3]float64{}
	for j := range c.params {
		clear(c.a[j])
		clear(c.lean[j])
	}
	for k, p := range c.pools {
		if p.count > 0 {
			c.derivePool(k)
		}
	}
	if len(c.sites.sites) > 0 {
		c.deriveSites()
	}
	for j := range c.params {
		for row := range r {
			for col := range r {
				c.phiA[j][row*r+col] = dot(c.phi[row*r:(row+1)*r], c.a[j][col*r:])
			}
		}
		copy(c.change, c.lean[j])
		c.inverse.Solve(c.change)
		for m := range j + 1 {
			trace := 0.0
			for row := range r {
				for col := range r {
					trace += float64(c.phiA[j][row*r+col] * c.phiA[m][col*r+row])
				}
			}
			c.expected[j][m] += float64(0.5 * trace)
			c.observed[j][m] -= c.expected[j][m] + dot(c.change, c.lean[m])
			c.expected[m][j], c.observed[m][j] = c.expected[j][m], c.observed[j][m]
		}
	}
}

// derivePool adds the directions of one variance.
func (c *components) derivePool(k int) {
	r, q, p := c.r, c.r+1, c.pools[k]
	cross := c.cross[k*q*q : (k+1)*q*q]
	w := 1 / (c.theta[1+p.class] + float64(p.size*c.theta[0]))
	squares, trace := cross[q*q-1], 0.0
	for j := range r {
		fitted := dot(c.beta, cross[j*q:])
		c.change[j] = cross[r*q+j] - fitted
		squares -= float64(c.beta[j] * (c.change[j] + cross[r*q+j]))
		trace += dot(c.phi[j*r:(j+1)*r], cross[j*q:])
	}
	d := p.derivative()
	for j := range c.params {
		if d[j] == 0 {
			continue
		}
		dj := d[j] * w * w
		c.score[j] += float64(0.5 * (float64(dj*(squares+trace)) - float64(d[j]*w*p.count)))
		for row := range r {
			c.lean[j][row] += float64(dj * c.change[row])
			for col := range r {
				c.a[j][row*r+col] += float64(dj * cross[row*q+col])
			}
		}
		for m := range j + 1 {
			c.expected[j][m] += float64(0.5 * dj * d[m] * (p.count - float64(2*trace*w)))
			c.observed[j][m] += float64(dj * d[m] * squares * w)
		}
	}
}

// derivative returns the derivatives of the pool's variance by each of theta.
func (p *pool) derivative() [3]float64 {
	d := [3]float64{p.size, 0, 0}
	d[1+p.class] = 1
	return d
}

// solve sets the step to the inverse of the information times the score, and tells
// whether it is positive definite; variances that are not free stand.
func (c *components) solve(free []int, information *[3][3]float64) bool {
	c.informed(free, information)
	if !c.hessian.Factor() {
		return false
	}
	var step [3]float64
	for k, j := range free {
		step[k] = c.score[j]
	}
	c.hessian.Solve(step[:len(free)])
	c.newtonStep = [3]float64{}
	for k, j := range free {
		c.newtonStep[j] = step[k]
	}
	return true
}

func (c *components) informed(free []int, information *[3][3]float64) {
	size := len(free)
	c.hessian.Reset(size)
	for k, j := range free {
		for n, m := range free {
			c.hessian.A[k*size+n] = information[j][m]
		}
	}
}
