package meta

import (
	"math"

	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// TwoByTwo is a trial's counts: A of A+B with the event in the treated arm, C of
// C+D in control.
type TwoByTwo struct{ A, B, C, D float64 }

// continuity adds 1/2 to every cell of a table in which some cell is empty (as
// metafor: escalc with add = 1/2, to = "only0").
func (t TwoByTwo) continuity() TwoByTwo {
	if t.A == 0 || t.B == 0 || t.C == 0 || t.D == 0 {
		return TwoByTwo{t.A + 0.5, t.B + 0.5, t.C + 0.5, t.D + 0.5}
	}
	return t
}

// Uninformative reports whether a table has no events, or nothing else, in both
// arms: it then says nothing about a ratio.
func (t TwoByTwo) Uninformative() bool { return t.A+t.C == 0 || t.B+t.D == 0 }

// LogOddsRatio returns log(AD/BC) with variance 1/A + 1/B + 1/C + 1/D (Woolf 1955), 1/2
// added to each cell where one is empty.
func (t TwoByTwo) LogOddsRatio() (y, v float64) {
	t = t.continuity()
	return portable.Log(t.A * t.D / (t.B * t.C)), 1/t.A + 1/t.B + 1/t.C + 1/t.D
}

// LogRiskRatio returns the logarithm of the ratio of risks, with the variance of the
// delta method, 1/A - 1/(A+B) + 1/C - 1/(C+D); 1/2 added as in LogOddsRatio.
func (t TwoByTwo) LogRiskRatio() (y, v float64) {
	t = t.continuity()
	n1, n0 := t.A+t.B, t.C+t.D
	return portable.Log(t.A / n1 * n0 / t.C), 1/t.A - 1/n1 + 1/t.C - 1/n0
}

// RiskDifference returns A/(A+B) - C/(C+D), with binomial variances; 1/2 added as in
// LogOddsRatio, for else a trial without events would seem to be without error.
func (t TwoByTwo) RiskDifference() (y, v float64) {
	t = t.continuity()
	n1, n0 := t.A+t.B, t.C+t.D
	return t.A/n1 - t.C/n0, t.A/n1*t.B/n1/n1 + t.C/n0*t.D/n0/n0
}

// Means are the means, standard deviations and sizes of the arms of a trial.
type Means struct{ Mean1, SD1, N1, Mean0, SD0, N0 float64 }

// Difference returns Mean1 - Mean0 with variance SD1^2/N1 + SD0^2/N0.
func (m Means) Difference() (y, v float64) {
	return m.Mean1 - m.Mean0, m.SD1*m.SD1/m.N1 + m.SD0*m.SD0/m.N0
}

// Standardized returns Hedges' g: the difference over the pooled standard deviation, with
// the exact correction for small samples (Hedges 1981, J Educ Stat 6:107), and the
// large-sample variance 1/N1 + 1/N0 + g^2/(2(N1+N0)) (Hedges & Olkin 1985, p. 86).
func (m Means) Standardized() (y, v float64) {
	df := m.N1 + m.N0 - 2
	pooled := math.Sqrt((float64((m.N1-1)*m.SD1*m.SD1) + float64((m.N0-1)*m.SD0*m.SD0)) / df)
	return StandardizedOf((m.Mean1-m.Mean0)/pooled, m.N1, m.N0, true)
}

// StandardizedOf returns a standardized mean difference, corrected for small samples if asked,
// and its variance as that of Means.Standardized.
func StandardizedOf(d, n1, n0 float64, correct bool) (y, v float64) {
	if df := n1 + n0 - 2; correct {
		d *= numeric.GammaRatio((df-1)/2) / math.Sqrt(df/2)
	}
	return d, 1/n1 + 1/n0 + d*d/(2*(n1+n0))
}

// VarianceOfLimits returns the variance of an effect with these 95 % confidence limits.
func VarianceOfLimits(low, high float64) float64 {
	const z = 1.959963984540054
	se := (high - low) / (2 * z)
	return se * se
}
