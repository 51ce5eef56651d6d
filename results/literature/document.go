package literature

import (
	"fmt"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// Document returns the literature: what failed first, a paragraph, and the
// tables.
func (l *Literature) Document(level report.Level) *report.Document {
	d := &report.Document{}
	d.Line(l.headline())
	d.Gap()
	d.Paragraph(l.story())
	if level != report.Brief {
		l.addTables(d)
	}
	return d
}

// addTables adds what the reviews find.
func (l *Literature) addTables(d *report.Document) {
	d.Table("What the reviews find", l.groupTable(), []string{"Mean over bodies, with its MCSE in parentheses, and the middle 95 % of bodies. Significant: bodies with a pooled effect in favour of " +
		"case management and p < 0.05. I2: percent of the variance that is between trials. " + l.methodText() + "." + l.reviewsFailed()})
	d.Table("Beside what is published", l.publishedTable(), []string{"Simulated: the middle 95 % of bodies, and its width. p: two-sided predictive probability of a figure as far out as the published one, " +
		"small where the simulated literature would hardly give it. A wide interval holds much: that a figure is inside says little then."})
	d.Table("The order of groups", l.rankTable(), []string{"Rank within engagement and within recovery, 1 the largest pooled effect: as published, and on average over bodies with the middle 95 %. " +
		"Above the next: share of bodies in which the pooled effect is above that of the next group in the published order."})
	d.Table("Moderators, as a review tests them", l.moderatorTable(), []string{"Slope of the meta-regression on the moderator's score: mean over bodies (MCSE) and middle 95 %. Sign: as reviews report it, and the bodies whose slope has that sign. " +
		"+ and -: bodies with a slope above and below 0 and p < 0.05." + l.slopesFailed()})
	d.Table("Mean effects of trials by level", l.levelTable(), []string{"Mean over the trials of all bodies, published or not, with its MCSE: what no single review can see so well. A study's other features are dealt independently."})
}

// Headline says what failed and what was simulated, a line each.
func (l *Literature) Headline() []string { return strings.Split(l.headline(), "\n") }

// Story is the paragraph that says what reviews would conclude.
func (l *Literature) Story() string { return l.story() }

// Tables returns the tables of what the reviews find.
func (l *Literature) Tables() *report.Document {
	d := &report.Document{}
	l.addTables(d)
	return d
}

func (l *Literature) headline() string {
	text := fmt.Sprintf("%s of %s failed", report.Grouped(l.Failed), report.Counted(l.Estimates, "effect estimate"))
	if l.Failed > 0 {
		text += ": " + report.FailureCounts(l.Failures)
	}
	text += fmt.Sprintf("; %s of %s failed.\n", report.Grouped(l.ReviewsFailed), report.Plural(l.Bodies*len(l.Rows), "meta-analysis of a group", "meta-analyses of groups"))
	text += fmt.Sprintf("%s: %s of %s each, seed %d.", l.Scenario, report.Plural(l.Bodies, "body", "bodies"), report.Counted(l.Trials, "trial"), l.Seed)
	if l.Partial {
		text += fmt.Sprintf(" Interrupted: %s were wanted.", report.Grouped(l.Wanted))
	}
	return text
}

// reviewsFailed says which groups lack meta-analyses.
func (l *Literature) reviewsFailed() string {
	var parts []string
	for k := range l.Rows {
		if r := &l.Rows[k]; r.Failed > 0 {
			parts = append(parts, r.Group+" "+report.Grouped(r.Failed))
		}
	}
	if parts == nil {
		return ""
	}
	return " Failed: " + strings.Join(parts, ", ") + "."
}

// methodText says how effects are pooled.
func (l *Literature) methodText() string {
	text := map[string]string{"fe": "Common effect", "dl": "Random effects (DerSimonian & Laird)", "reml": "Random effects (REML)", "pm": "Random effects (Paule & Mandel)"}[l.Method]
	if l.Effects == scenarios.AllEffects {
		return text + ", all effects of a trial, with a variance robust to their being alike (CR2)"
	}
	return text + ", one effect a trial"
}

// story is the paragraph.
func (l *Literature) story() string {
	m := l.main()
	if m == nil || !m.SMD.Mean.Known() {
		return "No group has a pooled effect."
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Reviews of such trials find a pooled effect on %s of %s on average, and 95 %% of them between %s and %s. The trials differ by more than chance in %s of reviews; I2 is %s %% on average (%s to %s).",
		groupWords(m.Group), m.SMD.Mean.Fixed(2), m.SMD.Low.Fixed(2), m.SMD.High.Fixed(2), bodiesShare(m.Heterogeneous), m.I2.Mean.Fixed(0), m.I2.Low.Fixed(0), m.I2.High.Fixed(0))
	if p := m.Published; p != nil && p.SMD.Known() {
		fmt.Fprintf(&b, " The published effect, %s, is %s their middle 95 %% (predictive p %s)", p.SMD.Fixed(2), insideWords(m.Inside), m.P.Fixed(2))
		if p.I2.Known() {
			fmt.Fprintf(&b, "; the published I2, %s %%, is %s (p %s)", p.I2.Fixed(0), insideWords(m.I2Inside), m.I2P.Fixed(2))
		}
		b.WriteString(".")
	}
	if l.EffectSD > 0 {
		fmt.Fprintf(&b, " Programs differ between trials by a standard deviation of %s of the log hazard ratio, which is a calibrated figure: a body of trials does not say what it comes from.", l.EffectSD.CSV())
	}
	if r := l.row(scenarios.Recovery); r != nil && r != m {
		fmt.Fprintf(&b, " The pooled effect on recovery is %s on average and not significant in %s of reviews.", r.SMD.Mean.Fixed(2), bodiesShare(1-r.Significant-r.Adverse))
	}
	return b.String()
}

func insideWords(in *bool) string {
	if in != nil && *in {
		return "inside"
	}
	return "outside"
}

func bodiesShare(share report.Number) string {
	if !share.Known() {
		return report.Absent
	}
	return (100 * share).Fixed(0) + " %"
}

func (l *Literature) row(group string) *Row {
	for k := range l.Rows {
		if l.Rows[k].Group == group {
			return &l.Rows[k]
		}
	}
	return nil
}

// groupWords is a group in a sentence.
func groupWords(group string) string {
	if group == scenarios.AllGroups {
		return "all outcomes"
	}
	if phrase := scenarios.Cluster(group).Phrase(); phrase != "" {
		return phrase
	}
	return group
}
