package estimate

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// imputer draws the missing values of one column in one arm, from a regression
// of the column on others among the rows where it was observed.
//
// A column of numbers has a linear regression with normal errors and the usual
// noninformative prior: sigma^2 is drawn as SSE over a chi-square variate, the
// coefficients as normal about the least-squares ones, and each value as normal
// about its prediction (Rubin 1987, example 5.1). A column of zeros and ones has
// a logistic regression whose coefficients are drawn from the normal
// approximation of their posterior (Rubin 1987, example 5.2), fitted beside a
// few augmenting rows (White, Daniel & Royston 2010, Comput Stat Data Anal
// 54:2267) that keep it finite where a column tells the outcome.
type imputer struct {
	rows    []int32 // of the arm whose value is to be drawn
	with    []int   // predictors, see imputeWork.column
	logit   bool
	changes bool    // a predictor is imputed too: to be fitted anew for each imputation
	shift   float64 // of what is drawn, of zeros and ones in log odds

	centre []float64 // of the predictors
	origin float64   // of the values
	beta   []float64
	draw   []float64
	info   numeric.Symmetric // of the coefficients, times sigma^2 if linear
	sse    float64
	df     float64
	sigma  float64 // as drawn
}

// fit learns the regression from the rows of the arm where the target was
// observed, with the other columns as they are completed so far.
// The coefficients of an imputation before, if there was one, are where to start.
func (f *imputer) fit(m *imputeWork, target int, rows []int32, first bool, l *glmWork) Status {
	p := 1 + len(f.with)
	extra := 0
	if f.logit {
		extra = max(2, 4*len(f.with))
	}
	original := m.original[target]
	m.seen = m.seen[:0]
	for _, i := range rows {
		if !math.IsNaN(original[i]) {
			m.seen = append(m.seen, i)
		}
	}
	n := len(m.seen)
	l.resize(n+extra, p)
	f.centre, f.beta, f.draw = resize(f.centre, p), resize(f.beta, p), resize(f.draw, p)
	for j, c := range f.with {
		f.centre[1+j] = armMean(m.column(c), m.seen)
	}
	for at, i := range m.seen {
		l.column(0)[at], l.y[at] = 1, original[i]
	}
	for j, c := range f.with {
		column, values := l.column(1+j), m.column(c)
		for at, i := range m.seen {
			column[at] = values[i] - f.centre[1+j]
		}
	}
	if f.logit {
		start := f.beta
		if first {
			start = nil
		}
		return f.fitLogit(l, n, start)
	}
	return f.fitLinear(l, n)
}

// predictors are an intercept and the centred columns of one row.
func (f *imputer) predictors(out []float64, m *imputeWork, i int) {
	out[0] = 1
	for j, c := range f.with {
		out[1+j] = m.column(c)[i] - f.centre[1+j]
	}
}

func (f *imputer) fitLinear(l *glmWork, n int) Status {
	f.origin = l.y[0]
	f.info.Reset(l.p)
	for i := range n {
		l.residual[i], l.curvature[i] = l.y[i]-f.origin, 1
	}
	l.addUp(f.beta, f.info.A, l.p, l.residual, l.curvature)
	f.info.Alias()
	f.info.Solve(f.beta)
	f.sse = 0
	l.predict(l.eta, f.beta)
	for i, fitted := range l.eta {
		e := l.y[i] - f.origin - fitted
		f.sse += float64(e * e)
	}
	f.df = float64(n - f.info.Rank)
	return OK
}

// fitLogit augments the n rows by others, of p weights altogether, half of them
// events: half a standard deviation either side of the mean of each predictor.
func (f *imputer) fitLogit(l *glmWork, n int, start []float64) Status {
	p := l.p
	l.weight = resize(l.weight, l.n)
	for at := range n {
		l.weight[at] = 1
	}
	for at := n; at < l.n; at++ {
		for j := range p {
			l.column(j)[at] = float64(bit(j == 0))
		}
		l.y[at], l.weight[at] = float64(at%2), float64(p)/float64(l.n-n)
		if p > 1 {
			k := at - n
			ss, j := 0.0, 1+k/4
			for _, x := range l.column(j)[:n] {
				ss += float64(x * x)
			}
			l.column(j)[at] = (float64(k/2%2) - 0.5) * math.Sqrt(ss/float64(n-1))
		}
	}
	if status := l.logit(start); status != OK {
		return status
	}
	copy(f.beta, l.beta)
	f.info.Reset(p)
	copy(f.info.L, l.info.L)
	copy(f.info.Aliased, l.info.Aliased)
	return OK
}

// impute draws the coefficients and then the missing values into column.
func (f *imputer) impute(m *imputeWork, column []float64, s Source) {
	f.drawCoefficients(s)
	m.row = resize(m.row, len(f.draw))
	for _, i := range f.rows {
		f.predictors(m.row, m, int(i))
		column[i] = f.value(m, i, s)
	}
}

// drawCoefficients draws them, and sigma, from their posterior.
func (f *imputer) drawCoefficients(s Source) {
	f.sigma = 1
	if !f.logit {
		f.sigma = math.Sqrt(f.sse / (2 * portable.GammaQuantile(f.df/2, 1-uniform(s)))) // by a chi-square variate
	}
	for j := range f.draw {
		if f.draw[j] = numeric.NormalQuantile(uniform(s)); f.info.Aliased[j] {
			f.draw[j] = 0
		}
	}
	f.info.Backward(f.draw)
	for j, b := range f.beta {
		f.draw[j] = b + float64(f.sigma*f.draw[j])
	}
}

// value draws the value of row i, whose predictors are in m.row.
func (f *imputer) value(m *imputeWork, i int32, s Source) float64 {
	eta, u := dot(f.draw, m.row)+f.shift, uniform(s)
	if f.logit {
		m.kept.drew(f, i, eta, u)
		return one(u, eta)
	}
	return f.origin + eta + float64(f.sigma*numeric.NormalQuantile(u))
}

// one returns 1 where a uniform number is below the probability whose log odds are eta,
// else 0.
func one(u, eta float64) float64 { return float64(bit(u*(1+portable.Exp(-eta)) < 1)) }
