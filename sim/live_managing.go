package sim

import (
	"math"

	"caseload/sim/calendar"
)

// Programs: offered, taken up or refused, assigned to a case manager or put
// on the list, contacts at the manager's pace, effects that lapse.

// beginPrograms offers the client the programs of the arm.
func (w *Workspace) beginPrograms(i int, now int64) {
	for k := range w.m.programs {
		*w.careOf(i, k) = care{manager: -1, staff: 1}
	}
	for _, k := range w.m.byArm[w.careArm(i)] {
		p := &w.m.programs[k]
		if !w.takesUp(i, k) {
			w.careOf(i, k).state = refused
			w.note(i, now, EventRefused, uint8(k))
			continue
		}
		if p.staff == 0 {
			w.begin(i, k, -1, now)
			continue
		}
		w.request(i, k, now)
	}
}

// takesUp reports whether the client starts a program that is offered.
func (w *Workspace) takesUp(i, k int) bool {
	p := &w.m.programs[k]
	switch {
	case p.uptake >= 1:
		return true
	case w.sample:
		return frac(i, math.Sqrt(3)) < p.uptake
	}
	r := w.keyOf(i).Stream(p.offer)
	return r.Bernoulli(p.uptake)
}

// usingAtStart returns the share using among those who begin as the client does.
func (w *Workspace) usingAtStart(i int) float64 {
	share := w.m.use.using
	for _, k := range w.m.byArm[w.careArm(i)] {
		if p := &w.m.programs[k]; p.starts && w.takesUp(i, k) {
			share = p.using
		}
	}
	return share
}

// poolOf returns the staff pool of program k for client i.
func (w *Workspace) poolOf(i, k int) *pool {
	p := &w.m.programs[k]
	at := p.pool + int(w.site[i])
	if p.perArm {
		at += int(w.careArm(i)) * w.m.sites
	}
	return &w.pools[at]
}

// request asks for a case manager: the one given by allocation, else the one
// with the fewest clients, or the next in turn where load doesn't matter; if all
// are full, the client waits.
func (w *Workspace) request(i, k int, now int64) {
	p, q := &w.m.programs[k], w.poolOf(i, k)
	if w.fixed != nil {
		w.begin(i, k, w.fixed[i*len(w.m.programs)+k], now)
		return
	}
	from, to := q.first, q.first+q.len
	if g := w.givenManager(i, k); g >= 0 {
		from, to = g, g+1
	}
	if !p.limited {
		g := from
		if to-from == q.len { // clients of a site come one after another
			g += q.turn
			q.turn = (q.turn + 1) % q.len
		}
		w.begin(i, k, g, now)
		return
	}
	least := from
	for g := from + 1; g < to; g++ {
		if w.managers[g].load < w.managers[least].load {
			least = g
		}
	}
	if w.managers[least].load < p.caseload {
		w.begin(i, k, least, now)
		return
	}
	w.careOf(i, k).state = awaiting
	q.line.append(w.careLinks[k], i)
	c := w.client(i)
	c.sharedDeps++
	c.heldSlots++
	w.counts.Awaited++
	w.note(i, now, EventAwaiting, uint8(k))
}

// begin starts the program for the client, with manager g if not -1.
func (w *Workspace) begin(i, k int, g int32, now int64) {
	p, r, c := &w.m.programs[k], w.careOf(i, k), w.client(i)
	r.state, r.start, r.manager = active, now, g
	w.counts.Started++
	w.note(i, now, EventStarted, uint8(k))
	if p.startIn >= 0 {
		w.refer(i, p.startIn, now)
	}
	if g >= 0 {
		r.staff = w.skillEffect(p, g)
	}
	if p.limited {
		c.heldSlots++
		w.managers[g].load++
		*w.key(i, p.finish) = keyAt(now+p.duration, rankFinish, p.finish)
	}
	*w.clock(i, p.contact) = clock{left: p.first, mult: 1}
	if p.stretch > 0 {
		c.sharedDeps++
		w.managers[g].line.append(w.careLinks[k], i)
		w.repace(i, k, g, now)
		w.clock(i, p.contact).mult = w.pace(p, g)
		r.paced = int32(len(w.managers[g].paces))
	}
	w.aimContact(i, k, now)
}

