package sim

import (
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// Worlds are the runs of a replicate whose results are its truth. A world is often
// the same as one that has been lived, for some clients or for all: then the truth
// is read off the lives that are there.

// AsRandomized is the arm of World in which everyone keeps the arm drawn.
const AsRandomized = -1

// World runs the replicate with everyone in the given arm (or AsRandomized),
// nobody lost to follow-up, and records it in t without error of measurement.
func (w *Workspace) World(arm int, t *trial.Truth) {
	w.enter(arm)
	if w.m.deathless {
		w.deathOff = true
		w.live()
		w.read(t.Outcomes, false)
		w.deathOff = false
	}
	w.live()
	w.record(t)
}

// enter sets up a world with everyone in the given arm, or AsRandomized, and nobody lost.
func (w *Workspace) enter(arm int) {
	w.lossOff = true
	if arm == AsRandomized {
		copy(w.arm, w.assigned)
		return
	}
	for i := range w.arm {
		w.arm[i] = uint8(arm)
	}
}

// Worlds records what World does: in arms, by arm, the worlds in which everyone is in
// it and in own, if not nil, the one as randomized. After Trial much of them has been
// lived already, but where visits are late in the trial only, or where the study's loss
// ends lives and so makes room for others. The lives that it leaves are of no one world.
func (w *Workspace) Worlds(arms []*trial.Truth, own *trial.Truth) {
	if w.plain || w.m.deathless {
		for a, t := range arms {
			w.World(a, t)
		}
		if own != nil {
			w.World(AsRandomized, own)
		}
		return
	}
	if loss := &w.m.loss; !w.inTrial || w.m.window > 0 || loss.all && (w.m.shared || own != nil) {
		w.enter(AsRandomized)
		w.live()
	}
	w.lossOff = true
	w.recordOwn(arms, own)
	for a, t := range arms {
		if w.m.solo[a] {
			w.liveAlone(a, t)
			continue
		}
		w.enter(a)
		w.live()
		w.record(t)
	}
	w.inTrial = false
}

// recordOwn records the world as randomized, and of the clients whose life in the world
// of their own arm is the same, that.
func (w *Workspace) recordOwn(arms []*trial.Truth, own *trial.Truth) {
	if own != nil {
		w.record(own)
	}
	for a, t := range arms {
		if !w.m.solo[a] {
			continue
		}
		w.describe(t)
		for i, b := range w.assigned {
			if t.Arm[i] = unrecorded; int(b) == a && !w.cutShort(i) {
				w.recordClient(t, i)
			}
		}
	}
}

// unrecorded stands for the arm of a client whose truth is not recorded yet.
const unrecorded = ^uint8(0)

// cutShort reports whether loss has ended the client's life.
func (w *Workspace) cutShort(i int) bool {
	return w.m.loss.all && w.client(i).lost < calendar.NeverTick
}

// liveAlone lives, one after another, the clients of whom the world of an arm that
// shares nothing is not recorded yet, and records them.
func (w *Workspace) liveAlone(arm int, t *trial.Truth) {
	w.reset()
	defer w.explain()
	for i := range w.n {
		if t.Arm[i] != unrecorded {
			continue
		}
		w.arm[i] = uint8(arm)
		w.spells = w.spells[:0]
		w.now = w.arrivalOf(i)
		w.enrol(i, calendar.Tick(w.now))
		w.liveUntil(i, calendar.Never)
		w.recordClient(t, i)
	}
}

// deriveSolo finds the arms in which nothing that clients get is shared, so that each
// lives as if alone. Managers who differ are shared even if they are never busy, for
// clients take turns.
func (m *Model) deriveSolo() {
	free := make([]bool, m.arms) // nothing is shared in the arm's own programs
	for a, programs := range m.byArm {
		free[a] = true
		for _, k := range programs {
			if p := &m.programs[k]; p.limited || p.staff > 0 && p.spread > 0 {
				free[a] = false
			}
		}
	}
	for s := range m.services {
		if m.services[s].finite {
			clear(free)
		}
	}
	m.solo = make([]bool, m.arms)
	for a := range free {
		m.solo[a] = free[a] && free[m.otherCare(a)]
	}
}
