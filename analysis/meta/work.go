package meta

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// Work is the scratch of fits, reused from one to the next. The zero value is
// ready.
type Work struct {
	// Stop, if it is set, is asked between the fits of LeaveOneOut and Cumulative whether to
	// leave out the rest.
	Stop func() bool

	model    model
	critical numeric.Criticals
	chi      chiQuantiles

	y, v    []float64 // effects without some, or with more
	column  [1][]float64
	columns [][]float64
	part    Regression
	nested  nested
	robust  robust
	quick   quick
}

func (w *Work) stopped() bool { return w.Stop != nil && w.Stop() }

// model is a weighted regression of effects on moderators, for one variance
// between studies at a time. Writing W for the diagonal matrix of weights and X
// for the design, M is the inverse of X'WX, and P is W - WXMX'W.
type model struct {
	k, p int
	y, v []float64 // not ours
	x    []float64 // k x p by row; the first column is the intercept

	w, e    []float64 // weights and residuals
	info    numeric.Symmetric
	beta    []float64
	inverse []float64         // M
	rss     float64           // y'Py, which is the weighted sum of squared residuals
	design  numeric.Symmetric // X'X

	a, b, c []float64 // p x p or p
	peaks   peaks
}

func resize(v []float64, n int) []float64 {
	if cap(v) < n {
		return make([]float64, n)
	}
	return v[:n]
}

// load takes the data and makes the design.
func (m *model) load(y, v []float64, x [][]float64) Status {
	k, p := len(y), len(x)+1
	switch {
	case k == 0:
		return NoStudies
	case k < p:
		return TooFew
	}
	m.k, m.p, m.y, m.v = k, p, y, v
	for i := range y {
		if !(v[i] > 0) || math.IsInf(v[i], 0) || math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			return BadData
		}
	}
	m.x = resize(m.x, k*p)
	for i := range k {
		m.x[i*p] = 1
		for j := range x {
			if z := x[j][i]; math.IsNaN(z) || math.IsInf(z, 0) {
				return BadData
			}
			m.x[i*p+j+1] = x[j][i]
		}
	}
	for _, s := range []*[]float64{&m.w, &m.e} {
		*s = resize(*s, k)
	}
	for _, s := range []*[]float64{&m.inverse, &m.a, &m.b, &m.c} {
		*s = resize(*s, p*p)
	}
	m.beta = resize(m.beta, p)
	m.weighEqually()
	m.info.Reset(p)
	m.cross(m.info.A, nil, 1)
	if m.info.Alias(); m.info.Rank < p {
		return Collinear
	}
	return OK
}

// row returns the design of study i.
func (m *model) row(i int) []float64 { return m.x[i*m.p : (i+1)*m.p] }

// cross sets out to X'(W^power A)X, both triangles, for A the diagonal matrix of
// a, or the identity if that is nil.
func (m *model) cross(out, a []float64, power int) {
	p := m.p
	clear(out[:p*p])
	for i := range m.k {
		s := m.w[i]
		for range power - 1 {
			s *= m.w[i]
		}
		if a != nil {
			s *= a[i]
		}
		row := m.row(i)
		for j, xj := range row {
			for l, xl := range row[:j+1] {
				out[j*p+l] += float64(s * xj * xl)
			}
		}
	}
	for j := range p {
		for l := range j {
			out[l*p+j] = out[j*p+l]
		}
	}
}

func (m *model) weighEqually() {
	for i := range m.k {
		m.w[i] = 1
	}
}

// weigh fits with the weights of a variance between studies.
func (m *model) weigh(tau2 float64) bool {
	for i := range m.k {
		m.w[i] = 1 / (m.v[i] + tau2)
	}
	return m.fit()
}

