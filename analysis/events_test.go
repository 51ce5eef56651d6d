package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/scenarios"
)

// eventsTOML is a scenario in which jail, leaving, refusal and contamination come at
// constant hazards or with a fixed probability. Treatment changes the hazard of relapse.
// Jail stops quitting and does not end, treatment slows relapse, and nobody comes back.
const (
	eventsDay    = 180.0
	jailRate     = 0.003 // of who is abstinent; three times that of who is using
	linkRate     = 0.01
	leaveRate    = 0.02
	inClinic     = 0.3 // hazard ratio of relapse
	eventsLess   = 0.5 // hazard ratio of relapse under care
	takesUp      = 0.6
	contaminated = 0.3
)

func eventsTOML(uptake, contamination float64, after, outcomes string) string {
	return fmt.Sprintf(`
title = "events"
source = "a test"
[trial]
clients = 300
accrual = { over_days = 30 }
follow_up_days = [60, %g]
[[arm]]
name = "care"
programs = ["care"]
[[arm]]
name = "usual"
programs = []
control = true
contamination = { arm = "care", probability = %g }
[use]
using = 0
quit = { per_day = %g }
relapse = { per_day = %g }
acts_on = { arrest = 3 }
[arrest]
rate = { per_day = %g }
[jail]
%s
stay = { median_days = 1e9 }
acts_on = { quit = 0 }
[service.clinic]
kind = "substance_use"
linkage = { per_day = %g }
stay = { per_day = %g }
acts_on = { relapse = %g }
[program.care]
uptake = %g
first_contact = { day = 0 }
staff = "unlimited"
caseload = "unlimited"
[[program.care.effect]]
on = "relapse"
hazard_ratio = %g
lasts_days = 365
direct = true
`, eventsDay, contamination, mortalQuit, mortalBack, jailRate, after, linkRate, leaveRate, inClinic, uptake, eventsLess) + outcomes
}

// eventTOML is an outcome with a strategy for an event.
func eventTOML(name, variable, event, strategy, method string) string {
	return fmt.Sprintf("[[outcome]]\nname = %q\nvariable = %q\nmethod = %q\nintercurrent = { %s = %q }\n", name, variable, method, event, strategy)
}

// markov is a chain of states: rates[i][j] is the hazard of going from i to j.
type markov [][]float64

// at returns the probabilities of the states on a day, and the expected days in each
// until then, of who begins in state 0: a Runge-Kutta integration of Kolmogorov's
// equations in steps of a tenth of a day, whose error is far below an MCSE.
func (m markov) at(day float64) (p, days []float64) {
	n := len(m)
	p, days = make([]float64, n), make([]float64, n)
	p[0] = 1
	slope := func(p []float64) []float64 {
		d := make([]float64, n)
		for i := range m {
			for j, rate := range m[i] {
				d[i] -= rate * p[i]
				d[j] += rate * p[i]
			}
		}
		return d
	}
	along := func(p, d []float64, h float64) []float64 {
		q := make([]float64, n)
		for i := range p {
			q[i] = p[i] + h*d[i]
		}
		return q
	}
	const h = 0.1
	for range int(day / h) {
		k1 := slope(p)
		k2 := slope(along(p, k1, h/2))
		middle := along(p, k2, h/2)
		k3 := slope(middle)
		k4 := slope(along(p, k3, h))
		for i := range p {
			next := p[i] + h/6*(k1[i]+2*k2[i]+2*k3[i]+k4[i])
			days[i] += h / 6 * (p[i] + 4*middle[i] + next)
			p[i] = next
		}
	}
	return p, days
}

// careChain is the course of a client by place and use: state 2 * place + using, with the
// places seeking, clinic, left, jailed before leaving, and jailed after it.
func careChain(relapse, leave, jail float64) markov {
	m := make(markov, 10)
	for i := range m {
		m[i] = make([]float64, len(m))
	}
	for place, ratio := range []float64{1, inClinic, 1, 1, 1} {
		m[2*place][2*place+1] = mortalBack * relapse * ratio
		if place < 3 {
			m[2*place+1][2*place] = mortalQuit
			to := 6 + 2*(place/2)
			m[2*place][to], m[2*place+1][to+1] = jail, 3*jail
		}
	}
	for using := range 2 {
		m[using][2+using], m[2+using][4+using] = linkRate, leave
	}
	return m
}

// linkChain is abstinent, using, jailed, and linked before jail.
func linkChain(relapse float64) markov {
	back := mortalBack * relapse
	return markov{{0, back, jailRate, linkRate}, {mortalQuit, 0, 3 * jailRate, linkRate}, {0, 0, 0, 0}, {0, 0, 0, 0}}
}

