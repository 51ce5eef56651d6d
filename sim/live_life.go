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
	w.postpones = !w.plain && w.log == nil
	w.lazyUse = w.skips && w.m.touch[w.m.use.bit] == 0 && !w.m.asksUse
	w.manyClocks = !w.lazyUse || w.m.eights > 1
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
	if w.skilled {
		return // nobody waits for the sample's case managers, who have their skills
	}
	w.skilled = w.sample && w.skill == nil
	for g := range w.managers {
		room := w.managers[g].agenda.room
		w.managers[g] = manager{agenda: agenda{pace: 1, queue: room[:0], room: room}, z: w.managerSkill(g)}
	}
}

// clear forgets what the client's last life has left.
func (w *Workspace) clear(c *client, now int64) {
	w.silence(c)
	*c = client{id: c.id, enrol: now, since: now, lost: calendar.NeverTick, first: -1, last: -1, useKey: calendar.Never}
}

// enrol begins the client's life.
func (w *Workspace) enrol(c *client, now int64) {
	w.clear(c, now)
	c.recorded = w.unread
	if c.id == w.withdrawn {
		c.gone, c.ended = true, true
		return
	}
	w.counts.Enrolled++
	w.note(c, now, EventEnrolled, w.arm[c.id])
	key := w.keyOf(c.id)
	for p, purpose := range w.m.purposes {
		*w.stream(c, processID(p)) = key.Stream(purpose)
	}
	*w.key(c, 0) = keyAt(now+w.m.horizon, rankEnd, 0)
	w.beginUse(c)
	w.beginCourses(c, now)
	if w.m.baseline {
		w.seeAtEnrolment(c, now)
	}
	w.awaitMoment(c)
	if w.m.loss.arms != nil && w.m.loss.arms[w.arm[c.id]] != noBit {
		c.bits |= 1 << w.m.loss.arms[w.arm[c.id]]
	}
	w.paceUse(c)
	w.startUse(c, now)
	w.startCourses(c, now)
	w.beginServices(c, now)
	if w.m.loss.active && !w.lossOff {
		w.start(c, w.m.loss.slot, w.m.loss.proc, now)
	}
	w.beginPrograms(c, now)
	if len(w.m.decisions) > 0 {
		w.beginDecisions(c, now)
	}
	if w.m.design.schedule.switches {
		w.awaitSwitch(c, now)
	}
}

// keyOf returns the key of the streams of a client, or one of the others.
func (w *Workspace) keyOf(i int) stream.Key {
	if i >= w.n {
		return w.replicate.Entity(entityOther, i-w.n)
	}
	return w.replicate.Entity(entityClient, i)
}

// missed reports whether the client misses a visit that could be made, where some are.
func (w *Workspace) missed(c *client) bool {
	return !w.lossOff && w.stream(c, w.m.loss.visit).Bernoulli(w.missChance(c))
}

// lose ends the study's sight of the client, and the client's whole life in
// the trial if loss ends everything.
func (w *Workspace) lose(c *client, now int64) {
	w.counts.Lost++
	c.lost = now
	w.note(c, now, EventLost, 0)
	w.stop(c, w.m.loss.slot)
	if w.m.loss.all {
		w.depart(c, now, false)
	}
}

// depart ends the client's life in the trial. With stay, a slot or place on a
// list of a service that outlasts follow-up is kept until its own end.
func (w *Workspace) depart(c *client, now int64, stay bool) {
	m := w.m
	w.makeAllDue(c)
	w.account(c, now)
	w.momentsBy(c, now)
	w.recordsAtEnd(c, now)
	w.noteOpen(c, now, stay)
	c.ended = true
	w.silence(c)
	c.useKey = calendar.Never
	if !m.shared || c.heldSlots == 0 {
		return // nobody else is concerned
	}
	for k := range m.programs {
		w.quitProgram(c, k, now)
	}
	for s := range m.services {
		w.quitService(c, s, now, stay)
	}
}

// noteOpen notes which stays, and places on waiting lists, end with the client's part
// in the trial: all but those that are kept until their own end.
func (w *Workspace) noteOpen(c *client, now int64, stay bool) {
	if w.log == nil {
		return
	}
	for s := range w.m.services {
		if v := &w.m.services[s]; v.finite && v.stays && stay {
			continue
		}
		switch w.stay(c, s).state {
		case staying:
			w.note(c, now, EventDischarged, uint8(s))
		case waiting:
			w.note(c, now, EventDropped, uint8(s))
		}
	}
}

