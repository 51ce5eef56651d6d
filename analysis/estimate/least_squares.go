package estimate

import (
	"math"

	"caseload/analysis/numeric"
)

// leastSquares is a linear model of an intercept and some columns, fitted by
// least squares. The columns are centred and made orthonormal (the Cholesky
// factor of their cross-products), so that sums over rows are all that is
// needed after the fit: with z the orthonormal row, led by 1/sqrt(n), the hat
// matrix is zz', and a contrast c of the coefficients is a sum of g = z'gamma
// times the outcome. A column that those before it determine is left out.
type leastSquares struct {
	n, p  int    // rows; columns beside the intercept
	z     design // the intercept's and p orthonormal columns; zero where a column is left out
	resid []float64
	hat   []float64 // leverages
	mean  []float64 // of the columns
	meanY float64
	beta  []float64 // coefficients of the columns; zero where left out
	cross numeric.Symmetric
	rss   float64
	size  float64 // of the largest number that the outcome was worked out from
	rank  int     // with the intercept

	gamma []float64 // the contrast asked last, in the orthonormal columns
	g     []float64 // and its weights of the rows
}

// exact is the share of the outcome's sum of squares below which what a model
// leaves is rounding.
const exact = 1e-24

// fit fits y on the columns.
func (l *leastSquares) fit(y []float64, columns [][]float64) Status {
	return l.fitOf(y, columns, largest(y))
}

// fitOf does so where y was worked out from numbers of at most the given size. The status is BadData, TooFew (no degree of freedom
// is left), ZeroVariance (nothing is left of the outcome) or OK.
func (l *leastSquares) fitOf(y []float64, columns [][]float64, size float64) Status {
	l.n, l.p, l.size = len(y), len(columns), size
	if l.n == 0 {
		return TooFew
	}
	l.z.shape(l.n, l.p+1)
	l.resid, l.hat = resize(l.resid, l.n), resize(l.hat, l.n)
	l.mean, l.beta, l.gamma = resize(l.mean, l.p), resize(l.beta, l.p), resize(l.gamma, l.p+1)
	if !l.load(y, columns) {
		return BadData
	}
	l.orthonormalize()
	tss := l.project()
	switch {
	case tss-tss != 0: // an overflow
		return BadData
	case l.n <= l.rank:
		return TooFew
	case !(l.rss > exact*tss) || rounding(l.rss, float64(l.n), l.size, l.n):
		return ZeroVariance
	}
	return OK
}

// load centres outcome and columns, and reports whether they are finite.
func (l *leastSquares) load(y []float64, columns [][]float64) bool {
	var ok bool
	l.meanY, ok = centreFinite(l.resid, y)
	ok = ok && l.meanY-l.meanY == 0
	first, intercept := 1/math.Sqrt(float64(l.n)), l.z.column(0)
	for i := range intercept {
		intercept[i] = first
	}
	for j, column := range columns {
		mean, finite := centreFinite(l.z.column(j+1), column)
		l.mean[j] = mean
		ok = ok && finite
	}
	return ok
}

// centreFinite sets out to x less its mean, which it returns, and reports whether all of
// x is finite.
func centreFinite(out, x []float64) (mean float64, finite bool) {
	mean = columnMean(x)
	out = out[:len(x)]
	most := uint64(0) // sizes are in the order of their bits
	for i, v := range x {
		out[i] = v - mean
		most = max(most, math.Float64bits(v)&^(1<<63))
	}
	return mean, most < math.Float64bits(math.Inf(1))
}

// orthonormalize turns the centred columns into orthonormal ones.
func (l *leastSquares) orthonormalize() {
	l.cross.Reset(l.p)
	l.z.cross(l.cross.A, 1)
	l.cross.Alias()
	l.rank = l.cross.Rank + 1
	l.z.forward(&l.cross, 1, l.hat)
	share := 1 / float64(l.n)
	for i, h := range l.hat {
		l.hat[i] = share + h
	}
}

// project takes the outcome's projection on the columns out of it, and returns
// the sum of squares of the outcome about its mean.
func (l *leastSquares) project() (tss float64) {
	tss = sumProducts(l.resid, l.resid)
	l.z.dots(l.beta, l.resid, 1)
	for j, b := range l.beta {
		takeOff(l.resid, l.z.column(j+1), b)
	}
	l.rss = sumProducts(l.resid, l.resid)
	l.cross.Backward(l.beta)
	return tss
}

// takeOff takes x times b off y.
func takeOff(y, x []float64, b float64) {
	x = x[:len(y)]
	for i, v := range x {
		y[i] -= float64(v * b)
	}
}

// df returns the degrees of freedom of the residuals.
func (l *leastSquares) df() float64 { return float64(l.n - l.rank) }

// coefficient makes a column's coefficient the contrast asked, and returns it.
func (l *leastSquares) coefficient(column int) float64 {
	clear(l.gamma)
	l.gamma[1+column] = 1
	l.weigh(0)
	return l.beta[column]
}

// contrast asks a linear combination: of the intercept, and of the columns.
func (l *leastSquares) contrast(intercept float64, columns []float64) float64 {
	value := intercept * l.meanY
	for j, c := range columns {
		l.gamma[1+j] = c - float64(intercept*l.mean[j])
		value += float64(l.gamma[1+j] * l.beta[j])
	}
	l.weigh(intercept)
	return value
}

// weigh turns gamma into the orthonormal columns and sets the weights of rows.
func (l *leastSquares) weigh(intercept float64) {
	l.gamma[0] = intercept / math.Sqrt(float64(l.n))
	l.cross.Forward(l.gamma[1:])
	l.g = resize(l.g, l.n)
	l.z.predict(l.g, l.gamma)
}

// isRounding reports whether a variance of the contrast asked last is not above what
// rounding of the outcome makes of it.
func (l *leastSquares) isRounding(variance float64) bool {
	return rounding(variance, dot(l.gamma, l.gamma), l.size, l.n)
}

// classical returns the contrast's variance where all rows have one.
func (l *leastSquares) classical() float64 { return l.rss / l.df() * dot(l.gamma, l.gamma) }

// correction says how a sandwich variance allows for residuals that are too small.
type correction int

const (
	hc0 correction = iota // nothing (White 1980)
	hc1                   // times n/(n-p) (Hinkley 1977)
	hc2                   // squares by 1 - h (Horn, Horn & Duncan 1975)
	hc3                   // squares by (1 - h)^2 (MacKinnon & White 1985)
)

// saturated is what 1 minus a leverage falls below when a row is fitted
// exactly whatever its outcome.
const saturated = 1e-10

// sandwich returns the contrast's variance with another for each row. A row that is
// fitted exactly says nothing about its variance: NaN, unless the contrast
// doesn't depend on it.
func (l *leastSquares) sandwich(c correction) float64 {
	sum, size := 0.0, dot(l.gamma, l.gamma)
	for i, e := range l.resid {
		u := l.g[i] * e
		left := 1 - l.hat[i]
		switch {
		case c >= hc2 && left < saturated && l.g[i]*l.g[i] < 1e-16*size:
			continue
		case c >= hc2 && left < saturated:
			return math.NaN()
		case c == hc2:
			u *= u / left
		case c == hc3:
			u *= u / (left * left)
		default:
			u *= u
		}
		sum += u
	}
	if c == hc1 {
		sum *= float64(l.n) / l.df()
	}
	return sum
}
