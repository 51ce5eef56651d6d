package meta

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// Fit is a pooled effect, under the names that it has in JSON. What is not defined
// is missing: all but K if Status has failed, Tau2SE and the prediction interval of
// a common effect, the heterogeneity of one study.
type Fit struct {
	K      int    `json:"k"`
	Status Status `json:"status"` // ok, or why there is no estimate
	Coefficient
	Heterogeneity
	// PILow and PIHigh are where the true effect of a further study is expected
	// (Higgins, Thompson & Spiegelhalter 2009, J R Stat Soc A 172:137; here, as in
	// metafor, with the same distribution as the test).
	PILow      measure.Number `json:"pi_low"`
	PIHigh     measure.Number `json:"pi_high"`
	LogLik     float64        `json:"-"` // of ML and REML, as metafor gives it
	Iterations int            `json:"-"`
}

// Heterogeneity is how much true effects vary, after moderators if there are any.
type Heterogeneity struct {
	Tau2   measure.Number `json:"tau2"` // variance between studies
	Tau2SE measure.Number `json:"-"`
	I2     measure.Number `json:"i2"` // percent of the variance that is between studies
	H2     measure.Number `json:"h2"`
	Q      measure.Number `json:"q"` // Cochran's
	QDF    measure.Number `json:"q_df"`
	QP     measure.Number `json:"q_p"`
	Second Peak           `json:"-"` // of ML and REML, if the likelihood has several maxima
}

// unknown returns the heterogeneity that nothing is known about.
func unknown() Heterogeneity {
	none := measure.Missing()
	return Heterogeneity{none, none, none, none, none, none, none, Peak{}}
}

// Failed is the fit of k studies that came to nothing.
func Failed(k int, s Status) Fit {
	none := measure.Missing()
	return Fit{K: k, Status: s, Coefficient: noCoefficient(), Heterogeneity: unknown(), PILow: none, PIHigh: none, LogLik: math.NaN()}
}

// Pool estimates the mean effect of studies with effects y and sampling variances
// v. It fails with NoStudies, BadData, NotConverged and, with Knapp & Hartung's
// method, TooFew for one study and ZeroVariance for equal effects.
func Pool(y, v []float64, o Options, w *Work) Fit {
	m := &w.model
	if status := m.load(y, v, nil); status != OK {
		return Failed(len(y), status)
	}
	h, iterations, status := m.heterogeneity(&o)
	if status != OK {
		return Failed(m.k, status)
	}
	scale, df := 1.0, math.NaN()
	if o.KnappHartung {
		if scale, status = m.dispersion(); status != OK {
			return Failed(m.k, status)
		}
		df = float64(m.k - 1)
	}
	f := w.fitOf(m.k, m.beta[0], float64(scale*m.inverse[0]), df, h, &o)
	f.Iterations, f.LogLik = iterations, m.metaforLikelihood(&o)
	return f
}

// fitOf returns the fit of k studies with this estimate and its variance; df is NaN for z.
func (w *Work) fitOf(k int, estimate, variance, df float64, h Heterogeneity, o *Options) Fit {
	f := Failed(k, OK)
	f.Coefficient = w.test(estimate, math.Sqrt(variance), df, o.alpha())
	f.Heterogeneity = h
	if o.Method != FE && k > 1 {
		half := f.predicted(w.criticalValue(o.alpha(), df))
		f.PILow, f.PIHigh = f.Estimate-half, f.Estimate+half
	}
	return f
}

// predicted is half the prediction interval.
func (f *Fit) predicted(critical float64) measure.Number {
	return measure.Number(critical * math.Sqrt(float64(f.Tau2+measure.Number(f.SE*f.SE))))
}