// beginUse draws whether the client uses at enrolment.
func (w *Workspace) beginUse(c *client) {
	u := &w.m.use
	share := u.using
	if w.m.startsUse {
		share = w.usingAtStart(c.id)
	}
	if w.uses(c, share) {
		c.bits |= 1 << u.bit
	}
}

// uses draws whether the client is among the share using at enrolment. Who is among a
// share is among every larger one.
func (w *Workspace) uses(c *client, share float64) bool {
	if share > 0 && share < 1 {
		r := w.keyOf(c.id).Stream(w.m.use.begin)
		return r.Bernoulli(share)
	}
	return share >= 1
}

// account adds the time since the last account to the days abstinent.
func (w *Workspace) account(c *client, now int64) {
	w.syncUse(c)
	using := int64(c.bits >> w.m.use.bit & 1)
	c.abst += (now - c.since) & (using - 1)
	c.since = now
}

// settleUse takes off the threshold of the course of use what has been used.
func (w *Workspace) settleUse(c *client, now int64) {
	w.syncUse(c)
	ck := w.clock(c, w.m.use.slot)
	ck.left -= float64(now-ck.since) / ck.mult // ck.mult: ticks per unit
	ck.since = now
}

// paceUse finds the ticks per unit of threshold in both states.
func (w *Workspace) paceUse(c *client) {
	u := &w.m.use
	if c.useInv = u.idle; c.bits&u.actedOn != 0 || u.differs {
		c.useInv = [2]float64{w.ticksPerUnit(c, u.relapse), w.ticksPerUnit(c, u.quit)}
	}
}

// aimUse aims the clock of the present state.
func (w *Workspace) aimUse(c *client, now int64) {
	u := &w.m.use
	ck := w.clock(c, u.slot)
	ck.since, ck.mult = now, c.useInv[c.bits>>u.bit&1]
	if math.IsInf(ck.mult, 1) {
		c.useKey = calendar.Never // the hazard is zero for now
		return
	}
	c.useKey = clockKey(now, float64(ck.left*ck.mult), rankUse, u.slot)
}

// ticksPerUnit returns the inverse of process p's present hazard, a constant one.
func (w *Workspace) ticksPerUnit(c *client, p processID) float64 {
	pr := &w.m.procs[p]
	x := pr.base.mean
	bits := c.bits
	if bits&pr.replaced != 0 {
		x = 1 / w.rateInForce(c, p)
	}
	for k := range pr.mods {
		m := &pr.mods[k]
		on := bits >> m.bit & 1
		x = float64(x * m.inverse[on])
		if m.program >= 0 && on != 0 {
			x /= w.staffEffect(c, m)
		}
	}
	if pr.hasBase {
		x /= *w.ownBase(c.id, p)
	}
	return x
}

// startUse draws the threshold of the state just entered.
func (w *Workspace) startUse(c *client, now int64) {
	u := &w.m.use
	p := u.relapse
	if c.bits>>u.bit&1 != 0 {
		p = u.quit
	}
	w.clock(c, u.slot).left = w.draw(c, p)
	w.aimUse(c, now)
}

// changeUse executes one change between using and abstinence, with its effect
// on other clocks.
func (w *Workspace) changeUse(c *client, now int64) {
	m := w.m
	w.account(c, now)
	w.counts.UseChanges++
	using := c.bits>>m.use.bit&1 == 0
	w.set(c, m.use.bit, using, now)
	if using {
		w.note(c, now, EventRelapse, 0)
	} else {
		w.note(c, now, EventQuit, 0)
	}
	w.startUse(c, now)
}

// syncUse lives the course of use up to the client's present event. Where no
// hazard depends on use, its clock is not looked at between the events that
// read or change it (visits, changes of what acts on it, the end), and its
// changes are executed here, one after another.
func (w *Workspace) syncUse(c *client) {
	if !w.lazyUse {
		return
	}
	u := &w.m.use
	key := &c.useKey
	if *key >= c.current {
		return
	}
	relapse, quit := *w.stream(c, u.relapse), *w.stream(c, u.quit)
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
	*w.stream(c, u.relapse), *w.stream(c, u.quit) = relapse, quit
	c.since, c.abst = since, abst
	c.bits &^= 1 << u.bit
	inv := idle
	if using {
		c.bits |= 1 << u.bit
		inv = busy
	}
	w.counts.UseChanges += events
	*w.clock(c, u.slot) = clock{since: since, left: left, mult: inv}
	*key = keyAt(next, rankUse, u.slot)
}
