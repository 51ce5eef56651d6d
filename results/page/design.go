package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// design is the trial in words, with its outcomes.
func (c *Content) design() Section {
	sc := c.Scenario
	s := Section{ID: "design", Title: "The design in words", Blocks: []Block{Paragraph(enrolment(sc)), Paragraph(allocation(sc))}}
	var arms []string
	for _, a := range sc.Arms {
		arms = append(arms, armWords(sc, &a))
	}
	s.Blocks = append(s.Blocks, Block{List: arms}, Paragraph(seen(sc)))
	if len(sc.Subgroups) > 0 {
		var groups []string
		for _, g := range sc.Subgroups {
			groups = append(groups, g.Name+": "+g.When)
		}
		s.Blocks = append(s.Blocks, Paragraph("Subgroups, by the traits at enrolment:"), Block{List: groups})
	}
	return Section{ID: s.ID, Title: s.Title, Blocks: append(s.Blocks, Block{Table: outcomes(sc)})}
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

func enrolment(sc *scenarios.Scenario) string {
	t := &sc.Trial
	rate := ""
	switch a := &t.Accrual; {
	case a.PerDay > 0:
		rate = short(a.PerDay) + " a day"
	case a.PerMonth > 0:
		rate = short(a.PerMonth) + " a month"
	case a.PerYear > 0:
		rate = short(a.PerYear) + " a year"
	case a.OverDays > 0:
		rate = "over " + short(a.OverDays) + " days"
	default:
		rate = pointsInWords(a.Points)
	}
	where := "one site"
	if t.Sites > 1 {
		where = fmt.Sprintf("%d sites", t.Sites)
	}
	text := fmt.Sprintf("%s clients are enrolled at %s, %s.", report.Grouped(t.Clients), where, rate)
	if t.RecruitByDays > 0 {
		text += fmt.Sprintf(" Enrolment closes on day %s with those who have come.", short(t.RecruitByDays))
	}
	if t.EndsDay > 0 {
		text += fmt.Sprintf(" Follow-up ends on day %s of the trial.", short(t.EndsDay))
	}
	if t.Eligible != "" {
		text += " Eligible: " + t.Eligible + "."
	}
	if t.Refusal > 0 {
		text += fmt.Sprintf(" Of those eligible %s %% refuse the trial.", short(100*t.Refusal))
	}
	return text
}

// pointsInWords gives rates that hold one after another.
func pointsInWords(points []scenarios.AccrualPoint) string {
	var parts []string
	for _, p := range points {
		part := short(p.PerMonth) + " a month"
		if p.UntilDay > 0 {
			part += " until day " + short(p.UntilDay)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", then ")
}

func allocation(sc *scenarios.Scenario) string {
	r := &sc.Trial.Randomization
	how := r.Method.How()
	if len(r.Sizes) > 0 {
		how += " of " + list(texts(r.Sizes))
	}
	if len(r.Strata) > 0 {
		how += ", stratified by " + list(r.Strata)
	}
	if r.By != "" {
		how += ", each " + string(r.By) + " with all its clients"
	}
	text := "They are randomized " + how
	if slices.ContainsFunc(sc.Arms, func(a scenarios.Arm) bool { return a.Ratio != 1 }) {
		var ratio []string
		for _, a := range sc.Arms {
			ratio = append(ratio, strconv.Itoa(a.Ratio))
		}
		text += ", " + strings.Join(ratio, ":")
	}
	return text + ", to:"
}

func texts(numbers []int) (out []string) {
	for _, n := range numbers {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// list joins words as a sentence does.
func list(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

func armWords(sc *scenarios.Scenario, a *scenarios.Arm) string {
	text := a.Name
	if a.Control {
		text += " (control)"
	}
	if len(a.Programs) == 0 {
		return text + ": no program."
	}
	var parts []string
	for _, name := range a.Programs {
		parts = append(parts, programWords(name, sc.Programs[name]))
	}
	text += ": " + strings.Join(parts, "; ")
	if a.Contamination != nil {
		text += fmt.Sprintf("; %s %% of clients get the programs of %s instead", short(100*a.Contamination.Probability), a.Contamination.Arm)
	}
	return text + "."
}

func programWords(name string, p scenarios.Program) string {
	var parts []string
	switch {
	case p.Contacts.PerMonth > 0:
		parts = append(parts, short(p.Contacts.PerMonth)+" contacts a month for "+short(p.DurationDays)+" days")
	case p.Contacts.EveryDays > 0:
		parts = append(parts, "a contact every "+short(p.Contacts.EveryDays)+" days for "+short(p.DurationDays)+" days")
	default:
		parts = append(parts, "one contact")
	}
	if p.Uptake < 1 {
		parts = append(parts, short(100*p.Uptake)+" % of those offered start")
	}
	if p.Staff.Finite() {
		staff := p.Staff.String() + " case managers at each site"
		if p.Caseload.Finite() {
			staff += " with caseloads of " + p.Caseload.String()
		}
		parts = append(parts, staff)
	}
	return name + " (" + strings.Join(parts, ", ") + ")"
}

func seen(sc *scenarios.Scenario) string {
	var days []string
	for _, d := range sc.Trial.FollowUpDays {
		days = append(days, short(d))
	}
	text := "Clients are to be seen on day " + list(days) + " after enrolment."
	if sc.Attrition.Loss != nil {
		text += " Some are lost to the study."
	}
	if sc.Attrition.HidesRecords {
		text += " Nothing more is known of them, from records either."
	}
	if sc.Attrition.Missed > 0 {
		text += fmt.Sprintf(" Of the visits %s %% are missed.", short(100*sc.Attrition.Missed))
	}
	return text
}

func outcomes(sc *scenarios.Scenario) *report.Table {
	t := &report.Table{Title: "Outcomes and their analyses", Columns: []report.Column{{Head: "outcome", Left: true, Key: true}, {Head: "what it is", Left: true},
		{Head: "day"}, {Head: "set", Left: true}, {Head: "methods", Left: true}, {Head: "test", Left: true}}}
	for k := range sc.Outcomes {
		o := &sc.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		name := o.Name
		if o.Primary {
			name += " (primary)"
		}
		var methods []string
		for _, m := range o.Methods {
			text := m
			if about, ok := scenarios.LookupMethod(m); ok {
				text += " (" + about.Describes + ")"
			}
			methods = append(methods, text)
		}
		sides := map[int]string{1: "one-sided", 2: "two-sided"}[o.Sides]
		about := strings.NewReplacer("on day at_days", "on day "+short(o.AtDays), "at_days", "day "+short(o.AtDays)).Replace(v.Description)
		t.Rows = append(t.Rows, []string{name, about, short(o.AtDays), string(o.Set), strings.Join(methods, "; "), fmt.Sprintf("%s, %s alpha %s", strings.ReplaceAll(o.Test, "_", "-"), sides, short(o.Alpha))})
	}
	t.Notes = []string{"Sets: itt, everyone as randomized; entered, those who entered treatment, from entry; per_protocol and as_treated by what was received."}
	return t
}

// assumptions are the numbers of the scenario with where they come from.
func (c *Content) assumptions() Section {
	s := Section{ID: "assumptions", Title: "What it rests on"}
	all, err := c.Scenario.Assumptions()
	if err != nil {
		return s // a scenario that was read can be written
	}
	own := "no source"
	if c.Scenario.Source != "" {
		own = "the scenario's source, " + c.Scenario.Source
	}
	s.Blocks = append(s.Blocks, Paragraph("Every number that the simulation starts from, in the words of the scenario file. "+
		"Evidence is what the words of the source say that it is: a review, a trial or another study, a judgement, or something that no study has found. "+
		"Confidence is that of whoever wrote the block: high, moderate or low. Where no source is given there is "+own+"."))
	var t *report.Table
	last := ""
	for _, a := range all {
		block, _, _ := strings.Cut(a.Block, ".")
		block, _, _ = strings.Cut(block, " ")
		if block != last {
			t = &report.Table{Title: titleOf(block), Columns: []report.Column{{Head: "table", Left: true, Key: true}, {Head: "key", Left: true, Key: true}, {Head: "value", Left: true},
				{Head: "evidence", Left: true}, {Head: "source", Left: true}, {Head: "confidence", Left: true}}}
			s.Blocks = append(s.Blocks, Block{Table: t})
			last = block
		}
		t.Rows = append(t.Rows, []string{a.Block, a.Key, strings.Trim(a.Value, `"`), string(a.Evidence), a.Source, a.Confidence})
	}
	return s
}

// titleOf names the tables of a scenario.
func titleOf(block string) string {
	titles := map[string]string{"trial": "The trial", "arm": "The arms", "trait": "Traits of the clients", "correlation": "Correlations of traits",
		"subgroup_share": "Shares of subgroups", "service": "Services", "program": "Programs", "use": "Substance use", "measure": "Measures", "event": "Events", "attrition": "Loss and missed visits"}
	if t, ok := titles[block]; ok {
		return t
	}
	return strings.ToUpper(block[:1]) + strings.ReplaceAll(block[1:], "_", " ")
}
