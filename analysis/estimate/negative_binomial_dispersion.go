package estimate

// tally counts the rows with more than each number of events.
func (g *glmWork) tally() {
	most := 0.0
	for _, y := range g.y {
		most = max(most, y)
	}
	g.over = resize(g.over, int(most)+1)
	clear(g.over)
	for _, y := range g.y {
		if y > 0 {
			g.over[int(y)-1]++
		}
	}
	for j := len(g.over) - 2; j >= 0; j-- {
		g.over[j] += g.over[j+1]
	}
}

// dispersionScore returns the derivative by the logarithm of the dispersion, and minus the
// second, of the log likelihood, which but for terms without alpha is the sum over rows of
//
//	sum over j < y of log(1 + alpha j) - (y + 1/alpha) log(1 + alpha mu) + y log mu
//
// (Lawless 1987, equation 2.3). Nothing cancels as alpha goes to zero. It goes on from
// negbinRows and logMeans: in cross it leaves minus the derivative by the linear predictor
// and the logarithm of the dispersion, in curvature what is observed and not expected.
func (g *glmWork) dispersionScore(alpha float64) (slope, curvature float64) {
	for j, rows := range g.over {
		share := alpha * float64(j) / (1 + float64(alpha*float64(j)))
		slope += float64(rows * share)
		curvature += float64(rows * share * share)
	}
	var excess, first, second float64
	n := len(g.mean)
	outcome, logs, residuals, curvatures, shares := g.y[:n], g.logs[:n], g.residual[:n], g.curvature[:n], g.cross[:n]
	for i, mu := range g.mean {
		y, share, m := outcome[i], shares[i], curvatures[i]
		excess += logExcess(alpha*mu, share, logs[i])
		first += float64(y * m)
		weight := 1 + float64(alpha*y)
		second += float64(m * m * weight)
		shares[i], curvatures[i] = alpha*residuals[i]*m, m*share*weight
	}
	excess /= alpha
	slope += excess - float64(alpha*first)
	return slope, curvature + float64(2*excess) - float64(alpha*second) - slope
}

// logExcess returns log(1+x) - x/(1+x), of which 1/(1+x) and the logarithm are given. Where x
// is small they nearly cancel, and it is what the series of the logarithm in u = x/(2+x)
// makes of it.
func logExcess(x, share, log float64) float64 {
	if x >= 0.1 {
		return log - float64(x*share)
	}
	u := x / (2 + x)
	v := u * u
	p := 1.0/11 + float64(v*(1.0/13))
	p = 1.0/9 + float64(v*p)
	p = 1.0/7 + float64(v*p)
	p = 1.0/5 + float64(v*p)
	p = 1.0/3 + float64(v*p)
	return v * (float64(share*(2+x)) + float64(2*u*p))
}
