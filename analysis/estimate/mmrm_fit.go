package estimate

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// repeated is a linear model of several visits with an unstructured covariance.
// Rows with the same visits share a covariance, so that moments by pattern of
// visits are all that the restricted likelihood needs.
//
// Coefficients are those of each visit, of the intercept, of the arm and of covariates
// by visit, and one of each other covariate. A row's base is (1, arm, covariates);
// coefficient i goes with entry at[i] of it, at visit of[i], or at all of them if that
// is -1.
type repeated struct {
	visits          [][]float64 // outcomes
	shift, mean     []float64   // of outcomes by visit; of covariates
	size            []float64   // of the largest outcome, by visit
	scale           float64     // unit of the outcome
	subjects        int
	base, wide, p   int // lengths of a base, of a base and the outcomes, of coefficients
	each            int // coefficients of a visit
	at, of          []int
	masks           []uint64
	moments         []float64 // products of base and outcomes, by pattern
	row             []float64
	first, second   []int // visits of a covariance that is a parameter
	left            []bool
	sigma           []float64 // covariance of the visits
	theta, old      []float64 // its lower triangle
	loglik          float64
	local           numeric.Symmetric // covariance within a pattern
	weight          []float64         // the inverse of sigma, by pattern, zero where missing
	packed          []float64
	inverse         numeric.Symmetric // X'V^-1X
	phi, beta       []float64
	a, phiA         []float64 // by parameter, p x p: minus the derivative of the inverse
	lean, change    []float64
	score           []float64
	observed, expct []float64
	hessian         numeric.Symmetric
	newtonStep      []float64

	lambda, carried []float64 // of a pattern: X'W by visit; moments with residuals
	resid, spread   []float64 // sums of rr' and of X Phi X', by visit
	product, uu, cc []float64
	y               []float64
	treated         []bool
	x               []float64
	aX              []float64 // by parameter: a times a contrast
}

// reset lays out the model: byVisit of the covariates, the first ones, have a coefficient at
// each visit.
func (m *repeated) reset(covariates, byVisit int) {
	v := len(m.visits)
	m.each = 2 + byVisit
	m.base, m.p = 2+covariates, m.each*v+covariates-byVisit
	m.wide = m.base + v
	m.at, m.of = resize(m.at, m.p), resize(m.of, m.p)
	for i := range m.p {
		m.at[i], m.of[i] = i%m.each, i/m.each
		if i >= m.each*v {
			m.at[i], m.of[i] = m.each+i-m.each*v, -1
		}
	}
	m.first, m.second = m.first[:0], m.second[:0]
	for a := range v {
		for b := range a + 1 {
			m.first, m.second = append(m.first, a), append(m.second, b)
		}
	}
	m.masks, m.moments = m.masks[:0], m.moments[:0]
	j, p := len(m.first), m.p
	for _, s := range []struct {
		to   *[]float64
		size int
	}{{&m.mean, covariates}, {&m.row, m.wide}, {&m.sigma, v * v}, {&m.theta, j}, {&m.old, j}, {&m.packed, v * v},
		{&m.phi, p * p}, {&m.beta, p}, {&m.a, j * p * p}, {&m.phiA, j * p * p}, {&m.lean, j * p}, {&m.change, p},
		{&m.score, j}, {&m.observed, j * j}, {&m.expct, j * j}, {&m.newtonStep, j}, {&m.lambda, v * p},
		{&m.carried, v * m.wide}, {&m.resid, v * v}, {&m.spread, v * v}, {&m.product, v * v},
		{&m.uu, v * v}, {&m.cc, v * v}, {&m.x, p}, {&m.aX, j * p}} {
		*s.to = resize(*s.to, s.size)
	}
	m.left = resize(m.left, p)
	clear(m.left)
}

// fit finds the covariance.
func (m *repeated) fit() Status {
	v := len(m.visits)
	m.weight = resize(m.weight, len(m.masks)*v*v)
	if status := m.start(); status != OK {
		return status
	}
	return ascend(m, m.loglik, &halving)
}

// aim sets the step of Newton's method, or of Fisher's scoring where the
// likelihood is not concave.
func (m *repeated) aim() (scale float64, last bool, s Status) {
	m.derive()
	if !m.solve(m.observed) && !m.solve(m.expct) {
		return 0, false, NotConverged
	}
	v, longest := len(m.visits), 0.0
	for j, s := range m.newtonStep {
		longest = max(longest, math.Abs(s)/math.Sqrt(m.sigma[m.first[j]*(v+1)]*m.sigma[m.second[j]*(v+1)]))
	}
	copy(m.old, m.theta)
	return 1, longest < 1e-8, OK
}

