package sweep

import (
	"context"
	"fmt"
	"math"
	"testing"

	"caseload/scenarios"
)

// trial is small and quick: 60 clients, 90 days, one visit.
const trial = `
title = "Small"
[trial]
clients = 60
accrual = { over_days = 30 }
follow_up_days = [90]
randomization = { method = "simple" }
[[arm]]
name = "helped"
programs = ["help"]
[[arm]]
name = "usual"
control = true
[[trait]]
name = "distress"
prevalence = 0.4
[[subgroup]]
name = "distressed"
when = "distress"
[service.clinic]
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 200 }
[program.help]
staff = 3
caseload = 40
uptake = 0.8
first_contact = { day = 1 }
contacts = { per_month = 2 }
[[program.help.effect]]
on = "linkage"
hazard_ratio = 2.5
lasts_days = 30
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
method = ["risk_difference", "logistic"]
subgroups = ["distressed"]
[[outcome]]
name = "days"
variable = "days_in_su"
at_days = 90
`

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// design lays out the sweep that a text adds to the trial.
func design(t fataler, text string, sets ...scenarios.Setting) *Design {
	t.Helper()
	d, err := layOut(text, sets...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func layOut(text string, sets ...scenarios.Setting) (*Design, error) {
	sc, err := scenarios.Parse("small.toml", []byte(trial+text))
	if err == nil {
		sc, err = sc.With(sets...)
	}
	if err != nil {
		return nil, err
	}
	return New(sc)
}

func run(t *testing.T, d *Design, opt Options) *Result {
	t.Helper()
	r, err := Run(context.Background(), d, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near[T ~float64](t *testing.T, what string, value T, want, within float64) {
	t.Helper()
	got := float64(value)
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %v, want %v within %v", what, got, want, within)
	}
}

// values are what the cells have, one a line.
func values(d *Design) string {
	text := ""
	for i := range d.Cells {
		text += fmt.Sprint(d.Cells[i].Values...) + "\n"
	}
	return text
}
