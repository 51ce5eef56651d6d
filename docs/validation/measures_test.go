package validation_test

import (
	"math"
	"slices"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/trial"
)

// reading is one trial to be measured.
type reading struct {
	m    *sim.Model
	o    *trial.Observed
	data estimate.Data
	work estimate.Work
}

// A measure takes one number from a trial, as the trialist could: from those
// who were seen.
type measure func(*reading) float64

func (r *reading) column(outcome string) *trial.Column {
	k := slices.IndexFunc(r.m.Scenario.Outcomes, func(o scenarios.Outcome) bool { return o.Name == outcome })
	if k < 0 {
		panic("no outcome " + outcome)
	}
	return &r.o.Outcomes[k]
}

func (r *reading) arm(name string) int {
	a := slices.IndexFunc(r.m.Scenario.Arms, func(a scenarios.Arm) bool { return a.Name == name })
	if a < 0 {
		panic("no arm " + name)
	}
	return a
}

// everyone is all arms together.
const everyone = ""

// average is the mean of f over the clients of an arm who are in the outcome's
// set; NaN values are left out.
func (r *reading) average(outcome, arm string, f func(c *trial.Column, i int) float64) float64 {
	c, sum, n := r.column(outcome), 0.0, 0.0
	for i, in := range c.In {
		if !in || arm != everyone && int(r.o.Arm[i]) != r.arm(arm) {
			continue
		}
		if x := f(c, i); x == x {
			sum += x
			n++
		}
	}
	return sum / n
}

func itself(c *trial.Column, i int) float64 { return c.Value[i] }

// mean is an outcome's mean in an arm.
func mean(outcome, arm string) measure {
	return func(r *reading) float64 { return r.average(outcome, arm, itself) }
}

// seen is the share of an arm's clients whose outcome is known.
func seen(outcome, arm string) measure {
	return func(r *reading) float64 {
		return r.average(outcome, arm, func(c *trial.Column, i int) float64 {
			if c.Value[i] != c.Value[i] {
				return 0
			}
			return 1
		})
	}
}

// happenedBy is the share of an arm's clients whose event came by the day.
func happenedBy(outcome, arm string, day float64) measure {
	return func(r *reading) float64 {
		return r.average(outcome, arm, func(c *trial.Column, i int) float64 {
			if c.Event[i] && c.Value[i] <= day {
				return 1
			}
			return 0
		})
	}
}

// without is the share of those who do not have it.
func without(m measure) measure { return func(r *reading) float64 { return 1 - m(r) } }

// averaged is the mean of several measures.
func averaged(all ...measure) measure {
	return func(r *reading) float64 {
		sum := 0.0
		for _, m := range all {
			sum += m(r) / float64(len(all))
		}
		return sum
	}
}

// difference is that of the arms' means, logRatio that of their logarithms.
func difference(a, b measure) measure { return func(r *reading) float64 { return a(r) - b(r) } }
func logRatio(a, b measure) measure {
	return func(r *reading) float64 { return math.Log(a(r)) - math.Log(b(r)) }
}

// estimated is a method's estimate of an outcome, an arm against control.
func estimated(outcome, method, arm string) measure {
	return func(r *reading) float64 { return r.estimate(outcome, method, arm).Value }
}

// standardized is the standardized mean difference that goes with it.
func standardized(outcome, method, arm string) measure {
	return func(r *reading) float64 { return r.estimate(outcome, method, arm).SMD }
}

func (r *reading) estimate(outcome, method, arm string) estimate.Estimate {
	c, control := r.column(outcome), r.control()
	treated := r.arm(arm)
	r.data.Reset(0, 0)
	for i, in := range c.In {
		if a := int(r.o.Arm[i]); !in || c.Value[i] != c.Value[i] || a != treated && a != control {
			continue
		}
		r.data.Treated, r.data.Y = append(r.data.Treated, int(r.o.Arm[i]) == treated), append(r.data.Y, c.Value[i])
		if c.Event != nil {
			r.data.Event = append(r.data.Event, c.Event[i])
		}
	}
	e, ok := estimate.Lookup(method)
	if !ok {
		panic("no method " + method)
	}
	return e.Fit(&r.data, 0.05, &r.work)
}

func (r *reading) control() int {
	return slices.IndexFunc(r.m.Scenario.Arms, func(a scenarios.Arm) bool { return a.Control })
}

// rejects is 1 if the outcome's first test rejects at 5 %.
func rejects(outcome, arm string) measure {
	return func(r *reading) float64 {
		k := slices.IndexFunc(r.m.Scenario.Outcomes, func(o scenarios.Outcome) bool { return o.Name == outcome })
		if r.estimate(outcome, r.m.Scenario.Outcomes[k].Methods[0], arm).P < 0.05 {
			return 1
		}
		return 0
	}
}

// rejected is the share of all outcomes, but for some, whose first test
// rejects at 5 %.
func rejected(arm string, but ...string) measure {
	return func(r *reading) float64 {
		sum, n := 0.0, 0.0
		for _, o := range r.m.Scenario.Outcomes {
			if !slices.Contains(but, o.Name) {
				sum += rejects(o.Name, arm)(r)
				n++
			}
		}
		return sum / n
	}
}

// given is a number of the scenario's own.
func given(f func(*scenarios.Scenario) float64) measure {
	return func(r *reading) float64 { return f(r.m.Scenario) }
}
