package sim

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/scenarios"
	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// eventOutcomes asks for every variable with every strategy for jail and leaving that it
// can have; those that are as if nobody were jailed or left are of the trial alone.
func eventOutcomes(seen bool) (text string) {
	for _, v := range scenarios.Variables() {
		for _, e := range []scenarios.IntercurrentEvent{scenarios.ByJail, scenarios.ByLeaving} {
			if e == scenarios.ByJail && v.Needs == "jail" || e == scenarios.ByLeaving && v.Name == "completed_su" || !slices.Contains(v.Sets, scenarios.SetITT) {
				continue
			}
			more := map[scenarios.Strategy]string{scenarios.Composite: "", scenarios.TreatmentPolicy: ""}
			if slices.Contains([]string{"satisfaction", "health", "arrests", "risk_events", "event_count", "events_reported"}, v.Name) {
				more[scenarios.Composite] = ", value = 77"
			}
			if seen {
				more[scenarios.Hypothetical] = ""
			}
			if v.Kind == scenarios.Count || v.InDays() && v.Name != "use_days_month" {
				more[scenarios.WhileAlive] = `, death = "while_alive"`
			}
			for _, s := range e.Strategies() {
				if extra, ok := more[s]; ok {
					text += fmt.Sprintf("[[outcome]]\nname = \"%s_%s_%s\"\nvariable = %q\nat_days = 90\nintercurrent = { %s = %q%s }\n", v.Name, e, s, v.Name, e, s, extra)
					text += aboutEvent(v)
					if v.Name == scenarios.VariableCondition {
						text += fmt.Sprintf("when = %q\n", wholeCondition)
					}
				}
			}
		}
	}
	return text
}

// firstOf returns when an event came to a client by the log, the largest tick if never.
func firstOf(w *Workspace, c *chronicle, e scenarios.IntercurrentEvent) int64 {
	first := int64(math.MaxInt64)
	if e == scenarios.ByJail {
		flips := c.flips[scenarios.StateJailed]
		if len(flips) > 0 {
			first = flips[0]
		}
		return first
	}
	for _, x := range c.stays {
		if w.m.services[x.service].treats && x.end == EventLeft {
			first = min(first, x.to)
		}
	}
	return first
}

// recountEvent is recountDeath for an outcome with a strategy for jail or leaving, by the
// words that describe the strategy in scenarios.Strategies.
func recountEvent(w *Workspace, c *chronicle, k int, seen bool) (x wanted) {
	o := &w.m.Scenario.Outcomes[k]
	v, _ := scenarios.LookupVariable(o.Variable)
	x = recountDeath(w, c, k, seen)
	x.died = x.died && v.Needs != "death"
	handled := o.Handled()
	if len(handled) == 0 || !x.in {
		return x
	}
	due, at := c.enrol+days(o.AtDays), firstOf(w, c, handled[0])
	if !v.Records && seen {
		due = w.momentAt(w.client(c.client), w.m.outcomes[k].moment)
	}
	if at >= due {
		return x
	}
	strategy := o.Strategy(handled[0])
	x.died = strategy != scenarios.Hypothetical
	r := recounter{w: w, c: c, o: o, services: servicesAsked(w.m.Scenario, o, v), from: c.enrol, at: at, to: at}
	for s := range w.m.services {
		r.index = append(r.index, w.m.services[s].name)
	}
	switch {
	case strategy == scenarios.Composite && v.Kind != scenarios.Time:
		x.y, _ = w.m.Scenario.ValueAtDeath(o)
		x.there, x.exposure = true, o.AtDays
	case v.Kind == scenarios.Time:
		x.there = strategy == scenarios.Composite || at > c.enrol
		if x.y, x.event = recounts[o.Variable](&r); x.event || strategy == scenarios.Hypothetical {
			break // what came by then, or censored
		} else if x.event = v.Good > 0; !x.event {
			x.y = o.AtDays
		}
	case strategy == scenarios.WhileAlive:
		x.y, _ = recounts[o.Variable](&r)
		x.there = v.Records || !seen || c.lost < 0 || c.lost >= at
		x.exposure = calendar.Days(max(1, at-c.enrol))
	default:
		x.there = false
	}
	if !x.there {
		x.y = math.NaN()
	}
	return x
}

// What an outcome is for clients who are jailed or leave treatment, in the trial and in
// the truth, is what the log of events says by the words that describe the strategy.
func TestJailAndLeavingAgreeWithTheLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := rapid.IntRange(AsRandomized-1, 1).Draw(t, "world")
		seen := world < AsRandomized
		sets := append(append(drawWhole(t), drawEnds(t)...), "jail.jailed=0") // of which the log cannot tell who is jailed on the first day
		m := compileRoughly(t, wholeTOML+someOf(t, eventOutcomes(seen)), sets...)
		fast, logged := histories(m, rapid.IntRange(0, 1000).Draw(t, "replicate"), world)
		for _, c := range chronicles(logged) {
			for k := range m.outcomes {
				if !seen && m.outcomes[k].ofStudy {
					continue // the log is of the world without losses
				}
				compareDeath(t, fast, k, c.client, recountEvent(logged, &c, k, seen))
			}
		}
	})
}

// In the worlds of an outcome that asks what would be if an event came to nobody it comes
// to nobody, and all else is as in a scenario without it.
func TestWorldsWithoutAnEventAreThoseOfAScenarioWithoutIt(t *testing.T) {
	for _, e := range scenarios.IntercurrentEvents()[1:] {
		text := wholeTOML
		for _, v := range []string{"days_in_su", "abstinent", "days_in_other", "arrests"} {
			text += fmt.Sprintf("[[outcome]]\nname = %q\nvariable = %q\nintercurrent = { %s = \"hypothetical\" }\n", v, v, e)
		}
		// People outside the trial leave in those worlds, and in no world of the other scenario.
		m := compileRoughly(t, strings.NewReplacer("occupied = 0.8\nbackground = { per_month = 8 }\n", "", "control = true\n", "control = true\ncontamination = { arm = \"managed\", probability = 0.3 }\n").Replace(text))
		without, err := m.Variant(m.Scenario.Edit(func(sc *scenarios.Scenario) { sc.StopEvents(&sc.Outcomes[0]) }))
		if err != nil {
			t.Fatal(err)
		}
		w, u := m.NewWorkspace(), without.NewWorkspace()
		a, b := m.NewTruth(), without.NewTruth()
		for r := range 3 {
			for world := AsRandomized; world <= 1; world++ {
				w.Begin(5, r)
				u.Begin(5, r)
				w.World(world, a)
				u.World(world, b)
				for k := range a.Outcomes {
					if !slices.EqualFunc(a.Outcomes[k].Value, b.Outcomes[k].Value, func(x, y float64) bool { return x == y || x != x && y != y }) {
						t.Fatalf("%s: outcome %d of replicate %d, world %d differs", e, k, r, world)
					}
				}
			}
		}
	}
}