// finish ends the program and frees the manager for who waits.
func (w *Workspace) finish(i, k int, now int64) {
	r, q, p := w.careOf(i, k), w.poolOf(i, k), &w.m.programs[k]
	c := w.client(i)
	w.stop(i, p.contact)
	w.stop(i, p.finish)
	r.state = over
	g := r.manager
	c.heldSlots--
	m := &w.managers[g]
	m.load--
	if m.load < 0 {
		panic("a case manager is freed twice")
	}
	if p.stretch > 0 {
		c.sharedDeps--
		m.line.remove(w.careLinks[k], i)
		w.repace(i, k, g, now)
	}
	w.note(i, now, EventFinished, uint8(k))
	if j := w.nextInLine(q, k, g); j >= 0 {
		w.catchUp(int(j))
		w.unqueue(int(j), k)
		w.begin(int(j), k, g, now)
		w.advance(int(j))
	}
}

// unqueue takes the client off the list for a manager.
func (w *Workspace) unqueue(i, k int) {
	w.poolOf(i, k).line.remove(w.careLinks[k], i)
	c := w.client(i)
	c.sharedDeps--
	c.heldSlots--
}

// quitProgram ends the client's dealings with a program at the end of the trial.
func (w *Workspace) quitProgram(i, k int, now int64) {
	switch r := w.careOf(i, k); r.state {
	case awaiting:
		w.unqueue(i, k)
		r.state = over
	case active:
		if w.m.programs[k].limited {
			w.finish(i, k, now)
		}
		r.state = over
	}
}

// meet is a contact, and those that follow before anything else happens to
// the client: each renews the effects, or acts at once.
func (w *Workspace) meet(i, k int, now int64, bound uint64) {
	p, r := &w.m.programs[k], w.careOf(i, k)
	key := w.key(i, p.contact)
	if p.stretch > 0 && w.tooEarly(i, k, now) {
		return
	}
	*key = calendar.Never
	if w.jailed(i) {
		w.passOver(i, k, now)
		return
	}
	limit := min(bound, w.earliest(i))
	if p.batchable && w.log == nil && w.probe == nil {
		w.meetInBatch(i, k, now, limit)
		return
	}
	for next := uint64(0); next < limit; now = int64(next >> 12) {
		if now-r.start >= p.duration {
			return
		}
		r.done++
		w.counts.Contacts++
		w.note(i, now, EventContact, uint8(k))
		if w.renew(i, p, now) {
			limit = 0
		}
		for _, e := range p.atOnce {
			if w.affect(i, k, e, now) {
				limit = 0
			}
		}
		if p.interval == 0 {
			return
		}
		if p.stretch > 0 {
			w.clock(i, p.contact).left = float64(p.interval)
			w.aimContact(i, k, now)
			return
		}
		next = keyAt(now+p.interval, rankContact, p.contact)
		*key = next
	}
}

// passOver is a contact that is not made, for the client is in jail.
func (w *Workspace) passOver(i, k int, now int64) {
	p := &w.m.programs[k]
	switch {
	case p.interval == 0 || now+p.interval-w.careOf(i, k).start >= p.duration:
	case p.stretch > 0:
		w.clock(i, p.contact).left = float64(p.interval)
		w.aimContact(i, k, now)
	default:
		*w.key(i, p.contact) = keyAt(now+p.interval, rankContact, p.contact)
	}
}

// meetInBatch is the contacts from now up to the limit of a program whose only
// effect acts at once: each may bring a client who is still seeking, and those
// with any other client are only counted.
func (w *Workspace) meetInBatch(i, k int, now int64, limit uint64) {
	p, r := &w.m.programs[k], w.careOf(i, k)
	over := r.start + p.duration
	last := min(lastTick(limit, rankContact), over-1)
	n := max(0, (last-now)/p.interval+1)
	if now > last {
		n = 0
	}
	f := &p.effects[0]
	if w.stay(i, f.service).state == seeking && w.canAct(i, f) && (f.subgroup < 0 || w.member[f.subgroup][i]) {
		chance := *w.stream(i, p.chance)
		for j := range n {
			if chance.Bernoulli(f.chance) {
				n = j + 1
				w.refer(i, f.service, now+j*p.interval)
				break
			}
		}
		*w.stream(i, p.chance) = chance
	}
	r.done += int32(n)
	w.counts.Contacts += int(n)
	if next := now + n*p.interval; next < over {
		*w.key(i, p.contact) = keyAt(next, rankContact, p.contact)
	}
}

