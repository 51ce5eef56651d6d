package analysis

import (
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/analysis/estimate"
	"caseload/sim/trial"
)

// sequentialTOML is a trial that randomizes two times more, in unequal ratios, and in which
// clients share nothing.
const sequentialTOML = `
title = "randomized again"
source = "a test"
[trial]
clients = 90
accrual = { per_month = 30 }
follow_up_days = [90, 180]
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
slots = "unlimited"
linkage = { probability = 0.3, by_days = 30 }
stay = { median_days = 40 }
[program.manager]
preset = ""
first_contact = { day = 0 }
contacts = { every_days = 10 }
duration_days = 60
[[program.manager.effect]]
on = "quit"
direct = true
hazard_ratio = 2
lasts_days = 10
[program.more]
preset = "manager"
[[program.more.effect]]
on = "quit"
direct = true
hazard_ratio = 3
lasts_days = 20
[use]
using = 0.8
quit = { probability = 0.3, by_days = 90 }
relapse = { probability = 0.3, by_days = 90 }
[[decision]]
name = "step"
at_days = 30
when = "using and not in_treatment"
randomize = [{ name = "more", add = ["more"], stop = ["manager"], ratio = 2 }, { name = "same", ratio = 1 }]
[[decision]]
name = "late"
at_days = 60
when = "using"
arms = ["managed"]
randomize = [{ name = "go_on", add = ["manager"], ratio = 3 }, { name = "rest", stop = ["more"], ratio = 1 }]
[[regime]]
name = "rising"
arm = "managed"
options = { step = "more", late = "go_on" }
[[regime]]
name = "brief"
arm = "managed"
options = { step = "same", late = "rest" }
[[regime]]
name = "stepped"
arm = "usual"
options = { step = "more" }
[[regime]]
name = "alone"
arm = "usual"
options = { step = "same" }
[[outcome]]
name = "use"
variable = "days_using"
at_days = 180
method = ["regime_means"]
contrasts = [["rising", "brief"], ["rising", "stepped"], ["brief", "alone"], ["stepped", "alone"], ["step.more", "step.same"], ["late.go_on", "late.rest"]]
`

// losing is a loss to follow-up, after which clients are not randomized and have no outcome.
const losing = "\n[attrition]\nloss = { probability = 0.3, by_days = 180 }\n"

// followers are the sides of sequentialTOML's contrasts, written out: the arm (-1: any), the
// option of each decision (-1: any), and the weight of each option, which is one over its
// probability.
var followers = map[string]struct {
	arm          int
	step, late   int8
	wStep, wLate float64
}{
	"rising": {0, 0, 0, 3.0 / 2, 4.0 / 3}, "brief": {0, 1, 1, 3, 4}, "stepped": {1, 0, -1, 3.0 / 2, 0}, "alone": {1, 1, -1, 3, 0},
}

// weightOf is the weight of a client on a side by brute force, 0 for none.
func weightOf(side string, o *trial.Observed, i int) float64 {
	step, late := o.Options[0][i], o.Options[1][i]
	switch side {
	case "step.more", "step.same":
		return indicator(step == int8(strings.Index("more same", side[5:])/5))
	case "late.go_on", "late.rest":
		return indicator(late == int8(strings.Index("go_on rest", side[5:])/6))
	}
	f, w := followers[side], 1.0
	if int(o.Arm[i]) != f.arm || step >= 0 && step != f.step || f.late >= 0 && late >= 0 && late != f.late {
		return 0
	}
	if step >= 0 {
		w *= f.wStep
	}
	if f.late >= 0 && late >= 0 {
		w *= f.wLate
	}
	return w
}

// regimeRow is what an estimator sees of a client who follows a regime.
type regimeRow struct {
	treated   bool
	person    int32
	weight, y float64
}

// bruteRows lists the rows of two sides by brute force, and how many clients have none
// since their outcome is missing.
func bruteRows(sides [2]string, o *trial.Observed) (rows []regimeRow, missing int) {
	for i, y := range o.Outcomes[0].Value {
		lost := false
		for k, side := range sides {
			w := weightOf(side, o, i)
			switch {
			case w > 0 && y == y:
				rows = append(rows, regimeRow{k == 0, int32(i), w, y})
			case w > 0:
				lost = true
			}
		}
		missing += one(lost)
	}
	return rows, missing
}

// meanOf is the weighted mean of a side.
func meanOf(rows []regimeRow, treated bool) float64 {
	sum, weight := 0.0, 0.0
	for _, x := range rows {
		if x.treated == treated {
			sum, weight = sum+x.weight*x.y, weight+x.weight
		}
	}
	return sum / weight
}

