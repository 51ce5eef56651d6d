package size

import (
	"context"
	"math"
	"strings"
	"testing"

	"caseload/scenarios"
	"caseload/sim"
)

// plainTOML is a trial in which every managed client has seven contacts of half an
// hour, on days 0, 10, ... 60, that add 8 points to a score of SD 10, and in which
// nothing else happens. Half of the clients, by chance, are in the subgroup.
const plainTOML = `
title = "plain"
source = "a test"
[trial]
clients = 40
sites = 1
accrual = { over_days = 390, pattern = "fixed" }
follow_up_days = [30, 90]
randomization = { method = "blocks", sizes = [4] }
[[arm]]
name = "managed"
programs = ["help"]
[[arm]]
name = "usual"
programs = []
control = true
[[trait]]
name = "half"
prevalence = 0.5
[[subgroup]]
name = "half"
when = "half"
[service.clinic]
slots = "unlimited"
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 30 }
[program.help]
staff = 2
caseload = 30
contacts = { every_days = 10 }
minutes_per_contact = 30
duration_days = 70
first_contact = { day = 0 }
[[program.help.effect]]
on = "health"
direct = true
points = 8
lasts_days = 91
[[program.help.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 91
[health]
mean = 50
sd = 10
[[outcome]]
name = "score"
variable = "health"
at_days = 90
method = "student"
subgroups = ["half"]
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
method = ["risk_difference", "odds_ratio", "interaction"]
subgroups = ["half"]
[[outcome]]
name = "when"
variable = "time_to_linkage"
at_days = 90
method = "log_rank"
[[family]]
name = "both"
outcomes = ["score", "linked"]
method = "holm"
alpha = 0.05
`

// plain is that trial with some of its text replaced: old, new, old, new ...
func plain(t *testing.T, edits ...string) *sim.Model {
	t.Helper()
	text := plainTOML
	for k := 0; k < len(edits); k += 2 {
		if !strings.Contains(text, edits[k]) {
			t.Fatalf("the scenario has no %q", edits[k])
		}
		text = strings.ReplaceAll(text, edits[k], edits[k+1])
	}
	return compiled(t, text)
}

// compiled is the model of a scenario's text.
func compiled(t *testing.T, text string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Parse("plain.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// builtin is a scenario of the library with some keys set.
func builtin(t *testing.T, name string, sets ...string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// asked answers a question; sizes that are not set are the scenario's.
func asked(t *testing.T, m *sim.Model, q Question) *Result {
	t.Helper()
	res, err := Run(context.Background(), m, q, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// sized is the scenario's size with changes.
func sized(m *sim.Model, change func(*scenarios.Size)) scenarios.Size {
	s := m.Scenario.Size
	change(&s)
	return s
}

// designed is the designer of a question.
func designed(t *testing.T, m *sim.Model, q Question) *designer {
	t.Helper()
	x, err := newQuery(m, q)
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDesigner(m, x)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// within tells whether a number is that close to another.
func within[T ~float64](got T, want, tolerance float64) bool {
	return math.Abs(float64(got)-want) <= tolerance
}