// fit fits with the weights that there are.
func (m *model) fit() bool {
	m.cross(m.info.A, nil, 1)
	if !m.info.Factor() {
		return false
	}
	clear(m.beta)
	for i := range m.k {
		for j, x := range m.row(i) {
			m.beta[j] += float64(m.w[i] * x * m.y[i])
		}
	}
	m.info.Solve(m.beta)
	m.info.Invert(m.inverse)
	m.rss = 0
	for i := range m.k {
		m.e[i] = m.y[i] - dot(m.row(i), m.beta)
		m.rss += float64(m.w[i] * m.e[i] * m.e[i])
	}
	return true
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for j, x := range a {
		sum += float64(x * b[j])
	}
	return sum
}

// trace returns tr(PA), with A as in cross.
func (m *model) trace(a []float64) float64 {
	sum := 0.0
	for i, w := range m.w[:m.k] {
		if a != nil {
			w *= a[i]
		}
		sum += w
	}
	m.cross(m.a, a, 2)
	return sum - dot(m.inverse, m.a)
}

// traceTwice returns tr(PAPB).
func (m *model) traceTwice(a, b []float64) float64 {
	sum := 0.0
	p := m.p
	clear(m.c)
	for i, w := range m.w[:m.k] {
		s := w * w
		if a != nil {
			s *= a[i]
		}
		if b != nil {
			s *= b[i]
		}
		sum += s
		row := m.row(i)
		for j := range p {
			for l := range p {
				m.c[j*p+l] += float64(s * w * row[j] * row[l])
			}
		}
	}
	sum -= float64(2 * dot(m.inverse, m.c))
	// tr(M Ca M Cb): with R = M Ca, the sum over j, l of R[j,l] (M Cb)[l,j].
	m.cross(m.a, a, 2)
	m.cross(m.b, b, 2)
	for j := range p {
		for l := range p {
			left, right := 0.0, 0.0
			for h := range p {
				left += float64(m.inverse[j*p+h] * m.a[h*p+l])
				right += float64(m.inverse[l*p+h] * m.b[h*p+j])
			}
			sum += float64(left * right)
		}
	}
	return sum
}

// squares is y'PPy, and cubes y'PPPy.
func (m *model) squares() float64 {
	sum := 0.0
	for i, e := range m.e[:m.k] {
		u := m.w[i] * e
		sum += float64(u * u)
	}
	return sum
}

func (m *model) cubes() float64 {
	p := m.p
	pulled := m.c[:p]
	clear(pulled)
	sum := 0.0
	for i, e := range m.e[:m.k] {
		u := m.w[i] * m.w[i] * e
		sum += float64(u * m.w[i] * e)
		for j, x := range m.row(i) {
			pulled[j] += float64(x * u)
		}
	}
	for j := range p {
		for l := range p {
			sum -= float64(pulled[j] * m.inverse[j*p+l] * pulled[l])
		}
	}
	return sum
}

// logLikelihood returns that of the fit, without its constant; restricted if asked.
func (m *model) logLikelihood(restricted bool) float64 {
	var weights product
	for _, w := range m.w[:m.k] {
		weights.times(w)
	}
	l := float64(weights.log()/2) - float64(m.rss/2)
	if restricted {
		for j := range m.p {
			l -= portable.Log(m.info.L[j*m.p+j])
		}
	}
	return l
}

// typical returns the typical sampling variance (Higgins & Thompson 2002, Stat Med
// 21:1539, equation 9; with moderators as in metafor): NaN without degrees of
// freedom. The weights must be 1/v.
func (m *model) typical() float64 {
	if m.k == m.p {
		return math.NaN()
	}
	return float64(m.k-m.p) / m.trace(nil)
}

// product is the logarithm of a product of numbers above 0, one taken for many of them.
type product struct{ some, logs float64 }

func (p *product) times(x float64) {
	if p.some == 0 {
		p.some = 1
	}
	next := p.some * x
	if next < 1e-100 || next > 1e100 {
		p.logs += portable.Log(p.some)
		next = x
	}
	p.some = next
}

func (p *product) log() float64 {
	if p.some == 0 {
		return 0
	}
	return p.logs + portable.Log(p.some)
}
