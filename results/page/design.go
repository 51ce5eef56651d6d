package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// Design is the trial in words, with its outcomes.
func Design(sc *scenarios.Scenario) Section {
	s := Section{ID: "design", Title: "The design in words"}
	if sc.Teaches != "" {
		s.Blocks = append(s.Blocks, Paragraph(sc.Teaches))
	}
	s.Blocks = append(s.Blocks, Paragraph(enrolment(sc)), Paragraph(allocation(sc)))
	var arms []string
	for _, a := range sc.Arms {
		arms = append(arms, armWords(sc, &a))
	}
	s.Blocks = append(s.Blocks, Block{List: arms}, Paragraph(seen(sc)))
	if len(sc.Subgroups) > 0 {
		var groups []string
		for _, g := range sc.Subgroups {
			groups = append(groups, sc.Labels().Subgroup(g.Name)+": "+g.When)
		}
		s.Blocks = append(s.Blocks, Paragraph("Subgroups, by the traits at enrolment:"), Block{List: groups})
	}
	if s.Blocks = append(s.Blocks, Block{Table: outcomes(sc)}); sc.Source != "" {
		s.Blocks = append(s.Blocks, Paragraph("After: "+sc.Source+"."))
	}
	return s
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
	text := sc.Labels().Arm(a.Name)
	if a.Control {
		text += " (control)"
	}
	if len(a.Programs) == 0 {
		return text + ": no program."
	}
	var parts []string
	for _, name := range a.Programs {
		parts = append(parts, programWords(sc.Labels().Program(name), sc.Programs[name]))
	}
	text += ": " + strings.Join(parts, "; ")
	if a.Contamination != nil {
		text += fmt.Sprintf("; %s %% of clients get the programs of %s instead", short(100*a.Contamination.Probability), sc.Labels().Arm(a.Contamination.Arm))
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
		name := sc.Labels().Outcome(o.Name)
		if o.Primary {
			name += " (primary)"
		}
		var methods []string
		for _, m := range o.Methods {
			text := scenarios.Plain(m)
			if about, ok := scenarios.LookupMethod(m); ok {
				text += " (" + about.Describes + ")"
			}
			methods = append(methods, text)
		}
		sides := map[int]string{1: "one-sided", 2: "two-sided"}[o.Sides]
		about := report.VariableText(o.Variable, o.AtDays)
		t.Rows = append(t.Rows, []string{name, about, short(o.AtDays), string(o.Set), strings.Join(methods, "; "), fmt.Sprintf("%s, %s alpha %s", strings.ReplaceAll(o.Test, "_", "-"), sides, short(o.Alpha))})
	}
	t.Notes = []string{"Sets: itt, everyone as randomized; entered, those who entered treatment, from entry; per_protocol and as_treated by what was received."}
	return t
}
