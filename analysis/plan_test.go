package analysis

import (
	"fmt"
	"math"
	"testing"

	"caseload/analysis/measure"
)

// threeArmsTOML has three arms in the ratio 2:1:1, the control in the middle,
// two subgroups and every kind of outcome. Nobody meets anybody.
const threeArmsTOML = `
title = "three arms"
source = "a test"
extends = "base"
[trial]
clients = 80
accrual = { over_days = 100 }
follow_up_days = [60, 120]
[[arm]]
name = "high"
programs = ["strong"]
ratio = 2
[[arm]]
name = "usual"
control = true
[[arm]]
name = "low"
programs = ["weak"]
[[trait]]
name = "poor"
prevalence = 0.5
[[trait]]
name = "old"
prevalence = 0.3
[[subgroup]]
name = "needy"
when = "poor"
[[subgroup]]
name = "needy_and_old"
when = "poor and old"
[service.clinic]
kind = "substance_use"
slots = "unlimited"
linkage = { probability = 0.4, by_days = 60 }
stay = { median_days = 50 }
[program.strong]
staff = "unlimited"
first_contact = { day = 1 }
[[program.strong.effect]]
on = "linkage"
hazard_ratio = 2
lasts_days = 100
[program.weak]
staff = "unlimited"
first_contact = { day = 1 }
[[program.weak.effect]]
on = "linkage"
hazard_ratio = 1.3
lasts_days = 100
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
method = ["risk_difference", "odds_ratio"]
subgroups = ["needy", "needy_and_old"]
[[outcome]]
name = "time"
variable = "time_to_linkage"
method = ["log_rank", "cox"]
subgroups = ["needy"]
[[outcome]]
name = "days"
variable = "days_in_su"
primary = true
method = ["welch", "student", "hedges_g"]
[[outcome]]
name = "stay"
variable = "time_in_su"
at_days = 40
`

// key is what tells a row of results from any other.
func (r *Row) key() string {
	return fmt.Sprintf("%s %s (%s) %s %s", r.OutcomeSpec.Name, r.SubgroupName, r.Contrast(), r.Method.Name, r.OutcomeSpec.Set)
}

// threeArmsKeys are the rows of threeArmsTOML in the scenario's order.
func threeArmsKeys() (keys []string) {
	for _, o := range []struct {
		name, set          string
		subgroups, methods []string
	}{
		{"linked", "itt", []string{"all", "needy", "needy_and_old"}, []string{"risk_difference", "odds_ratio"}},
		{"time", "itt", []string{"all", "needy"}, []string{"log_rank", "cox"}},
		{"days", "itt", []string{"all"}, []string{"welch", "student", "hedges_g"}},
		{"stay", "entered", []string{"all"}, []string{"log_rank"}},
	} {
		for _, g := range o.subgroups {
			for _, c := range []string{"high - usual", "low - usual"} {
				for _, m := range o.methods {
					keys = append(keys, fmt.Sprintf("%s %s (%s) %s %s", o.name, g, c, m, o.set))
				}
			}
		}
	}
	return keys
}

// Every row has its own outcome, subgroup, contrast, method and set, in the
// scenario's order; every arm of every outcome and subgroup has one too.
func TestRowsAreTheScenariosAnalyses(t *testing.T) {
	r, want := run(t, parse(t, threeArmsTOML), Options{Replicates: 2, Seed: 1}), threeArmsKeys()
	seen := map[string]bool{}
	for k := range r.Rows {
		key := r.Rows[k].key()
		if k >= len(want) || key != want[k] {
			t.Errorf("row %d: got %s, want %s", k, key, want[min(k, len(want)-1)])
		}
		if seen[key] {
			t.Errorf("%s twice", key)
		}
		seen[key] = true
	}
	if len(r.Rows) != len(want) {
		t.Errorf("%d rows, want %d", len(r.Rows), len(want))
	}
	arms := map[string]bool{}
	for _, a := range r.Arms {
		arms[a.Outcome.Name+" "+a.Subgroup+" "+a.Arm] = true
	}
	if len(r.Arms) != 7*3 || len(arms) != len(r.Arms) {
		t.Errorf("%d arm rows, %d of them different, want 7 outcomes and subgroups x 3 arms", len(r.Arms), len(arms))
	}
}

