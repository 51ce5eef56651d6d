package sim

import (
	"slices"

	"caseload/sim/trial"
)

// Imposition: a world in which clients enter and leave services not as their
// own hazards have it but when they did in another world of the replicate. What
// differs between such a world and the client's own is then what goes through
// services (Robins & Greenland 1992, Epidemiology 3:143; Pearl 2001, UAI).
//
// A service whose times are imposed has no queue, and its clock runs for the
// next thing on the client's list. It is a clock like any other, so that the
// engine doesn't know the difference.

// Imposition says which times are taken from another world.
type Imposition uint8

// The kinds of imposition.
const (
	// ImposeEntering: clients are admitted to substance-use services at the times
	// imposed and at no others. They leave by their own hazards in this world.
	// Who is still in the service then stays there; who is in another one moves.
	ImposeEntering Imposition = iota
	// ImposeStays: stays in substance-use services begin and end at the times
	// imposed.
	ImposeStays
	// ImposeServices: those in all services do.
	ImposeServices
	impositions
)

// Stays records what a world's clients did about services: when they sought each,
// entered and left. It is reused from replicate to replicate.
type Stays struct {
	first []int32   // [client*services+service] first attempt; one more at the end
	list  []attempt // in order of client, service and time
}

// attempt is a Spell in ticks since enrolment; -1 for what has not happened.
type attempt struct {
	sought, admitted, ended int64
	end                     SpellEnd
}

// brief reports whether the attempt led to a stay of no time.
func (a *attempt) brief() bool { return a.admitted >= 0 && a.admitted == a.ended }

// Stays copies to s what the trial's clients did about services in the world
// just run.
func (w *Workspace) Stays(s *Stays) {
	s.first, s.list = s.first[:0], s.list[:0]
	for i := range w.n {
		c := w.client(i)
		since := func(tick int64) int64 { return max(-1, tick-c.enrol) }
		for service := range w.m.services {
			s.first = append(s.first, int32(len(s.list)))
			for k := c.first; k >= 0; k = w.spells[k].next {
				if sp := &w.spells[k]; int(sp.Service) == service {
					s.list = append(s.list, attempt{since(sp.Sought), since(sp.Admitted), since(sp.Ended), sp.End})
				}
			}
		}
	}
	s.first = append(s.first, int32(len(s.list)))
}

// An imposition holds the times that are imposed on the world in progress.
type imposition struct {
	models   [impositions]*Model // without the queues and hazards that don't count; made when first needed
	stays    *Stays
	services uint64  // whose times are imposed
	leaving  bool    // the ends too
	next     []int32 // [client*services+service] attempt that comes next
	order    []int32 // those who come: others stay away from services without queues
}

// Imposed runs the replicate as World does, with stays imposed that Stays took
// down in another world of it. The services concerned have no queues, and
// contacts bring nobody there. Jail neither ends stays whose ends are imposed
// nor keeps anyone from entering, for the times come from a world that has a
// jail of its own; death in this world ends everything, and a death in the
// other is the last time imposed: who lives on here enters nothing more. Other
// services run as usual. It panics if the stays are those of another model.
func (w *Workspace) Imposed(arm int, s *Stays, what Imposition, t *trial.Truth) {
	if len(s.first) != w.n*len(w.m.services)+1 {
		panic("sim: stays of another model are imposed")
	}
	own, order, here := w.m, w.order, w.nPresent
	w.impose(s, what)
	w.World(arm, t)
	w.imposed.services = 0
	w.m, w.order, w.nPresent = own, order, here
}

// impose sets up a world with the stays.
func (w *Workspace) impose(s *Stays, what Imposition) {
	x := &w.imposed
	x.stays, x.services, x.leaving = s, 0, what != ImposeEntering
	for k := range w.m.services {
		if w.m.services[k].treats || what == ImposeServices {
			x.services |= 1 << k
		}
	}
	x.next = append(x.next[:0], s.first...)
	if w.order != nil {
		x.order = x.order[:0]
		for _, i := range w.order {
			if int(i) < w.n || !w.imposes(int(w.comesTo[int(i)-w.n])) {
				x.order = append(x.order, i)
			}
		}
		w.order, w.nPresent = x.order, len(x.order)
	}
	if x.models[what] == nil {
		x.models[what] = w.m.without(x.services, x.leaving)
	}
	w.m = x.models[what]
}

// without returns the model in which the services have neither queues nor processes
// that lead there, or with leaving any that lead away.
func (m *Model) without(services uint64, leaving bool) *Model {
	u := *m
	u.services = slices.Clone(m.services)
	for s := range u.services {
		if services>>s&1 == 0 {
			continue
		}
		v := &u.services[s]
		v.finite, v.slots = false, unlimited
		v.seek, v.renege, v.back = -1, -1, -1
		if leaving {
			v.leave, v.complete = -1, -1
		}
	}
	u.deriveLocal()
	return &u
}

// imposes reports whether the times of the service are imposed.
func (w *Workspace) imposes(s int) bool { return w.imposed.services>>s&1 != 0 }

