package size

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"caseload/analysis/size"
	"caseload/results/report"
	"caseload/scenarios"
)

// staffingTable is what the trial takes; on a screen, what has to be found for it.
func staffingTable(x *Staffing, l report.Level, labels scenarios.Labels) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("of the trial"), report.Right("amount")}}
	if x == nil {
		return t
	}
	add := func(what, value string) { t.Rows = append(t.Rows, []string{what, value}) }
	add("clients", report.Grouped(x.Clients))
	if x.Sites > 1 {
		add("sites", report.Grouped(x.Sites))
	}
	add("months until the last client is enrolled", x.AccrualMonths.Fixed(1))
	add("months until the last visit", x.TrialMonths.Fixed(1))
	if l == report.Full {
		add("visits made", x.Visits.Whole())
	}
	for _, p := range x.Programs {
		program := labels.Program(p.Program)
		if l == report.Screen && p.Managers == nil {
			continue // a program without case managers of its own to be found
		}
		managers := "not limited"
		if p.Managers != nil {
			managers = report.Grouped(*p.Managers)
		}
		add(program+": case managers (clients each)", managers+" ("+p.Caseload+")")
		if l == report.Full {
			add(program+": most clients at once", p.Peak.Fixed(1))
		}
		if p.Waited > 0 {
			add(program+": clients who wait for one", p.Waited.Fixed(1))
		}
		add(program+": contact hours", p.Hours.Whole())
	}
	if x.ManagerMonths.Known() && x.ManagerMonths > 0 {
		add("case manager months paid for", x.ManagerMonths.Fixed(1))
	}
	for _, name := range slices.Sorted(maps.Keys(x.Slots)) {
		add("slots of "+name, report.Grouped(x.Slots[name]))
	}
	return t
}

func staffingLegend(x *Staffing) []string {
	if x == nil {
		return nil
	}
	return []string{"Means over trials. Case managers are those of all sites and arms."}
}

// effectsTable is the effects at the answer.
func effectsTable(list []Effect, labels scenarios.Labels) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("program"), report.Key("acts on"), report.Left("as"),
		report.Right("written"), report.Right("detectable [95 % CI]")}}
	for _, e := range list {
		on := labels.Process(e.On)
		if e.In != "" {
			on += " in " + labels.Subgroup(e.In)
		}
		t.Rows = append(t.Rows, []string{labels.Program(e.Program), on, strings.ReplaceAll(e.Kind, "_", " "), e.Written.Fixed(2),
			fmt.Sprintf("%s [%s, %s]", e.Value.Fixed(2), min(e.Low, e.High).Fixed(2), max(e.Low, e.High).Fixed(2))})
	}
	return t
}

// designsTable is the designs tried.
func (s *Search) designsTable(a *Answer) *report.Table {
	t := &report.Table{Columns: []report.Column{report.NumberKey(s.unitOf())}}
	if s.aSite() {
		t.Columns = append(t.Columns, report.Right("in all"))
	}
	if s.Solve == size.Sites || s.Solve == size.Staff {
		t.Columns = append(t.Columns, report.Right("clients"))
	}
	t.Columns = append(t.Columns, report.Right(s.Wanted()+" % [95 % CI]"), report.Right("MCSE"), report.Right("trials"), report.Right("in the curve"))
	for _, e := range a.Evaluations {
		row := []string{s.designText(e.Design)}
		if s.aSite() {
			row = append(row, report.Grouped(e.Managers))
		}
		if s.Solve == size.Sites || s.Solve == size.Staff {
			row = append(row, report.Grouped(e.Clients))
		}
		used := ""
		if e.Used {
			used = "yes"
		}
		t.Rows = append(t.Rows, append(row, fmt.Sprintf("%s [%s, %s]", (e.Power*100).Fixed(1), (e.Low*100).Fixed(1), (e.High*100).Fixed(1)),
			(e.MCSE*100).Fixed(1), report.Grouped(e.Replicates), used))
	}
	return t
}

// unitOf names what the search counts.
func (s *Search) unitOf() string {
	if s.aSite() {
		return Unit(s.Solve) + " a site"
	}
	return Unit(s.Solve)
}

// SizeUnit names what a search for it counts.
func Unit(solve string) string {
	switch solve {
	case size.Effect:
		return "multiple of the effects"
	case size.Sites:
		return "sites"
	case size.Staff:
		return "case managers"
	}
	return "clients"
}

func (s *Search) designText(x report.Number) string {
	if s.Solve == size.Effect {
		return x.Fixed(2)
	}
	return report.Grouped(int(x))
}

func (s *Search) designsLegend(a *Answer) []string {
	legend := []string{"Each design has trials of its own. CI: Wilson interval; MCSE: Monte Carlo standard error."}
	if a.Fit.Designs == 0 {
		return legend
	}
	x := "the square root of the number of " + s.unitOf()
	if s.Solve == size.Effect {
		x = "the multiple of the effects"
	}
	switch {
	case a.Fit.Exponent < 0:
		x = fmt.Sprintf("-n to the power %.2f, n the number of %s", a.Fit.Exponent, s.unitOf())
	case a.Fit.Exponent > 0:
		x = fmt.Sprintf("the number of %s to the power %.2f", s.unitOf(), a.Fit.Exponent)
	}
	text := fmt.Sprintf("The curve: %s = Phi(a + b x), x %s, fitted to %s near the answer (%s).", s.Wanted(), x, report.Counted(a.Fit.Designs, "design"), report.Counted(a.Fit.Replicates, "trial"))
	if a.Fit.LackOfFit.Known() {
		text += fmt.Sprintf(" Test of lack of fit: p = %s", a.Fit.LackOfFit.Fixed(3))
		if a.Fit.Inflation > 1 {
			text += fmt.Sprintf("; the interval is widened for it (variance times %s)", a.Fit.Inflation.Fixed(1))
		}
		text += "."
	}
	return append(legend, text)
}

// CSV writes the designs tried, in full precision.
func (s *Search) CSV(w io.Writer) error {
	head := []string{"outcome", "subgroup", "contrast", "method", "solve", "design", "clients", "power", "mcse", "low", "high", "replicates", "used"}
	var rows [][]string
	for _, a := range s.Answers() {
		for _, e := range a.Evaluations {
			rows = append(rows, []string{a.Outcome, a.Subgroup, s.Contrast, a.Method, s.Solve, e.Design.CSV(), fmt.Sprint(e.Clients), e.Power.CSV(), e.MCSE.CSV(),
				e.Low.CSV(), e.High.CSV(), fmt.Sprint(e.Replicates), fmt.Sprint(e.Used)})
		}
	}
	return report.WriteCSV(w, head, rows)
}
