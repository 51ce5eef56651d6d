package sim

import (
	"fmt"
	"math"
	"testing"

	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// plainTOML is a trial in which nothing goes on but what a test adds.
const plainTOML = `
title = "one thing at a time"
source = "a test"
[trial]
clients = 20000
accrual = { per_day = 2000 }
follow_up_days = [10, 40, 120]
[[arm]]
name = "managed"
programs = []
[[arm]]
name = "usual"
programs = []
control = true
`

// asked is an outcome of a variable, by its own name and day.
func asked(variable string, day int) string {
	return fmt.Sprintf("[[outcome]]\nname = \"%s_%d\"\nvariable = %q\nat_days = %d\n", variable, day, variable, day)
}

// theory runs one large replicate as randomized and gives the truth's columns by
// outcome.
func theory(t *testing.T, text string, sets ...string) (*Workspace, map[string]trial.Column) {
	t.Helper()
	m := compile(t, plainTOML+text, sets...)
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	w.World(AsRandomized, truth)
	columns := map[string]trial.Column{}
	for k := range m.outcomes {
		columns[m.outcomes[k].name] = truth.Outcomes[k]
	}
	return w, columns
}

// agrees compares the mean of a column with its expectation.
func agrees(t *testing.T, what string, x []float64, want float64) {
	t.Helper()
	mean, se := meanSE(x)
	within(t, what, mean, want, se)
}

// chain is a Markov chain of two states with constant hazards.
type chain struct{ on, off, begin float64 }

// in is the chance of the state at t: with the balance b = on/(on+off) and
// r = on+off, b + (begin-b) exp(-r t).
func (c chain) in(t float64) float64 {
	b, r := c.on/(c.on+c.off), c.on+c.off
	return b + (c.begin-b)*math.Exp(-r*t)
}

// days are those in the state up to t, the integral of the above.
func (c chain) days(t float64) float64 {
	b, r := c.on/(c.on+c.off), c.on+c.off
	return b*t + (c.begin-b)*-math.Expm1(-r*t)/r
}

// Use, homes and jobs that depend on nothing are two-state Markov chains.
func TestCoursesAreMarkovChains(t *testing.T) {
	text := `
[use]
using = 0.8
quit = { per_day = 0.02 }
relapse = { per_day = 0.03 }
[housing]
housed = 0.3
lose = { per_day = 0.01 }
gain = { per_day = 0.005 }
[employment]
employed = 0.5
lose = { per_day = 0.05 }
gain = { per_day = 0.01 }
`
	for _, day := range []int{10, 40, 120} {
		if day >= 30 {
			text += asked("use_days_month", day)
		}
		for _, v := range []string{"abstinent", "days_using", "housed", "days_housed", "employed", "days_employed"} {
			text += asked(v, day)
		}
	}
	_, got := theory(t, text)
	use, home, job := chain{0.03, 0.02, 0.8}, chain{0.005, 0.01, 0.3}, chain{0.01, 0.05, 0.5}
	for _, day := range []float64{10, 40, 120} {
		at := func(v string) []float64 { return got[fmt.Sprintf("%s_%g", v, day)].Value }
		agrees(t, "abstinent", at("abstinent"), 1-use.in(day))
		agrees(t, "days using", at("days_using"), use.days(day))
		if day >= 30 {
			agrees(t, "days of use in a month", at("use_days_month"), use.days(day)-use.days(day-30))
		}
		agrees(t, "housed", at("housed"), home.in(day))
		agrees(t, "days housed", at("days_housed"), home.days(day))
		agrees(t, "employed", at("employed"), job.in(day))
		agrees(t, "days employed", at("days_employed"), job.days(day))
	}
}

// Risk events at a constant hazard are a Poisson process: the count up to t has
// mean and variance rate*t, and a month without any the chance exp(-30 rate). The
// variance of a sample's variance is (mu4 - var^2)/n = (m + 2 m^2)/n.
func TestRiskEventsAreAPoissonProcess(t *testing.T) {
	const rate = 0.05
	_, got := theory(t, "[risk]\nrate = { per_day = 0.05 }\n"+asked("risk_events", 120)+asked("risk_free", 40))
	count := got["risk_events_120"].Value
	const mu = rate * 120
	agrees(t, "risk events", count, mu)
	sd := spread(count)
	within(t, "variance of risk events", sd*sd, mu, math.Sqrt((mu+2*mu*mu)/float64(len(count))))
	agrees(t, "months without risk", got["risk_free_40"].Value, math.Exp(-30*rate))
}

// Arrests at rate a when free, a share p of which ends in jail, and release at
// rate r make jail a chain with hazards a*p and r. Arrests number a times the
// days free.
func TestJailIsAMarkovChainOfArrestsAndReleases(t *testing.T) {
	text := "[arrest]\nrate = { per_day = 0.02 }\n[jail]\nafter_arrest = 0.4\nstay = { per_day = 0.05 }\njailed = 0.2\n"
	for _, day := range []int{10, 40, 120} {
		text += asked("days_in_jail", day) + asked("arrests", day)
	}
	w, got := theory(t, text)
	// The rate of arrest is the cohort's mean hazard at the start, when a fifth
	// of it is in jail.
	const a = 0.02 / 0.8
	free := 0.0
	for i := range w.n {
		c := w.client(i)
		free += 1 - float64(c.bits>>w.m.courses[w.m.jail].bit&1)
	}
	jail := chain{a * 0.4, 0.05, 0.2}
	solved := w.m.procs[w.m.find("arrest")].base.rate * calendar.Day
	within(t, "hazard of arrest when free", solved, a, a*se(0.2, 512)/0.8) // of the sample, a fifth is in jail
	jail.on = solved * 0.4
	within(t, "in jail at the end", 1-free/float64(w.n), jail.in(120), se(jail.in(120), float64(w.n)))
	for _, day := range []float64{10, 40, 120} {
		agrees(t, "days in jail", got[fmt.Sprintf("days_in_jail_%g", day)].Value, jail.days(day))
		agrees(t, "arrests", got[fmt.Sprintf("arrests_%g", day)].Value, solved*(day-jail.days(day)))
	}
}

// Seeking at rate h and death at rate d compete: linked by t with chance
// h/(h+d) (1 - exp(-(h+d) t)), dead, linked or not, with 1 - exp(-d t).
func TestDeathCompetesWithLinkage(t *testing.T) {
	const h, d = 0.02, 0.01
	text := "[service.clinic]\npreset = \"\"\nlinkage = { per_day = 0.02 }\nstay = { per_day = 0.1 }\n[death]\nrate = { per_day = 0.01 }\n"
	for _, day := range []int{10, 40, 120} {
		text += asked("linked_su", day) + asked("died", day)
	}
	_, got := theory(t, text)
	for _, day := range []float64{10, 40, 120} {
		agrees(t, "linked", got[fmt.Sprintf("linked_su_%g", day)].Value, h/(h+d)*-math.Expm1(-(h+d)*day))
		agrees(t, "died", got[fmt.Sprintf("died_%g", day)].Value, -math.Expm1(-d*day))
	}
}

// A stay that is left at rate r and planned for L days is completed with chance
// exp(-r L), and lasts (1 - exp(-r L))/r days on average.
func TestPlannedStaysAreCompletedUnlessLeft(t *testing.T) {
	const r, length = 0.02, 28.0
	w, _ := theory(t, "[service.ward]\npreset = \"\"\nlinkage = { per_day = 0.1 }\nstay = { per_day = 0.02 }\nplanned_days = 28\n"+asked("completed_su", 120))
	var done, stayed []float64
	for _, sp := range w.spells {
		if sp.Admitted >= 0 && sp.Admitted+calendar.Ticks(length) < w.client(int(sp.Client)).exit() {
			done = append(done, yes(sp.End == SpellCompleted))
			stayed = append(stayed, calendar.Days(sp.Ended-sp.Admitted))
		}
	}
	agrees(t, "completed", done, math.Exp(-r*length))
	agrees(t, "days of stay", stayed, -math.Expm1(-r*length)/r)
}

// A hazard that rises or falls is that of a Weibull distribution for clients who
// are all alike too: half have left after the median, exp(-ln 2 2^shape) are
// still there after twice as long.
func TestStaysOfClientsWhoAreAllAlikeAreWeibull(t *testing.T) {
	for _, shape := range []float64{0.7, 1.6} {
		w, _ := theory(t, "[service.ward]\npreset = \"\"\nlinkage = { per_day = 0.1 }\nstay = { median_days = 20, shape = "+ftoa(shape)+" }\n"+asked("linked_su", 120))
		var half, quarter []float64
		for _, sp := range w.spells {
			if sp.Admitted >= 0 && sp.Admitted+calendar.Ticks(40) < w.client(int(sp.Client)).exit() {
				length := w.freed(&sp) - sp.Admitted
				half, quarter = append(half, yes(length > calendar.Ticks(20))), append(quarter, yes(length > calendar.Ticks(40)))
			}
		}
		agrees(t, "still there after the median", half, 0.5)
		agrees(t, "still there after twice the median", quarter, math.Exp(-math.Ln2*math.Pow(2, shape)))
	}
}

// A service that nobody seeks, and to which contacts bring clients in one arm
// alone, has stays all the same.
func TestWhoIsBroughtLeavesAgain(t *testing.T) {
	text := `
[service.ward]
preset = ""
linkage = { never = true }
stay = { median_days = 10 }
[program.lift]
preset = ""
[[program.lift.effect]]
on = "linkage.ward"
probability = 0.5
`
	w, got := theory(t, text+asked("linked_su", 120), `arm.managed.programs=["lift"]`)
	var linked []float64
	for i, y := range got["linked_su_120"].Value {
		if w.arm[i] == 0 {
			linked = append(linked, y)
		}
	}
	agrees(t, "brought", linked, 0.5)
	var half []float64
	for _, sp := range w.spells {
		half = append(half, yes(w.freed(&sp)-sp.Admitted > calendar.Ticks(10)))
	}
	agrees(t, "still there after the median", half, 0.5)
}