// renew opens the windows of the program's effects, or opens them anew. It tells
// whether a clock may have moved.
func (w *Workspace) renew(i int, p *program, now int64) (moved bool) {
	bits, flipped := w.client(i).bits, uint64(0)
	for k := range p.windows {
		v := &p.windows[k]
		if v.subgroup >= 0 && !w.member[v.subgroup][i] {
			continue
		}
		moved = true
		flipped |= bits&v.all ^ v.full
		f := &p.effects[v.first]
		*w.key(i, v.key) = clockKey(now, f.stageLasts(0), rankLapse, f.lapse)
	}
	if flipped != 0 {
		w.client(i).bits ^= flipped
		w.reaim(i, w.m.touchedBy(flipped), now)
	}
	return moved
}

// affect lets effect e of the program set something off at once, by chance. It tells
// whether a clock may have moved.
func (w *Workspace) affect(i, k int, e effectID, now int64) bool {
	p := &w.m.programs[k]
	f := &p.effects[e]
	if f.subgroup >= 0 && !w.member[f.subgroup][i] {
		return false
	}
	if !w.canAct(i, f) {
		return false
	}
	if w.probe != nil && w.probe.jump(w, i, f.process, now, f.chance) {
		return false
	}
	if f.service < 0 {
		if w.stream(i, p.chance).Bernoulli(f.chance) {
			w.sanction(i, now)
			return true
		}
		return false
	}
	if w.stay(i, f.service).state == seeking && w.stream(i, p.chance).Bernoulli(f.chance) {
		w.refer(i, f.service, now)
		return true
	}
	return false
}

// canAct reports whether the client is in a state in which an effect at once can
// do something: nobody is brought from one treatment to another.
func (w *Workspace) canAct(i int, f *effect) bool {
	bits := w.client(i).bits
	if f.while != 0 && bits&f.while == 0 {
		return false
	}
	return f.service < 0 || !w.m.services[f.service].treats || bits&w.m.treatment == 0
}

// stageLasts returns how many ticks stage k of the effect lasts.
func (f *effect) stageLasts(k int) float64 {
	if f.half == 0 {
		return f.lasts
	}
	return min(f.half, f.lasts-float64(float64(k)*f.half))
}

// lapse weakens or ends the effects of a window that no contact has opened anew,
// from e on. Another clock that one of them makes due in the same tick, and that
// comes before a lapse, keeps its turn before the next.
func (w *Workspace) lapse(i, k int, e effectID, now int64) {
	p, c := &w.m.programs[k], w.client(i)
	f := &p.effects[e]
	key, stage := w.key(i, p.windows[f.window].key), f.stage(c.bits)
	*key = calendar.Never
	if stage < 0 {
		return
	}
	slots := uint64(0)
	for ; ; f = &p.effects[f.next] {
		bits := uint64(1) << (int(f.bit) + stage)
		if stage+1 < int(f.stages) {
			bits |= bits << 1
		}
		c.bits ^= bits
		slots |= w.m.touchedBy(bits)
		if f.next < 0 {
			break
		}
		if w.overtaken(i, slots, now) {
			*key = keyAt(now, rankLapse, p.effects[f.next].lapse)
			w.reaim(i, slots, now)
			return
		}
	}
	w.reaim(i, slots, now)
	if next := stage + 1; next < int(f.stages) {
		f := &p.effects[p.windows[f.window].first]
		*key = clockKey(now, f.stageLasts(next), rankLapse, f.lapse)
	}
}

// overtaken reports whether one of the slots' clocks is now due before a lapse in the
// same tick. Only stays in services end that early in a tick.
func (w *Workspace) overtaken(i int, slots uint64, now int64) bool {
	for s := range w.m.services {
		slot := w.m.services[s].slot
		if slots>>slot&1 == 0 || w.stay(i, s).state != staying {
			continue
		}
		w.reaim(i, 1<<slot, now)
		if *w.key(i, slot) < keyAt(now, rankLapse, 0) {
			return true
		}
	}
	return false
}
