package run

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// addScreen adds one table with a row for each effect, and the warnings about them.
func (r *Run) addScreen(d *report.Document) {
	rows := r.shown()
	d.Table("What the trial would find"+r.ofContrast(), r.screenTable(rows), nil)
	r.addInterim(d, false)
	if r.Uncertainty != nil {
		d.Table(explainedTitle, r.explainedTable(rows), nil)
	}
	d.Gap()
	for _, w := range r.cautions(rows, func(row *Row) string { return r.Labels.Within(row.Outcome, row.Subgroup) }) {
		d.Item(w)
	}
	losses := ""
	if slices.ContainsFunc(rows, func(row *Row) bool {
		v, _ := scenarios.LookupVariable(row.Variable)
		return v.OfStudy()
	}) {
		losses = "; of visits made, with the losses of the trial"
	}
	if r.Uncertainty != nil {
		d.Paragraph("True effect: the mean of the trials' own, with nobody lost and nothing mismeasured" + losses + ". Assurance: share of trials that reject in the direction that is good for clients. " +
			"What is not known is drawn anew in each trial. MCSE: Monte Carlo standard error. For all tables add --full.")
		return
	}
	d.Paragraph("True effect: with nobody lost and nothing mismeasured" + losses + ". Power: share of trials that reject. MCSE: Monte Carlo standard error. For all tables add --full.")
}

// shown are the rows of the screen: for each effect the method that the answer is
// about, and those of the subgroups of what is primary.
func (r *Run) shown() []*Row {
	var rows []*Row
	for _, row := range r.Main() {
		rows = append(rows, r.tested(row))
		said := map[string]bool{}
		for k := range r.Rows {
			sub := &r.Rows[k]
			if row.Primary && sub.Outcome == row.Outcome && sub.Contrast == row.Contrast && sub.Subgroup != row.Subgroup && !sub.Interaction && !said[sub.Subgroup] {
				said[sub.Subgroup] = true
				rows = append(rows, r.tested(sub))
			}
		}
	}
	return r.withInteractions(rows)
}

// withInteractions adds to the rows of each outcome those of the interactions of factors, each
// by the first method.
func (r *Run) withInteractions(rows []*Row) (all []*Row) {
	for k, row := range rows {
		all = append(all, row)
		if k+1 < len(rows) && rows[k+1].Outcome == row.Outcome {
			continue
		}
		said := map[[2]string]bool{}
		for j := range r.Rows {
			x := &r.Rows[j]
			if key := [2]string{x.Contrast, x.Subgroup}; x.Outcome == row.Outcome && x.Interaction && r.Labels.Margin(x.Subgroup) && !said[key] {
				said[key] = true
				all = append(all, x)
			}
		}
	}
	return all
}

// screenTable has a row for each effect: the arms, the truth, what trials
// estimate, and the power.
func (r *Run) screenTable(rows []*Row) *report.Table {
	arm, control := r.Labels.Arm, "control"
	t := &report.Table{Columns: []report.Column{report.Key("outcome")}}
	several := r.OnlyContrast() == ""
	against := slices.ContainsFunc(rows, func(row *Row) bool { return row.Control != rows[0].Control })
	if len(rows) > 0 && !against {
		control = arm(rows[0].Control)
	}
	switch {
	case several:
		t.Columns = append(t.Columns, report.Key("arm"), report.Right("in it"))
	case len(rows) > 0:
		t.Columns = append(t.Columns, report.Right(arm(rows[0].Arm)))
	}
	if against {
		t.Columns, control = append(t.Columns, report.Key("against")), "in it"
	}
	t.Columns = append(t.Columns, report.Right(control), report.Right("true effect"), report.Right(r.estimateHead()), report.Right(r.chanceName()+" % (MCSE)"))
	for k, row := range rows {
		x := row.Scale()
		cells := []string{r.Labels.Within(row.Outcome, row.Subgroup)}
		if k > 0 && rows[k-1].Outcome == row.Outcome {
			cells[0] = "– in " + r.Labels.Subgroup(row.Subgroup)
			if rows[k-1].Subgroup == row.Subgroup || row.Interaction {
				cells[0] = ""
			}
		}
		if several {
			name := arm(row.Arm)
			if row.Interaction {
				name = r.Labels.Product(row.Arm, row.Subgroup)
			}
			cells = append(cells, name)
		}
		unit := row.unitText()
		truth := brief(row.Truth*x, row.TruthMCSE*x)
		if row.null() {
			truth = "0"
		}
		if truth != report.Absent {
			truth += " " + unit
		}
		first, second := strings.TrimSuffix(r.armValue(row, row.Arm), " "+unit), strings.TrimSuffix(r.armValue(row, row.Control), " "+unit)
		other := arm(row.Control)
		if row.Interaction {
			first, second, other = report.Absent, report.Absent, report.Absent
		}
		power := report.Absent
		if chance := row.chance().value; chance.Known() && !row.hopeless() {
			power = (chance * 100).Fixed(1) + " (" + strings.TrimPrefix(row.PowerError(), "MCSE ") + ")"
		}
		cells = append(cells, first)
		if against {
			cells = append(cells, other)
		}
		t.Rows = append(t.Rows, append(cells, second, truth, row.estimateText(), power))
	}
	return t
}

