package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/sim/calendar"
)

// windowsTOML has one effect that is active from day 5 to 15 (a contact on
// day 5 that lasts ten days) and from 25 to 40 (contacts on 25 and 30: the
// second renews), on a process without frailty or traits.
const windowsTOML = `
title = "an effect that comes and goes"
source = "a test"
[trial]
clients = 40000
accrual = { per_day = 2000 }
follow_up_days = [60]
[[arm]]
name = "early"
programs = ["early", "late"]
[[arm]]
name = "none"
programs = []
control = true
[service.clinic]
preset = ""
linkage = LINKAGE
stay = { median_days = 10 }
[program.early]
preset = ""
first_contact = { day = 5 }
[[program.early.effect]]
on = "linkage"
hazard_ratio = 3
lasts_days = 10
[program.late]
preset = ""
first_contact = { day = 25 }
contacts = { every_days = 5 }
duration_days = 35
[[program.late.effect]]
on = "linkage"
hazard_ratio = 0.25
lasts_days = 10
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 60
`

// Re-aiming a clock when its hazard changes is exact: linkage under windows of
// effect follows the closed-form survival function of the piecewise hazard,
// S(t) = exp(-sum of multiplier x growth of the cumulative baseline).
func TestReAimedClocksFollowThePiecewiseHazard(t *testing.T) {
	edges := []float64{0, 5, 15, 25, 40, 61}
	ratios := []float64{1, 3, 1, 0.25, 1}
	for name, c := range map[string]struct {
		linkage string
		h       func(float64) float64 // cumulative baseline: half by day 30
	}{
		"constant": {"{ probability = 0.5, by_days = 30 }", func(u float64) float64 { return math.Ln2 * u / 30 }},
		"rising":   {"{ probability = 0.5, by_days = 30, shape = 1.7 }", func(u float64) float64 { return math.Ln2 * math.Pow(u/30, 1.7) }},
		"falling":  {"{ probability = 0.5, by_days = 30, shape = 0.6 }", func(u float64) float64 { return math.Ln2 * math.Pow(u/30, 0.6) }},
		"points": {"{ points = [{ probability = 0.2, by_days = 10 }, { probability = 0.5, by_days = 30 }] }", func(u float64) float64 {
			h1, h2 := -math.Log(0.8)/10, math.Log(0.8/0.5)/20
			return h1*min(u, 10) + h2*max(0, u-10)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := compile(t, strings.Replace(windowsTOML, "LINKAGE", c.linkage, 1))
			w := m.NewWorkspace()
			w.Begin(1, 0)
			world := m.NewTruth()
			w.World(0, world)
			survival := func(day float64, ratios []float64) float64 {
				h := 0.0
				for k := range ratios {
					if to := min(day, edges[k+1]); to > edges[k] {
						h += ratios[k] * (c.h(to) - c.h(edges[k]))
					}
				}
				return math.Exp(-h)
			}
			var caught bool
			for day := 1.0; day <= 60; day++ {
				n, got := float64(w.n), w.shareAdmittedBy(day)
				want := 1 - survival(day, ratios)
				if se := math.Sqrt(want * (1 - want) / n); !(math.Abs(got-want) < 4*se) {
					t.Errorf("by day %v: %.4f linked, want %.4f (SE %.4f)", day, got, want, se)
				}
				wrong := 1 - survival(day, []float64{1, 2.8, 1, 0.25, 1})
				caught = caught || math.Abs(got-wrong) > 4*math.Sqrt(wrong*(1-wrong)/n)
			}
			if !caught {
				t.Error("a hazard ratio of 2.8 for 3 would pass: the test is too blunt")
			}
		})
	}
}

func (w *Workspace) shareAdmittedBy(day float64) float64 {
	k := 0
	for i := range w.n {
		if s := w.admissionAmong(w.client(i), 1); s != nil && s.Admitted-w.client(i).enrol <= calendar.Ticks(day) {
			k++
		}
	}
	return float64(k) / float64(w.n)
}

