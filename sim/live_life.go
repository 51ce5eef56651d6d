package sim

import (
	"math"

	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// reset prepares a world: nobody enrolled, all slots free, managers new.
func (w *Workspace) reset() {
	w.cal.Reset()
	w.skips = !w.plain && !w.records && w.log == nil
	w.lazyUse = w.skips && w.m.touch[w.m.use.bit] == 0 && !w.m.asksUse
	w.manyClocks = !w.lazyUse || w.m.stride > 8
	w.counts = Counts{}
	w.allow()
	w.spells = w.spells[:0]
	w.resetTimes()
	if w.m.fresh {
		w.setLearning()
	}
	if x := &w.imposed; x.services != 0 {
		x.next = append(x.next[:0], x.stays.first...)
	}
	for s := range w.queues {
		w.queues[s] = queue{free: w.m.services[s].slots, lines: [2]line{emptyLine, emptyLine}}
	}
	for k := range w.pools {
		p := &w.pools[k]
		p.turn, p.line = 0, emptyLine
	}
	for g := range w.managers {
		w.managers[g] = manager{agenda: agenda{pace: 1, queue: w.managers[g].agenda.queue[:0]}, z: w.managerSkill(g)}
	}
}

// enrol begins client i's life.
func (w *Workspace) enrol(i int, now int64) {
	w.silence(i)
	c := w.client(i)
	*c = client{enrol: now, since: now, lost: calendar.NeverTick, first: -1, last: -1, useKey: calendar.Never, recorded: w.unread}
	if i == w.withdrawn {
		c.gone, c.ended = true, true
		return
	}
	w.counts.Enrolled++
	w.note(i, now, EventEnrolled, w.arm[i])
	key := w.keyOf(i)
	for p, purpose := range w.m.purposes {
		*w.stream(i, processID(p)) = key.Stream(purpose)
	}
	*w.key(i, 0) = keyAt(now+w.m.horizon, rankEnd, 0)
	w.beginUse(i)
	w.beginCourses(i, now)
	if w.m.baseline {
		w.seeAtEnrolment(i, now)
	}
	w.awaitMoment(i)
	if w.m.loss.arms != nil && w.m.loss.arms[w.arm[i]] != noBit {
		c.bits |= 1 << w.m.loss.arms[w.arm[i]]
	}
	w.startUse(i, now)
	w.startCourses(i, now)
	w.beginServices(i, now)
	if w.m.loss.active && !w.lossOff {
		w.start(i, w.m.loss.slot, w.m.loss.proc, now)
	}
	w.beginPrograms(i, now)
	if len(w.m.decisions) > 0 {
		w.beginDecisions(i, now)
	}
	if w.m.design.schedule.switches {
		w.awaitSwitch(i, now)
	}
}

// keyOf returns the key of the streams of a client, or one of the others.
func (w *Workspace) keyOf(i int) stream.Key {
	if i >= w.n {
		return w.replicate.Entity(entityOther, i-w.n)
	}
	return w.replicate.Entity(entityClient, i)
}

// missed reports whether the client misses a visit that could be made.
func (w *Workspace) missed(i int) bool {
	l := &w.m.loss
	return l.visit >= 0 && !w.lossOff && w.stream(i, l.visit).Bernoulli(w.missChance(i))
}

// lose ends the study's sight of the client, and the client's whole life in
// the trial if loss ends everything.
func (w *Workspace) lose(i int, now int64) {
	w.counts.Lost++
	w.client(i).lost = now
	w.note(i, now, EventLost, 0)
	w.stop(i, w.m.loss.slot)
	if w.m.loss.all {
		w.depart(i, now, false)
	}
}

// depart ends the client's life in the trial. With stay, a slot or place on a
// list of a service that outlasts follow-up is kept until its own end.
func (w *Workspace) depart(i int, now int64, stay bool) {
	m, c := w.m, w.client(i)
	w.account(i, now)
	w.momentsBy(i, now)
	w.recordsAtEnd(i, now)
	w.noteOpen(i, now, stay)
	c.ended = true
	w.silence(i)
	c.useKey = calendar.Never
	if !m.shared || c.heldSlots == 0 {
		return // nobody else is concerned
	}
	for k := range m.programs {
		w.quitProgram(i, k, now)
	}
	for s := range m.services {
		w.quitService(i, s, now, stay)
	}
}

// noteOpen notes which stays, and places on waiting lists, end with the client's part
// in the trial: all but those that are kept until their own end.
func (w *Workspace) noteOpen(i int, now int64, stay bool) {
	if w.log == nil {
		return
	}
	for s := range w.m.services {
		if v := &w.m.services[s]; v.finite && v.stays && stay {
			continue
		}
		switch w.stay(i, s).state {
		case staying:
			w.note(i, now, EventDischarged, uint8(s))
		case waiting:
			w.note(i, now, EventDropped, uint8(s))
		}
	}
}

// beginUse draws whether the client uses at enrolment.
func (w *Workspace) beginUse(i int) {
	u := &w.m.use
	share := u.using
	if w.m.startsUse {
		share = w.usingAtStart(i)
	}
	if w.uses(i, share) {
		w.client(i).bits |= 1 << u.bit
	}
}

// uses draws whether the client is among the share using at enrolment. Who is among a
// share is among every larger one.
func (w *Workspace) uses(i int, share float64) bool {
	if share > 0 && share < 1 {
		r := w.keyOf(i).Stream(w.m.use.begin)
		return r.Bernoulli(share)
	}
	return share >= 1
}

// account adds the time since the last account to the days abstinent.
func (w *Workspace) account(i int, now int64) {
	w.syncUse(i)
	c := w.client(i)
	using := int64(c.bits >> w.m.use.bit & 1)
	c.abst += (now - c.since) & (using - 1)
	c.since = now
}

// settleUse takes off the threshold of the course of use what has been used.
func (w *Workspace) settleUse(i int, now int64) {
	w.syncUse(i)
	ck := w.clock(i, w.m.use.slot)
	ck.left -= float64(now-ck.since) / ck.mult // ck.mult: ticks per unit
	ck.since = now
}

// aimUse finds the ticks per unit of threshold in both states and aims the
// clock of the present one.
func (w *Workspace) aimUse(i int, now int64) {
	u, c := &w.m.use, w.client(i)
	if c.useInv = u.idle; c.bits&u.actedOn != 0 || u.differs {
		c.useInv = [2]float64{w.ticksPerUnit(i, u.relapse), w.ticksPerUnit(i, u.quit)}
	}
	ck := w.clock(i, u.slot)
	ck.since, ck.mult = now, c.useInv[c.bits>>u.bit&1]
	if math.IsInf(ck.mult, 1) {
		c.useKey = calendar.Never // the hazard is zero for now
		return
	}
	c.useKey = clockKey(now, float64(ck.left*ck.mult), rankUse, u.slot)
}

// ticksPerUnit returns the inverse of process p's present hazard, a constant one.
func (w *Workspace) ticksPerUnit(i int, p processID) float64 {
	pr := &w.m.procs[p]
	x := pr.base.mean
	bits := w.client(i).bits
	if bits&pr.replaced != 0 {
		x = 1 / w.rateInForce(i, p)
	}
	for k := range pr.mods {
		m := &pr.mods[k]
		on := bits >> m.bit & 1
		x = float64(x * m.inverse[on])
		if m.program >= 0 && on != 0 {
			x /= w.staffEffect(i, m)
		}
	}
	if pr.hasBase {
		x /= *w.ownBase(i, p)
	}
	return x
}

// startUse draws the threshold of the state just entered.
func (w *Workspace) startUse(i int, now int64) {
	u := &w.m.use
	p := u.relapse
	if w.client(i).bits>>u.bit&1 != 0 {
		p = u.quit
	}
	w.clock(i, u.slot).left = w.draw(i, p)
	w.aimUse(i, now)
}

// changeUse executes one change between using and abstinence, with its effect
// on other clocks.
func (w *Workspace) changeUse(i int, now int64) {
	m, c := w.m, w.client(i)
	w.account(i, now)
	w.counts.UseChanges++
	using := c.bits>>m.use.bit&1 == 0
	w.set(i, m.use.bit, using, now)
	if using {
		w.note(i, now, EventRelapse, 0)
	} else {
		w.note(i, now, EventQuit, 0)
	}
	w.startUse(i, now)
}

// syncUse lives the course of use up to the client's present event. Where no
// hazard depends on use, its clock is not looked at between the events that
// read or change it (visits, changes of what acts on it, the end), and its
// changes are executed here, one after another.
func (w *Workspace) syncUse(i int) {
	if !w.lazyUse {
		return
	}
	u, c := &w.m.use, w.client(i)
	key := &c.useKey
	if *key >= c.current {
		return
	}
	relapse, quit := *w.stream(i, u.relapse), *w.stream(i, u.quit)
	before := lastTick(c.current, rankUse) + 1
	next := int64(*key >> 12)
	since, abst, events := c.since, c.abst, 0
	using := c.bits>>u.bit&1 != 0
	var left float64
	idle, busy := c.useInv[0], c.useInv[1]
	for next < before {
		if !using {
			abst += next - since
			since, left, using = next, quit.Exp(), true
			next = after(since, float64(left*busy))
			if events++; next >= before {
				break
			}
		}
		since, left, using = next, relapse.Exp(), false
		next = after(since, float64(left*idle))
		if events++; events >= eventBatch {
			w.spend(events)
			w.counts.UseChanges += events
			events = 0
		}
	}
	w.spend(events)
	*w.stream(i, u.relapse), *w.stream(i, u.quit) = relapse, quit
	c.since, c.abst = since, abst
	c.bits &^= 1 << u.bit
	inv := idle
	if using {
		c.bits |= 1 << u.bit
		inv = busy
	}
	w.counts.UseChanges += events
	*w.clock(i, u.slot) = clock{since: since, left: left, mult: inv}
	*key = keyAt(next, rankUse, u.slot)
}
