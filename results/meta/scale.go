package meta

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"caseload/analysis/review"
	"caseload/results/report"
	"caseload/sim/portable"
)

// metaScales are the words of measures: what the effect is called, the same as a
// ratio if the measure is a logarithm, and in short.
var scales = map[string]struct{ name, ratio, short string }{
	string(review.LogOR):   {"log odds ratio", "odds ratio", "OR"},
	string(review.LogRR):   {"log risk ratio", "risk ratio", "RR"},
	string(review.LogHR):   {"log hazard ratio", "hazard ratio", "HR"},
	string(review.RD):      {"risk difference", "", "RD"},
	string(review.SMD):     {"standardized mean difference", "", "SMD"},
	string(review.MD):      {"mean difference", "", "MD"},
	string(review.Unnamed): {"effect", "", "effect"},
}

// IsRatio tells that effects are logarithms, which are shown as ratios.
func (m *Meta) IsRatio() bool { return scales[m.Measure].ratio != "" }

// EffectName is what effects are called as they are shown: by their ratio if they are
// logarithms.
func (m *Meta) EffectName() string {
	s := scales[m.Measure]
	if s.ratio != "" {
		return s.ratio
	}
	return s.name
}

// EffectShort is what effects are called in a column.
func (m *Meta) EffectShort() string { return scales[m.Measure].short }

// Shown is a value as it is shown in a sentence, to the second significant digit of its
// standard error; ratios to hundredths, small ones to three significant digits.
func (m *Meta) Shown(x, se report.Number) string {
	if !m.IsRatio() {
		if size := math.Abs(float64(x)); size >= 1e6 || float64(se) < 1e-4 {
			return brief3(x)
		}
		return x.Rounded(se)
	}
	return m.to(x, max(2, report.Number(portable.Exp(float64(x))).Decimals(report.Missing())-1))
}

// to is a value on the scale that is shown, to so many decimals; to three significant
// digits if it, or what it stands beside, is very small or very large.
func (m *Meta) to(x report.Number, digits int) string {
	if !x.Known() {
		return report.Absent
	}
	if m.IsRatio() {
		x = report.Number(portable.Exp(float64(x)))
	}
	if digits > mostDigits || math.Abs(float64(x)) >= 1e6 || m.IsRatio() && x < 1e-3 {
		return brief3(x)
	}
	if m.IsRatio() && x >= 100 {
		digits = 0
	}
	return x.Fixed(digits)
}

// mostDigits are the decimals of what is not shown with a power of ten.
const mostDigits = 4

// brief3 is a value to three significant digits.
func brief3(x report.Number) string {
	switch {
	case x == 0:
		return "0"
	case math.IsInf(float64(x), 0):
		return map[bool]string{true: "> 1e308", false: "< -1e308"}[x > 0]
	}
	return strconv.FormatFloat(float64(x), 'g', 3, 64)
}

// TauText is a variance between studies.
func (m *Meta) TauText() string { return tauText(m.Tau2) }

func tauText(x report.Number) string {
	if x.Known() && x != 0 && (x < 1e-5 || x >= 1e6) {
		return brief3(x)
	}
	return x.Rounded(report.Missing())
}

// ShownInterval is a value with its interval, to as many decimals as all effects in a
// column of them have.
func (m *Meta) ShownInterval(x, low, high report.Number) string {
	if !x.Known() {
		return report.Absent
	}
	return m.to(x, m.columnDigits()) + " " + m.ShownLimits(low, high)
}

// ShownLimits are the ends of an interval in such a column.
func (m *Meta) ShownLimits(low, high report.Number) string {
	if !low.Known() {
		return ""
	}
	return "[" + m.to(low, m.columnDigits()) + ", " + m.to(high, m.columnDigits()) + "]"
}

// columnDigits are the decimals of effects in a column: to the second significant digit
// of the median standard error, ratios to hundredths; one more where a limit of the
// pooled effect, or a study's ratio, would seem to be 0.
func (m *Meta) columnDigits() int {
	if m.digits < 0 { // of as many cells as there are studies
		m.digits = m.findDigits()
	}
	return m.digits
}

func (m *Meta) findDigits() int {
	if m.IsRatio() {
		for _, s := range m.Studies {
			if portable.Exp(float64(s.YI)) < 0.05 {
				return 3
			}
		}
		return 2
	}
	var errors []float64
	for _, s := range m.Studies {
		errors = append(errors, float64(s.SE))
	}
	slices.Sort(errors)
	middle := report.Number(errors[len(errors)/2])
	if middle < 1e-4 {
		return mostDigits + 1
	}
	digits := report.Number(0).Decimals(middle)
	for _, x := range []report.Number{m.Low, m.High} {
		if x.Known() && x != 0 && strings.Trim(x.Fixed(digits), "-0.") == "" {
			return digits + 1
		}
	}
	return digits
}

// LevelText is the level of intervals: 95 %.
func (m *Meta) LevelText() string { return report.SixDigits(100*(1-float64(m.Alpha))) + " %" }

// MethodText is the method in words.
func (m *Meta) MethodText() string {
	return map[string]string{"fe": "common effect", "dl": "random effects, DerSimonian-Laird", "he": "random effects, Hedges", "hs": "random effects, Hunter-Schmidt",
		"sj": "random effects, Sidik-Jonkman", "ml": "random effects, ML", "reml": "random effects, REML", "pm": "random effects, Paule-Mandel",
		"eb": "random effects, empirical Bayes", review.MantelHaenszel: "common effect, Mantel-Haenszel", review.Peto: "common effect, Peto"}[m.Method]
}

// statText is a statistic and its p.
func statText(z, t, df, p report.Number) string {
	if t.Known() {
		return fmt.Sprintf("t = %s on %s df, %s", t.Fixed(2), dfText(df), report.PText(p))
	}
	return fmt.Sprintf("z = %s, %s", z.Fixed(2), report.PText(p))
}

// dfText is a number of degrees of freedom, whole or not.
func dfText(df report.Number) string {
	if df == report.Number(math.Trunc(float64(df))) {
		return df.Fixed(0)
	}
	return df.Fixed(1)
}