// manyFailed tells that so many fits failed that it must be said first.
func (r *Row) manyFailed(run *Run) bool { return r.Failed*100 > run.Replicates }

// brief shows a number to the digits that its error leaves, at most three
// significant ones.
func brief(n, mcse report.Number) string {
	return n.Fixed(min(n.Decimals(mcse), n.Decimals(report.Missing())))
}

// unitText is the unit of an effect, or its measure where it has none.
func (r *Row) unitText() string {
	name := r.MeasureName()
	if _, unit, ok := strings.Cut(name, ", "); ok {
		return unit
	}
	return name
}

// Beware returns what to beware of in all rows, each kind once, by the names of the
// outcomes and methods.
func (r *Run) Beware() []string {
	var rows []*Row
	for k := range r.Rows {
		rows = append(rows, &r.Rows[k])
	}
	return r.cautions(rows, func(row *Row) string {
		text := r.Labels.Within(row.Outcome, row.Subgroup)
		if r.OnlyContrast() == "" {
			text += ", " + r.Labels.Contrast(row.Arm, row.Control)
		}
		if slices.ContainsFunc(r.Rows, func(other Row) bool { return other.sameEffect(row) && other.Method != row.Method }) {
			text += " by " + scenarios.Plain(row.Method)
		}
		return text
	})
}

// cautions are what to beware of in some rows, each kind once, by the names that rows are
// given.
func (r *Run) cautions(rows []*Row, name func(*Row) string) (out []string) {
	list := func(is func(*Row) bool, show func(*Row) string) string {
		var names []string
		for _, row := range rows {
			if is(row) && !slices.Contains(names, show(row)) {
				names = append(names, show(row))
			}
		}
		return strings.Join(names, "; ")
	}
	add := func(text, names string) {
		if names != "" {
			out = append(out, text+": "+names+".")
		}
	}
	add("More than 1 % of the fits failed, which reject nothing", list(func(row *Row) bool { return row.manyFailed(r) },
		func(row *Row) string {
			text := fmt.Sprintf("%s (%s of %s", name(row), report.Grouped(row.Failed), report.Grouped(r.Replicates))
			if row.PowerFitted.Known() {
				text += fmt.Sprintf("; power among the others %s %%", (row.PowerFitted * 100).Fixed(1))
			}
			return text + ")"
		}))
	group := func(row *Row) string { return r.Labels.Within(row.Outcome, row.Subgroup) } // the reason names the method
	for _, why := range reasons(rows) {
		add("Not a valid test here, as "+why, list(func(row *Row) bool { return !row.untested && row.WhyNot == why }, group))
	}
	add("No power, as clusters were randomized and the method takes clients as independent", list(func(row *Row) bool { return row.untested }, name))
	add("Biased, beyond chance and by so much that it matters", list(r.Biased, name))
	add("Confidence intervals are too narrow", list(r.TooNarrow, func(row *Row) string {
		text := name(row)
		if by := " by " + scenarios.Plain(row.Method); !strings.HasSuffix(text, by) {
			text += by
		}
		return fmt.Sprintf("%s, %s %% of them contain the truth", text, (row.Coverage * 100).Fixed(1))
	}))
	add(report.Survivors, list(func(row *Row) bool { return report.OfSurvivors(row.Death) }, name))
	add("Not a comparison of the groups that were randomized", list(func(row *Row) bool { return row.Set.FromEntry() || row.Set.AsReceived() }, group))
	return out
}

// reasons are what stands against the methods of rows, each once.
func reasons(rows []*Row) (why []string) {
	for _, row := range rows {
		if row.WhyNot != "" && !slices.Contains(why, row.WhyNot) {
			why = append(why, row.WhyNot)
		}
	}
	return why
}