// A row is about its own arms: their clients and their truths.
func TestRowsAreAboutTheirArms(t *testing.T) {
	r := run(t, parse(t, threeArmsTOML), Options{Replicates: 600, Seed: 1})
	mean, mcse := map[string]measure.Number{}, map[string]measure.Number{}
	clients := map[string]measure.Number{}
	for _, a := range r.Arms {
		mean[a.Outcome.Name+a.Subgroup+a.Arm], mcse[a.Outcome.Name+a.Subgroup+a.Arm] = a.Mean, a.MeanMCSE
		clients[a.Outcome.Name+a.Subgroup+a.Arm] = a.N
	}
	// Blocks of 8 and 12 in the ratio 2:1:1; the last one may be cut off.
	within(t, "clients in the arm of twice the size", clients["linkedallhigh"], 40, 0.1)
	within(t, "clients in the control arm", clients["linkedallusual"], 20, 0.1)
	within(t, "needy clients in the control arm", clients["linkedneedyusual"], 10, 0.15)
	for k := range r.Rows {
		row := &r.Rows[k]
		key := row.OutcomeSpec.Name + row.SubgroupName
		closeTo(t, row.key()+": clients", row.N, clients[key+row.ArmName]+clients[key+"usual"])
		if row.Method.Linear {
			closeTo(t, row.key()+": truth", row.Performance.Truth, mean[key+row.ArmName]-mean[key+"usual"])
		}
	}
	// Hazards are constant and the effect begins on day 1: with p the control's
	// share by day 60, high has 1 - (1-p)^((1 + 59 x 2) / 60).
	within(t, "the natural quantity in the control arm", mean["linkedallusual"], 0.4, mcse["linkedallusual"])
	high := rowOf(t, r, "linked", "risk_difference")
	within(t, "the truth of a known effect", high.Performance.Truth, 0.6-math.Pow(0.6, 119.0/60), high.Performance.TruthMCSE)
}

// Once gives the analyses of one trial that a run gives, in the same order.
func TestOnceMakesTheAnalysesOfARun(t *testing.T) {
	m := parse(t, threeArmsTOML)
	w := m.NewWorkspace()
	w.Begin(4, 0)
	findings, err := Once(m, w.Trial(), 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, m, Options{Replicates: 1, Seed: 4})
	if len(findings) != len(r.Rows) {
		t.Fatalf("%d findings, %d rows", len(findings), len(r.Rows))
	}
	for k := range findings {
		f, row := &findings[k], &r.Rows[k]
		if f.OutcomeSpec != row.OutcomeSpec || f.SubgroupName != row.SubgroupName || f.Contrast() != row.Contrast() || f.Method != row.Method {
			t.Errorf("finding %d is not about row %s", k, row.key())
		}
		if row.Performance.N == 1 && f.Estimate.Value != float64(row.Performance.Mean) || float64(f.Estimate.N) != float64(row.N) {
			t.Errorf("%s: %v of %d clients, %v of %v in the run", row.key(), f.Estimate.Value, f.Estimate.N, row.Performance.Mean, row.N)
		}
	}
}

// Who is in the analysis set but has no outcome is missing; who is not in it
// is neither analysed nor missing.
func TestOnceCountsTheMissing(t *testing.T) {
	m := compile(t, "needle-exchange")
	w := m.NewWorkspace()
	w.Begin(4, 0)
	o := w.Trial()
	findings, err := Once(m, o, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	missing, outside := 0, 0
	for k := range findings {
		f := &findings[k]
		c := &o.Outcomes[f.Outcome]
		n, none := 0, 0
		for i := range o.Arm {
			switch {
			case f.Subgroup != Everyone && !o.Member[f.Subgroup][i]:
			case !c.In[i]:
				outside++
			case math.IsNaN(c.Value[i]):
				none++
			default:
				n++
			}
		}
		if f.Estimate.N != n || f.Missing != none {
			t.Errorf("%s by %s: %d analysed and %d missing, want %d and %d", f.OutcomeSpec.Name, f.Method.Name, f.Estimate.N, f.Missing, n, none)
		}
		missing += none
	}
	if missing == 0 || outside == 0 {
		t.Errorf("%d missing, %d outside the set: nothing was tested", missing, outside)
	}
}