// endRanks are the ranks of the ends that are imposed. What took the client
// away in the other world may do so in this one, in the same tick: then it comes
// first, as it did there. (Nobody is lost in worlds on which times are imposed.)
var endRanks = [...]int{SpellLeft: rankRelease, SpellCompleted: rankRelease, SpellMoved: rankSeek,
	SpellReneged: rankRenege, SpellJailed: rankLoss, SpellDied: rankArrival}

// aimImposed sets the clock of a service for what comes next, where that is
// imposed.
func (w *Workspace) aimImposed(c *client, slot slotID, now int64) {
	s := w.m.slots[slot].arg
	if w.m.slots[slot].kind != slotService || !w.imposes(s) {
		return
	}
	at, rank := w.upcoming(c, s, now-c.enrol)
	if at >= 0 {
		*w.key(c, slot) = keyAt(c.enrol+at, rank, slot)
	}
}

// upcoming returns when the client's next imposed step toward or from the service
// is due, in ticks since enrolment, and its rank; -1 for never.
func (w *Workspace) upcoming(c *client, s int, now int64) (at int64, rank int) {
	switch w.stay(c, s).state {
	case waiting:
		if a := w.attempted(c, s); a.admitted >= 0 {
			return a.admitted, rankFinish // after the client's own leaving, which can have freed the slot
		} else {
			return a.ended, endRanks[a.end]
		}
	case staying:
		if !w.imposed.leaving {
			return -1, 0 // stays for good
		}
		a := w.attempted(c, s)
		return a.ended, endRanks[a.end]
	}
	if a := w.nextAttempt(c, s, now); a != nil {
		return max(now, a.sought), rankSeek
	}
	return -1, 0
}

// attempted returns the attempt that the client is making.
func (w *Workspace) attempted(c *client, s int) *attempt {
	x := &w.imposed
	return &x.stays.list[x.next[c.id*len(w.m.services)+s]-1]
}

// nextAttempt returns the client's next one, nil if there is none: those that were
// over or admitted while the client was still staying here are passed over.
func (w *Workspace) nextAttempt(c *client, s int, now int64) *attempt {
	x, k := &w.imposed, c.id*len(w.m.services)+s
	for ; x.next[k] < x.stays.first[k+1]; x.next[k]++ {
		a := &x.stays.list[x.next[k]]
		if a.admitted >= now || a.admitted < 0 && (a.ended < 0 || a.ended >= now) {
			return a
		}
	}
	return nil
}

// imposedEvent executes the step that the clock of the service was set for.
func (w *Workspace) imposedEvent(c *client, s int, now int64) {
	switch w.stay(c, s).state {
	case waiting:
		w.resolve(c, s, now)
	case staying:
		why := SpellLeft
		if w.imposed.leaving {
			why = w.attempted(c, s).end
		}
		w.end(c, s, now, why)
	default:
		w.attempt(c, s, now)
	}
}

// attempt takes up the next attempt: the client enters, or waits for what
// becomes of it.
func (w *Workspace) attempt(c *client, s int, now int64) {
	y := w.stay(c, s)
	if y.state == left {
		w.counts.Returns++
	} else {
		w.counts.Sought++
	}
	w.note(c, now, EventSought, uint8(s))
	w.openSpell(c, s, now)
	w.imposed.next[c.id*len(w.m.services)+s]++
	if w.attempted(c, s).admitted == now-c.enrol {
		w.resolve(c, s, now)
		return
	}
	y.state, y.since = waiting, now
	w.note(c, now, EventQueued, uint8(s))
	w.start(c, w.m.services[s].slot, -1, now)
}

// resolve settles what becomes of an attempt.
func (w *Workspace) resolve(c *client, s int, now int64) {
	switch a := w.attempted(c, s); {
	case a.admitted < 0:
		w.giveUp(c, s, now, a.end)
	case a.brief():
		w.passThrough(c, s, now, a.end)
	default:
		w.admit(c, s, now)
	}
}

// passThrough is a stay that is over in the tick in which it begins. A client's
// jail or move can free slots round about until one comes back to the same
// client, who is then taken out of it at once: that must not count as a move.
func (w *Workspace) passThrough(c *client, s int, now int64, why SpellEnd) {
	y := w.stay(c, s)
	w.counts.Admitted++
	w.counts.Left++
	w.spells[y.spell].Admitted = now
	w.note(c, now, EventAdmitted, uint8(s))
	w.note(c, now, stayEnds[why], uint8(s))
	w.closeSpell(y, now, why)
	y.state, y.since = left, now
	w.forget(c, w.m.services[s].forgets, now)
	w.remember(c, s, why, now)
	w.start(c, w.m.services[s].slot, -1, now)
}

// outOfReach reports whether jail has no say in the client's dealings with the
// service.
func (w *Workspace) outOfReach(c *client, s int, why SpellEnd) bool {
	return why == SpellJailed && w.imposes(s) && (w.imposed.leaving || w.stay(c, s).state != staying)
}
