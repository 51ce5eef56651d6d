package meta

import (
	"fmt"
	"math"
	"strings"

	"caseload/results/report"
	"caseload/sim/portable"
)

// metaFewStudies is below how many studies a test of asymmetry has next to no power
// (Sterne et al. 2011, BMJ 343:d4002).
const fewStudies = 10

// story is the result in words.
func (m *Meta) story() string {
	if m.Status.Failed() {
		return fmt.Sprintf("There is no pooled effect: %s.", m.Status)
	}
	parts := []string{m.storyOfEffect(), m.storyOfVariation(), m.storyOfNext(), m.storyOfSmall()}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func (m *Meta) storyOfEffect() string {
	what := report.Counted(m.K, "study")
	if m.K != 1 {
		what = "the " + report.Grouped(m.K) + " studies together"
	}
	if m.Clusters != nil {
		what = fmt.Sprintf("%s of %s together", report.Counted(m.K, "effect"), report.Counted(m.Clusters.Clusters, "trial"))
	}
	text := fmt.Sprintf("%s put the %s at %s (%s confidence interval %s to %s; %s; %s).", report.SentenceCase(what), m.EffectName(), m.Shown(m.Estimate, m.SE),
		m.LevelText(), m.Shown(m.Low, m.SE), m.Shown(m.High, m.SE), statText(m.Z, m.T, m.DF, m.P), m.MethodText())
	if m.K == 1 {
		text = strings.Replace(text, " put ", " puts ", 1)
	}
	switch {
	case m.P < m.Alpha && m.IsRatio():
		ratio := portable.Exp(float64(m.Estimate))
		text += fmt.Sprintf(" That is %.0f %% %s %s in the treated arm than in control, more than chance would explain.", 100*math.Abs(ratio-1),
			map[bool]string{true: "higher", false: "lower"}[ratio > 1], map[string]string{"log_or": "odds", "log_rr": "risk", "log_hr": "hazard"}[m.Measure])
	case m.P < m.Alpha:
		text += " That is more than chance would explain."
	default:
		text += " The interval includes no effect (" + map[bool]string{true: "1", false: "0"}[m.IsRatio()] + ")."
	}
	return text
}

// storyOfVariation says how much true effects differ.
func (m *Meta) storyOfVariation() string {
	if m.K < 2 {
		return "With one study nothing can be said of how effects vary."
	}
	text := fmt.Sprintf("Effects differ between studies by Q = %s on %s df (%s)", m.Q.Fixed(1), m.QDF.Fixed(0), report.PText(m.QP))
	if !m.random() {
		return text + fmt.Sprintf(": %s %% of what they vary is more than chance (I2), which a common effect leaves out of account.", m.I2.Fixed(0))
	}
	limits := ""
	if m.I2Low.Known() {
		limits = fmt.Sprintf(", %s interval %s to %s", m.LevelText(), m.I2Low.Fixed(0), m.I2High.Fixed(0))
	}
	if m.Tau2 == 0 {
		return fmt.Sprintf("Effects differ between studies no more than chance would have it (Q = %s on %s df, %s; I2 is 0 %%%s).", m.Q.Fixed(1), m.QDF.Fixed(0), report.PText(m.QP), limits)
	}
	on := ""
	if m.IsRatio() {
		on = ", on the log scale"
	}
	return text + fmt.Sprintf(": %s %% of the variance of the estimates is differences between true effects (I2%s), whose standard deviation tau is %s%s.",
		m.I2.Fixed(0), limits, tauText(report.Number(math.Sqrt(float64(m.Tau2)))), on)
}

// storyOfNext says what a further study may find.
func (m *Meta) storyOfNext() string {
	if !m.PILow.Known() {
		return ""
	}
	text := fmt.Sprintf("The true %s of a further study like these is expected between %s and %s (%s prediction interval)", m.EffectName(),
		m.Shown(m.PILow, m.SE), m.Shown(m.PIHigh, m.SE), m.LevelText())
	if m.PILow < 0 && m.PIHigh > 0 && m.P < m.Alpha {
		return text + ": it is not certain to go in the same direction."
	}
	return text + "."
}

// storyOfSmall says whether small studies find other effects.
func (m *Meta) storyOfSmall() string {
	a, name := m.Bias.Egger, "Egger's test"
	if a == nil {
		a, name = m.Bias.Mixed, "Egger's test, robust to clusters"
	}
	if a.Status.Failed() {
		return ""
	}
	text := "No sign that small studies find other effects than large ones"
	if a.P < 0.1 {
		more := "larger"
		if a.Slope < 0 {
			more = "smaller"
		}
		text = "Small studies tend to have " + more + " effects (further to the " + map[bool]string{true: "left", false: "right"}[a.Slope < 0] + " in the drawing) than large ones"
	}
	text += fmt.Sprintf(" (%s, %s)", name, report.PText(a.P))
	if m.K < fewStudies {
		text += fmt.Sprintf(", but fewer than %d studies can hardly show it", fewStudies)
	}
	return text + "."
}
