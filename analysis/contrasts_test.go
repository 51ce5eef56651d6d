package analysis

import (
	"fmt"
	"strings"
	"testing"

	"caseload/analysis/performance"
)

// threeArms has two programs and a control arm; control names the arm that is so
// called. Nothing that happens depends on that. Slots are shared if there are some.
func threeArms(control, slots, outcome string) string {
	text := fmt.Sprintf(`
title = "three arms"
source = "a test"
[trial]
clients = 90
accrual = { over_days = 60 }
follow_up_days = [90, 180]
[[arm]]
name = "weak"
programs = ["weak"]
ratio = 2
[[arm]]
name = "strong"
programs = ["strong"]
[[arm]]
name = "usual"
[program.weak]
contacts = { per_month = 4 }
staff = "unlimited"
caseload = "unlimited"
[[program.weak.effect]]
on = "linkage"
hazard_ratio = 1.5
lasts_days = 30
[program.strong]
contacts = { per_month = 4 }
staff = "unlimited"
caseload = "unlimited"
[[program.strong.effect]]
on = "linkage"
hazard_ratio = 3
lasts_days = 30
[service.clinic]
kind = "substance_use"
slots = %s
linkage = { probability = 0.4, by_days = 90, under = "usual" }
stay = { median_days = 60, under = "usual" }
acts_on = { quit = 2 }
[use]
quit = { per_month = 0.15 }
relapse = { per_month = 0.15 }
[attrition]
missed = 0.1
[[trait]]
name = "distress"
prevalence = 0.4
acts_on = { quit = 0.6 }
[[subgroup]]
name = "distressed"
when = "distress"
`, slots)
	text = strings.Replace(text, `name = "`+control+"\"\n", `name = "`+control+"\"\ncontrol = true\n", 1)
	for _, o := range []string{
		"name = \"linked\"\nvariable = \"linked_su\"\nat_days = 90\nmethod = [\"risk_difference\", \"odds_ratio\", \"logistic\"]\ncovariates = [\"distress\"]",
		"name = \"days\"\nvariable = \"days_in_su\"\nmethod = [\"welch\", \"wilcoxon\", \"interaction\"]\nsubgroups = [\"distressed\"]",
		"name = \"when\"\nvariable = \"time_to_linkage\"\nmethod = [\"cox\", \"rmst\", \"median\"]",
	} {
		text += "[[outcome]]\n" + o + "\n" + outcome
	}
	return text
}

// A contrast of two arms says the same whether one of them is called control or not:
// the truth, what trials find, and how far they can be trusted. With shared slots,
// too, where truths are those of the world as randomized.
func TestAContrastIsThatWithTheOtherArmAsControl(t *testing.T) {
	for _, slots := range []string{`"unlimited"`, "6"} {
		asContrast := run(t, parse(t, threeArms("usual", slots, "contrasts = [[\"strong\", \"weak\"]]\n")), Options{Replicates: 40, Seed: 3})
		asControl := run(t, parse(t, threeArms("weak", slots, "")), Options{Replicates: 40, Seed: 3})
		got, want := contrastRows(asContrast, "strong - weak"), contrastRows(asControl, "strong - weak")
		if len(got) != len(want) || len(got) != 11 {
			t.Fatalf("%d rows and %d", len(got), len(want))
		}
		for k := range got {
			name := fmt.Sprintf("%s, %s among %s with %s slots", got[k].OutcomeSpec.Name, got[k].Method.Name, got[k].SubgroupName, slots)
			if got[k].Method.Name != want[k].Method.Name || got[k].SubgroupName != want[k].SubgroupName {
				t.Fatalf("%s, against %s", name, want[k].Method.Name)
			}
			sameFields(t, name, got[k], want[k])
		}
	}
}

func contrastRows(r *Result, name string) (rows []*Row) {
	for k := range r.Rows {
		if r.Rows[k].Contrast() == name {
			rows = append(rows, &r.Rows[k])
		}
	}
	return rows
}

func sameFields(t *testing.T, name string, got, want *Row) {
	t.Helper()
	if a, b := fmt.Sprintf("%+v", got.Performance), fmt.Sprintf("%+v", want.Performance); a != b {
		t.Errorf("%s:\ngot  %s\nwant %s", name, a, b)
	}
	if got.N != want.N || got.FailureCounts != want.FailureCounts || got.Untested != want.Untested {
		t.Errorf("%s: %v clients and failures %v, want %v and %v", name, got.N, got.FailureCounts, want.N, want.FailureCounts)
	}
}

