package caseload_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/size"
	"caseload/results"
	"caseload/scenarios"
	"caseload/sim"
)

const librarySizesFile = "docs/library-sizes.md"

// published are the trials that built-in scenarios are about: clients randomized,
// and where that is said. See docs/validation.md for what else is known of them.
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

const librarySizesHead = `# How many clients the built-in scenarios need

Made by a test (` + "`go test . -run TestLibrarySizes -update`" + `). Clients for 80 % power on each built-in scenario's primary outcome
by its own first method, two-sided 5 %, recruiting as many a month as written, as ` + "`caseload size`" + ` finds them
(seed 1, trials of up to 10,000 clients), each with its 95 % confidence interval. *Everyone responds*: all effects of the programs that
make the arms differ hold for all clients. *Only the target responds*: they hold for the target subgroup alone, which is the one
that the scenario's effects are limited to, else its first; where a scenario has no subgroup, one client in four by chance
(*a quarter*). Which of the two is the scenario as written is in *italics*. *Published* is the size of the trial that the scenario is about.

| scenario | outcome, method | as written | published | everyone responds | only the target responds | target |
|---|---|---|---|---|---|---|
`

const librarySizesNote = `
` + "`bench-p2`, `null`, `crowded` and `dilution`" + ` are made up. A method that takes clients of one case manager as independent rejects too
often where they are alike, and so needs fewer clients than it should ([methods](methods.md)).
`

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
		return fmt.Sprintf("%s [%.0f, %.0f]", results.Grouped(int(a.Clients)), a.Exact.Low, a.Exact.High), a
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
	return fmt.Sprintf("| %s | %s, %s | %s | %s | %s | %s | %s |\n", name, o.Spec.Name, o.Method, results.Grouped(everyone.Scenario.Trial.Clients), known, all, some, who)
}

// TestLibrarySizes holds the page of sizes to what searches find: all of it with
// -update, which writes it, else the rows that are quick.
func TestLibrarySizes(t *testing.T) {
	if testing.Short() {
		t.Skip("searches for sizes; run without -short")
	}
	names := []string{"needle-exchange", "central-intake-linkage"}
	if *update {
		names = nil
		for _, e := range scenarios.List() {
			if e.Name != "base" && e.Name != "cochrane-2007" && e.Name != "review-2019" { // bodies of trials
				names = append(names, e.Name)
			}
		}
	}
	var rows []string
	for _, name := range names {
		rows = append(rows, librarySizesRow(t, name))
		t.Log(rows[len(rows)-1])
	}
	if *update {
		if err := os.WriteFile(librarySizesFile, []byte(librarySizesHead+strings.Join(rows, "")+librarySizesNote), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if runtime.GOARCH != "amd64" {
		return // fused multiplication may move a last digit
	}
	page, err := os.ReadFile(librarySizesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if !strings.Contains(string(page), row) {
			t.Errorf("%s has not the row\n%s", librarySizesFile, row)
		}
	}
}
