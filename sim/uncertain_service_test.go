package sim

import (
	"math"
	"slices"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// ratedTOML gives the whole scenario services with rates of their own.
const ratedTOML = `
[service.shelter.while_in]
quit = { per_month = 0.9 }
relapse = { probability = 0.3, by_days = 60 }
[service.shelter.after]
days = 20
death = { per_year = 0.1 }
[service.shelter.after.left]
days = 40
relapse = { per_month = 1.2 }
arrest = { per_month = 0.4 }
[service.clinic.after]
days = 60
acts_on = { quit = 1, relapse = 0.9 }
[service.ward.after]
days = 30
acts_on = { relapse = 1, quit = 0.5 }
[service.ward.after.left]
days = 50
acts_on = { quit = 2 }
`

// rowsOfServices are rows on all that may be uncertain of those services, with a prior each.
func rowsOfServices(priors ...string) (text string) {
	for k, key := range []string{"clinic.acts_on.quit", "clinic.acts_on.death", "ward.acts_on.relapse", "shelter.while_in.quit.per_month",
		"shelter.while_in.relapse.probability", "shelter.after.death.per_year", "shelter.after.left.relapse.per_month", "clinic.after.acts_on.quit", "ward.after.left.acts_on.quit"} {
		text += "[[uncertain]]\nkey = \"service." + key + "\"\nprior = " + priors[k%len(priors)] + "\n"
	}
	return text
}

// Without a width, priors of services' numbers leave a replicate the same to the last bit.
func TestPriorsOfServicesWithoutWidthChangeNothing(t *testing.T) {
	suite.Long(t)
	text := wholeTOML + ratedTOML + rowsOfServices("{ normal = [3, 0] }", "{ uniform = [0.4, 0.4] }", "{ sample = [0.1] }", "{ normal = [0.9, 0] }",
		"{ uniform = [0.3, 0.3] }", "{ lognormal = [0.1, 0] }", "{ normal = [1.2, 0] }", "{ normal = [1, 0] }", "{ normal = [2, 0] }") + wholeOutcomes()
	drawn, written := compileUnknown(t, text), compileUnknown(t, text, "uncertainty.use=false")
	if len(drawn.Unknowns()) != 9 || len(written.Unknowns()) != 0 {
		t.Fatalf("%d and %d unknowns", len(drawn.Unknowns()), len(written.Unknowns()))
	}
	for r := range 3 {
		a, b := drawn.NewWorkspace(), written.NewWorkspace()
		for _, w := range []*Workspace{a, b} {
			w.Begin(5, r)
			w.Trial()
		}
		if d := diff(withoutBits(a), withoutBits(b)); d != "" {
			t.Fatalf("replicate %d: %s", r, d)
		}
	}
}

// A hazard ratio or rate that is drawn is that of a scenario in which it is written, and no
// other changes; the model that workers share does not change at all. Both are solved
// alike; a rate is interpolated, where its logarithm is a straight line.
func TestDrawnNumbersOfServicesAreThoseWritten(t *testing.T) {
	m := compileUnknown(t, wholeTOML+ratedTOML+rowsOfServices("{ lognormal = [0.3, 0.3] }")+wholeOutcomes())
	for k, u := range m.unknowns {
		w := m.NewWorkspace()
		const x = 0.37
		w.m.vary(m, &u, x, false)
		sc, err := m.Scenario.With(scenarios.Setting{Key: u.row.Key, Value: x}, scenarios.Setting{Key: "uncertainty.use", Value: false})
		if err != nil {
			t.Fatal(err)
		}
		v, err := compileFrom(sc, sampleSize/4, m)
		if err != nil {
			t.Fatal(err)
		}
		changed := 0
		for p := range v.procs {
			drawn, written, shared := &w.m.procs[p], &v.procs[p], &m.procs[p]
			for j := range written.mods {
				if !slices.Equal(drawn.mods[j].factor[:], written.mods[j].factor[:]) || !slices.Equal(drawn.mods[j].inverse[:], written.mods[j].inverse[:]) {
					t.Errorf("%s: modifier %d of %s is %v, want %v", u.row.Key, j, drawn.name, drawn.mods[j], written.mods[j])
				}
				if drawn.mods[j] != shared.mods[j] {
					changed++
				}
			}
			for j := range written.rates {
				if a, b := drawn.rates[j].perTick, written.rates[j].perTick; !(math.Abs(math.Log(a/b)) < 1e-4) {
					t.Errorf("%s: rate %s is %v, want %v", u.row.Key, drawn.rates[j].key, a, b)
				}
				if drawn.rates[j].perTick != shared.rates[j].perTick {
					changed++
				}
			}
		}
		if changed != 1 {
			t.Errorf("%s: row %d changes %d hazards", u.row.Key, k, changed)
		}
	}
}

// A hazard ratio of a service on several processes, with another on one of them, changes its
// own; without an effect it is 1.
func TestADrawnRatioOfAKindOfProcess(t *testing.T) {
	m := compileUnknown(t, wholeTOML+`
[[uncertain]]
key = "service.shelter.acts_on.linkage"
prior = { lognormal = [1.5, 0.2], none = 0.5 }
`+wholeOutcomes(), `service.shelter.acts_on={linkage=1.5,"linkage.clinic"=2,linkage_other=1.2}`)
	w, u := m.NewWorkspace(), &m.unknowns[0]
	if w.m.vary(m, u, u.without, true); len(u.acts) != 2 {
		t.Fatalf("%d modifiers", len(u.acts))
	}
	bit := m.services[m.serviceNamed("shelter")].bit
	for process, want := range map[string][]float64{"linkage.clinic": {1, 2}, "linkage.ward": {1}, "linkage.advice": {1.2}} {
		var got []float64
		for _, mod := range w.m.procs[m.find(process)].mods {
			if mod.bit == bit {
				got = append(got, mod.factor[1])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", process, got, want)
		}
	}
}

// Of two keys of a group, one is drawn opposite to the other, and both have no effect
// together.
func TestOppositeDraws(t *testing.T) {
	m := compileRoughly(t, wholeTOML+`
[[service.clinic.uncertain]]
key = "acts_on.quit"
prior = { lognormal = [3, 0.5], none = 0.3 }
group = "clinic"
[[service.clinic.uncertain]]
key = "acts_on.relapse"
prior = { lognormal = [0.4, 0.25], none = 0.3 }
group = "clinic"
opposite = true
`+wholeOutcomes(), "uncertainty.use=true")
	w, none := m.NewWorkspace(), 0
	const n = 1000
	for r := range n {
		w.Begin(1, r)
		quit, relapse := w.Drawn()[0], w.Drawn()[1]
		if quit == 1 && relapse == 1 {
			none++
		} else if a, b := portable.Log(quit/3)/0.5, portable.Log(relapse/0.4)/0.25; math.Abs(a+b) > 1e-9 {
			t.Fatalf("replicate %d: %v and %v, %v and %v SD from the median", r, quit, relapse, a, b)
		}
	}
	within(t, "no effect", float64(none)/n, 0.3, math.Sqrt(0.21/n))
}

// Ratios after a stay that are drawn as 1 leave the trial as it is without them; drawn
// otherwise they act.
func TestRatiosAfterAStayThatAreDrawnAsOne(t *testing.T) {
	suite.Long(t)
	rows := "[[uncertain]]\nkey = \"service.clinic.after.acts_on.quit\"\nprior = { sample = [1, 3] }\n"
	after := "[service.clinic.after]\ndays = 60\nacts_on = { quit = 1, relapse = 1 }\n"
	drawn, without := compileUnknown(t, wholeTOML+after+rows+wholeOutcomes()), compileUnknown(t, wholeTOML+wholeOutcomes(), "uncertainty.use=false")
	same, other := 0, 0
	for r := range 12 {
		a, b := drawn.NewWorkspace(), without.NewWorkspace()
		for _, w := range []*Workspace{a, b} {
			w.Begin(5, r)
			w.Trial()
		}
		d := diff(withoutBits(a), withoutBits(b))
		if one := a.Drawn()[0] == 1; one != (d == "") {
			t.Errorf("replicate %d: drawn as %v, %s", r, a.Drawn()[0], d)
		} else if one {
			same++
		} else {
			other++
		}
	}
	if same == 0 || other == 0 {
		t.Errorf("%d replicates drawn as 1 and %d as 3", same, other)
	}
}

// withoutBits is the state of a world without the bits of clients, which have other places
// where something more can hold after stays, nor what visits saw of them.
func withoutBits(w *Workspace) allState {
	s := w.allState()
	s.Seen = nil
	for i := range s.Clients {
		s.Clients[i].bits = 0
	}
	return s
}
