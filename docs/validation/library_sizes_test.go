package validation_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/size"
	"caseload/internal/suite"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// published are the trials that built-in scenarios are about: clients randomized,
// and where that is said. See published.md for what else is known of them.
var published = map[string]string{
	"needle-exchange":           "245 (Strathdee 2006)",
	"needle-exchange-benefit":   "127 who entered, of 245 (Havens 2009)",
	"central-intake-linkage":    "678, three arms (Rapp 2008)",
	"outreach-brokerage":        "557 (Robles 2004)",
	"probation-case-management": "812 (Prendergast 2011)",
	"residential-assertive":     "503, four arms (Hall 2009)",
	"aftercare-strengths":       "over 600 (NCJ 197655)",
	"welfare-intensive":         "302 (Morgenstern 2006)",
	"dual-diagnosis-assertive":  "198 (Essock 2006)",
	"standard-clinical":         "537, from memory (McLellan 1999)",
}

const librarySizesHead = "| scenario | outcome, method | as written | published | everyone responds | only the target responds | target |\n|---|---|---|---|---|---|---|\n"

// worlds of who responds: the scenario with all effects for everyone, and with all
// of them for the target alone.
func responders(t *testing.T, name string) (everyone, target *sim.Model, who string, limited bool) {
	t.Helper()
	sc, err := scenarios.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	who = sc.Explain.Target
	for _, p := range sc.Programs {
		for _, e := range p.Effects {
			if e.In != "" {
				who, limited = e.In, true
			}
		}
	}
	if who == "" && len(sc.Subgroups) > 0 {
		who = sc.Subgroups[0].Name
	}
	base, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	within := sc
	if who == "" {
		who = "a quarter"
		within, err = scenarios.Parse("quarter.toml", []byte(fmt.Sprintf("title = \"-\"\nsource = \"-\"\nextends = %q\n"+
			"[[trait]]\nname = \"responder\"\nprevalence = 0.25\n[[subgroup]]\nname = \"responder\"\nwhen = \"responder\"\n", name)))
		if err != nil {
			t.Fatal(err)
		}
	}
	name = strings.Replace(who, "a quarter", "responder", 1)
	return variant(t, base, sc, ""), variant(t, base, within, name), who, limited
}

// variant is a scenario in which all effects of the programs that make the arms
// differ are in a subgroup.
func variant(t *testing.T, base *sim.Model, sc *scenarios.Scenario, in string) *sim.Model {
	t.Helper()
	world := *sc
	world.Programs = maps.Clone(sc.Programs)
	for name, p := range world.Programs {
		if !slices.ContainsFunc(sc.Arms, func(a scenarios.Arm) bool { return !slices.Contains(a.Programs, name) }) {
			continue // every arm has it
		}
		p.Effects = slices.Clone(p.Effects)
		for i := range p.Effects {
			p.Effects[i].In = in
		}
		world.Programs[name] = p
	}
	m, err := base.Variant(&world)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// clientsNeeded is the clients that a world needs.
func clientsNeeded(t *testing.T, m *sim.Model) (text string, a *size.Answer) {
	t.Helper()
	res, err := size.Run(context.Background(), m, size.Question{Size: m.Scenario.Size}, size.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	a = &res.Answers[0]
	switch a.Status {
	case size.Found, size.Wide:
		return fmt.Sprintf("%s [%.0f, %.0f]", report.Grouped(int(a.Clients)), a.Exact.Low, a.Exact.High), a
	case size.Unreachable:
		last := a.Evaluations[len(a.Evaluations)-1]
		return fmt.Sprintf("over 10,000: %.0f %% power there", 100*last.Power), a
	}
	return string(a.Status), a
}

func librarySizesRow(t *testing.T, name string) string {
	t.Helper()
	everyone, target, who, limited := responders(t, name)
	all, a := clientsNeeded(t, everyone)
	some, _ := clientsNeeded(t, target)
	if limited {
		some = "*" + some + "*"
	} else {
		all = "*" + all + "*"
	}
	known := published[name]
	if known == "" {
		known = "-"
	}
	o := &a.Outcomes[0]
	return fmt.Sprintf("| %s | %s, %s | %s | %s | %s | %s | %s |\n", name, o.Spec.Name, o.Method, report.Grouped(everyone.Scenario.Trial.Clients), known, all, some, who)
}

// inPeriods is whether the sites of a scenario change arms on days of the calendar.
func inPeriods(t *testing.T, name string) bool {
	t.Helper()
	sc, err := scenarios.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	return sc.InPeriods()
}

// quickSizes are the scenarios of which the long suite searches the sizes; all of
// them take ten minutes.
var quickSizes = []string{"needle-exchange", "central-intake-linkage"}

// writeLibrarySizes shows what searches find for all built-in scenarios. Without
// all repetitions it takes the rows that are not quick from the page.
func writeLibrarySizes(t *testing.T, section *strings.Builder) {
	known := map[string]string{}
	for line := range strings.Lines(suite.Read(t, "library-sizes.md")) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			known[strings.TrimSpace(cells[1])] = line
		}
	}
	section.WriteString(librarySizesHead)
	for _, e := range scenarios.List() {
		switch {
		case e.Name == "base" || e.Name == "cochrane-2007" || e.Name == "review-2019": // bodies of trials
		case inPeriods(t, e.Name): // at the same rate more clients come after its periods
		case suite.IsFull() || slices.Contains(quickSizes, e.Name):
			row := librarySizesRow(t, e.Name)
			t.Log(row)
			section.WriteString(row)
		case known[e.Name] == "":
			t.Errorf("library-sizes.md has no row of %s; CASELOAD_LONG=2 searches its size", e.Name)
		default:
			section.WriteString(known[e.Name])
		}
	}
}