// sum adds the numbers of some states.
func sum(list []float64, states ...int) (total float64) {
	for _, i := range states {
		total += list[i]
	}
	return total
}

// The truths of the strategies for jail and leaving are those of Markov chains with
// constant hazards, and the data meet them.
func TestStrategiesForJailAndLeavingHaveTheirClosedForms(t *testing.T) {
	text := eventsTOML(1, 0, "after_arrest = 1", eventTOML("jail_composite", "abstinent", "jail", "composite", "risk_difference")+
		eventTOML("jail_hypothetical", "abstinent", "jail", "hypothetical", "risk_difference")+
		eventTOML("jail_policy", "abstinent", "jail", "treatment_policy", "risk_difference")+
		eventTOML("jail_while", "days_abstinent", "jail", "while_alive", "while_alive")+
		eventTOML("jail_days", "days_in_su", "jail", "while_alive", "while_alive")+
		eventTOML("jail_linked", "time_to_linkage", "jail", "composite", "rmst")+
		eventTOML("leaving_composite", "abstinent", "leaving", "composite", "risk_difference")+
		eventTOML("leaving_hypothetical", "abstinent", "leaving", "hypothetical", "risk_difference")+
		eventTOML("leaving_while", "days_abstinent", "leaving", "while_alive", "while_alive"))
	r := run(t, parse(t, text), Options{Replicates: 512, Seed: 11})
	between := func(leave, jail float64, f func(p, days []float64) float64) float64 {
		return f(careChain(eventsLess, leave, jail).at(eventsDay)) - f(careChain(1, leave, jail).at(eventsDay))
	}
	share := func(states ...int) func(p, _ []float64) float64 {
		return func(p, _ []float64) float64 { return sum(p, states...) }
	}
	rate := func(of, until []int) func(_, days []float64) float64 {
		return func(_, days []float64) float64 { return eventsDay * sum(days, of...) / sum(days, until...) }
	}
	atLiberty, staying, abstinent := []int{0, 1, 2, 3, 4, 5}, []int{0, 1, 2, 3, 6, 7}, []int{0, 2, 4, 6, 8}
	_, soon := linkChain(eventsLess).at(eventsDay)
	_, late := linkChain(1).at(eventsDay)
	compareTruths(t, r, map[string]float64{
		"jail_composite":       between(leaveRate, jailRate, share(0, 2, 4)),
		"jail_hypothetical":    between(leaveRate, 0, share(abstinent...)),
		"jail_policy":          between(leaveRate, jailRate, share(abstinent...)),
		"jail_while":           between(leaveRate, jailRate, rate([]int{0, 2, 4}, atLiberty)),
		"jail_days":            between(leaveRate, jailRate, rate([]int{2, 3}, atLiberty)),
		"jail_linked":          late[3] - soon[3], // who is not linked before jail counts to the last day
		"leaving_composite":    between(leaveRate, jailRate, share(0, 2, 6)),
		"leaving_hypothetical": between(0, jailRate, share(abstinent...)),
		"leaving_while":        between(leaveRate, jailRate, rate([]int{0, 2, 6}, staying)),
	}, "jail_hypothetical", "leaving_hypothetical")
	// A difference of arms hides what is alike in both.
	for k := range r.Arms {
		row := &r.Arms[k]
		leave, jail := leaveRate, jailRate
		switch row.Outcome.Name {
		case "jail_hypothetical":
			jail = 0
		case "leaving_hypothetical":
			leave = 0
		case "jail_policy":
		default:
			continue
		}
		p, _ := careChain(map[string]float64{"care": eventsLess, "usual": 1}[row.Arm], leave, jail).at(eventsDay)
		if want := sum(p, abstinent...); !(math.Abs(float64(row.Mean)-want) < 4*float64(row.MeanMCSE)) {
			t.Errorf("%s, %s: mean %v (%v), want %v", row.Outcome.Name, row.Arm, row.Mean, row.MeanMCSE, want)
		}
	}
}