func (m *repeated) try(scale float64) float64 {
	for j, s := range m.newtonStep {
		m.theta[j] = m.old[j] + float64(scale*s)
	}
	if m.unpack(); !m.evaluate() {
		return math.NaN()
	}
	return m.loglik
}

func (m *repeated) accept() Status { return OK }

// settle takes a step that is so short that only rounding is left to tell whether
// the likelihood falls.
func (m *repeated) settle(scale float64) Status {
	if _, ok := halving.Step(math.Inf(-1), scale, m.try); !ok {
		return NotConverged
	}
	m.derive()
	return OK
}

// start fits least squares, finds the columns that others determine, and takes
// the covariances of its residuals, towards none until they go together.
func (m *repeated) start() Status {
	for j := range m.theta {
		m.theta[j] = float64(bit(m.first[j] == m.second[j]))
	}
	m.unpack()
	if !m.weigh() {
		return NotConverged
	}
	m.assemble()
	m.inverse.Alias()
	copy(m.left, m.inverse.Aliased)
	m.finish()
	if status := m.covariances(); status != OK {
		return status
	}
	for range 100 {
		if m.unpack(); m.evaluate() {
			return OK
		}
		for j := range m.theta {
			if m.first[j] != m.second[j] {
				m.theta[j] *= 0.9
			}
		}
	}
	return NotConverged
}

// covariances sets theta to those of the residuals, each over the rows that have
// both visits.
func (m *repeated) covariances() Status {
	v := len(m.visits)
	clear(m.theta)
	for j, a := range m.first {
		b, count, raw := m.second[j], 0.0, 0.0
		for k, mask := range m.masks {
			if (mask>>a)&(mask>>b)&1 == 0 {
				continue
			}
			m.residuals(k)
			moments := m.moments[k*m.wide*m.wide:]
			m.theta[j] += m.resid[a*v+b]
			count += moments[0]
			raw += moments[(m.base+a)*(m.wide+1)]
		}
		if a == b && count <= float64(m.base) {
			return TooFew
		}
		if a == b && (!(m.theta[j] > cancelled*raw) || rounding(m.theta[j], count, m.size[a]/m.scale, int(count))) {
			return ZeroVariance
		}
		m.theta[j] /= max(count-2, 1)
	}
	return OK
}

// unpack sets sigma to theta.
func (m *repeated) unpack() {
	v := len(m.visits)
	for j, t := range m.theta {
		m.sigma[m.first[j]*v+m.second[j]], m.sigma[m.second[j]*v+m.first[j]] = t, t
	}
}

// evaluate sets beta and the likelihood at sigma, if that is a covariance.
func (m *repeated) evaluate() bool {
	if !m.weigh() {
		return false
	}
	m.assemble()
	copy(m.inverse.Aliased, m.left)
	return m.finish()
}

// weigh inverts sigma in every pattern, and sets the likelihood to its
// determinants.
func (m *repeated) weigh() bool {
	v := len(m.visits)
	m.loglik = 0
	if !m.invertWithin(1<<v-1, 0) {
		return false
	}
	m.loglik = 0
	clear(m.weight)
	for k, mask := range m.masks {
		if !m.invertWithin(mask, m.moments[k*m.wide*m.wide]) {
			return false
		}
		at, size := 0, m.local.P
		for a := range v {
			if mask>>a&1 == 0 {
				continue
			}
			for b, bt := 0, 0; b < v; b++ {
				if mask>>b&1 != 0 {
					m.weight[(k*v+a)*v+b] = m.packed[at*size+bt]
					bt++
				}
			}
			at++
		}
	}
	return true
}

// invertWithin sets packed to the inverse of sigma at the visits of a pattern.
func (m *repeated) invertWithin(mask uint64, rows float64) bool {
	v, size := len(m.visits), 0
	for a := range v {
		size += int(mask >> a & 1)
	}
	m.local.Reset(size)
	for a, at := 0, 0; a < v; a++ {
		if mask>>a&1 == 0 {
			continue
		}
		for b, bt := 0, 0; b <= a; b++ {
			if mask>>b&1 != 0 {
				m.local.A[at*size+bt] = m.sigma[a*v+b]
				bt++
			}
		}
		at++
	}
	if !m.local.Factor() {
		return false
	}
	for j := range size {
		m.loglik -= float64(rows * portable.Log(m.local.L[j*size+j]))
	}
	m.local.Invert(m.packed)
	return true
}
