package meta

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
)

// MetaView is what of a meta-analysis is shown for people.
type View struct {
	LeaveOut bool // the result without each study
	UpTo     bool // the result of the first study, the first two ...
}

// Question is what is asked, in words.
func (m *Meta) Question() string {
	return fmt.Sprintf("What do the %s find together?", report.Plural(len(m.Studies), "study", "studies"))
}

// Document returns the meta-analysis: what failed and what was left out first, then a
// paragraph, the forest plot in characters, and the tables.
func (m *Meta) Document(l report.Level) *report.Document {
	d := &report.Document{}
	for _, text := range m.headline() {
		d.Paragraph(text)
	}
	for _, s := range m.Skipped {
		d.Item(fmt.Sprintf("Left out: %s (line %d), as %s is missing.", s.Study, s.Line, s.Column))
	}
	for _, text := range m.Warnings {
		if !strings.HasSuffix(text, "?") {
			text += "."
		}
		d.Item("Warning: " + text)
	}
	d.Gap()
	d.Paragraph(m.story())
	if l == report.Brief {
		return d
	}
	d.Drawing("Forest plot: "+m.axisName(), m.forest, m.forestLegend())
	if l == report.Full {
		m.addTables(d)
	} else {
		m.addAsked(d)
		d.More()
	}
	return d
}

func (m *Meta) addTables(d *report.Document) {
	d.Table("The pooled effect", m.pooledTable(), m.pooledLegend())
	d.Table("How much effects vary", m.variationTable(), []string{m.variationLegend()})
	m.addSubgroups(d)
	m.addModerators(d)
	d.Table("Do small studies find other effects?", m.biasTable(), m.biasLegend())
	d.Drawing("Funnel plot: "+m.axisName(), m.funnel, m.funnelLegend())
	m.addAsked(d)
}

// addAsked adds the tables that were asked for.
func (m *Meta) addAsked(d *report.Document) {
	if m.View.LeaveOut {
		d.Table("Without each "+m.unitLeftOut(), m.partsTable(m.unitLeftOut()+" left out", m.LeaveOut), m.partsLegend())
		d.Table("What each study does to the result", m.influenceTable(), []string{influenceLegend})
	}
	if m.View.UpTo {
		by := "in the file's order"
		if m.CumulateBy != "file" {
			by = "by " + m.CumulateBy
		}
		d.Table("Cumulated "+by, m.partsTable("up to", m.Cumulative), m.partsLegend())
	}
}

// headline says what failed, if anything did, and what this is about.
func (m *Meta) headline() (lines []string) {
	what := report.Plural(len(m.Studies), "study", "studies")
	if m.Clusters != nil {
		what = report.Counted(len(m.Studies), "effect") + " of " + report.Counted(m.Clusters.Clusters, "trial")
	}
	if m.Failed > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s failed%s.", report.Grouped(m.Failed), report.Counted(m.Fits, "fit"), m.reasons()))
	}
	text := m.File + ": " + what
	if n := m.clients(); n > 0 {
		text += ", " + report.Counted(n, "client")
	}
	if len(m.Skipped) > 0 {
		text += "; " + report.Counted(len(m.Skipped), "row") + " left out"
	}
	return append(lines, text+".")
}

func (m *Meta) reasons() string {
	if m.Failed == 0 {
		return ""
	}
	return ": " + report.FailureCounts(m.Failures)
}

// clients is how many there are in all, 0 if that is not known of some study or a trial
// is there more than once.
func (m *Meta) clients() int {
	sum := 0
	for _, s := range m.Studies {
		if !s.N.Known() || m.Clusters != nil {
			return 0
		}
		sum += int(s.N)
	}
	return sum
}

func (m *Meta) axisName() string {
	if m.IsRatio() {
		return m.EffectName() + ", on a log scale"
	}
	return m.EffectName()
}

