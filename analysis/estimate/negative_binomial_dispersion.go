package estimate

import "math"

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

// logDispersionScore returns the derivative of the log likelihood by the logarithm of
// the dispersion, and minus the second derivative.
func (g *glmWork) logDispersionScore() (slope, curvature float64) {
	first, second := g.dispersionScore()
	slope = float64(g.alpha * first)
	return slope, float64(g.alpha*g.alpha*second) - slope
}

// dispersionScore returns the derivative by alpha, and minus the second, of the log
// likelihood, which but for terms without alpha is the sum over rows of
//
//	sum over j < y of log(1 + alpha j) - (y + 1/alpha) log(1 + alpha mu) + y log mu
//
// (Lawless 1987, equation 2.3). Nothing cancels as alpha goes to zero, where
// the derivative is half the sum of (y - mu)^2 - y. The logarithms are in logs.
func (g *glmWork) dispersionScore() (slope, curvature float64) {
	for j, rows := range g.over {
		at := float64(j) / (1 + float64(g.alpha*float64(j)))
		slope += float64(rows * at)
		curvature += float64(rows * at * at)
	}
	for i, mu := range g.mean {
		h, h1 := logExcess(g.alpha*mu, g.logs[i])
		share := mu / (1 + float64(g.alpha*mu))
		slope += float64(mu*mu*h) - float64(g.y[i]*share)
		curvature -= float64(mu*mu*mu*h1) + float64(g.y[i]*share*share)
	}
	return slope, curvature
}

// logExcess returns h(x) = (log(1+x) - x/(1+x))/x^2, by a series where x is small,
// and its derivative. The logarithm is given.
func logExcess(x, log float64) (h, derivative float64) {
	if x < 0.1 {
		power := 1.0 // (-x)^k
		for k := 0.0; math.Abs(power) > 1e-18; k++ {
			h += power * (k + 1) / (k + 2)
			derivative -= power * (k + 1) * (k + 2) / (k + 3)
			power *= -x
		}
		return h, derivative
	}
	h = (log - x/(1+x)) / (x * x)
	return h, 1/(x*(1+x)*(1+x)) - 2*h/x
}
