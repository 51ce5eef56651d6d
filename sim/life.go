package sim

import (
	"math"

	"caseload/sim/calendar"
	"caseload/sim/stream"
)

// reset prepares a world: nobody enrolled, all slots free, managers new.
func (w *Workspace) reset() {
	w.cal.Reset()
	w.lazyUse = !w.plain && w.log == nil && len(w.m.touch[w.m.use.bit]) == 0
	w.scan = len(w.m.slots)
	if w.lazyUse {
		w.scan = w.m.use.slot // the last
	}
	w.counts = Counts{}
	w.spells = w.spells[:0]
	for s := range w.queues {
		w.queues[s] = queue{free: w.m.services[s].slots, head: -1, tail: -1}
	}
	for k := range w.pools {
		p := &w.pools[k]
		p.turn, p.head, p.tail = 0, -1, -1
	}
	for g := range w.managers {
		w.managers[g] = manager{head: -1, z: w.managerSkill(g)}
	}
	for i := range w.clients {
		w.clients[i].gone = true
	}
}

// enrol begins client i's life.
func (w *Workspace) enrol(i int, now int64) {
	keys := w.keys[i*w.m.stride:][:w.m.stride]
	for k := range keys {
		keys[k] = off
	}
	c := &w.clients[i]
	*c = client{enrol: now, since: now, exit: now + w.m.horizon, lost: calendar.MaxTick, first: -1, last: -1,
		key: w.replicate.Entity(entityClient, i)}
	if i == w.withdrawn {
		c.gone, c.ended = true, true
		return
	}
	w.counts.Enrolled++
	w.note(i, now, EventEnrolled, w.arm[i])
	streams := w.streams[i*len(w.m.procs):][:len(w.m.procs)]
	for p := range streams {
		streams[p] = c.key.Stream(w.m.procs[p].purpose)
	}
	keys[0] = clockKey(now, float64(w.m.horizon), rankEnd, 0)
	w.beginVisits(i, now)
	w.beginUse(i, now)
	w.beginServices(i, now)
	if w.m.loss.active && !w.lossOff {
		w.start(i, w.m.loss.slot, now)
	}
	w.beginPrograms(i, now)
}

func (w *Workspace) beginVisits(i int, now int64) {
	slot := w.m.visitSlot
	w.keys[i*w.m.stride+slot] = clockKey(now, float64(w.m.visits[0]), rankVisit, slot)
}

// assess measures the client: days abstinent so far, and today's state.
func (w *Workspace) assess(i int, now int64) {
	m, c := w.m, &w.clients[i]
	w.account(i, now)
	v := int(c.visit)
	at := v*w.n + i
	w.abstDays[at] = c.abst
	w.usingAt[at] = c.bits>>m.use.bit&1 != 0
	w.counts.Visits++
	if made := c.lost > now && !w.missed(i); made {
		c.attended |= 1 << v
		w.note(i, now, EventVisit, uint8(v))
	}
	c.visit++
	if v+1 == len(m.visits) {
		w.stop(i, m.visitSlot)
		return
	}
	w.keys[i*m.stride+m.visitSlot] = clockKey(c.enrol, float64(m.visits[v+1]), rankVisit, m.visitSlot)
}

func (w *Workspace) missed(i int) bool {
	l := &w.m.loss
	return l.missed > 0 && !w.lossOff && w.streams[i*len(w.m.procs)+l.visit].Bernoulli(l.missed)
}

// lose ends the study's sight of the client, and the client's whole life in
// the trial if loss ends everything.
func (w *Workspace) lose(i int, now int64) {
	w.counts.Lost++
	w.clients[i].lost = now
	w.note(i, now, EventLost, 0)
	w.stop(i, w.m.loss.slot)
	if w.m.loss.all {
		w.depart(i, now, false)
	}
}

// end is the horizon: nothing else of that tick is executed.
func (w *Workspace) end(i int, now int64) { w.depart(i, now, true) }