func (m *Meta) forestLegend() string {
	text := fmt.Sprintf("■ ▪ study with its %s confidence interval and its weight (▪ less than half of the largest); ◆ pooled; │ no effect", m.LevelText())
	if m.PILow.Known() {
		text += "; ╎┄╎ " + m.LevelText() + " prediction interval"
	}
	if slices.ContainsFunc(m.forest(200), func(l string) bool { return strings.ContainsAny(l, "◂▸") }) {
		text += "; ◂ ▸ it goes on"
	}
	return text
}

// unitLeftOut is what is left out as a whole.
func (m *Meta) unitLeftOut() string {
	if m.Clusters != nil {
		return "trial"
	}
	return "study"
}

func (m *Meta) addSubgroups(d *report.Document) {
	s := m.Subgroups
	if s == nil {
		return
	}
	notes := m.partsLegend()
	if !s.Between.Status.Failed() {
		notes = append(notes, fmt.Sprintf("Difference between groups, each with its own tau2: Q = %s on %s df, %s.", s.Between.Q.Fixed(2), s.Between.DF.Fixed(0), report.PText(s.Between.P)))
	} else {
		notes = append(notes, "No test of a difference between groups: "+s.Between.Status.String()+".")
	}
	if c := s.CommonT2; !c.Status.Failed() && m.random() {
		notes = append(notes, fmt.Sprintf("With one tau2 for all (%s): Q = %s on %s df, %s.", tauText(c.Tau2), c.Q.Fixed(2), c.DF.Fixed(0), report.PText(c.P)))
	}
	d.Table("By subgroup", m.partsTable("group", s.Groups), notes)
}

func (m *Meta) addModerators(d *report.Document) {
	r := m.Moderators
	if r == nil || r.Status.Failed() {
		return // the warning says why
	}
	t := &report.Table{Columns: []report.Column{report.Key("coefficient"), report.Right("estimate"), report.Right("SE"), report.Right("interval"), report.Right("z"), report.Right("p")}}
	if slices.ContainsFunc(r.Coefficients, func(c Coefficient) bool { return c.T.Known() }) {
		t.Columns[4].Head = "t (df)"
	}
	for _, c := range r.Coefficients {
		stat := c.Z.Fixed(2)
		if c.T.Known() {
			stat = c.T.Fixed(2) + " (" + dfText(c.DF) + ")"
		}
		digits, interval := c.Estimate.Decimals(c.SE), report.Absent
		if c.Low.Known() {
			interval = "[" + c.Low.Fixed(digits) + ", " + c.High.Fixed(digits) + "]"
		}
		t.Rows = append(t.Rows, []string{c.Term, c.Estimate.Fixed(digits), c.SE.Fixed(digits), interval, stat, report.PValue(c.P)})
	}
	var notes []string
	if m.IsRatio() {
		notes = append(notes, "Coefficients are of the "+scales[m.Measure].name+".")
	}
	switch {
	case r.QMDF2.Known():
		notes = append(notes, fmt.Sprintf("All moderators together: F = %s on %s and %s df, %s.", r.QM.Fixed(2), r.QMDF1.Fixed(0), r.QMDF2.Fixed(0), report.PText(r.QMP)))
	case r.QM.Known():
		notes = append(notes, fmt.Sprintf("All moderators together: QM = %s on %s df, %s.", r.QM.Fixed(2), r.QMDF1.Fixed(0), report.PText(r.QMP)))
	default:
		notes = append(notes, "Each coefficient has its own test; there is none of all together.")
	}
	left := fmt.Sprintf("What moderators leave: QE = %s on %s df, %s", r.QE.Fixed(2), r.QEDF.Fixed(0), report.PText(r.QEP))
	if r.Tau2.Known() {
		left += fmt.Sprintf("; tau2 %s, I2 %s %%", tauText(r.Tau2), r.I2.Fixed(1))
	}
	if r.R2.Known() {
		left += fmt.Sprintf(". They explain %s %% of tau2 (R2)", r.R2.Fixed(1))
	}
	d.Table("Moderators", t, append(notes, left+"."))
}
