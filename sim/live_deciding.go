package sim

import (
	"fmt"

	"caseload/sim/stream"
)

// Decisions: what a client gets is decided anew, by the state that the client is in.

// choice is what a decision has been for a client.
type choice struct {
	first  int64 // ticks of the trial's calendar when it was met for the first time; -1: it was not
	times  int32 // it was met
	option int32 // randomized to; -1: none
}

// choiceOf returns what decision k has been for the client.
func (w *Workspace) choiceOf(c *client, k int) *choice {
	return part[choice](c, w.lives.choices+wordBytes, k)
}

// nextOccasion is the place of the next occasion of a client among all.
func (w *Workspace) nextOccasion(c *client) *int64 {
	return part[int64](c, w.lives.choices, 0)
}

// missedPurpose is that of the draw of whether the test of a decision is missed.
func missedPurpose(decision string, number int) stream.Purpose {
	return stream.NewPurpose(fmt.Sprintf("decision.%s.missed %d", decision, number))
}

// beginDecisions sets the clock of the first decision. In the sample on which hazards are
// solved there are none: a natural quantity holds for those who get what an arm begins with.
func (w *Workspace) beginDecisions(c *client, now int64) {
	for k := range w.m.decisions {
		*w.choiceOf(c, k) = choice{first: -1, option: -1}
	}
	*w.nextOccasion(c) = 0
	if !w.sample && c.id < w.n {
		w.awaitDecision(c)
	}
}

// awaitDecision sets the clock for the next occasion of a decision that is for the client's
// arm.
func (w *Workspace) awaitDecision(c *client) {
	next := w.nextOccasion(c)
	for ; int(*next) < len(w.m.occasions); *next++ {
		if o := &w.m.occasions[*next]; w.m.decisions[o.decision].arms>>w.careArm(c.id)&1 != 0 {
			*w.key(c, w.m.decide) = keyAt(c.enrol+o.at, rankDecide, w.m.decide)
			return
		}
	}
	w.stop(c, w.m.decide)
}

// decideEvent makes a decision.
func (w *Workspace) decideEvent(c *client, now int64) {
	next := w.nextOccasion(c)
	o := &w.m.occasions[*next]
	*next++
	w.awaitDecision(c)
	d, made := &w.m.decisions[o.decision], w.choiceOf(c, o.decision)
	if d.again && (made.first >= 0 || c.lost <= now) || !w.meetsDecision(c, d, o.number, now) {
		return
	}
	if made.times++; made.first < 0 {
		made.first = now
	}
	w.note(c, now, EventMet, uint8(o.decision))
	at := 0
	if d.again {
		at = w.drawOption(c, o.decision)
		made.option = int32(at)
		w.note(c, now, EventRandomized, uint8(d.first+at))
	}
	for _, k := range d.options[at].stop {
		w.stopProgram(c, k, now)
	}
	for _, k := range d.options[at].add {
		w.addProgram(c, k, now)
	}
}

// meetsDecision reports whether the client is found to meet what the decision asks.
func (w *Workspace) meetsDecision(c *client, d *decision, number int, now int64) bool {
	if d.missable && w.missesTest(c, d, number, now) {
		return d.acts
	}
	if d.when == nil {
		return true
	}
	w.syncUse(c)
	values := w.valuesOf(d.when, c, c.bits)
	if d.test.test {
		abstinent := d.test.specificity
		if values[d.uses[0]] == 1 {
			abstinent = 1 - d.test.sensitivity
		}
		r := w.keyOf(c.id).Stream(d.tests[number])
		found := yes(r.Bernoulli(abstinent))
		values[d.uses[0]], values[d.uses[1]] = 1-found, found
	}
	return d.when.holds.Eval(values)
}

// missesTest reports whether the test of a decision is missed: with the visit of the day,
// or as visits are; by who is lost to the study in any case. In the worlds of the
// truth nobody misses one.
func (w *Workspace) missesTest(c *client, d *decision, number int, now int64) bool {
	if c.lost <= now {
		return true
	}
	if v := d.visits[number]; v >= 0 {
		w.account(c, now)
		w.momentsBy(c, now)
		return c.attended>>v&1 == 0
	}
	if w.m.loss.visit < 0 || w.lossOff {
		return false
	}
	r := w.keyOf(c.id).Stream(d.misses[number])
	return r.Bernoulli(w.missChance(c))
}

// drawOption randomizes the client between the options of a decision, unless the world is
// one in which all follow one of them.
func (w *Workspace) drawOption(c *client, decision int) (option int) {
	if w.follow != nil && w.follow[decision] >= 0 {
		return int(w.follow[decision])
	}
	d := &w.m.decisions[decision]
	r := w.keyOf(c.id).Stream(d.randomize)
	at := int(float64(r.Uniform() * float64(d.ratio)))
	for at >= d.options[option].ratio {
		at -= d.options[option].ratio
		option++
	}
	return option
}

// decidesShared reports whether a decision begins or ends a program whose case managers
// some client has to wait for, or slows down.
func (m *Model) decidesShared() bool { return m.limits(m.decided()) }

// limits reports whether some client has to wait for case managers of one of the programs, or
// slows one down.
func (m *Model) limits(set uint64) bool {
	for k := range m.programs {
		if m.programs[k].limited && set>>k&1 != 0 {
			return true
		}
	}
	return false
}

// decided returns the programs that decisions begin or end, as a set.
func (m *Model) decided() (set uint64) {
	for k := range m.decisions {
		for _, o := range m.decisions[k].options {
			for _, p := range o.add {
				set |= 1 << p
			}
			for _, p := range o.stop {
				set |= 1 << p
			}
		}
	}
	return set
}

// decidedSlots returns the slots that a decision can set.
func (m *Model) decidedSlots() (mask uint64) { return m.slotsOf(m.decided()) }

// slotsOf returns the slots that the beginning or end of the programs can set.
func (m *Model) slotsOf(set uint64) (mask uint64) {
	for k := 0; set != 0; k, set = k+1, set>>1 {
		if set&1 == 0 {
			continue
		}
		p := &m.programs[k]
		mask |= 1 << p.contact
		if p.limited {
			mask |= 1 << p.finish
		}
		if p.changes() {
			mask |= 1 << p.staffing.slot
		}
		for e := range p.effects {
			if f := &p.effects[e]; f.stages > 0 {
				if mask |= m.touchedByEffect(f); f.late > 0 {
					mask |= 1 << p.windows[f.window].opens
				}
			}
		}
	}
	return mask
}