// depart ends the client's life in the trial. With stay, a slot or place on a
// list of a service that outlasts follow-up is kept until its own end.
func (w *Workspace) depart(i int, now int64, stay bool) {
	m, c := w.m, &w.clients[i]
	w.account(i, now)
	c.exit = now
	c.ended = true
	keys := w.keys[i*m.stride:][:len(m.slots)]
	for slot := range keys {
		if s := &m.slots[slot]; stay && s.kind == slotService && m.services[s.arg].stays {
			continue
		}
		keys[slot] = off
	}
	for k := range m.programs {
		w.quitProgram(i, k, now)
	}
	for s := range m.services {
		w.quitService(i, s, now, stay)
	}
}

// beginUse draws whether the client uses at enrolment and starts the course.
func (w *Workspace) beginUse(i int, now int64) {
	u := &w.m.use
	if !u.active {
		return
	}
	c := &w.clients[i]
	using := u.using >= 1
	if u.using > 0 && u.using < 1 {
		r := c.key.Stream(u.begin)
		using = r.Bernoulli(u.using)
	}
	if using {
		c.bits |= 1 << u.bit
	}
	w.start(i, u.slot, now)
}

// account adds the time since the last account to the days abstinent.
func (w *Workspace) account(i int, now int64) {
	w.syncUse(i)
	c := &w.clients[i]
	using := int64(c.bits >> w.m.use.bit & 1)
	c.abst += (now - c.since) & (using - 1)
	c.since = now
}

// aimUse finds the ticks per unit of threshold in both states and the wait in
// the present one.
func (w *Workspace) aimUse(i int, ck *clock) float64 {
	m, c := w.m, &w.clients[i]
	for state, p := range [2]int{m.use.relapse, m.use.quit} {
		c.useInv[state] = math.Inf(1)
		if b := &m.procs[p].base; b.kind != never {
			c.useInv[state] = 1 / float64(b.rate*w.multiplier(i, p))
		}
	}
	ck.mult = c.useInv[c.bits>>m.use.bit&1]
	return float64(ck.left * ck.mult)
}

// changeUse executes one change between using and abstinence, with its effect
// on other clocks.
func (w *Workspace) changeUse(i int, now int64) {
	m, c := w.m, &w.clients[i]
	w.account(i, now)
	w.counts.UseChanges++
	using := c.bits>>m.use.bit&1 == 0
	w.set(i, m.use.bit, using, now)
	if using {
		w.note(i, now, EventRelapse, 0)
	} else {
		w.note(i, now, EventQuit, 0)
	}
	w.start(i, m.use.slot, now)
}

// syncUse lives the course of use up to the client's present event. Where no
// hazard depends on use, its clock is not looked at between the events that
// read or change it (visits, changes of what acts on it, the end), and its
// changes are executed here, one after another.
func (w *Workspace) syncUse(i int) {
	if !w.lazyUse {
		return
	}
	m, c := w.m, &w.clients[i]
	slot := m.use.slot
	key := &w.keys[i*m.stride+slot]
	k := *key
	if k >= c.edge {
		return
	}
	at := i * len(m.procs)
	clocks := [2]*stream.Stream{&w.streams[at+m.use.relapse], &w.streams[at+m.use.quit]}
	since, abst := c.since, c.abst
	using := c.bits >> m.use.bit & 1
	events := 0
	var left float64
	for k < c.edge {
		now := int64(k >> 12)
		abst += (now - since) & (int64(using) - 1)
		since = now
		using ^= 1
		left = clocks[using].Exp()
		k = clockKey(now, float64(left*c.useInv[using]), rankUse, slot)
		events++
	}
	c.since, c.abst = since, abst
	c.bits = c.bits&^(1<<m.use.bit) | using<<m.use.bit
	w.counts.UseChanges += events
	*w.clock(i, slot) = clock{since: since, left: left, mult: c.useInv[using]}
	*key = k
}
