package literature

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// Document returns the literature: what failed, if anything did, a paragraph, and
// the table of the reviews, or all tables.
func (l *Literature) Document(level report.Level) *report.Document {
	d := &report.Document{}
	for _, text := range l.Headline() {
		d.Paragraph(text)
	}
	d.Gap()
	d.Paragraph(l.story())
	switch level {
	case report.Screen:
		groups := l.groupTable()
		d.Table("What the reviews find", groups.Pick(slices.DeleteFunc(groups.All(), func(c int) bool { return slices.Contains([]string{"tau2", "95 %"}, groups.Columns[c].Head) })), []string{"Means over bodies of trials (MCSE), and the middle 95 % of bodies." + l.reviewsFailed()})
		for _, text := range l.survivors {
			d.Paragraph(text)
		}
		d.More()
	case report.Full:
		l.addTables(d)
	}
	return d
}

// addTables adds what the reviews find.
func (l *Literature) addTables(d *report.Document) {
	groups := l.groupTable()
	d.Table("What the reviews find", groups.Pick(slices.DeleteFunc(groups.All(), func(c int) bool { return slices.Contains([]string{"tau2", "95 %"}, groups.Columns[c].Head) })), []string{"Means over bodies of trials (MCSE), and the middle 95 % of bodies. Significant: bodies with a pooled effect in favour of " +
		"case management and p < 0.05. I2: percent of the variance that is between trials. " + l.methodText() + "." + l.reviewsFailed()})
	d.Table("Beside what is published", l.publishedTable(), []string{"Simulated: the middle 95 % of bodies, and its width. p: two-sided predictive probability of a figure as extreme as the published one. " +
		"Being inside a wide interval is weak evidence."})
	d.Table("The order of groups", l.rankTable(), []string{"Rank within engagement and within recovery, 1 the largest pooled effect: as published, and on average over bodies with the middle 95 %. " +
		"Above the next: share of bodies in which the pooled effect is above that of the next group in the published order."})
	d.Table("Moderators, as a review tests them", l.moderatorTable(), []string{"Slope of the meta-regression on the moderator's score: mean over bodies (MCSE) and middle 95 %. Sign: as reviews report it, and the bodies whose slope has that sign. " +
		"+ and -: bodies with a slope above and below 0 and p < 0.05." + l.slopesFailed()})
	d.Table("Mean effects of trials by level", l.levelTable(), []string{"Mean over the trials of all bodies, published or not, with its MCSE. No single review can estimate it so precisely. The other features of a study are drawn independently."})
	for _, text := range l.notes {
		d.Item(text)
	}
}

// Story is the paragraph that says what reviews would conclude.
func (l *Literature) Story() string { return l.story() }

// Tables returns the tables of what the reviews find.
func (l *Literature) Tables() *report.Document {
	d := &report.Document{}
	l.addTables(d)
	return d
}

// Headline says what failed, if anything did, and what was simulated, a line each.
func (l *Literature) Headline() (lines []string) {
	if l.Partial {
		lines = append(lines, fmt.Sprintf("Partial: interrupted; %s were wanted.", report.Counted(l.Wanted, "replicate")))
	}
	if l.Failed > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s failed: %s.", report.Grouped(l.Failed), report.Counted(l.Estimates, "effect estimate"), report.FailureCounts(l.Failures)))
	}
	if l.ReviewsFailed > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s failed.", report.Grouped(l.ReviewsFailed), report.Plural(l.Bodies*len(l.Rows), "meta-analysis of a group", "meta-analyses of groups")))
	}
	title := report.Titled(l.Title, l.Scenario)
	return append(lines, fmt.Sprintf("%s: %s of %s each, seed %d.", title, report.Plural(l.Bodies, "simulated body", "simulated bodies"), report.Counted(l.Trials, "trial"), l.Seed))
}

// reviewsFailed says which groups lack meta-analyses.
func (l *Literature) reviewsFailed() string {
	var parts []string
	for k := range l.Rows {
		if r := &l.Rows[k]; r.Failed > 0 {
			parts = append(parts, groupWords(r.Group)+" "+report.Grouped(r.Failed))
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
		fmt.Fprintf(&b, " The log hazard ratios of programs differ between trials with a standard deviation of %s. This figure is calibrated. A body of trials does not tell where it comes from.", l.EffectSD.CSV())
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
