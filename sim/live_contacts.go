package sim

import (
	"math"

	"caseload/sim/calendar"
)

// Contacts: what they set off at once, and effects that last until they lapse.

// meet is a contact, and those that follow before anything else happens to
// the client: each renews the effects, or acts at once.
func (w *Workspace) meet(i, k int, now int64, bound uint64) {
	p, r := &w.m.programs[k], w.careOf(i, k)
	key := w.key(i, p.contact)
	*key = calendar.Never
	if w.jailed(i) {
		w.passOver(i, k, now)
		return
	}
	differs := false
	if p.changes() && now-r.start < p.duration && r.done < p.most {
		there := false
		if differs, there = w.meets(i, k, now); !there {
			w.passOver(i, k, now)
			return
		}
	}
	if p.batchable && w.log == nil && w.probe == nil {
		w.meetInBatch(i, k, now, min(bound, w.earliest(i)))
		return
	}
	if w.log == nil && !differs && w.renewsOnly(i, p, r.done+1, now) && (!p.changes() || w.steady(i, k, now)) {
		w.renewInBatch(i, k, now, bound)
		return
	}
	limit := min(bound, w.earliest(i))
	for next := uint64(0); next < limit; now = int64(next >> 12) {
		if now-r.start >= p.duration || r.done >= p.most {
			return
		}
		r.done++
		w.counts.Contacts++
		w.note(i, now, EventContact, uint8(k))
		if w.renew(i, p, r.done, now) {
			limit = 0
		}
		if p.changes() {
			w.reskill(i, p, differs, now)
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
			w.awaitContact(i, k, now, float64(p.interval))
			return
		}
		next = keyAt(now+p.interval, rankContact, p.contact)
		*key = next
	}
}

// passOver is a contact that is not made, for the client is in jail or nobody is there.
func (w *Workspace) passOver(i, k int, now int64) {
	p := &w.m.programs[k]
	if p.interval > 0 && now+p.interval-w.careOf(i, k).start < p.duration {
		w.awaitContact(i, k, now, float64(p.interval))
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
	n = min(n, int64(p.most-r.done))
	f := &p.effects[0]
	service := f.services[0]
	if w.stay(i, service).state == seeking && w.canAct(i, f) && (f.subgroup < 0 || w.member[f.subgroup][i]) {
		chance := *w.stream(i, p.chance)
		for j := range n {
			if chance.Bernoulli(f.chance) {
				n = j + 1
				w.refer(i, service, now+j*p.interval)
				break
			}
		}
		*w.stream(i, p.chance) = chance
	}
	r.done += int32(n)
	w.counts.Contacts += int(n)
	if next := now + n*p.interval; next < over && r.done < p.most {
		*w.key(i, p.contact) = keyAt(next, rankContact, p.contact)
	}
}

// renewsOnly reports whether contacts of the program, from that number on, do no more than
// open its windows, which are open and stay so until the next.
func (w *Workspace) renewsOnly(i int, p *program, number int32, now int64) bool {
	if p.interval == 0 || p.stretch > 0 || len(p.atOnce) > 0 && w.mayBring(i, p, number, now) {
		return false
	}
	bits := w.client(i).bits
	for k := range p.windows {
		if v := &p.windows[k]; w.opens(i, v, number) && (bits&v.all != v.full || p.effects[v.first].stageLasts(0) < float64(p.interval)) {
			return false
		}
	}
	return true
}

// renewInBatch is the contacts from now up to the bound, or the next event of another
// kind, of a program whose contacts only renew.
func (w *Workspace) renewInBatch(i, k int, now int64, bound uint64) {
	p, r := &w.m.programs[k], w.careOf(i, k)
	over := r.start + p.duration
	if now >= over || r.done >= p.most {
		return
	}
	w.keepOpen(i, p, r.done+1, calendar.NeverTick)
	last := min(lastTick(min(bound, w.earliest(i)), rankContact), over-1)
	n := min(max(0, last-now)/p.interval, eventBatch-2, int64(min(p.most, p.openedBy(r.done+1))-r.done)-1)
	w.spend(int(n))
	r.done += int32(n + 1)
	w.counts.Contacts += int(n + 1)
	now += n * p.interval
	w.keepOpen(i, p, r.done, now)
	if now += p.interval; now < over {
		*w.key(i, p.contact) = keyAt(now, rankContact, p.contact)
	}
}

// opens reports whether the contact of that number opens the window for the client.
func (w *Workspace) opens(i int, v *window, number int32) bool {
	return number <= v.most && (v.subgroup < 0 || w.member[v.subgroup][i])
}

// openedBy returns the number of the last contact that opens the same windows as one of that
// number.
func (p *program) openedBy(number int32) (last int32) {
	last = math.MaxInt32
	if !p.counted {
		return last
	}
	for k := range p.windows {
		if most := p.windows[k].most; most >= number {
			last = min(last, most)
		}
	}
	return last
}

// keepOpen sets when the windows close that the contact of that number opens for the client,
// at its time, and returns the bits of the state that this flips and whether there are
// such windows.
func (w *Workspace) keepOpen(i int, p *program, number int32, contact int64) (flipped uint64, some bool) {
	bits := w.client(i).bits
	for k := range p.windows {
		if v := &p.windows[k]; w.opens(i, v, number) {
			f := &p.effects[v.first]
			*w.key(i, v.key) = clockKey(contact, f.stageLasts(0), rankLapse, f.lapse)
			if some = true; v.late > 0 && w.tooSoon(i, v, contact) {
				continue
			}
			flipped |= bits&v.all ^ v.full
		}
	}
	return flipped, some
}

// renew opens the windows of the program's effects, or opens them anew. It tells
// whether a clock may have moved.
func (w *Workspace) renew(i int, p *program, number int32, now int64) (moved bool) {
	flipped, moved := w.keepOpen(i, p, number, now)
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
	f, r := &p.effects[e], w.careOf(i, k)
	if f.subgroup >= 0 && !w.member[f.subgroup][i] || now-r.start < f.late || r.done > f.most {
		return false
	}
	if !w.canAct(i, f) {
		return false
	}
	if f.services != nil {
		return w.bring(i, k, f, now)
	}
	if w.stream(i, p.chance).Bernoulli(f.chance) {
		w.sanction(i, now)
		return true
	}
	return false
}

// canAct reports whether the client is in a state in which an effect at once can
// do something: nobody is brought from one treatment to another that is not beside it.
func (w *Workspace) canAct(i int, f *effect) bool {
	bits := w.client(i).bits
	if f.while != 0 && bits&f.while == 0 {
		return false
	}
	for _, s := range f.services {
		if !w.barred(i, s) {
			return true
		}
	}
	return f.services == nil
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