// Who refuses and who is contaminated is drawn apart from all else, so that the effect
// without either is that among clients with neither, and the data of those are unbiased.
func TestStrategiesForRefusalAndContaminationHaveTheirClosedForms(t *testing.T) {
	text := eventsTOML(takesUp, contaminated, "after_arrest = 1", eventTOML("policy", "abstinent", "refusal", "treatment_policy", "risk_difference")+
		eventTOML("refusal_hypothetical", "abstinent", "refusal", "hypothetical", "risk_difference")+
		eventTOML("refusal_principal", "abstinent", "refusal", "principal", "risk_difference")+
		eventTOML("contamination_hypothetical", "abstinent", "contamination", "hypothetical", "risk_difference")+
		eventTOML("contamination_principal", "abstinent", "contamination", "principal", "risk_difference")+
		eventTOML("neither", "abstinent", `refusal = "principal", contamination`, "hypothetical", "multiple_imputation"))
	r := run(t, parse(t, text), Options{Replicates: 512, Seed: 12})
	abstinent := func(relapse float64) float64 {
		p, _ := careChain(relapse, leaveRate, jailRate).at(eventsDay)
		return sum(p, 0, 2, 4, 6, 8)
	}
	cared, not := abstinent(eventsLess), abstinent(1)
	mixed := func(share float64) float64 { return share*cared + (1-share)*not }
	compareTruths(t, r, map[string]float64{
		"policy":                     mixed(takesUp) - mixed(contaminated*takesUp),
		"refusal_hypothetical":       cared - mixed(contaminated),
		"refusal_principal":          cared - mixed(contaminated),
		"contamination_hypothetical": mixed(takesUp) - not,
		"contamination_principal":    mixed(takesUp) - not,
		"neither":                    cared - not,
	}, "refusal_hypothetical", "refusal_principal") // control clients seem to refuse only if contaminated
}

// compareTruths compares the truths of outcomes, and the bias but of those that the
// data are no sample for.
func compareTruths(t *testing.T, r *Result, want map[string]float64, biased ...string) {
	t.Helper()
	for k := range r.Rows {
		row := &r.Rows[k]
		name := row.OutcomeSpec.Name
		if e := float64(row.Truth) - want[name]; !(math.Abs(e) < 4*float64(row.TruthMCSE)) {
			t.Errorf("%s: truth %v (%v), want %v", name, row.Truth, row.TruthMCSE, want[name])
		}
		if slices.Contains(biased, name) {
			continue
		}
		if !(math.Abs(float64(row.Bias)) < 4*float64(row.BiasMCSE)) {
			t.Errorf("%s: bias %v (%v)", name, row.Bias, row.BiasMCSE)
		}
		if !(math.Abs(float64(row.Coverage)-0.95) < 4*float64(row.CoverageMCSE)) {
			t.Errorf("%s: coverage %v (%v)", name, row.Coverage, row.CoverageMCSE)
		}
	}
}

// Where an event comes to nobody every strategy gives what that of a treatment policy
// gives, and that gives what an outcome does of which nothing is said.
func TestStrategiesForEventsThatNeverCome(t *testing.T) {
	text := strings.Replace(eventsTOML(1, 0, "jailed = 1e-9", ""), fmt.Sprintf("stay = { per_day = %g }", leaveRate), "stay = { never = true }", 1) +
		"[risk]\nrate = { per_month = 0.3 }\n[attrition]\nloss = { probability = 0.2, by_days = 180 }\nmissed = 0.1\n"
	for _, v := range []struct{ name, method string }{{"abstinent", "risk_difference"}, {"days_using", "welch"}, {"time_to_arrest", "cox"}, {"days_in_su", "welch"}, {"risk_free", "risk_difference"}} {
		text += fmt.Sprintf("[[outcome]]\nname = \"%s_plain\"\nvariable = %q\nmethod = %q\n", v.name, v.name, v.method)
		for _, e := range scenarios.IntercurrentEvents()[1:] {
			for _, s := range e.Strategies() {
				if s != scenarios.WhileAlive { // whose methods are others
					text += eventTOML(fmt.Sprintf("%s_%s_%s", v.name, e, s), v.name, string(e), string(s), v.method)
				}
			}
		}
	}
	r := run(t, parse(t, text), Options{Replicates: 32, Seed: 13})
	plain := map[string]*Row{}
	for k := range r.Rows {
		row := &r.Rows[k]
		if plain[row.Variable.Name] == nil {
			plain[row.Variable.Name] = row
		}
		a, b := row, plain[row.Variable.Name]
		if a.Truth != b.Truth || a.Mean != b.Mean || a.ModelSE != b.ModelSE || a.N != b.N {
			t.Errorf("%s: %v, %v, %v; without a word %v, %v, %v", row.OutcomeSpec.Name, a.Truth, a.Mean, a.ModelSE, b.Truth, b.Mean, b.ModelSE)
		}
	}
}
