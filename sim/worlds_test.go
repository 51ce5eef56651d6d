package sim

import (
	"testing"

	"pgregory.net/rapid"
)

// withSlotsForAll leaves nothing to queue for but the case managers.
var withSlotsForAll = []string{"service.clinic.slots=\"unlimited\"", "program.manager.caseload=\"unlimited\""}

// lifeOf is what happened to client i, for comparing worlds.
func (w *Workspace) lifeOf(i int) (life []any) {
	c := w.client(i)
	life = append(life, c.enrol, c.abst, c.exit(), c.lost, c.attended, c.bits)
	for k := c.first; k >= 0; k = w.spells[k].next {
		sp := w.spells[k]
		life = append(life, sp.Sought, sp.Admitted, sp.Ended, sp.End)
	}
	for k := range w.m.programs {
		r := w.careOf(w.client(i), k)
		life = append(life, r.done, r.start, r.manager)
	}
	return life
}

func sameLife(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if a[k] != b[k] {
			return false
		}
	}
	return true
}

// withdraw runs a replicate with and without one client, with the others'
// allocation, enrolment and case managers as they were, and gives those whose
// lives differ and the managers.
func withdraw(m *Model, replicate, gone int) (changed []int, managers []int32) {
	w := m.NewWorkspace()
	w.Begin(11, replicate)
	w.Trial()
	before := make([][]any, w.n)
	managers = make([]int32, w.n*len(m.programs))
	for i := range w.n {
		before[i] = w.lifeOf(i)
		for k := range m.programs {
			managers[i*len(m.programs)+k] = w.careOf(w.client(i), k).manager
		}
	}
	w.withdrawn, w.fixed = gone, managers
	w.Trial()
	for i := range w.n {
		if i != gone && !sameLife(before[i], w.lifeOf(i)) {
			changed = append(changed, i)
		}
	}
	return changed, managers
}

// Withdrawing one client changes nobody who shares no queue with that client.
// A case manager who gets slower when busy is a queue; slots are unlimited.
func TestWithdrawingAClientLeavesOthersAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, crowdedTOML, append(drawSets(t), withSlotsForAll...)...)
		gone := rapid.IntRange(0, m.clients-1).Draw(t, "withdrawn")
		changed, managers := withdraw(m, rapid.IntRange(0, 1000).Draw(t, "replicate"), gone)
		for _, i := range changed {
			if !sharesManager(m, managers, i, gone) {
				t.Fatalf("client %d changed when %d withdrew", i, gone)
			}
		}
	})
}

// It does change clients of a manager whose hours bind, or the test above would
// show nothing.
func TestWithdrawingAClientGivesTheManagersOthersTime(t *testing.T) {
	m := compile(t, crowdedTOML, append([]string{"program.manager.hours_per_week=2"}, withSlotsForAll...)...)
	for gone := range m.clients {
		if changed, _ := withdraw(m, 0, gone); len(changed) > 0 {
			return
		}
	}
	t.Error("nobody changed, whoever withdrew")
}

func sharesManager(m *Model, managers []int32, i, j int) bool {
	for k := range m.programs {
		a, b := managers[i*len(m.programs)+k], managers[j*len(m.programs)+k]
		if a >= 0 && a == b && m.programs[k].stretch > 0 {
			return true
		}
	}
	return false
}

// So many slots and managers that nobody waits give the world without limits,
// to the last bit.
func TestCapacityThatNobodyExhaustsIsNoQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := drawSets(t)
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		run := func(more ...string) allState {
			m := compile(t, crowdedTOML, append(append([]string(nil), sets...), more...)...)
			w := m.NewWorkspace()
			w.Begin(3, replicate)
			w.Trial()
			s := w.allState()
			for i := range s.Clients {
				s.Clients[i].heldSlots, s.Clients[i].sharedDeps = 0, 0 // how limits are kept
			}
			s.Care = nil // who is one's manager depends on loads
			return s
		}
		spread := "program.manager.spread=0" // who is one's manager depends on loads
		free := run(spread, "service.clinic.slots=\"unlimited\"", "program.manager.caseload=\"unlimited\"", "program.manager.hours_per_week=0")
		ample := run(spread, "service.clinic.slots=100000", "program.manager.caseload=100000", "program.manager.hours_per_week=160")
		if d := diff(ample.withinFollowUp(), free.withinFollowUp()); d != "" {
			t.Fatalf("ample and free: %s", d)
		}
	})
}

// withinFollowUp forgets the ends of stays that outlast follow-up: only slots
// that run out are watched until then.
func (s allState) withinFollowUp() allState {
	s.Counts.Left = 0
	for k := range s.Spells {
		if sp := &s.Spells[k]; sp.Ended >= s.Clients[sp.Client].exit() {
			sp.Ended, sp.End = -1, SpellOpen
		}
		s.Counts.Left += int(s.Spells[k].End & SpellLeft)
	}
	return s
}

// Everyone in one arm gives the same client the same luck: without queues the
// life under an arm does not depend on what others get.
func TestWorldsShareTheirLuck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, crowdedTOML, append(drawSets(t), "service.clinic.slots=\"unlimited\"",
			"program.manager.caseload=\"unlimited\"", "program.manager.hours_per_week=0", "program.manager.spread=0")...)
		if m.Shared() {
			t.Fatal("something is shared")
		}
		w := m.NewWorkspace()
		own, arms := m.NewTruth(), m.NewTruth()
		w.Begin(9, rapid.IntRange(0, 1000).Draw(t, "replicate"))
		w.World(AsRandomized, own)
		for a := range m.arms {
			w.World(a, arms)
			for k := range own.Outcomes {
				for i, arm := range own.Arm {
					x, y := own.Outcomes[k].Value[i], arms.Outcomes[k].Value[i]
					if int(arm) == a && x != y && (x == x || y == y) {
						t.Fatalf("outcome %d of client %d: %v as randomized, %v with everyone in arm %d", k, i, x, y, a)
					}
				}
			}
		}
	})
}

// An effect of 1 in every program and no spread make all arms alike, client
// by client.
func TestWithoutEffectsArmsAreAlike(t *testing.T) {
	text := replaceAll(t, crowdedTOML, "hazard_ratio = 2\n", "hazard_ratio = 1\n")
	text = replaceAll(t, text, "hazard_ratio = 0.6\n", "hazard_ratio = 1\n")
	text = replaceAll(t, text, "hazard_ratio = 1.5\n", "hazard_ratio = 1\n")
	m := compile(t, text, "program.manager.spread=0", "service.clinic.slots=\"unlimited\"")
	w := m.NewWorkspace()
	a, b := m.NewTruth(), m.NewTruth()
	for r := range 20 {
		w.Begin(1, r)
		w.World(0, a)
		w.World(1, b)
		for k := range a.Outcomes {
			for i, x := range a.Outcomes[k].Value {
				if y := b.Outcomes[k].Value[i]; x != y && (x == x || y == y) {
					t.Fatalf("replicate %d, outcome %d, client %d: %v and %v", r, k, i, x, y)
				}
			}
		}
	}
}
