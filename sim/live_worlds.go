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
	t.Fit(w.n)
	w.enter(arm)
	for _, off := range w.m.offs {
		w.off, w.lossOff = off, off&withLosses == 0
		w.live()
		w.read(t.Outcomes, false)
		w.forgetLog()
	}
	w.off, w.lossOff = 0, true
	w.live()
	w.record(t)
}

// enter sets up a world with everyone in the given arm, or AsRandomized, and nobody lost.
func (w *Workspace) enter(arm int) {
	w.lossOff, w.role, w.unread, w.rollout = true, nil, 0, arm != AsRandomized
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
// lived already, but where visits are late in the trial only, where it is decided anew what clients get, which those whom
// the study has lost, or whose test is missed, have no part in, or where the study's loss
// ends lives and so makes room for others. The lives that it leaves are of no one world.
func (w *Workspace) Worlds(arms []*trial.Truth, own *trial.Truth) {
	if w.plain || len(w.m.offs) > 0 || w.m.countsContacts {
		for a, t := range arms {
			w.World(a, t)
		}
		if own != nil {
			w.World(AsRandomized, own)
		}
		return
	}
	if loss := &w.m.loss; !w.inTrial || w.m.changesCare() || w.m.window > 0 || loss.all && (w.m.shared || own != nil) {
		w.enter(AsRandomized)
		w.unread = ^w.m.readMoments
		w.live()
	}
	w.lossOff = true
	if own != nil {
		own.Fit(w.n)
		w.record(own)
	}
	for a, t := range arms {
		t.Fit(w.n)
		w.describe(t)
		w.recordKnown(a, t)
	}
	for a, t := range arms {
		w.enter(a)
		w.role, w.unread = w.roles[a], ^w.m.readMoments
		if w.m.solo[a] {
			w.liveAlone(t)
		} else {
			w.live()
			w.recordRest(t)
		}
	}
	w.role, w.unread = nil, 0
}

// role is the part that a client has in a world.
type role uint8

const (
	living role = iota
	known       // recorded already, but takes case managers' time
	away        // recorded already, and nobody else notices
)

// recordKnown records of the world of an arm the clients whose life there is the one
// that they have lived, and finds everyone's role in the world.
func (w *Workspace) recordKnown(arm int, t *trial.Truth) {
	for i := range w.n {
		own := w.assigned[i]
		is, counted := w.roleIn(i, uint8(arm))
		if w.roles[arm][i] = is; is == living {
			continue
		}
		w.arm[i] = uint8(arm)
		w.recordClient(t, w.client(i))
		if w.arm[i] = own; !counted {
			t.Contacts[i] = 0
		}
	}
}

// roleIn returns client i's role in the world of an arm, and whether the contacts there
// are those of the life that has been lived; if not, there are none that are counted.
// Where care is decided anew all lives are lived again. Else that life is the one of the world if the two arms differ in programs alone that do
// nothing to the client, and so do those that have case managers to share.
func (w *Workspace) roleIn(i int, arm uint8) (is role, counted bool) {
	m := w.m
	if m.finite || m.changesCare() || m.loss.all && w.client(i).lost < calendar.NeverTick {
		return living, false
	}
	here, there := w.takes(i, w.careIn(i, w.assigned[i])), w.takes(i, w.careIn(i, arm))
	acting, differ := w.acting(i), here^there
	switch {
	case (differ|here&m.contested)&acting != 0:
		return living, false
	case there&m.contested == 0 && differ&m.beyondControl == 0:
		return away, true
	case there&m.contested == 0 && there&m.beyondControl == 0:
		return away, false
	case there&m.contested != 0 && m.jail < 0 && m.death < 0:
		return known, true // counted anew
	}
	return living, false
}

// takes returns the programs of an arm that client i takes up, as a set.
func (w *Workspace) takes(i int, arm uint8) (set uint64) {
	for _, k := range w.m.byArm[arm] {
		if w.takesUp(i, k) {
			set |= 1 << k
		}
	}
	return set
}

// acting returns the programs that can change client i's life.
func (w *Workspace) acting(i int) uint64 {
	set := w.m.acting
	for g, programs := range w.m.actingIn {
		if w.member[g][i] {
			set |= programs
		}
	}
	return set
}

// liveAlone lives, one after another, the clients of whom the world of an arm that
// shares nothing is not recorded yet, and records them.
func (w *Workspace) liveAlone(t *trial.Truth) {
	w.reset()
	defer w.explain()
	for i := range w.n {
		if w.role[i] == living {
			w.spells, w.times = w.spells[:0], w.times[:0]
			w.now = w.arrivalOf(i)
			c := w.client(i)
			w.enrol(c, calendar.Tick(w.now))
			w.liveUntil(c, calendar.Never)
			w.recordClient(t, c)
		}
	}
}

// recordRest records of the world just lived what was not known before.
func (w *Workspace) recordRest(t *trial.Truth) {
	for i := range w.n {
		switch w.role[i] {
		case living:
			w.recordClient(t, w.client(i))
		case known:
			t.Contacts[i] = w.contacts(w.client(i))
		}
	}
}

// enrolKnown begins what others see of a life that is known: case managers' time is
// taken, and contacts are made.
func (w *Workspace) enrolKnown(c *client, now int64) {
	w.clear(c, now)
	c.recorded = w.m.allMoments
	*w.key(c, 0) = keyAt(now+w.m.horizon, rankEnd, 0)
	w.beginPrograms(c, now)
}

// deriveActing finds the programs that can change the lives of their clients: of all,
// or of those in a subgroup; those that are contested, since managers are busy or
// differ and clients take turns; and the arms in which nothing is shared, so that each
// client lives as if alone.
func (m *Model) deriveActing() {
	m.actingIn = make([]uint64, len(m.cohort.subgroups))
	for k := range m.programs {
		p, one := &m.programs[k], uint64(1)<<k
		if p.startIn >= 0 || p.starts {
			m.acting |= one
		}
		for e := range p.effects {
			if g := p.effects[e].subgroup; g >= 0 {
				m.actingIn[g] |= one
			} else {
				m.acting |= one
			}
		}
		if p.limited || p.changes() || p.staff > 0 && p.spread > 0 {
			m.contested |= one
		}
	}
	for s := range m.services {
		m.finite = m.finite || m.services[s].finite
	}
	m.solo = make([]bool, m.arms)
	for a := range m.solo {
		m.solo[a] = !m.finite && (m.available[a]|m.available[m.otherCare(a)])&m.contested == 0
	}
}
