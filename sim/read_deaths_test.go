package sim

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/calendar"

	"pgregory.net/rapid"
)

// strategyOutcomes asks for every variable that death can cut short, with every
// strategy that it can have.
func strategyOutcomes(hypothetical bool) (text string) {
	add := func(v scenarios.Variable, death, more string) {
		name := death
		if name == "" {
			name = "unstated"
		}
		text += fmt.Sprintf("[[outcome]]\nname = \"%s_%s\"\nvariable = %q\nat_days = 90\n%s", v.Name, name, v.Name, more+aboutEvent(v))
		if v.Name == scenarios.VariableCondition {
			text += fmt.Sprintf("when = %q\n", wholeCondition)
		}
		if death != "" {
			value := ""
			if death == "composite" && slices.Contains([]string{"satisfaction", "health", "arrests", "risk_events", "events_reported"}, v.Name) {
				value = ", value = 77"
			}
			text += fmt.Sprintf("intercurrent = { death = %q%s }\n", death, value)
		}
	}
	for _, v := range scenarios.Variables() {
		if v.Needs == "death" {
			continue
		}
		add(v, "", "")
		add(v, "composite", "")
		if !slices.Contains(v.Sets, scenarios.SetITT) {
			continue
		}
		add(v, "principal", "")
		if hypothetical {
			add(v, "hypothetical", "")
		}
		if v.Kind == scenarios.Count || slices.Contains([]string{"days_in_su", "days_in_other", "days_abstinent", "days_using", "days_in_jail", "days_housed", "days_employed"}, v.Name) {
			add(v, "while_alive", "")
		}
	}
	return text
}

// wanted is what the log says of an outcome of a client.
type wanted struct {
	y, exposure      float64
	event, in, there bool
	died             bool
}

// recountDeath is recount for an outcome with a strategy for death, by the words that
// describe the strategy in scenarios.Strategies.
func recountDeath(w *Workspace, c *chronicle, k int, seen bool) (x wanted) {
	o := &w.m.Scenario.Outcomes[k]
	v, _ := scenarios.LookupVariable(o.Variable)
	x.y, x.event, x.in, x.there = recount(w, c, o, seen)
	if !x.in {
		return x
	}
	r := recounter{w: w, c: c, o: o, services: servicesAsked(w.m.Scenario, o, v), from: c.enrol}
	for s := range w.m.services {
		r.index = append(r.index, w.m.services[s].name)
	}
	if o.Set == scenarios.SetEntered {
		r.from = r.firstStay().from
	}
	due := r.from + days(o.AtDays)
	x.exposure = calendar.Days(max(1, min(due, c.exit)-c.enrol))
	if !v.Records {
		visit := c.enrol + days(o.AtDays)
		if seen {
			visit = w.momentAt(w.client(c.client), w.m.outcomes[k].moment)
		}
		due, x.exposure = visit, calendar.Days(visit-c.enrol)
	}
	if x.died = c.dead && c.exit < due; !x.died {
		return x
	}
	switch o.Death() {
	case scenarios.Composite:
		x.there = true
		switch {
		case v.Kind == scenarios.Time && !x.event && v.Good < 0:
			x.y = o.AtDays
		case v.Kind == scenarios.Time:
			x.event = true
		case o.DeathCounts():
			x.y++
		case o.Intercurrent.Value != nil:
			x.y = 77
		case v.Good > 0:
			x.y = 0
		default:
			x.y = map[string]float64{"arrested": 1, "event_any": 1, "days_using": 90, "days_in_jail": 90,
				"use_days_month": 30 * w.m.Scenario.Use.DaysPerMonth / scenarios.DaysPerMonth}[v.Name]
		}
		if x.exposure = o.AtDays; o.DeathCounts() {
			x.exposure = calendar.Days(max(1, c.exit-c.enrol))
		}
	case scenarios.WhileAlive:
		if !v.Records {
			r.at = min(c.enrol+days(o.AtDays), c.exit)
			r.to = r.at
			x.y, _ = recounts[o.Variable](&r)
			x.there = !seen || c.lost < 0 || c.lost >= c.exit
			x.exposure = calendar.Days(max(1, r.at-c.enrol))
		}
	case scenarios.Principal:
		x.there = false
	case scenarios.Hypothetical:
		x.there = v.Kind == scenarios.Time
		x.died = false
	}
	return x
}

// What an outcome is for clients who die, in the trial and in the truth, is what the
// log of events says by the words that describe the strategy.
func TestDeathsAgreeWithTheLog(t *testing.T) {
	suite.Long(t)
	rapid.Check(t, func(t *rapid.T) {
		world := rapid.IntRange(AsRandomized-1, 1).Draw(t, "world")
		seen := world < AsRandomized
		sets := append(drawWhole(t), drawEnds(t)...)
		m := compileRoughly(t, wholeTOML+someOf(t, strategyOutcomes(seen)), sets...)
		fast, logged := histories(m, rapid.IntRange(0, 1000).Draw(t, "replicate"), world)
		for _, c := range chronicles(logged) {
			for k := range m.outcomes {
				if !seen && m.outcomes[k].ofStudy {
					continue // the log is of the world without losses
				}
				compareDeath(t, fast, k, c.client, recountDeath(logged, &c, k, seen))
			}
		}
	})
}

func compareDeath(t *rapid.T, w *Workspace, k, i int, x wanted) {
	compareOutcome(t, w, k, i, x.y, x.event, x.in, x.there)
	col, name := &w.observed.Outcomes[k], w.m.outcomes[k].name
	if died := col.Died != nil && col.Died[i]; x.in && died != x.died {
		t.Fatalf("%s of client %d: died before is %v, the log says %v", name, i, died, x.died)
	}
	if col.Exposure != nil && x.in && x.there && math.Abs(col.Exposure[i]-x.exposure) > 1e-7 {
		t.Fatalf("%s of client %d: %v days of exposure, the log says %v", name, i, col.Exposure[i], x.exposure)
	}
}

// In the worlds of an outcome that asks what would be if nobody died, nobody does, and
// all else is as in a scenario without deaths.
func TestWorldsWithoutDeathAreThoseOfAScenarioWithoutDeath(t *testing.T) {
	const outcomes = "[[outcome]]\nname = \"days\"\nvariable = \"days_in_su\"\nintercurrent = { death = \"hypothetical\" }\n" +
		"[[outcome]]\nname = \"use\"\nvariable = \"abstinent\"\nintercurrent = { death = \"hypothetical\" }\n" +
		"[[outcome]]\nname = \"alive\"\nvariable = \"died\"\n"
	m := compileRoughly(t, wholeTOML+outcomes, "death.rate={per_month=0.2}")
	without, err := m.Variant(m.Scenario.Edit(func(sc *scenarios.Scenario) { sc.Death.Rate = scenarios.Quantity{Never: true} }))
	if err != nil {
		t.Fatal(err)
	}
	w, u := m.NewWorkspace(), without.NewWorkspace()
	a, b := m.NewTruth(), without.NewTruth()
	deaths := 0.0
	for r := range 5 {
		for world := AsRandomized; world <= 1; world++ {
			w.Begin(5, r)
			u.Begin(5, r)
			w.World(world, a)
			u.World(world, b)
			for k := range 2 {
				if !slices.Equal(a.Outcomes[k].Value, b.Outcomes[k].Value) {
					t.Fatalf("outcome %d of replicate %d, world %d differs", k, r, world)
				}
			}
			for _, y := range a.Outcomes[2].Value {
				deaths += y
			}
		}
	}
	if deaths == 0 {
		t.Error("nobody dies in the other worlds")
	}
}
