package estimate

// kenwardRoger returns a linear combination of the coefficients with its variance
// corrected for the covariances being estimated, and its degrees of freedom (Kenward &
// Roger 1997, Biometrics 53:983), from the expected information. For one
// contrast the scale of their F statistic is 1, and the degrees of freedom are those of
// Satterthwaite's formula at the variance that is not corrected. The covariance is linear in its parameters,
// so that no second derivatives of it come in (their R is 0).
func (m *repeated) kenwardRoger(x []float64) (value, variance, df float64, ok bool) {
	value, variance, df, ok = m.approximate(x, m.expct)
	if !ok {
		return value, variance, df, false
	}
	return value, variance + float64(2*m.correction()*m.scale*m.scale), df, true
}

// correction returns the sum over pairs of parameters j and l of the inverse of the
// expected information times y'(Q_jl - A_j Phi A_l)y, where y is Phi times the contrast,
// as approximate has left it. hessian holds the root of the information.
func (m *repeated) correction() (sum float64) {
	p, params := m.p, len(m.theta)
	y := m.change
	for j := range params {
		for row := range p {
			m.aX[j*p+row] = dot(y, m.a[(j*p+row)*p:])
		}
	}
	m.spreadQ(y)
	for j := range params { // observed is free: it becomes the symmetric matrix of excesses
		copy(y, m.aX[j*p:(j+1)*p])
		m.inverse.Solve(y)
		for l := range params {
			m.observed[j*params+l] = m.expct[j*params+l] - dot(y, m.aX[l*p:])
		}
	}
	for j := range params {
		clear(m.score)
		m.score[j] = 1
		m.hessian.Solve(m.score)
		sum += dot(m.score, m.observed[j*params:])
	}
	return sum
}

// spreadQ sets expct to y'Q_jl y for all pairs of parameters: with W the inverse of the
// covariance in a pattern, and G that of W (Xy)(Xy)' W summed over its rows, each pair of
// derivatives picks products of an entry of G and one of W.
func (m *repeated) spreadQ(y []float64) {
	v, params := len(m.visits), len(m.theta)
	clear(m.expct)
	for k := range m.masks {
		m.squares(k, y)
		w := m.weight[k*v*v : (k+1)*v*v]
		m.sandwich(m.uu, m.spread, w)
		for j, a := range m.first {
			b := m.second[j]
			for l, c := range m.first {
				d := m.second[l]
				q := float64(m.uu[a*v+d] * w[b*v+c])
				if a != b {
					q += float64(m.uu[b*v+d] * w[a*v+c])
				}
				if c != d {
					q += float64(m.uu[a*v+c] * w[b*v+d])
				}
				if a != b && c != d {
					q += float64(m.uu[b*v+c] * w[a*v+d])
				}
				m.expct[j*params+l] += q
			}
		}
	}
}

// squares sets spread to the sum of (Xy)(Xy)' over the rows of a pattern, by visit.
func (m *repeated) squares(k int, y []float64) {
	v, wide := len(m.visits), m.wide
	moments := m.moments[k*wide*wide:]
	clear(m.spread)
	for i, one := range m.of {
		for j, two := range m.of {
			value := float64(y[i] * y[j] * moments[m.at[i]*wide+m.at[j]])
			for a := range v {
				for b := range v {
					if (one == a || one < 0) && (two == b || two < 0) {
						m.spread[a*v+b] += value
					}
				}
			}
		}
	}
}
