package sim

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// twoClinicsTOML has clinics that clients move between and come back to.
const twoClinicsTOML = `
[service.ward]
preset = ""
kind = "substance_use"
slots = 9
linkage = { probability = 0.3, by_days = 90 }
stay = { median_days = 20 }
planned_days = 28
return = { probability = 0.5, by_days = 30 }
acts_on = { quit = 2.0 }
`

// drawImposable draws a scenario with all that can take clients to services and
// away.
func drawImposable(t *rapid.T) *Model {
	if rapid.Bool().Draw(t, "whole") {
		sets := drawWhole(t)
		if rapid.Bool().Draw(t, "ward endangers") { // so that leaving it puts off what makes the client leave
			sets = append(sets, "service.ward.acts_on={quit=10.0,arrest=8.0,death=8.0}")
		}
		return compileRoughly(t, wholeTOML+wholeOutcomes(), sets...)
	}
	return compileRoughly(t, crowdedTOML+twoClinicsTOML, drawSets(t)...)
}

// worldOf runs a world and gives what it leaves within follow-up, but for how
// queues are kept and what is counted of clients and others alike.
func (w *Workspace) worldOf(arm int) allState {
	truth := w.m.NewTruth()
	w.World(arm, truth)
	w.observed.Outcomes = truth.Outcomes
	return w.withoutQueues()
}

// imposedOf is worldOf with stays imposed.
func (w *Workspace) imposedOf(arm int, s *Stays, what Imposition) allState {
	truth := w.m.NewTruth()
	w.Imposed(arm, s, what, truth)
	w.observed.Outcomes = truth.Outcomes
	return w.withoutQueues()
}

func (w *Workspace) withoutQueues() allState {
	s := w.allState().withinFollowUp()
	s.Counts = Counts{}
	for k := range s.Spells {
		if sp := &s.Spells[k]; sp.Admitted >= s.Clients[sp.Client].exit() {
			sp.Admitted = -1
		}
	}
	for i := range s.Clients {
		s.Clients[i].heldSlots, s.Clients[i].sharedDeps = 0, 0
	}
	return s
}

// A world's own times imposed on it give that world, to the last bit: jail and
// death, moves and returns, planned stays, waiting lists and reneging are all in
// the times.
func TestOwnTimesImposedChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawImposable(t).NewWorkspace()
		w.plain = rapid.Bool().Draw(t, "plain")
		w.Begin(3, rapid.IntRange(0, 1000).Draw(t, "replicate"))
		arm := rapid.IntRange(AsRandomized, 1).Draw(t, "arm")
		own := w.worldOf(arm)
		var s Stays
		w.Stays(&s)
		for what := range impositions {
			if d := diff(own, w.imposedOf(arm, &s, what)); d != "" {
				t.Fatalf("imposition %d: %s", what, d)
			}
		}
		if d := diff(own, w.worldOf(arm)); d != "" {
			t.Fatalf("the world itself after impositions: %s", d)
		}
	})
}

// Where times of another world are imposed, the engine runs ahead as it does
// elsewhere.
func TestImposedLivesThatRunAheadChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawImposable(t)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		from, what := rapid.IntRange(0, 1).Draw(t, "from"), Imposition(rapid.IntRange(0, 2).Draw(t, "imposition"))
		run := func(plain, logged bool) allState {
			w := m.NewWorkspace()
			w.plain = plain
			if logged {
				w.log = &eventLog{}
			}
			w.Begin(3, replicate)
			w.worldOf(from)
			var s Stays
			w.Stays(&s)
			return w.imposedOf(1-from, &s, what)
		}
		ahead := run(false, false)
		if d := diff(run(true, false), ahead); d != "" {
			t.Fatalf("plain and ahead: %s", d)
		}
		if d := diff(run(true, true), ahead); d != "" {
			t.Fatalf("logged and ahead: %s", d)
		}
	})
}

// Whatever the world, clients are in the services concerned when they were in
// the other, as long as they live; and in those not concerned when they like.
func TestImposedStaysAreKept(t *testing.T) {
	m := compileRoughly(t, wholeTOML+wholeOutcomes())
	w := m.NewWorkspace()
	free := 0
	for r := range 20 {
		w.Begin(5, r)
		source := w.worldOf(1)
		var s Stays
		w.Stays(&s)
		for _, what := range []Imposition{ImposeStays, ImposeServices} {
			got := w.imposedOf(0, &s, what)
			for i := range w.n {
				for k := range m.services {
					a, b := staysOf(&source, i, k, &got), staysOf(&got, i, k, &source)
					switch {
					case slices.Equal(a, b):
					case m.services[k].treats || what == ImposeServices:
						t.Fatalf("replicate %d, client %d, service %d: %v, want %v", r, i, k, b, a)
					default:
						free++
					}
				}
			}
		}
	}
	if free == 0 {
		t.Error("nobody's stay in an ancillary service differs where only the others are imposed")
	}
}