// heterogeneity estimates tau2 and leaves the model fitted with its weights.
func (m *model) heterogeneity(o *Options) (h Heterogeneity, iterations int, status Status) {
	m.weigh(0)
	h = unknown()
	df := float64(m.k - m.p)
	h.Q, h.QDF = measure.Numbers(m.rss, df)
	if df == 0 {
		h.Q = 0 // but for rounding
		return h, 0, OK
	}
	h.QP = measure.Number(numeric.ChiSquareTail(m.rss, df))
	typical := m.typical()
	tau2, se, second, iterations, status := m.estimateTau2(o)
	if status != OK {
		return h, iterations, status
	}
	h.Second = second
	h.spread(o, tau2, se, typical)
	m.weigh(tau2)
	return h, iterations, OK
}

// spread sets what follows from Q, the variance between studies, and the typical sampling
// variance.
func (h *Heterogeneity) spread(o *Options, tau2, se, typical float64) {
	if o.Method == FE {
		// Tau2 is not estimated; I2 and H2 are those of Q (Higgins & Thompson 2002).
		h.H2 = h.Q / h.QDF
		h.I2 = 0
		if h.Q > h.QDF {
			h.I2 = 100 * (h.Q - h.QDF) / h.Q
		}
		h.Tau2 = 0
		return
	}
	h.Tau2, h.Tau2SE = measure.Numbers(tau2, se)
	h.I2, h.H2 = measure.Numbers(share(tau2, typical), tau2/typical+1)
}

// share returns I2: the percentage of the total variance that is between studies.
func share(tau2, typical float64) float64 { return 100 * tau2 / (tau2 + typical) }

// dispersion returns what Knapp & Hartung multiply variances with.
func (m *model) dispersion() (float64, Status) {
	if m.k == m.p {
		return 0, TooFew
	}
	// What is left of equal effects is the rounding of their differences.
	size := 0.0
	for i, w := range m.w[:m.k] {
		size += float64(w * m.y[i] * m.y[i])
	}
	if !(m.rss > 1e-28*size) {
		return 0, ZeroVariance
	}
	return m.rss / float64(m.k-m.p), OK
}

// metaforLikelihood adds the constants that metafor counts.
func (m *model) metaforLikelihood(o *Options) float64 {
	n := float64(m.k)
	switch {
	case o.Method != ML && o.Method != REML, m.k == m.p:
		return math.NaN()
	case o.Method == ML:
		return m.logLikelihood(false) - float64(n/2*portable.Log(2*math.Pi))
	}
	return m.logLikelihood(true) - float64((n-float64(m.p))/2*portable.Log(2*math.Pi)) + m.logDesign()
}

// logDesign returns half the logarithm of the determinant of X'X. It leaves info as
// it was.
func (m *model) logDesign() float64 {
	if m.p == 1 {
		return portable.Log(float64(m.k)) / 2
	}
	s := &m.design
	s.Reset(m.p)
	for i := range m.k {
		row := m.row(i)
		for j, xj := range row {
			for l, xl := range row[:j+1] {
				s.A[j*m.p+l] += float64(xj * xl)
			}
		}
	}
	s.Factor()
	sum := 0.0
	for j := range m.p {
		sum += portable.Log(s.L[j*m.p+j])
	}
	return sum
}

// criticalValue returns the two-sided critical value of t, or of z where df is NaN.
func (w *Work) criticalValue(alpha, df float64) float64 {
	if math.IsNaN(df) {
		return w.critical.Normal(alpha)
	}
	return w.critical.Student(alpha, df)
}

// twoSided returns the probability of a statistic at least as far from 0.
func twoSided(stat, df float64) float64 {
	if math.IsNaN(df) {
		return numeric.NormalTwoSided(stat)
	}
	return numeric.StudentTwoSided(stat, df)
}

// Weights are the shares of the studies in the estimate that Pool gives with this
// tau2, in percent, written to out.
func Weights(v []float64, tau2 float64, out []float64) {
	sum := 0.0
	for i := range v {
		out[i] = 1 / (v[i] + tau2)
		sum += out[i]
	}
	for i := range v {
		out[i] *= 100 / sum
	}
}
