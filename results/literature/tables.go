package literature

import (
	"fmt"
	"strconv"

	"caseload/results/report"
	"caseload/scenarios"
)

func spanText(x *Interval, digits int) string {
	if !x.Low.Known() {
		return report.Absent
	}
	return "[" + x.Low.Fixed(digits) + ", " + x.High.Fixed(digits) + "]"
}

func (l *Literature) groupTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("group"), report.Right("trials"), report.Right("pooled SMD"), report.Right("95 % of bodies"),
		report.Right("I2 %"), report.Right("95 %"), report.Right("tau2"), report.Right("significant %")}}
	for k := range l.Rows {
		r := &l.Rows[k]
		t.Rows = append(t.Rows, []string{scenarios.GroupTitle(r.Group), r.Studies.Fixed(1), r.SMD.Mean.WithMCSE(r.SMD.MCSE), spanText(&r.SMD, 2), r.I2.Mean.WithMCSE(r.I2.MCSE), spanText(&r.I2, 0),
			r.Tau2.Mean.WithMCSE(r.Tau2.MCSE), (100 * r.Significant).WithMCSE(100 * r.SignificantMCSE)})
	}
	return t
}

func (l *Literature) publishedTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("group"), report.Key("figure"), report.Right("published"), report.Right("simulated"), report.Right("width"), report.Right("inside"), report.Right("p")}}
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
			text := p.SMD.Fixed(2)
			if p.Low.Known() {
				text += " [" + p.Low.Fixed(2) + ", " + p.High.Fixed(2) + "]"
			}
			t.Rows = append(t.Rows, []string{scenarios.GroupTitle(r.Group), "SMD", text, spanText(&r.SMD, 2), r.Width.Fixed(2), in(r.Inside), r.P.Fixed(2)})
		}
		if p.I2.Known() {
			t.Rows = append(t.Rows, []string{scenarios.GroupTitle(r.Group), "I2 %", p.I2.Fixed(0), spanText(&r.I2, 0), (r.I2.High - r.I2.Low).Fixed(0), in(r.I2Inside), r.I2P.Fixed(2)})
		}
	}
	return t
}

func (l *Literature) rankTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("group"), report.Right("published rank"), report.Right("rank"), report.Right("95 % of bodies"), report.Right("above the next %"), report.Left("next")}}
	for _, side := range []string{scenarios.Engagement, scenarios.Recovery} {
		ranked := l.ranked(side)
		for k, r := range ranked {
			share, next := report.Absent, ""
			if k+1 < len(ranked) {
				next = scenarios.GroupTitle(ranked[k+1].Group)
				if ranked[k+1].Published.Rank == r.Published.Rank {
					next += " (as large)"
				}
				for _, o := range l.Order {
					if o.Above == r.Group && o.Below == ranked[k+1].Group {
						share = (100 * o.Share).WithMCSE(100 * o.MCSE)
					}
				}
			}
			t.Rows = append(t.Rows, []string{scenarios.GroupTitle(r.Group), strconv.Itoa(r.Published.Rank), r.Rank.Mean.WithMCSE(r.Rank.MCSE), spanText(&r.Rank, 0), share, next})
		}
	}
	return t
}

// ranked are the groups of a side that have a published rank, in its order.
func (l *Literature) ranked(side string) (list []*Row) {
	for rank := 1; rank <= len(l.Rows); rank++ {
		for k := range l.Rows {
			if r := &l.Rows[k]; r.Published != nil && r.Published.Rank == rank && scenarios.Cluster(r.Group).In(side) {
				list = append(list, r)
			}
		}
	}
	return list
}

func (l *Literature) moderatorTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("moderator"), report.Key("group"), report.Left("sign"), report.Right("slope"), report.Right("95 % of bodies"), report.Right("that sign %"), report.Right("+ %"), report.Right("- %")}}
	for k := range l.Moderators {
		m := &l.Moderators[k]
		if !m.Slope.Mean.Known() || !l.isMain(m.Group) {
			continue
		}
		published := map[string]string{"positive": "> 0", "negative": "< 0", "": report.Absent}[m.Published]
		t.Rows = append(t.Rows, []string{scenarios.Plain(m.Moderator), scenarios.GroupTitle(m.Group), published, m.Slope.Mean.WithMCSE(m.Slope.MCSE), spanText(&m.Slope, 2), (100 * m.AsPublished).WithMCSE(100 * m.AsPublishedMCSE),
			(100 * m.Positive).WithMCSE(100 * m.PositiveMCSE), (100 * m.Negative).WithMCSE(100 * m.NegativeMCSE)})
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
	return fmt.Sprintf(" %s of %s failed, as where all trials are at one level.", report.Grouped(failed), report.Counted(all, "regression"))
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

func (l *Literature) levelTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("moderator"), report.Key("level")}}
	var groups []string
	for k := range l.Rows {
		if g := l.Rows[k].Group; l.isMain(g) {
			groups = append(groups, g)
			t.Columns = append(t.Columns, report.Right(scenarios.Plain(g)))
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
			at[key] = len(t.Rows)
			row := []string{scenarios.Plain(x.Moderator), scenarios.Plain(x.Level)}
			for range groups {
				row = append(row, report.Absent)
			}
			t.Rows = append(t.Rows, row)
		}
		t.Rows[at[key]][2+c] = x.Mean.WithMCSE(x.MCSE)
	}
	return t
}
