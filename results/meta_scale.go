package results

import (
	"fmt"
	"math"

	"caseload/analysis/review"
)

// metaScales are the words of measures: what the effect is called, the same as a
// ratio if the measure is a logarithm, and in short.
var metaScales = map[string]struct{ name, ratio, short string }{
	string(review.LogOR):   {"log odds ratio", "odds ratio", "OR"},
	string(review.LogRR):   {"log risk ratio", "risk ratio", "RR"},
	string(review.LogHR):   {"log hazard ratio", "hazard ratio", "HR"},
	string(review.RD):      {"risk difference", "", "RD"},
	string(review.SMD):     {"standardized mean difference", "", "SMD"},
	string(review.MD):      {"mean difference", "", "MD"},
	string(review.Unnamed): {"effect", "", "effect"},
}

// IsRatio tells that effects are logarithms, which are shown as ratios.
func (m *Meta) IsRatio() bool { return metaScales[m.Measure].ratio != "" }

// EffectName is what effects are called as they are shown: by their ratio if they are
// logarithms.
func (m *Meta) EffectName() string {
	s := metaScales[m.Measure]
	if s.ratio != "" {
		return s.ratio
	}
	return s.name
}

// EffectShort is what effects are called in a column.
func (m *Meta) EffectShort() string { return metaScales[m.Measure].short }

// Shown is a value as it is shown, to the second significant digit of its standard
// error.
func (m *Meta) Shown(x, se Number) string {
	if !x.Known() {
		return absent
	}
	if !m.IsRatio() {
		return fixed(x, decimals(x, se))
	}
	ratio := Number(math.Exp(float64(x)))
	if ratio < 1e-4 || ratio > 1e5 {
		return fmt.Sprintf("%.1e", float64(ratio))
	}
	return fixed(ratio, max(2, decimals(ratio, Missing())-1))
}

// ShownInterval is a value with its interval.
func (m *Meta) ShownInterval(x, low, high, se Number) string {
	if !x.Known() {
		return absent
	}
	if !low.Known() {
		return m.Shown(x, se)
	}
	return m.Shown(x, se) + " [" + m.Shown(low, se) + ", " + m.Shown(high, se) + "]"
}

// LevelText is the level of intervals: 95 %.
func (m *Meta) LevelText() string { return brief(100*(1-float64(m.Alpha))) + " %" }

// MethodText is the method in words.
func (m *Meta) MethodText() string {
	return map[string]string{"fe": "common effect", "dl": "random effects, DerSimonian-Laird", "he": "random effects, Hedges", "hs": "random effects, Hunter-Schmidt",
		"sj": "random effects, Sidik-Jonkman", "ml": "random effects, ML", "reml": "random effects, REML", "pm": "random effects, Paule-Mandel",
		"eb": "random effects, empirical Bayes", review.MantelHaenszel: "common effect, Mantel-Haenszel", review.Peto: "common effect, Peto"}[m.Method]
}

// statText is a statistic and its p.
func statText(z, t, df, p Number) string {
	if t.Known() {
		return fmt.Sprintf("t = %s on %s df, %s", fixed(t, 2), dfText(df), pText(p))
	}
	return fmt.Sprintf("z = %s, %s", fixed(z, 2), pText(p))
}

// dfText is a number of degrees of freedom, whole or not.
func dfText(df Number) string {
	if df == Number(math.Trunc(float64(df))) {
		return fixed(df, 0)
	}
	return fixed(df, 1)
}

// pText is a p value in a sentence.
func pText(p Number) string {
	switch {
	case !p.Known():
		return "p unknown"
	case p < 0.001:
		return "p < 0.001"
	}
	return "p = " + fixed(p, 3)
}
