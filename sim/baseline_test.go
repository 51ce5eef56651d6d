package sim

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"caseload/sim/trial"
)

// seenTOML has a health score and use that are asked about on day 120, and change from day 0 on
// in one arm, in which clients begin with another share using.
const seenTOML = `
[use]
using = 0.6
quit = { per_day = 0.01 }
relapse = { per_day = 0.01 }
[health]
mean = 50
sd = 10
now = { using = -4 }
[program.met]
preset = ""
[program.met.start]
using = 0.9
[[program.met.effect]]
on = "health"
points = 5
lasts_days = 500
direct = true
[attrition]
loss = { probability = 0.3, by_days = 120 }
missed = 0.4
[[outcome]]
name = "health"
variable = "health"
method = ["ancova", "mmrm"]
covariates = ["baseline"]
reliability = 0.6
[[outcome]]
name = "change"
variable = "health"
method = ["ancova", "mmrm"]
covariates = ["baseline"]
change = true
[[outcome]]
name = "clean"
variable = "abstinent"
method = "logistic"
covariates = ["baseline"]
[[outcome]]
name = "clean_0"
variable = "abstinent"
at_days = 0
[[outcome]]
name = "health_0"
variable = "health"
at_days = 0
`

var (
	atBaseline = []string{"trial.follow_up_days=[0, 10, 40, 120]", `arm.managed.programs=["met"]`, "trial.visit_window_days=5"}
	moves      = "health.correlation={value=0.5, days_apart=40, lasting=0.2}"
)

// The baseline is the same in all worlds, whatever a program begins with, nobody misses it, and what is measured
// of health is the truth and the error of that visit, which outcomes share.
func TestBaselineComesBeforeAnythingElse(t *testing.T) {
	m := compile(t, plainTOML+seenTOML, append(atBaseline, "trial.clients=4000", moves)...)
	w, managed, usual := m.NewWorkspace(), m.NewTruth(), m.NewTruth()
	w.Begin(1, 0)
	o := w.Trial()
	w.Worlds([]*trial.Truth{managed, usual}, nil)
	for k := range m.outcomes {
		a, b, seen := managed.Outcomes[k], usual.Outcomes[k], o.Outcomes[k]
		if m.outcomes[k].at == 0 {
			a.Baseline, b.Baseline, seen.Baseline = a.Value, b.Value, seen.Value
		}
		if !slices.Equal(a.Baseline, b.Baseline) {
			t.Errorf("%s: the baseline differs between worlds", m.outcomes[k].name)
		}
		if n := lacking(seen.Baseline); n > 0 {
			t.Errorf("%s: %d have no baseline", m.outcomes[k].name, n)
		}
		if m.outcomes[k].at > 0 && lacking(seen.Value) < m.clients/3 {
			t.Errorf("%s: few miss the last visit", m.outcomes[k].name)
		}
	}
	if abstinent := managed.Outcomes[3]; !(math.Abs(meanOf(abstinent.Value)-0.4) < 4*math.Sqrt(0.24/4000)) {
		t.Errorf("%v abstinent at baseline, want 0.4", meanOf(abstinent.Value))
	}
	for i := range m.clients {
		if o.Outcomes[1].Baseline[i] != managed.Outcomes[1].Baseline[i] || o.Outcomes[4].Value[i] != managed.Outcomes[1].Baseline[i] {
			t.Fatal("a score without error at baseline is not the true one")
		}
	}
	later := o.Outcomes[0].Baseline
	error := make([]float64, len(later))
	for i := range error {
		error[i] = later[i] - managed.Outcomes[0].Baseline[i]
	}
	sd := m.outcomes[0].gauge.sd
	if got := spread(error); !(math.Abs(got/sd-1) < 4/math.Sqrt(2*4000)) || !(sd > 5) {
		t.Errorf("the error of the baseline has an SD of %v, that of the outcome %v", got, sd)
	}
}

func lacking(values []float64) (n int) {
	for _, v := range values {
		if v != v {
			n++
		}
	}
	return n
}

