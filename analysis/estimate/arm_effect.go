package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// armEffect is the coefficient of the arm in a least-squares regression on arm
// and covariates, of many outcomes on one design: what depends on the design
// alone is done once.
type armEffect struct {
	n, p int
	x    []float64 // 1, arm, centred covariates: n x p by row
	pull []float64 // of each outcome on the coefficient
	room []float64 // 1 - leverage
	row  []float64
	beta []float64
	info numeric.Symmetric
	df   float64 // rows less coefficients
	// The sum of the squares of pull, which the variance is taken with.
	weight float64
}

// full is how close to 1 a leverage is taken for 1: the residual is zero.
const full = 1e-10

// load takes the design. Covariates that others determine are left out.
func (a *armEffect) load(d *Data) Status {
	a.n, a.p = len(d.Y), 2+len(d.X)
	a.x = resize(a.x, a.n*a.p)
	a.pull, a.room, a.row, a.beta = resize(a.pull, a.n), resize(a.room, a.n), resize(a.row, a.p), resize(a.beta, a.p)
	for i, treated := range d.Treated {
		a.x[i*a.p], a.x[i*a.p+1] = 1, float64(bit(treated))
	}
	for j, x := range d.X {
		mean := columnMean(x)
		for i, v := range x {
			a.x[i*a.p+2+j] = v - mean
		}
	}
	a.info.Reset(a.p)
	for i := range a.n {
		clear(a.row)
		accumulate(a.row, a.info.A, a.x[i*a.p:(i+1)*a.p], 1)
	}
	a.info.Alias()
	if a.df = float64(a.n - a.info.Rank); a.df < 1 {
		return TooFew
	}
	clear(a.beta)
	a.beta[1] = 1
	a.info.Solve(a.beta)
	for i := range a.n {
		x := a.x[i*a.p : (i+1)*a.p]
		a.pull[i] = dot(a.beta, x)
		copy(a.row, x)
		a.room[i] = 1 - a.info.Forward(a.row)
	}
	a.weight = dot(a.pull, a.pull)
	return OK
}

// fit returns the coefficient for an outcome, and its HC2 variance: the sum of
// pull^2 e^2/(1 - leverage) (MacKinnon & White 1985). It is zero if all
// residuals are, to rounding.
func (a *armEffect) fit(y []float64) (value, variance float64) {
	clear(a.beta)
	for i, v := range y {
		for j, x := range a.x[i*a.p : (i+1)*a.p] {
			a.beta[j] += float64(x * (v - y[0]))
		}
	}
	a.info.Solve(a.beta)
	spread := 0.0
	for i, v := range y {
		away := v - y[0]
		e := away - dot(a.beta, a.x[i*a.p:(i+1)*a.p])
		if a.room[i] > full {
			variance += a.pull[i] * a.pull[i] * e * e / a.room[i]
		}
		spread += float64(a.pull[i] * a.pull[i] * away * away)
	}
	if spread <= math.MaxFloat64 && (variance <= exact*spread || rounding(variance, a.weight, largest(y), a.n)) {
		variance = 0
	}
	return a.beta[1], variance
}
