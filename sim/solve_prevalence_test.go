package sim

import (
	"math"
	"strings"
	"testing"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// selectiveTOML has a clinic that those who use leave sooner and do not come back to so
// soon, so that few of those who are still in it use.
const selectiveTOML = `
[service.clinic]
preset = ""
linkage = { probability = 0.6, by_days = 30 }
stay = { median_days = 60 }
return = { per_month = 0.3 }
[use]
using = 0.8
quit = { per_day = 0.01 }
relapse = { per_day = 0.01 }
acts_on = { leaving = 3, return = 0.5 }
[[trait]]
name = "poor"
prevalence = 0.4
acts_on = { relapse = 2, leaving = 1.5 }
[death]
rate = { per_year = 0.05 }
`

// whole compiles on a quarter of the sample, whose error is in the tolerances.
func whole(t *testing.T, text string, sets ...string) *Model {
	t.Helper()
	m, err := compileFrom(load(t, text, sets...), sampleSize/4, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Among everyone, a share on a day is the formula of a two-state Markov chain.
func TestAShareAmongEveryoneIsThatOfAMarkovChain(t *testing.T) {
	for _, set := range []string{"use.relapse={ prevalence = { share = 0.35, at_days = 40 } }", "use.quit={ prevalence = { share = 0.35, at_days = 40 } }"} {
		m := whole(t, plainTOML+abstinentAsked()+"[use]\nusing = 0.8\nquit = { per_day = 0.03 }\nrelapse = { per_day = 0.02 }\n", set)
		r := m.Prevalences[0]
		day := calendar.Day
		got := chain{m.procs[m.use.relapse].base.rate * float64(day), m.procs[m.use.quit].base.rate * float64(day), 0.8}.in(40)
		within(t, set, got, 0.35, r.MCSE)
		if math.Abs(r.Alone-got) > 1e-9 {
			t.Errorf("%s: alone %v, want %v", set, r.Alone, got)
		}
	}
	// With a time constant of 20 days the share is b + (0.8-b) exp(-2), and so b is known.
	m := whole(t, plainTOML+abstinentAsked()+"[use]\nusing = 0.8\nrelapse = { prevalence = { share = 0.35, at_days = 40, time_constant_days = 20 } }\n")
	relapse, quit := m.procs[m.use.relapse].base.rate*calendar.Day, m.procs[m.use.quit].base.rate*calendar.Day
	if math.Abs(relapse+quit-1.0/20) > 1e-9 {
		t.Errorf("rates of %v and %v a day have the sum %v, want 0.05", relapse, quit, relapse+quit)
	}
	b := (0.35 - 0.8*math.Exp(-2)) / (1 - math.Exp(-2))
	within(t, "relapse", relapse*20, b, m.Prevalences[0].MCSE/(1-math.Exp(-2)))
}

// The share among those who are in treatment on the day is reached in trials of other
// clients with other luck, with leaving by use at work; so is the stay that is solved with it.
func TestAShareOfThoseInTreatmentIsReached(t *testing.T) {
	for _, c := range []struct {
		name string
		sets []string
	}{
		{"relapse", []string{`use.relapse={ prevalence = { share = 0.25, at_days = 40, while = "in_treatment" } }`, "use.quit={per_day=0.04}"}},
		{"quit", []string{`use.quit={ prevalence = { share = 0.25, at_days = 40, while = "clinic" } }`}},
		{"relapse in the clinic", []string{`service.clinic.while_in={ quit = { per_day = 0.05 }, relapse = { prevalence = { share = 0.25, at_days = 40, while = "clinic" } } }`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Compile(load(t, plainTOML+selectiveTOML+asked("in_treatment_su", 40)+asked("abstinent", 40), c.sets...))
			if err != nil {
				t.Fatal(err)
			}
			r := m.Prevalences[0]
			w, truth := m.NewWorkspace(), m.NewTruth()
			w.Begin(7, 0)
			w.World(AsRandomized, truth)
			in, using := 0.0, 0.0
			for i, x := range truth.Outcomes[0].Value {
				if x == 1 {
					in++
					using += 1 - truth.Outcomes[1].Value[i]
				}
			}
			within(t, "share using", using/in, 0.25, math.Hypot(math.Sqrt(0.25*0.75/in), r.MCSE))
			if !(r.Alone > 0.25+4*r.MCSE) && c.name != "relapse in the clinic" {
				t.Errorf("without selection %v use, want more than 0.25", r.Alone)
			}
			for _, q := range m.WithQueues(3, 1) {
				if !math.IsNaN(q.Share) {
					n := float64(m.clients) * 0.2 // at least, of those who enter early enough
					within(t, q.Key, q.Share, q.Asked, math.Sqrt(q.Asked*(1-q.Asked)/n))
				}
			}
		})
	}
}

// Homes and jobs have shares, too, in an arm that is named.
func TestAShareOfHomesHoldsInItsArm(t *testing.T) {
	m := whole(t, plainTOML+asked("housed", 40)+`
[housing]
housed = 0.2
lose = { per_day = 0.01 }
gain = { prevalence = { share = 0.5, at_days = 40, under = "managed" } }
[program.help]
preset = ""
contacts = { every_days = 5 }
[[program.help.effect]]
on = "gain_housing"
hazard_ratio = 4
lasts_days = 6
direct = true
`, `arm.managed.programs=["help"]`)
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(7, 0)
	w.World(0, truth)
	mean, se := meanSE(truth.Outcomes[0].Value)
	within(t, "housed in the managed arm", mean, 0.5, math.Hypot(se, m.Prevalences[0].MCSE))
	// What acts is four times the rate: the formula with it.
	gain := m.procs[m.find("gain_housing")].base.rate * calendar.Day
	within(t, "by the formula", chain{4 * gain, 0.01, 0.2}.in(40), 0.5, m.Prevalences[0].MCSE)
}

// Where an effect that is solved acts in the arm of the share, both hold in the end:
// seven in ten of the managed arm come by day 10, and a third of those in the clinic use.
func TestAShareHoldsBesideSolvedEffects(t *testing.T) {
	sc := load(t, plainTOML+selectiveTOML+asked("in_treatment_su", 40)+asked("abstinent", 40)+`
[program.help]
preset = ""
contacts = { every_days = 5 }
[[program.help.effect]]
on = "linkage"
reaches = { probability = 0.7, by_days = 10 }
lasts_days = 6
`, `arm.managed.programs=["help"]`, `use.relapse={ prevalence = { share = 0.33, at_days = 40, while = "clinic", under = "managed" } }`, "use.quit={per_day=0.04}")
	m, err := compileFrom(sc, sampleSize/4, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(7, 0)
	w.World(0, truth)
	in, using := 0.0, 0.0
	for i, x := range truth.Outcomes[0].Value {
		if x == 1 {
			in++
			using += 1 - truth.Outcomes[1].Value[i]
		}
	}
	within(t, "share using", using/in, 0.33, math.Hypot(math.Sqrt(0.33*0.67/in), m.Prevalences[0].MCSE))
}

// A share beyond reach is refused with the range, and a variant keeps the rates.
func TestSharesOutOfReachAreRefused(t *testing.T) {
	text := plainTOML + selectiveTOML + asked("abstinent", 40)
	_, err := Compile(load(t, text, `use.relapse={ prevalence = { share = 0.04, at_days = 10 } }`))
	if err == nil || !strings.Contains(err.Error(), "use.relapse.prevalence.share: got 0.04, want a share between 0.7") {
		t.Errorf("got %v", err)
	}
	_, err = Compile(load(t, text, `use.relapse={ prevalence = { share = 0.5, at_days = 10, while = "clinic" } }`, "service.clinic.linkage={never=true}"))
	if err == nil || !strings.Contains(err.Error(), `"clinic", in which nobody is on day 10`) {
		t.Errorf("got %v", err)
	}
	m := whole(t, text, `use.relapse={ prevalence = { share = 0.5, at_days = 40, time_constant_days = 30 } }`, "use.quit={never=true}")
	v, err := m.Variant(m.Scenario.Edit(func(sc *scenarios.Scenario) { sc.Traits[0].Prevalence = 0.1 }))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []processID{m.use.quit, m.use.relapse} {
		if a, b := m.procs[p].base.rate, v.procs[p].base.rate; a != b || a == 0 {
			t.Errorf("%s has the rate %v in a variant, want %v", m.procs[p].name, b, a)
		}
	}
}