// A baseline visit changes nothing that comes after it, and a change is the later value less that of the visit.
func TestBaselineVisitLeavesTheRestAsItIs(t *testing.T) {
	text := replaceAll(t, plainTOML+seenTOML, "covariates = [\"baseline\"]", "")
	text = replaceAll(t, replaceAll(t, text, "change = true", ""), "at_days = 0", "")
	sets := []string{`arm.managed.programs=["met"]`, "trial.visit_window_days=5", moves, "trial.clients=400"}
	without := compile(t, text, sets...)
	with := compile(t, plainTOML+seenTOML, append(sets, "trial.follow_up_days=[0, 10, 40, 120]")...)
	a, b := without.NewWorkspace(), with.NewWorkspace()
	for r := range 3 {
		a.Begin(1, r)
		b.Begin(1, r)
		x, y := a.Trial(), b.Trial()
		for _, k := range []int{0, 2} {
			if !sameNumbers(x.Outcomes[k].Value, y.Outcomes[k].Value) {
				t.Errorf("outcome %d differs with a baseline visit", k)
			}
			for v := range x.Outcomes[k].Earlier {
				if !sameNumbers(x.Outcomes[k].Earlier[v], y.Outcomes[k].Earlier[v]) {
					t.Errorf("outcome %d, visit %d differs with a baseline visit", k, v)
				}
			}
		}
		for i, base := range y.Outcomes[1].Baseline {
			columns := append(slices.Clone(y.Outcomes[1].Earlier), y.Outcomes[1].Value)
			for v, plain := range append(slices.Clone(x.Outcomes[1].Earlier), x.Outcomes[1].Value) {
				if got, want := columns[v][i], plain[i]-base; got != want && (got == got || want == want) {
					t.Fatalf("change %v, want %v", got, want)
				}
			}
		}
	}
}

func sameNumbers(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

// The correlation of scores between visits is the one asked for, and their variance that of the score.
func TestScoresAreCorrelatedBetweenVisitsAsAsked(t *testing.T) {
	for _, c := range []struct{ value, lasting float64 }{{0.5, 0}, {0.6, 0.3}, {0.4, 0.4}, {0, 0}} {
		text := plainTOML + "[health]\nmean = 50\nsd = 10\n"
		for _, day := range []int{0, 10, 40, 120} {
			text += asked("health", day)
		}
		m := compile(t, text, "trial.follow_up_days=[0, 10, 40, 120]", "health.correlation.value="+fmt.Sprint(c.value),
			"health.correlation.days_apart=40", "health.correlation.lasting="+fmt.Sprint(c.lasting))
		w, truth := m.NewWorkspace(), m.NewTruth()
		w.Begin(1, 0)
		w.World(AsRandomized, truth)
		days, n := m.Scenario.Trial.FollowUpDays, float64(m.clients)
		for j := range days {
			if sd := spread(truth.Outcomes[j].Value); !(math.Abs(sd/10-1) < 4/math.Sqrt(2*n)) {
				t.Errorf("%v: SD %v on day %v, want 10", c, sd, days[j])
			}
			for k := range j {
				got, _ := correlate(truth.Outcomes[j].Value, truth.Outcomes[k].Value)
				want := c.lasting + (1-c.lasting)*math.Pow((c.value-c.lasting)/(1-c.lasting), (days[j]-days[k])/40)
				if se := (1 - want*want) / math.Sqrt(n); !(math.Abs(got-want) < 4*se) {
					t.Errorf("%v: correlation %v of days %v and %v, want %v", c, got, days[k], days[j], want)
				}
			}
		}
	}
}

// What is said of the correlation as measured is that of the true scores times the reliability, which shrinks
// variances alone.
func TestCorrelationsAsMeasured(t *testing.T) {
	m := compile(t, plainTOML+"[health]\nmean = 50\nsd = 10\n"+asked("health", 120)+"reliability = 0.7\n", "trial.follow_up_days=[0, 10, 40, 120]",
		"health.correlation={value=0.5, days_apart=40}", "trial.clients=5000")
	list := m.Correlations(1, 4)
	if len(list) != 3 {
		t.Fatalf("%d correlations, want 3", len(list))
	}
	for _, c := range list {
		want := 0.7 * math.Pow(0.5, c.To/40)
		if c.From != 0 || !(math.Abs(c.Value-want) < 4*c.MCSE) || !(math.Abs(c.MCSE*math.Sqrt(float64(c.Clients))/(1-want*want)-1) < 0.05) {
			t.Errorf("%+v, want a correlation of %v", c, want)
		}
	}
	if list := compile(t, plainTOML+seenTOML, append(atBaseline, "trial.clients=300")...).Correlations(1, 2); len(list) != 9 {
		t.Errorf("%d correlations of three outcomes after the baseline, want 9", len(list))
	}
	if list := compile(t, plainTOML+asked("abstinent", 40)).Correlations(1, 2); list != nil {
		t.Errorf("%v without a baseline", list)
	}
}

// Baselines, changes and correlations allocate nothing for a replicate.
func TestBaselinesAllocateNothing(t *testing.T) {
	m := compile(t, plainTOML+seenTOML, append(atBaseline, "trial.clients=100", moves)...)
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.spells = make([]Spell, 0, 1<<12)
	w.replicateAll(0, truth)
	next := 0
	if n := testing.AllocsPerRun(20, func() { next++; w.replicateAll(next, truth) }); n != 0 {
		t.Errorf("%v allocations a replicate, want 0", n)
	}
}
