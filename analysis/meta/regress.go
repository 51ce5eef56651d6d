package meta

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// Coefficient is an estimate with its test. Of Z and T one is missing: T is known
// where DF is.
type Coefficient struct {
	Estimate measure.Number `json:"estimate"`
	SE       measure.Number `json:"se"`
	Low      measure.Number `json:"low"`
	High     measure.Number `json:"high"`
	Z        measure.Number `json:"z"`
	T        measure.Number `json:"t"`
	DF       measure.Number `json:"df"`
	P        measure.Number `json:"p"` // two-sided
}

// noCoefficient is one that nothing is known about.
func noCoefficient() Coefficient {
	none := measure.Missing()
	return Coefficient{none, none, none, none, none, none, none, none}
}

// Regression is a mixed-effects model: true effects vary about a linear function
// of moderators. Heterogeneity is what they leave; its Q is the QE of metafor.
type Regression struct {
	K            int
	Coefficients []Coefficient // the intercept first
	Heterogeneity
	// QM tests all coefficients but the intercept: chi-square on QMDF1 degrees of
	// freedom, or F on QMDF1 and QMDF2 where that is known.
	QM, QMDF1, QMDF2, QMP float64
	// R2 is the share of the variance between studies that moderators explain, in
	// percent (Raudenbush 2009); NaN if there is none to explain. Estimated from
	// few studies it is very uncertain (Lopez-Lopez et al. 2014, Br J Math Stat
	// Psychol 67:30).
	R2         float64
	LogLik     float64
	Iterations int
	Status     Status
}

func (r *Regression) fail(k int, s Status) {
	nan := math.NaN()
	*r = Regression{K: k, Coefficients: r.Coefficients[:0], Heterogeneity: unknown(), QM: nan, QMDF1: nan, QMDF2: nan, QMP: nan, R2: nan, LogLik: nan, Status: s}
}

// Regress regresses effects on the moderators x, [moderator][study], and an
// intercept. It fails as Pool does, with Collinear, and with TooFew for fewer
// studies than coefficients, or as many unless the effect is common.
func Regress(y, v []float64, x [][]float64, o Options, w *Work, out *Regression) {
	m := &w.model
	out.fail(len(y), m.load(y, v, nil))
	if out.Status != OK {
		return
	}
	without, _, status := m.heterogeneity(&o)
	if status != OK {
		without.Tau2 = measure.Missing()
	}
	if status = m.load(y, v, x); status == OK && m.k == m.p && m.p > 1 && o.Method != FE {
		status = TooFew // nothing is left to tell tau2 by
	}
	if status == OK {
		out.Heterogeneity, out.Iterations, status = m.heterogeneity(&o)
	}
	scale, df := 1.0, math.NaN()
	if status == OK && o.KnappHartung {
		scale, status = m.dispersion()
		df = float64(m.k - m.p)
	}
	if status != OK {
		out.fail(len(y), status)
		return
	}
	out.LogLik = m.metaforLikelihood(&o)
	for j := range m.p {
		out.Coefficients = append(out.Coefficients, w.test(m.beta[j], math.Sqrt(scale*m.inverse[j*m.p+j]), df, o.alpha()))
	}
	if len(x) > 0 {
		m.testAll(scale, df, out)
		if o.Method != FE && without.Tau2 > 0 {
			out.R2 = max(0, float64(100*(without.Tau2-out.Tau2)/without.Tau2))
		}
	}
}

// test is the estimate with its test and limits: by t where df is known, else by z.
func (w *Work) test(estimate, se, df, alpha float64) Coefficient {
	c, stat := noCoefficient(), measure.Number(estimate/se)
	c.Estimate, c.SE = measure.Numbers(estimate, se)
	if c.DF = measure.Number(df); math.IsNaN(df) {
		c.Z = stat
	} else {
		c.T = stat
	}
	c.P = measure.Number(twoSided(float64(stat), df))
	half := float64(w.criticalValue(alpha, df) * se)
	c.Low, c.High = measure.Numbers(estimate-half, estimate+half)
	return c
}

// testAll tests all coefficients but the intercept: b' V^-1 b, with V the inverse
// of what is left of X'WX when the intercept is taken out.
func (m *model) testAll(scale, df float64, out *Regression) {
	p := m.p
	for j := 1; j < p; j++ {
		for l := 1; l < p; l++ {
			left := m.info.A[max(j, l)*p+min(j, l)] - m.info.A[j*p]*m.info.A[l*p]/m.info.A[0]
			if j == 1 && l == 1 {
				out.QM = 0
			}
			out.QM += m.beta[j] * left * m.beta[l] / scale
		}
	}
	out.QMDF1, out.QMDF2 = float64(p-1), df
	if math.IsNaN(df) {
		out.QMP = numeric.ChiSquareTail(out.QM, out.QMDF1)
		return
	}
	out.QM /= out.QMDF1
	out.QMP = fTail(out.QM, out.QMDF1, df)
}
