package estimate

// contrast returns the estimate of the contrast that l was asked last, as l has it,
// made the one of this model.
func (c *components) contrast(l *leastSquares, value float64) float64 {
	for j, k := range c.keep {
		c.gamma[j] = l.gamma[k]
	}
	copy(c.x, c.gamma)
	c.inverse.Solve(c.x)
	return value + float64(c.scale*dot(c.gamma, c.beta))
}

// satterthwaite returns the variance of the contrast asked last, and its degrees of
// freedom: twice its square by its own variance, by the delta method from the
// inverse of the observed information on the variances (Satterthwaite 1946;
// Giesbrecht & Burns 1985; as lmerTest, Kuznetsova et al. 2017). Variances
// that are not free are not estimated.
func (c *components) satterthwaite(free []int) (variance, df float64, ok bool) {
	return c.approximate(free, &c.observed)
}

// kenwardRoger returns the variance of the contrast asked last, corrected for the
// variances being estimated, and its degrees of freedom (Kenward & Roger 1997,
// Biometrics 53:983), from the expected information.
func (c *components) kenwardRoger(free []int) (variance, df float64, ok bool) {
	plain, df, ok := c.approximate(free, &c.expected)
	if !ok {
		return 0, 0, false
	}
	correction := 0.0
	for k, j := range free {
		var unit [3]float64
		unit[k] = 1
		c.hessian.Solve(unit[:len(free)])
		for n, m := range free {
			correction += float64(unit[n] * c.excess(j, m))
		}
	}
	return plain + float64(2*correction*c.scale*c.scale), df, true
}

// excess returns x'(Q - A_j Phi A_m)x, Q the sum of X'V^-1 V_j V^-1 V_m V^-1 X.
func (c *components) excess(j, m int) float64 {
	r, q := c.r, c.r+1
	sum := 0.0
	for k, p := range c.pools {
		d := p.derivative()
		if d[j]*d[m] == 0 || p.count == 0 {
			continue
		}
		w := 1 / (c.theta[1+p.class] + float64(p.size*c.theta[0]))
		sum += float64(d[j] * d[m] * w * w * w * form(c.x, c.cross[k*q*q:], q))
	}
	if len(c.sites.sites) > 0 {
		sum += form(c.x, c.sites.filling[j][m], q)
	}
	for row := range r {
		c.change[row] = dot(c.x, c.a[j][row*r:])
	}
	c.inverse.Solve(c.change)
	for row := range r {
		sum -= float64(c.change[row] * dot(c.x, c.a[m][row*r:]))
	}
	return sum
}

// form returns x'Ax for A by rows of the given width.
func form(x, a []float64, width int) float64 {
	sum := 0.0
	for j, v := range x {
		sum += float64(v * dot(x, a[j*width:]))
	}
	return sum
}

func (c *components) approximate(free []int, information *[3][3]float64) (variance, df float64, ok bool) {
	c.informed(free, information)
	if !c.hessian.Factor() {
		return 0, 0, false
	}
	variance = dot(c.gamma, c.x)
	var g [3]float64
	for k, j := range free {
		g[k] = form(c.x, c.a[j], c.r)
	}
	spread := c.hessian.Forward(g[:len(free)])
	return variance * c.scale * c.scale, 2 * variance * variance / spread, true
}
