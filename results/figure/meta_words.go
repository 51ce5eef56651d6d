package figure

import (
	"fmt"
	"strings"

	"caseload/results/meta"
	"caseload/results/report"
)

// metaStem is the file's name without its ending.
func metaStem(m *meta.Meta) string {
	if at := strings.LastIndex(m.File, "."); at > 0 {
		return m.File[:at]
	}
	return m.File
}

// metaThing is what a mark stands for.
func metaThing(m *meta.Meta) string {
	if m.Clusters != nil {
		return "effect"
	}
	return "study"
}

func metaCount(m *meta.Meta) string {
	switch {
	case m.Clusters != nil:
		return fmt.Sprintf("%d effects of %d trials", len(m.Studies), m.Clusters.Clusters)
	case len(m.Studies) == 1:
		return "1 study"
	}
	return fmt.Sprintf("%d studies", len(m.Studies))
}

// metaAbout is what a reader needs who sees the figure alone.
func metaAbout(m *meta.Meta) []string {
	text := fmt.Sprintf("%s: %s %s.", m.MethodText(), m.EffectName(), withMinus(m.ShownInterval(m.Estimate, m.Low, m.High)))
	text = strings.ToUpper(text[:1]) + text[1:]
	if m.K > 1 {
		text += fmt.Sprintf(" Q = %s on %s df, p %s", m.Q.Fixed(1), m.QDF.Fixed(0), pShort(m.QP))
		text += fmt.Sprintf("; I² = %s %%", m.I2.Fixed(0))
		if m.Tau2.Known() {
			text += "; τ² = " + withMinus(m.TauText())
		}
		text += "."
	}
	return []string{text}
}

func pShort(p report.Number) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return "= " + p.Fixed(3)
}

func forestAlt(m *meta.Meta) string {
	alt := fmt.Sprintf("Forest plot of %s. Pooled %s %s.", metaCount(m), m.EffectName(), m.ShownInterval(m.Estimate, m.Low, m.High))
	if m.PILow.Known() {
		alt += fmt.Sprintf(" Prediction interval %s to %s.", m.Shown(m.PILow, m.SE), m.Shown(m.PIHigh, m.SE))
	}
	for k, s := range m.Studies {
		if k == 40 {
			return alt + " And others."
		}
		alt += fmt.Sprintf(" %s: %s.", s.Study, m.ShownInterval(s.YI, s.Low, s.High))
	}
	return alt
}
