package results

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"caseload/scenarios"
)

// Write writes the literature for people: what failed first, a paragraph, and the
// tables. Text is kept within width columns. CSV is the rows by group.
func (l *Literature) Write(w io.Writer, f Format, width int) error {
	if f == CSV {
		return l.CSV(w)
	}
	d := &document{w: w, format: f, width: width}
	d.line(l.headline())
	d.line("")
	d.paragraph(l.story())
	d.table("What the reviews find", l.groupTable(), []string{"Mean over bodies, with its MCSE in parentheses, and the middle 95 % of bodies. Significant: bodies with a pooled effect in favour of " +
		"case management and p < 0.05. I2: percent of the variance that is between trials. " + l.methodText() + "." + l.reviewsFailed()})
	d.table("Beside what is published", l.publishedTable(), []string{"Simulated: the middle 95 % of bodies, and its width. p: two-sided predictive probability of a figure as far out as the published one, " +
		"small where the simulated literature would hardly give it. A wide interval holds much: that a figure is inside says little then."})
	d.table("The order of groups", l.rankTable(), []string{"Rank within engagement and within recovery, 1 the largest pooled effect: as published, and on average over bodies with the middle 95 %. " +
		"Above the next: share of bodies in which the pooled effect is above that of the next group in the published order."})
	d.table("Moderators, as a review tests them", l.moderatorTable(), []string{"Slope of the meta-regression on the moderator's score: mean over bodies (MCSE) and middle 95 %. Sign: as reviews report it, and the bodies whose slope has that sign. " +
		"+ and -: bodies with a slope above and below 0 and p < 0.05." + l.slopesFailed()})
	d.table("Mean effects of trials by level", l.levelTable(), []string{"Mean over the trials of all bodies, published or not, with its MCSE: what no single review can see so well. A study's other features are dealt independently."})
	return d.err
}

func (l *Literature) headline() string {
	text := fmt.Sprintf("%s of %s failed", grouped(l.Failed), counted(l.Estimates, "effect estimate"))
	if l.Failed > 0 {
		text += ": " + showFailures(l.Failures)
	}
	text += fmt.Sprintf("; %s of %s failed.\n", grouped(l.ReviewsFailed), plural(l.Bodies*len(l.Rows), "meta-analysis of a group", "meta-analyses of groups"))
	text += fmt.Sprintf("%s: %s of %s each, seed %d.", l.Scenario, plural(l.Bodies, "body", "bodies"), counted(l.Trials, "trial"), l.Seed)
	if l.Partial {
		text += fmt.Sprintf(" Interrupted: %s were wanted.", grouped(l.Wanted))
	}
	return text
}