// The rows of arms against control are the same bytes with a contrast beside them.
func TestContrastsLeaveOtherRowsAlone(t *testing.T) {
	with := run(t, parse(t, threeArms("usual", "6", "contrasts = [[\"strong\", \"weak\"]]\n")), Options{Replicates: 20, Seed: 3})
	without := run(t, parse(t, threeArms("usual", "6", "")), Options{Replicates: 20, Seed: 3})
	for _, contrast := range []string{"strong - usual", "weak - usual"} {
		got, want := contrastRows(with, contrast), contrastRows(without, contrast)
		for k := range want {
			sameFields(t, contrast+", "+want[k].Method.Name, got[k], want[k])
		}
	}
}

// A family is of the tests that it names, in their order: with each outcome all
// its contrasts.
func TestTestsOfAFamily(t *testing.T) {
	text := threeArms("usual", `"unlimited"`, "contrasts = [[\"strong\", \"weak\"]]\n") + `
[[family]]
name = "sequence"
method = "fixed_sequence"
outcomes = ["linked:strong:weak", "days:strong", "when"]
[[family]]
name = "gate"
method = "gatekeeping"
outcomes = ["linked:strong", "linked:strong:weak"]
weights = [1, 0]
transitions = [[0, 1], [0, 0]]
`
	text = strings.ReplaceAll(text, `, "median"]`, "]")
	var p1, p2 []float64 // of the tests of the second family
	m := parse(t, text)
	plan := planOf(t, m)
	r := run(t, m, Options{Replicates: 40, Seed: 5, Visit: func(_, k int, fit Fit) {
		switch k {
		case plan.families[1].analyses[0]:
			p1 = append(p1, plan.analyses[k].Test.P(&fit))
		case plan.families[1].analyses[1]:
			p2 = append(p2, plan.analyses[k].Test.P(&fit))
		}
	}})
	var got []string
	for _, m := range r.Families[0].Members {
		got = append(got, m.Outcome+": "+m.Contrast+", "+m.Method)
	}
	want := "linked: strong - weak, risk_difference; days: strong - usual, welch; when: weak - usual, cox; when: strong - usual, cox; when: strong - weak, cox"
	if all := strings.Join(got, "; "); all != want {
		t.Errorf("got  %s\nwant %s", all, want)
	}
	both, first := 0.0, 0.0
	for k := range p1 {
		if p1[k] < 0.05 {
			first++
			if p2[k] < 0.05 {
				both++
			}
		}
	}
	gate := r.Families[1]
	closeTo(t, "the first of the sequence", gate.Members[0].Power.Share, first/40)
	closeTo(t, "the second", gate.Members[1].Power.Share, both/40)
	closeTo(t, "all", gate.Conjunctive.Share, both/40)
	if !(0 < both && both < first) {
		t.Errorf("%v of %v: the test is blunt", both, first)
	}
}

// Dunnett's procedure sees the clients that fits are of: its rejections are those of
// adjusted p values with their numbers.
func TestDunnettOfATrial(t *testing.T) {
	m := parse(t, threeArms("usual", `"unlimited"`, "")+"[[family]]\nname = \"both\"\nmethod = \"dunnett\"\noutcomes = [\"days\"]\n")
	plan := planOf(t, m)
	members := plan.families[0].analyses
	fits := map[int][]Fit{}
	r := run(t, m, Options{Replicates: 60, Seed: 5, Visit: func(_, k int, fit Fit) { fits[k] = append(fits[k], fit) }})
	all, alone := 0.0, 0.0
	for i := range fits[members[0]] {
		var p, treated, control []float64
		for _, k := range members {
			p, treated, control = append(p, fits[k][i].P), append(treated, fits[k][i].N1), append(control, fits[k][i].N0)
		}
		how := performance.Correction{Method: performance.Dunnett, Sides: 2}
		how.Groups(treated, control, treated[0]+treated[1]+control[0]-3)
		for j, adjusted := range how.Adjust(p, nil) {
			all += indicator(adjusted < 0.05)
			alone += indicator(p[j] < 0.05)
		}
	}
	closeTo(t, "rejections", r.Families[0].Rejections, all/60)
	if !(0 < all && all < alone) {
		t.Errorf("%v of %v: the test is blunt", all, alone)
	}
}