// The rows of a comparison of regimes, or of options, are those that a loop over clients
// finds: a client who is consistent with both is there twice, with the inverse of the
// probability of what the client was randomized to as weight. Who meets no decision has that of
// the first stage alone, 1, since it is the same for all of a regime.
func TestRowsOfRegimes(t *testing.T) {
	m := parse(t, sequentialTOML+losing)
	w := newWorker(m, planOf(t, m), Options{NoTruth: true})
	weights, twice, missing := map[float64]int{}, map[string]int{}, 0
	for r := range 20 {
		w.ws.Begin(1, r)
		o := w.ws.Trial()
		for k := range w.p.analyses {
			a := &w.p.analyses[k]
			name := w.p.contrast(a)
			arm, control, _ := strings.Cut(name, " - ")
			if arm == "managed" {
				continue
			}
			want, lost := bruteRows([2]string{arm, control}, o)
			w.fill(o, a)
			var got []regimeRow
			for j, y := range w.data.Y {
				got = append(got, regimeRow{w.data.Treated[j], w.data.Person[j], w.data.Weight[j], y})
				weights[math.Round(1000*w.data.Weight[j])]++
			}
			persons := map[int32]bool{}
			for _, x := range got {
				twice[name] += one(persons[x.person])
				persons[x.person] = true
			}
			missing += lost
			inOrder(got)
			inOrder(want)
			if !slices.Equal(got, want) || w.data.Missing != lost {
				t.Fatalf("replicate %d, %s: rows %v, %d missing; want %v, %d", r, name, got, w.data.Missing, want, lost)
			}
			if est := w.fit(r, a); est.Status == estimate.OK {
				closeTo(t, name, est.Value, meanOf(want, true)-meanOf(want, false))
			}
		}
	}
	for _, w := range []float64{1000, 1500, 3000, 1333, 4000, 2000, 12000} {
		if weights[w] == 0 {
			t.Errorf("no row of weight %v/1000, so that this shows less: %v", w, weights)
		}
	}
	if len(weights) != 7 || missing == 0 || twice["rising - brief"] == 0 || twice["stepped - alone"] == 0 {
		t.Errorf("weights %v, %d missing, in both %v", weights, missing, twice)
	}
	for _, name := range []string{"rising - stepped", "brief - alone", "step.more - step.same", "late.go_on - late.rest"} {
		if twice[name] != 0 {
			t.Errorf("%s: %d clients are in both", name, twice[name])
		}
	}
}

// inOrder sorts rows by client, the treated first.
func inOrder(rows []regimeRow) {
	slices.SortStableFunc(rows, func(a, b regimeRow) int {
		if a.person != b.person {
			return int(a.person - b.person)
		}
		return one(b.treated) - one(a.treated)
	})
}

// only makes decisions of sequentialTOML rules: of each option but one nothing is left.
func only(t *testing.T, options ...string) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(sequentialTOML) {
		if !strings.HasPrefix(line, "randomize = ") {
			lines = append(lines, line)
			continue
		}
		for _, o := range options {
			if at := strings.Index(line, `{ name = "`+o+`"`); at >= 0 {
				option, _, _ := strings.Cut(line[at:], "}")
				lines = append(lines, "randomize = ["+option+"}]\n")
			}
		}
	}
	text, _, _ := strings.Cut(strings.Join(lines, ""), "[[regime]]")
	_, outcome, _ := strings.Cut(sequentialTOML, "[[outcome]]")
	outcome, _, _ = strings.Cut(outcome, "contrasts")
	return text + "[[outcome]]" + strings.Replace(outcome, "regime_means", "welch", 1)
}

// armIn finds what is true of a group.
func armIn(t *testing.T, r *Result, group string) *ArmRow {
	t.Helper()
	for k := range r.Arms {
		if r.Arms[k].Arm == group && r.Arms[k].Subgroup == "all" {
			return &r.Arms[k]
		}
	}
	t.Fatalf("no arm %s", group)
	return nil
}

// The truth of a regime is a trial whose decisions have its options alone, where clients
// share nothing: the same clients with the same draws. Estimates have it as their mean.
func TestTruthOfRegimes(t *testing.T) {
	const replicates = 400
	r := run(t, parse(t, sequentialTOML), Options{Replicates: replicates, Seed: 5})
	for _, c := range []struct {
		regime, arm string
		options     []string
	}{
		{"rising", "managed", []string{"more", "go_on"}}, {"brief", "managed", []string{"same", "rest"}},
		{"stepped", "usual", []string{"more", "rest"}}, {"alone", "usual", []string{"same", "rest"}},
	} {
		alone := run(t, parse(t, only(t, c.options...)), Options{Replicates: replicates, Seed: 5})
		closeTo(t, c.regime, armIn(t, r, c.regime).Mean, armIn(t, alone, c.arm).Mean)
	}
	if a, b := armIn(t, r, "stepped").Mean, armIn(t, r, "alone").Mean; !(b-a > 2) {
		t.Errorf("%v days of use under one regime and %v under another, which tests little", a, b)
	}
	for k := range r.Rows {
		row := &r.Rows[k]
		if !row.Truth.Known() {
			t.Errorf("%s has no truth", row.Contrast())
		}
		within(t, row.Contrast(), row.Mean, row.Truth, math.Hypot(float64(row.MeanMCSE), float64(row.TruthMCSE)))
	}
}

// Where clients share places the trial has no truth of a regime, and its rollout is the
// difference of worlds in which everyone follows the one or the other. Arms have both.
func TestRegimesOfClientsWhoShareHaveARolloutAlone(t *testing.T) {
	text := strings.Replace(sequentialTOML, `slots = "unlimited"`, "slots = 3", 1)
	r := run(t, parse(t, text), Options{Replicates: 40, Seed: 5})
	for k := range r.Rows {
		row := &r.Rows[k]
		if arm := row.ArmName == "managed"; row.Truth.Known() != arm || !row.TruthRollout.Known() || row.Mean != row.Mean {
			t.Errorf("%s: truth %v, rollout %v, mean %v", row.Contrast(), row.Truth, row.TruthRollout, row.Mean)
		}
		if row.ArmName != "managed" {
			closeTo(t, row.Contrast(), row.TruthRollout, armIn(t, r, row.ArmName).Mean-armIn(t, r, row.ControlName).Mean)
		}
	}
}
