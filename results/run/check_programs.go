package run

import (
	"fmt"
	"math"
	"slices"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// programTable is how programs begin, and how their staff comes and goes, where either is
// given.
func programTable(sc *scenarios.Scenario) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("program"), report.Key("what"), report.Left("as it is here")}}
	var names []string
	for _, arm := range sc.Arms {
		names = append(names, arm.Programs...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		p := sc.Programs[name]
		add := func(what, text string) { t.Rows = append(t.Rows, []string{name, what, text}) }
		begins(p.Start, add)
		if p.TurnoverPerYear() > 0 {
			staffs(p.Staffing, add)
		}
	}
	return t
}

// begins adds how clients begin a program.
func begins(s *scenarios.Start, add func(what, text string)) {
	if s == nil {
		return
	}
	if s.In != "" {
		add("clients begin in", s.In)
	}
	if s.Using != nil {
		add("using at the start", report.Percent(*s.Using))
	}
}

// staffs adds how the staff of a program comes and goes.
func staffs(s *scenarios.Staffing, add func(what, text string)) {
	rate, vacant := s.Turnover.PerYear, 0.0
	add("case managers who leave", fmt.Sprintf("%.3g %% within a year (a hazard of %s a year)", -100*portable.Expm1(-rate), report.SixDigits(rate)))
	if v := s.Vacancy; v != nil {
		vacant = v.MedianDays / math.Ln2
		add("posts vacant", fmt.Sprintf("%s days in the median, %.3g on average", report.SixDigits(v.MedianDays), vacant))
	}
	add("posts filled", fmt.Sprintf("%.3g %% of the time, in the long run", 100/(1+float64(vacant*rate/scenarios.DaysPerYear))))
	if l := s.Learning; l != nil {
		add("newcomers", fmt.Sprintf("%s of the effect on the first day, and half of the rest after %s days", report.Percent(l.Start), report.SixDigits(l.MedianDays)))
	}
	if h := s.Handover; h != nil {
		add("clients taken over", fmt.Sprintf("%s, after %s days at the earliest", report.Percent(h.Probability), report.SixDigits(h.PauseDays)))
	}
}

// idleWarnings are sentences on effects that do nothing.
func idleWarnings(sc *scenarios.Scenario) (texts []string) {
	for _, p := range sc.Idle() {
		texts = append(texts, fmt.Sprintf("Warning: %s does nothing: it has %s.", p.Key, p.Got))
	}
	return texts
}

// evidence counts what the numbers of a scenario rest on, from the strongest to none.
func evidence(sc *scenarios.Scenario) string {
	all, err := sc.Assumptions()
	if err != nil {
		return "" // a scenario that was read can be written
	}
	count := map[scenarios.Evidence]int{}
	for _, a := range all {
		count[a.Evidence]++
	}
	var parts []string
	for _, kind := range scenarios.Evidences() {
		if n := count[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kind.Words(n)))
		}
	}
	return fmt.Sprintf("Of %s, %s.", report.Counted(len(all), "number"), report.Series(parts))
}

// evidenceTable is what single numbers rest on.
func evidenceTable(sc *scenarios.Scenario) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("table"), report.Key("key"), report.Left("evidence")}}
	all, err := sc.Assumptions()
	if err != nil {
		return t
	}
	for _, a := range all {
		if a.Evidence != scenarios.EvidenceNone {
			t.Rows = append(t.Rows, []string{a.Block, a.Key, string(a.Evidence)})
		}
	}
	return t
}
