package estimate

import "caseload/sim/portable"

// carry sets lambda to X'W by visit, of a row whose base is all ones: what
// multiplies the entry of the base.
func (m *repeated) carry(k int) {
	v := len(m.visits)
	for a := range v {
		row := m.weight[(k*v+a)*v : (k*v+a+1)*v]
		sum := 0.0
		for _, w := range row {
			sum += w
		}
		for i, visit := range m.of {
			m.lambda[a*m.p+i] = sum
			if visit >= 0 {
				m.lambda[a*m.p+i] = row[visit]
			}
		}
	}
}

// assemble sets the inverse of the covariance of beta, beta to X'V^-1 y, and
// takes y'V^-1 y off the likelihood.
func (m *repeated) assemble() {
	v, p := len(m.visits), m.p
	m.inverse.Reset(p)
	clear(m.beta)
	for k := range m.masks {
		m.carry(k)
		moments := m.moments[k*m.wide*m.wide : (k+1)*m.wide*m.wide]
		for i, visit := range m.of {
			base := moments[m.at[i]*m.wide:]
			for j := range i + 1 {
				weight := 0.0
				if visit >= 0 {
					weight = m.lambda[visit*p+j]
				} else if m.of[j] >= 0 {
					weight = m.lambda[m.of[j]*p+i]
				} else {
					for a := range v {
						weight += m.lambda[a*p+i]
					}
				}
				m.inverse.A[i*p+j] += float64(weight * base[m.at[j]])
			}
			for a := range v {
				m.beta[i] += float64(m.lambda[a*p+i] * base[m.base+a])
			}
		}
		for a := range v {
			m.loglik -= float64(0.5 * dot(m.weight[(k*v+a)*v:(k*v+a+1)*v], moments[(m.base+a)*m.wide+m.base:]))
		}
	}
}

// finish solves for beta and completes the likelihood.
func (m *repeated) finish() bool {
	if !m.inverse.Factor() {
		return false
	}
	m.loglik += float64(0.5 * m.inverse.Forward(m.beta))
	m.inverse.Backward(m.beta)
	for i := range m.p {
		if !m.left[i] {
			m.loglik -= portable.Log(m.inverse.L[i*m.p+i])
		}
	}
	return m.loglik-m.loglik == 0
}

// residuals sets, for a pattern, carried to the sums of base times residual and
// resid to those of residual times residual, by visit.
func (m *repeated) residuals(k int) {
	v, wide := len(m.visits), m.wide
	moments := m.moments[k*wide*wide : (k+1)*wide*wide]
	for a := range v {
		out := m.carried[a*wide : (a+1)*wide]
		for c := range wide {
			sum := moments[(m.base+a)*wide+c]
			for i, visit := range m.of {
				if visit == a || visit < 0 {
					sum -= float64(m.beta[i] * moments[m.at[i]*wide+c])
				}
			}
			out[c] = sum
		}
	}
	for a := range v {
		for b := range v {
			sum := m.carried[a*wide+m.base+b]
			for i, visit := range m.of {
				if visit == b || visit < 0 {
					sum -= float64(m.beta[i] * m.carried[a*wide+m.at[i]])
				}
			}
			m.resid[a*v+b] = sum
		}
	}
}

// derive sets the score and the information at sigma, as components.derive does
// for fewer parameters.
func (m *repeated) derive() {
	p, params := m.p, len(m.theta)
	m.inverse.Invert(m.phi)
	for _, s := range [][]float64{m.a, m.lean, m.score, m.observed, m.expct} {
		clear(s)
	}
	for k := range m.masks {
		m.derivePattern(k)
	}
	for j := range params {
		a, phiA := m.a[j*p*p:(j+1)*p*p], m.phiA[j*p*p:]
		for row := range p {
			for col := range p {
				phiA[row*p+col] = dot(m.phi[row*p:(row+1)*p], a[col*p:])
			}
		}
		copy(m.change, m.lean[j*p:])
		m.inverse.Solve(m.change)
		for l := range j + 1 {
			trace, other := 0.0, m.phiA[l*p*p:]
			for row := range p {
				for col := range p {
					trace += float64(phiA[row*p+col] * other[col*p+row])
				}
			}
			m.expct[j*params+l] += float64(0.5 * trace)
			m.observed[j*params+l] -= m.expct[j*params+l] + dot(m.change, m.lean[l*p:])
		}
	}
}

