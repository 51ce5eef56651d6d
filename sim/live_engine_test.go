package sim

import (
	"testing"

	"caseload/sim/trial"

	"pgregory.net/rapid"
)

// The engine that lets a client's own life run ahead gives the trial of the
// engine in which every event goes through the calendar, to the last bit.
func TestLivesThatRunAheadChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, crowdedTOML, append(drawSets(t), drawStaffing(t, "manager", false)...)...)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		run := func(plain, logged bool) allState {
			w := m.NewWorkspace()
			w.plain, w.prefetches = plain, !plain
			if logged {
				w.log = &eventLog{}
			}
			w.Begin(3, replicate)
			w.Trial()
			return w.allState()
		}
		ahead := run(false, false)
		if d := diff(run(true, false), ahead); d != "" {
			t.Fatalf("plain and ahead: %s", d)
		}
		if d := diff(run(true, true), ahead); d != "" {
			t.Fatalf("logged and ahead: %s", d)
		}
		if ahead.Counts.Enrolled != m.clients {
			t.Fatalf("%d enrolled of %d", ahead.Counts.Enrolled, m.clients)
		}
	})
}

// A workspace that has been used gives what a new one gives.
func TestWorkspacesForget(t *testing.T) {
	m := compile(t, crowdedTOML)
	used, fresh := m.NewWorkspace(), m.NewWorkspace()
	truth := m.NewTruth()
	used.prefetches = true
	for r := range 5 {
		used.Begin(1, r)
		used.World(0, truth)
		used.World(AsRandomized, truth)
		used.Trial()
		used.Worlds([]*trial.Truth{truth, truth}, nil)
	}
	used.Begin(1, 99)
	used.World(1, truth)
	used.Trial()
	fresh.Begin(1, 99)
	fresh.Trial()
	if d := diff(used.allState(), fresh.allState()); d != "" {
		t.Error(d)
	}
}

// Nothing is allocated for a replicate once the workspace is warm.
func TestReplicatesAllocateNothing(t *testing.T) {
	m := compile(t, crowdedTOML, "program.manager.staffing.turnover={per_year=6}", "program.manager.staffing.learning={start=0.5,median_days=30}")
	w, truths := m.NewWorkspace(), truths(m)
	replicate := func() {
		w.Begin(1, 7)
		w.Trial()
		w.Worlds(truths[:m.arms], truths[m.arms])
		for arm := AsRandomized; arm < m.arms; arm++ {
			w.World(arm, truths[0])
		}
	}
	replicate()
	if n := testing.AllocsPerRun(20, replicate); n != 0 {
		t.Errorf("%v allocations a replicate, want 0", n)
	}
}

// conserve checks what holds in every world: who may hold what, and when.
func conserve(t *rapid.T, m *Model, w *Workspace) {
	for s := range m.services {
		v, q := &m.services[s], &w.queues[s]
		held := 0
		for i := range w.n {
			if y := w.stay(w.client(i), s); y.state == staying && v.finite {
				held++
			}
		}
		if v.finite && held+q.free != v.slots {
			t.Fatalf("service %d: %d held and %d free of %d slots", s, held, q.free, v.slots)
		}
	}
	for g := range w.managers {
		if w.managers[g].load != 0 {
			t.Fatalf("manager %d still has %d clients", g, w.managers[g].load)
		}
	}
	var at []Spell
	for _, sp := range w.spells {
		c := w.client(int(sp.Client))
		if sp.Sought < c.enrol || sp.Admitted >= 0 && sp.Admitted < sp.Sought || sp.Ended >= 0 && sp.Ended < max(sp.Admitted, sp.Sought) {
			t.Fatalf("spell out of order: %+v", sp)
		}
		if sp.Admitted >= 0 {
			at = append(at, sp)
		}
	}
	occupied(t, m, at)
}

// occupied checks that no more than the slots are ever in use, by a sweep over
// admissions and ends.
func occupied(t *rapid.T, m *Model, stays []Spell) {
	if !m.services[0].finite || m.services[0].stays {
		return // a stay that outlasts follow-up has no recorded end yet
	}
	for _, x := range stays {
		n := 0
		for _, y := range stays {
			if y.Admitted <= x.Admitted && (y.Ended < 0 || y.Ended > x.Admitted) {
				n++
			}
		}
		if open := openAt(stays, x.Admitted); n > m.services[0].slots+open {
			t.Fatalf("%d in %d slots", n, m.services[0].slots)
		}
	}
}

// openAt counts stays without a recorded end that began by then: the end of
// follow-up may have freed their slots.
func openAt(stays []Spell, tick int64) (n int) {
	for _, y := range stays {
		if y.Ended < 0 && y.Admitted <= tick {
			n++
		}
	}
	return n
}

func TestSlotsManagersAndTimesAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, crowdedTOML, append(drawSets(t), drawStaffing(t, "manager", false)...)...)
		w := m.NewWorkspace()
		w.Begin(5, rapid.IntRange(0, 1000).Draw(t, "replicate"))
		w.Trial()
		conserve(t, m, w)
		for i := range w.n {
			c := w.client(i)
			if c.abst < 0 || c.abst > c.exit()-c.enrol || c.exit()-c.enrol > m.horizon {
				t.Fatalf("client %d: %d ticks abstinent of %d", i, c.abst, c.exit()-c.enrol)
			}
			if c.sharedDeps != 0 && c.exit() > 0 && !m.services[0].stays {
				t.Fatalf("client %d is still exposed", i)
			}
		}
	})
}