// staysOf are client i's stays in a service in world s as long as the client
// lives in both worlds.
func staysOf(s *allState, i, service int, other *allState) (stays [][2]int64) {
	exit := min(s.Clients[i].exit(), other.Clients[i].exit())
	for _, sp := range s.Spells {
		if int(sp.Client) != i || int(sp.Service) != service || sp.Admitted < 0 || sp.Admitted >= exit {
			continue
		}
		if sp.Ended < 0 {
			sp.Ended = exit
		}
		stays = append(stays, [2]int64{sp.Admitted, min(sp.Ended, exit)})
	}
	return stays
}

// Where entering is imposed, each admission of the other world happens unless
// the client is still there or dead, and no other does. Stays end otherwise than
// in the other world, some by this world's jail.
func TestImposedEnteringIsKept(t *testing.T) {
	m := compileRoughly(t, wholeTOML+wholeOutcomes())
	w := m.NewWorkspace()
	ends := map[SpellEnd]int{}
	for r := range 20 {
		w.Begin(5, r)
		source := w.worldOf(1)
		var s Stays
		w.Stays(&s)
		got := w.imposedOf(0, &s, ImposeEntering)
		for i := range w.n {
			for k := range m.services {
				if m.services[k].treats {
					entered(t, fmt.Sprintf("replicate %d, client %d, service %d", r, i, k),
						staysOf(&source, i, k, &got), staysOf(&got, i, k, &source))
				}
			}
		}
		inOrder(t, got.Spells)
		for _, sp := range got.Spells {
			if m.services[sp.Service].treats {
				ends[sp.End]++
			}
		}
	}
	for _, end := range []SpellEnd{SpellLeft, SpellReneged, SpellCompleted, SpellMoved, SpellJailed} {
		if ends[end] == 0 {
			t.Errorf("no spell ended with %d: %v", end, ends)
		}
	}
}

// entered compares admissions with those asked for.
func entered(t *testing.T, what string, asked, got [][2]int64) {
	t.Helper()
	for _, g := range got {
		if !slices.ContainsFunc(asked, func(a [2]int64) bool { return a[0] == g[0] }) {
			t.Fatalf("%s: admitted at %d, which is not imposed: %v", what, g[0], asked)
		}
	}
	for _, a := range asked {
		if !slices.ContainsFunc(got, func(g [2]int64) bool { return g[0] <= a[0] && (a[0] == g[0] || a[0] < g[1]) }) {
			t.Fatalf("%s: not there at %d: %v", what, a[0], got)
		}
	}
}

// inOrder checks that clients seek, enter and leave a service in this order, and
// seek it again afterwards.
func inOrder(t *testing.T, spells []Spell) {
	t.Helper()
	last := map[[2]int32]int64{}
	for _, sp := range spells {
		key := [2]int32{sp.Client, sp.Service}
		for _, tick := range []int64{sp.Sought, sp.Admitted, sp.Ended} {
			if tick >= 0 && tick < last[key] {
				t.Fatalf("out of order: %+v", sp)
			}
			last[key] = max(tick, last[key])
		}
	}
}

// Nothing is allocated for imposed worlds once the workspace is warm.
func TestImpositionAllocatesNothing(t *testing.T) {
	m := compileRoughly(t, wholeTOML+wholeOutcomes())
	w, truth := m.NewWorkspace(), m.NewTruth()
	var s Stays
	replicate := func() {
		w.Begin(1, 7)
		w.World(0, truth)
		w.Stays(&s)
		for what := range impositions {
			w.Imposed(1, &s, what, truth)
		}
	}
	replicate()
	if n := testing.AllocsPerRun(20, replicate); n != 0 {
		t.Errorf("%v allocations a replicate, want 0", n)
	}
}

// Stays fit the model that they come from alone.
func TestStaysOfAnotherModelAreRefused(t *testing.T) {
	a, b := compileRoughly(t, crowdedTOML).NewWorkspace(), compileRoughly(t, crowdedTOML+twoClinicsTOML).NewWorkspace()
	a.Begin(1, 0)
	b.Begin(1, 0)
	a.worldOf(0)
	var s Stays
	a.Stays(&s)
	defer func() {
		if recover() == nil {
			t.Error("they were taken")
		}
	}()
	b.imposedOf(0, &s, ImposeStays)
}