// derivePattern adds a pattern. With W the inverse of sigma there, U the sum of
// Wrr'W and C that of WX Phi X'W, all that is wanted of parameters (a, b) and
// (c, d) are products of entries.
func (m *repeated) derivePattern(k int) {
	v := len(m.visits)
	m.residuals(k)
	m.spreads(k)
	m.carry(k)
	w := m.weight[k*v*v : (k+1)*v*v]
	m.sandwich(m.uu, m.resid, w)
	m.sandwich(m.cc, m.spread, w)
	rows := m.moments[k*m.wide*m.wide]
	for j, a := range m.first {
		b := m.second[j]
		twice := 1 + float64(bit(a != b))
		m.score[j] += float64(0.5 * twice * (m.uu[a*v+b] + m.cc[a*v+b] - float64(rows*w[a*v+b])))
		m.leaning(k, j)
		for l := range j + 1 {
			c, d := m.first[l], m.second[l]
			weight := twice * (1 + float64(bit(c != d))) / 4
			var ww, wc, wu float64
			for _, at := range [4][2]int{{b*v + c, d*v + a}, {a*v + c, d*v + b}, {b*v + d, c*v + a}, {a*v + d, c*v + b}} {
				ww += float64(w[at[0]] * w[at[1]])
				wc += float64(w[at[0]] * m.cc[at[1]])
				wu += float64(w[at[0]] * m.uu[at[1]])
			}
			m.expct[j*len(m.theta)+l] += float64(0.5 * weight * (float64(rows*ww) - float64(2*wc)))
			m.observed[j*len(m.theta)+l] += float64(weight * wu)
		}
	}
}

// leaning adds to the derivatives of the inverse, and of X'V^-1 r.
func (m *repeated) leaning(k, j int) {
	v, p := len(m.visits), m.p
	a, b := m.first[j], m.second[j]
	one, two := m.lambda[a*p:(a+1)*p], m.lambda[b*p:(b+1)*p]
	moments := m.moments[k*m.wide*m.wide:]
	out := m.a[j*p*p : (j+1)*p*p]
	for i := range p {
		base := moments[m.at[i]*m.wide:]
		for l := range p {
			weight := float64(one[i] * two[l])
			if a != b {
				weight += float64(two[i] * one[l])
			}
			out[i*p+l] += float64(weight * base[m.at[l]])
		}
		var ua, ub float64 // base times u at the two visits
		for c := range v {
			r := m.carried[c*m.wide+m.at[i]]
			ua += float64(m.weight[(k*v+a)*v+c] * r)
			ub += float64(m.weight[(k*v+b)*v+c] * r)
		}
		m.lean[j*p+i] += float64(one[i] * ub)
		if a != b {
			m.lean[j*p+i] += float64(two[i] * ua)
		}
	}
}

// spreads sets spread to the sum of X Phi X' by visit.
func (m *repeated) spreads(k int) {
	v, p := len(m.visits), m.p
	moments := m.moments[k*m.wide*m.wide:]
	clear(m.spread)
	for i, one := range m.of {
		for j, two := range m.of {
			value := float64(m.phi[i*p+j] * moments[m.at[i]*m.wide+m.at[j]])
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

// sandwich sets out to w x w.
func (m *repeated) sandwich(out, x, w []float64) {
	v := len(m.visits)
	for a := range v {
		for b := range v {
			m.product[a*v+b] = 0
			for c := range v {
				m.product[a*v+b] += float64(w[a*v+c] * x[c*v+b])
			}
		}
	}
	for a := range v {
		for b := range v {
			out[a*v+b] = dot(m.product[a*v:(a+1)*v], w[b*v:])
		}
	}
}

// solve sets step to the inverse of the information times the score, and tells
// whether it is positive definite.
func (m *repeated) solve(information []float64) bool {
	m.hessian.Reset(len(m.theta))
	copy(m.hessian.A, information)
	if !m.hessian.Factor() {
		return false
	}
	copy(m.newtonStep, m.score)
	m.hessian.Solve(m.newtonStep)
	return true
}

// effect returns the arm's coefficient at the last visit.
func (m *repeated) effect(kr bool) (value, variance, df float64, ok bool) {
	clear(m.x)
	m.x[m.each*(len(m.visits)-1)+1] = 1
	if kr {
		return m.kenwardRoger(m.x)
	}
	return m.contrast(m.x)
}

// contrast returns a linear combination of the coefficients, with
// its variance and Satterthwaite degrees of freedom.
func (m *repeated) contrast(x []float64) (value, variance, df float64, ok bool) {
	return m.approximate(x, m.observed)
}

// approximate returns a linear combination of the coefficients with its variance and
// the degrees of freedom that an information on the covariances gives. It leaves the combination times
// the covariance of the coefficients in change, and the information's root in hessian.
func (m *repeated) approximate(x, information []float64) (value, variance, df float64, ok bool) {
	p := m.p
	value = dot(x, m.beta) * m.scale
	copy(m.change, x)
	m.inverse.Solve(m.change)
	variance = dot(x, m.change)
	for j := range m.newtonStep {
		m.score[j] = form(m.change, m.a[j*p*p:], p)
	}
	m.hessian.Reset(len(m.theta))
	copy(m.hessian.A, information)
	ok = m.hessian.Factor()
	spread := m.hessian.Forward(m.score)
	return value, variance * m.scale * m.scale, 2 * variance * variance / spread, ok
}
