package explain

import (
	"context"
	"math"
	"testing"

	"caseload/scenarios"
	"caseload/sim"
)

// plainTOML is a trial in which case management moves entry, and nothing stands
// in the way.
const plainTOML = `
title = "plain"
source = "a test"
[trial]
clients = 300
accrual = { per_day = 10 }
follow_up_days = [90, 180]
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[[trait]]
name = "needy"
prevalence = 0.4
[[subgroup]]
name = "in_need"
when = "needy"
[service.clinic]
preset = ""
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 100 }
acts_on = { quit = 4.0 }
[program.manager]
preset = ""
staff = "unlimited"
first_contact = { day = 0 }
duration_days = 1
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 3.0
lasts_days = 400
[use]
quit = { per_month = 0.1 }
relapse = { per_month = 0.1 }
[health]
mean = 50
sd = 10
per_month = { clinic = 2.0 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
[[outcome]]
name = "abstinent"
variable = "abstinent"
at_days = 90
[[outcome]]
name = "health"
variable = "health"
at_days = 180
[[outcome]]
name = "time"
variable = "time_to_linkage"
at_days = 90
[[outcome]]
name = "days_using"
variable = "days_using"
at_days = 180
`

func load(t testing.TB, text string, edits ...func(*scenarios.Scenario)) *sim.Model {
	t.Helper()
	sc, err := scenarios.Parse("test.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range edits {
		edit(sc)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func builtin(t testing.TB, name string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func run(t testing.TB, m *sim.Model, q Question, replicates int) *Explanation {
	t.Helper()
	e, err := Run(context.Background(), m, q, Options{Replicates: replicates, Seed: 1, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// factor is the factor of that name, which has to be there.
func (e *Explanation) factor(t testing.TB, name string) *Factor {
	t.Helper()
	for k := range e.Factors {
		if e.Factors[k].Name == name {
			return &e.Factors[k]
		}
	}
	t.Fatalf("no factor %s; left out: %v", name, e.Absent)
	return nil
}

// within fails unless a number is within 4 standard errors of the value wanted.
func within(t testing.TB, what string, got Number, want, wantError float64) {
	t.Helper()
	se := math.Hypot(got.MCSE, wantError)
	if !(math.Abs(got.Value-want) <= 4*se) || !(se > 0) {
		t.Errorf("%s: %v (MCSE %.3g), want %v: %.1f standard errors off", what, got.Value, got.MCSE, want, (got.Value-want)/se)
	}
}
