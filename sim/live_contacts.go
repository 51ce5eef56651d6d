package sim

import (
	"math"

	"caseload/sim/calendar"
)

// Contacts: what they set off at once, and effects that last until they lapse.

// meet is a contact, and those that follow before anything else happens to
// the client: each renews the effects, or acts at once. Those that change nothing are left for later.
func (w *Workspace) meet(c *client, k int, now int64, bound uint64) {
	foreseen := w.makeDue(c, k)
	p, r := &w.m.programs[k], w.careOf(c, k)
	key := w.key(c, p.contact)
	*key = calendar.Never
	if w.jailed(c) {
		w.passOver(c, k, now)
		return
	}
	differs := false
	if p.changes() && now-r.start < p.duration && r.done < p.most {
		there := false
		if differs, there = w.meets(c, k, now); !there {
			w.passOver(c, k, now)
			return
		}
	}
	if !foreseen && !differs && w.postpone(c, k, now) {
		return
	}
	limit := uint64(1) // one contact
	if p.interval > 0 && p.stretch == 0 {
		limit = min(bound, w.earliest(c))
	}
	for next := uint64(0); next < limit; now = int64(next >> 12) {
		if now-r.start >= p.duration || r.done >= p.most {
			return
		}
		r.done++
		w.counts.Contacts++
		w.note(c, now, EventContact, uint8(k))
		if w.renew(c, p, r.done, now) {
			limit = 0
		}
		if p.changes() {
			w.reskill(c, p, differs, now)
			limit = 0
		}
		for _, e := range p.atOnce {
			if w.affect(c, k, e, now) {
				limit = 0
			}
		}
		if p.interval == 0 {
			return
		}
		if p.stretch > 0 {
			w.awaitContact(c, k, now, float64(p.interval))
			return
		}
		next = keyAt(now+p.interval, rankContact, p.contact)
		*key = next
	}
}

// passOver is a contact that is not made, for the client is in jail or nobody is there.
func (w *Workspace) passOver(c *client, k int, now int64) {
	p := &w.m.programs[k]
	if p.interval > 0 && now+p.interval-w.careOf(c, k).start < p.duration {
		w.awaitContact(c, k, now, float64(p.interval))
	}
}

// opens reports whether the contact of that number opens the window for the client.
func (w *Workspace) opens(c *client, v *window, number int32) bool {
	return number <= v.most && (v.subgroup < 0 || w.member[v.subgroup][c.id])
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
func (w *Workspace) keepOpen(c *client, p *program, number int32, contact int64) (flipped uint64, some bool) {
	bits := c.bits
	for k := range p.windows {
		if v := &p.windows[k]; w.opens(c, v, number) {
			f := &p.effects[v.first]
			*w.key(c, v.key) = clockKey(contact, f.stageLasts(0), rankLapse, f.lapse)
			if some = true; v.late > 0 && w.tooSoon(c, v, contact) {
				continue
			}
			flipped |= bits&v.all ^ v.full
		}
	}
	return flipped, some
}

// renew opens the windows of the program's effects, or opens them anew. It tells
// whether a clock may have moved.
func (w *Workspace) renew(c *client, p *program, number int32, now int64) (moved bool) {
	flipped, moved := w.keepOpen(c, p, number, now)
	if flipped != 0 {
		c.bits ^= flipped
		w.reaim(c, w.m.touchedBy(flipped), now)
	}
	return moved
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
func (w *Workspace) lapse(c *client, k int, e effectID, now int64) {
	p := &w.m.programs[k]
	f := &p.effects[e]
	key, stage := w.key(c, p.windows[f.window].key), f.stage(c.bits)
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
		if w.overtaken(c, slots, now) {
			*key = keyAt(now, rankLapse, p.effects[f.next].lapse)
			w.reaim(c, slots, now)
			return
		}
	}
	w.reaim(c, slots, now)
	if next := stage + 1; next < int(f.stages) {
		f := &p.effects[p.windows[f.window].first]
		*key = clockKey(now, f.stageLasts(next), rankLapse, f.lapse)
	}
}

// overtaken reports whether one of the slots' clocks is now due before a lapse in the
// same tick. Only stays in services end that early in a tick.
func (w *Workspace) overtaken(c *client, slots uint64, now int64) bool {
	for s := range w.m.services {
		slot := w.m.services[s].slot
		if slots>>slot&1 == 0 || w.stay(c, s).state != staying {
			continue
		}
		w.reaim(c, 1<<slot, now)
		if *w.key(c, slot) < keyAt(now, rankLapse, 0) {
			return true
		}
	}
	return false
}