// reviewsFailed says which groups lack meta-analyses.
func (l *Literature) reviewsFailed() string {
	var parts []string
	for k := range l.Rows {
		if r := &l.Rows[k]; r.Failed > 0 {
			parts = append(parts, r.Group+" "+grouped(r.Failed))
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
		groupWords(m.Group), fixed(m.SMD.Mean, 2), fixed(m.SMD.Low, 2), fixed(m.SMD.High, 2), bodiesShare(m.Heterogeneous), fixed(m.I2.Mean, 0), fixed(m.I2.Low, 0), fixed(m.I2.High, 0))
	if p := m.Published; p != nil && p.SMD.Known() {
		fmt.Fprintf(&b, " The published effect, %s, is %s their middle 95 %% (predictive p %s)", fixed(p.SMD, 2), insideWords(m.Inside), fixed(m.P, 2))
		if p.I2.Known() {
			fmt.Fprintf(&b, "; the published I2, %s %%, is %s (p %s)", fixed(p.I2, 0), insideWords(m.I2Inside), fixed(m.I2P, 2))
		}
		b.WriteString(".")
	}
	if l.EffectSD > 0 {
		fmt.Fprintf(&b, " Programs differ between trials by a standard deviation of %s of the log hazard ratio, which is a calibrated figure: a body of trials does not say what it comes from.", l.EffectSD.csv())
	}
	if r := l.row(scenarios.Recovery); r != nil && r != m {
		fmt.Fprintf(&b, " The pooled effect on recovery is %s on average and not significant in %s of reviews.", fixed(r.SMD.Mean, 2), bodiesShare(1-r.Significant-r.Adverse))
	}
	return b.String()
}

func insideWords(in *bool) string {
	if in != nil && *in {
		return "inside"
	}
	return "outside"
}

func bodiesShare(share Number) string {
	if !share.Known() {
		return absent
	}
	return fixed(100*share, 0) + " %"
}

func (l *Literature) row(group string) *LiteratureRow {
	for k := range l.Rows {
		if l.Rows[k].Group == group {
			return &l.Rows[k]
		}
	}
	return nil
}

// groupWords is a group in a sentence.
func groupWords(group string) string {
	switch group {
	case scenarios.AllGroups:
		return "all outcomes"
	case "linkage_su":
		return "linkage with substance-use services"
	case "linkage_other":
		return "linkage with other services"
	case "retention_su":
		return "retention in substance-use services"
	case "retention_other":
		return "retention in other services"
	}
	return strings.ReplaceAll(group, "_", " ")
}

func spanText(x *LiteratureInterval, digits int) string {
	if !x.Low.Known() {
		return absent
	}
	return "[" + fixed(x.Low, digits) + ", " + fixed(x.High, digits) + "]"
}

func (l *Literature) groupTable() *table {
	t := &table{columns: []column{{"group", true, true}, {"trials", false, false}, {"pooled SMD", false, false}, {"95 % of bodies", false, false},
		{"I2 %", false, false}, {"95 %", false, false}, {"tau2", false, false}, {"significant %", false, false}}}
	for k := range l.Rows {
		r := &l.Rows[k]
		t.rows = append(t.rows, []string{r.Group, fixed(r.Studies, 1), withMCSE(r.SMD.Mean, r.SMD.MCSE), spanText(&r.SMD, 2), withMCSE(r.I2.Mean, r.I2.MCSE), spanText(&r.I2, 0),
			withMCSE(r.Tau2.Mean, r.Tau2.MCSE), withMCSE(100*r.Significant, 100*r.SignificantMCSE)})
	}
	return t
}

func (l *Literature) publishedTable() *table {
	t := &table{columns: []column{{"group", true, true}, {"figure", true, true}, {"published", false, false}, {"simulated", false, false}, {"width", false, false}, {"inside", false, false}, {"p", false, false}}}
	in := func(b *bool) string {
		if b != nil && *b {
			return "yes"
		}
		return "no"
	}
	for k := range l.Rows {
		r := &l.Rows[k]
		p := r.Published
		if p == nil {
			continue
		}
		if p.SMD.Known() {
			text := fixed(p.SMD, 2)
			if p.Low.Known() {
				text += " [" + fixed(p.Low, 2) + ", " + fixed(p.High, 2) + "]"
			}
			t.rows = append(t.rows, []string{r.Group, "SMD", text, spanText(&r.SMD, 2), fixed(r.Width, 2), in(r.Inside), fixed(r.P, 2)})
		}
		if p.I2.Known() {
			t.rows = append(t.rows, []string{r.Group, "I2 %", fixed(p.I2, 0), spanText(&r.I2, 0), fixed(r.I2.High-r.I2.Low, 0), in(r.I2Inside), fixed(r.I2P, 2)})
		}
	}
	return t
}

func (l *Literature) rankTable() *table {
	t := &table{columns: []column{{"group", true, true}, {"published rank", false, false}, {"rank", false, false}, {"95 % of bodies", false, false}, {"above the next %", false, false}, {"next", true, false}}}
	for _, side := range []string{scenarios.Engagement, scenarios.Recovery} {
		ranked := l.ranked(side)
		for k, r := range ranked {
			share, next := absent, ""
			if k+1 < len(ranked) {
				next = ranked[k+1].Group
				if ranked[k+1].Published.Rank == r.Published.Rank {
					next += " (as large)"
				}
				for _, o := range l.Order {
					if o.Above == r.Group && o.Below == ranked[k+1].Group {
						share = withMCSE(100*o.Share, 100*o.MCSE)
					}
				}
			}
			t.rows = append(t.rows, []string{r.Group, strconv.Itoa(r.Published.Rank), withMCSE(r.Rank.Mean, r.Rank.MCSE), spanText(&r.Rank, 0), share, next})
		}
	}
	return t
}

// ranked are the groups of a side that have a published rank, in its order.
func (l *Literature) ranked(side string) (list []*LiteratureRow) {
	for rank := 1; rank <= len(l.Rows); rank++ {
		for k := range l.Rows {
			if r := &l.Rows[k]; r.Published != nil && r.Published.Rank == rank && scenarios.InGroup(r.Group, side) {
				list = append(list, r)
			}
		}
	}
	return list
}

func (l *Literature) moderatorTable() *table {
	t := &table{columns: []column{{"moderator", true, true}, {"group", true, true}, {"sign", true, false}, {"slope", false, false}, {"95 % of bodies", false, false}, {"that sign %", false, false}, {"+ %", false, false}, {"- %", false, false}}}
	for k := range l.Moderators {
		m := &l.Moderators[k]
		if !m.Slope.Mean.Known() || !l.isMain(m.Group) {
			continue
		}
		published := map[string]string{"positive": "> 0", "negative": "< 0", "": absent}[m.Published]
		t.rows = append(t.rows, []string{m.Moderator, m.Group, published, withMCSE(m.Slope.Mean, m.Slope.MCSE), spanText(&m.Slope, 2), withMCSE(100*m.AsPublished, 100*m.AsPublishedMCSE),
			withMCSE(100*m.Positive, 100*m.PositiveMCSE), withMCSE(100*m.Negative, 100*m.NegativeMCSE)})
	}
	return t
}

// slopesFailed says how many regressions of those shown have no result.
func (l *Literature) slopesFailed() string {
	failed, all := 0, 0
	for k := range l.Moderators {
		if m := &l.Moderators[k]; m.Slope.Mean.Known() && l.isMain(m.Group) {
			failed, all = failed+m.Failed, all+l.Bodies
		}
	}
	if failed == 0 {
		return ""
	}
	return fmt.Sprintf(" %s of %s failed, as where all trials are at one level.", grouped(failed), counted(all, "regression"))
}

// isMain tells whether a group is one of those that tables of moderators have:
// with a published effect, or the widest ones. The rest is in JSON.
func (l *Literature) isMain(group string) bool {
	if group == scenarios.Engagement || group == scenarios.Recovery || group == scenarios.AllGroups {
		return true
	}
	r := l.row(group)
	return r != nil && (len(l.Rows) <= 4 || r.Published != nil && r.Published.SMD.Known())
}

func (l *Literature) levelTable() *table {
	t := &table{columns: []column{{"moderator", true, true}, {"level", true, true}}}
	var groups []string
	for k := range l.Rows {
		if g := l.Rows[k].Group; l.isMain(g) {
			groups = append(groups, g)
			t.columns = append(t.columns, column{g, false, false})
		}
	}
	at := map[[2]string]int{}
	for _, x := range l.Levels {
		c := -1
		for k, g := range groups {
			if g == x.Group {
				c = k
			}
		}
		if c < 0 {
			continue
		}
		key := [2]string{x.Moderator, x.Level}
		if _, ok := at[key]; !ok {
			at[key] = len(t.rows)
			row := []string{x.Moderator, x.Level}
			for range groups {
				row = append(row, absent)
			}
			t.rows = append(t.rows, row)
		}
		t.rows[at[key]][2+c] = withMCSE(x.Mean, x.MCSE)
	}
	return t
}