// Natural quantities hold for the cohort as it is: what was asked is what a
// large trial without limits shows, in the arm under which it was asked.
func TestNaturalQuantitiesHoldForTheCohort(t *testing.T) {
	sc := load(t, crowdedTOML, "service.clinic.slots=\"unlimited\"", "trial.clients=60000", "trial.accrual={per_day=500}",
		"program.manager.caseload=\"unlimited\"", "program.manager.staff=60000", "program.manager.hours_per_week=0",
		"program.manager.effect=[{on=\"linkage\",reaches={probability=0.45,by_days=20},lasts_days=12}]")
	m, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	w, world := m.NewWorkspace(), m.NewTruth()
	w.Begin(4, 0)
	w.World(1, world)
	near(t, "linked by day 10", w.shareAdmittedBy(10), 0.2, w.n)
	near(t, "linked by day 180", w.shareAdmittedBy(180), 0.6, w.n)
	// who enters early enough to be seen for 60 days; the median holds among
	// all who enter, whose traits are those of the early to within the
	// tolerance below
	stays, left := 0, 0
	for i := range w.n {
		if s := w.admissionAmong(w.client(i), 1); s != nil && s.Admitted+calendar.Ticks(60) < w.client(i).exit() {
			stays++
			if s.End == SpellLeft && s.Ended-s.Admitted <= calendar.Ticks(60) {
				left++
			}
		}
	}
	if got := float64(left) / float64(stays); !(math.Abs(got-0.5) < 4*0.5/math.Sqrt(float64(stays))+0.01) {
		t.Errorf("%.4f of %d left by day 60, want a half", got, stays)
	}
	w.World(0, world)
	near(t, "linked by day 20 with a manager", w.shareAdmittedBy(20), 0.45, w.n)
	for _, r := range m.Reached {
		if !(math.Abs(r.Got-r.Asked) < 1e-9*max(1, r.Asked)) {
			t.Errorf("%s %s: asked %v, reached %v", r.Key, r.What, r.Asked, r.Got)
		}
	}
}

// near allows four standard errors and, for the sample that the solver uses,
// 0.002: its discrepancy is that of 8192 points in four dimensions.
func near(t *testing.T, what string, got, want float64, n int) {
	t.Helper()
	if se := math.Sqrt(want * (1 - want) / float64(n)); !(math.Abs(got-want) < 4*se+0.002) {
		t.Errorf("%s: %.4f, want %.4f (SE %.4f)", what, got, want, se)
	}
}

// What can't be reached is a problem with the key and the range.
func TestUnreachableQuantitiesAreProblems(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{`program.manager.effect=[{on="linkage",reaches={probability=0.01,by_days=20},lasts_days=12}]`, "program.manager.effect[0].reaches"},
		{`program.manager.effect=[{on="quit",reaches={probability=0.9,by_days=20},lasts_days=12,direct=true}]`, "program.manager.effect[0].reaches"},
		{`service.clinic.linkage={probability=0.01,by_days=180}`, "service.clinic.linkage"},
		{`use.quit={median_days=30,shape=1.5}`, "use.quit"},
		{`subgroup.needy.when="severity > 40"`, "subgroup.needy.when"},
	} {
		_, err := compileFrom(load(t, crowdedTOML, c.set), 512, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want a problem of %s", c.set, err, c.want)
		}
	}
}

// More programs than a client has clocks for are a problem, not a panic.
func TestTooManyProgramsAreAProblem(t *testing.T) {
	text := crowdedTOML
	for k := range 40 {
		text += fmt.Sprintf("[program.extra%d]\npreset = \"\"\ncontacts = { every_days = 5 }\n", k)
	}
	_, err := Compile(load(t, text))
	if err == nil || !strings.Contains(err.Error(), "program: got 42 programs") {
		t.Errorf("got %v, want a problem of program", err)
	}
}

// The hazard-scale anchor of the needle-exchange trial: 26 % and 40 % in a
// week are a hazard ratio of log(0.60)/log(0.74) = 1.70 where everyone gets a
// lasting effect from the start and nobody differs.
func TestSolvedHazardRatioOfTheSimplestCase(t *testing.T) {
	text := strings.Replace(windowsTOML, "LINKAGE", "{ probability = 0.26, by_days = 7 }", 1)
	sets := []string{"program.early.first_contact={day=0}", "arm.early.programs=[\"early\"]",
		"program.early.effect=[{on=\"linkage\",reaches={probability=0.40,by_days=7},lasts_days=100}]"}
	m := compile(t, text, sets...)
	k := slices.IndexFunc(m.Effects, func(e EffectReport) bool { return e.Program == "early" })
	want := math.Log(0.60) / math.Log(0.74)
	if e := m.Effects[k]; !(math.Abs(e.HazardRatio-want) < 1e-6) || !(math.Abs(e.ActiveShare-1) < 1e-6) || !(math.Abs(e.MarginalHR-want) < 1e-6) {
		t.Errorf("%s, want a hazard ratio of %.6f throughout", fmt.Sprintf("%+v", e), want)
	}
}
