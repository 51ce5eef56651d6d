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
func (w *Workspace) choiceOf(i, k int) *choice {
	return part[choice](&w.lives, i, w.lives.choices+1, k)
}

// nextOccasion is the place of the next occasion of a client among all.
func (w *Workspace) nextOccasion(i int) *int64 { return part[int64](&w.lives, i, w.lives.choices, 0) }

// missedPurpose is that of the draw of whether the test of a decision is missed.
func missedPurpose(decision string, number int) stream.Purpose {
	return stream.NewPurpose(fmt.Sprintf("decision.%s.missed %d", decision, number))
}

// beginDecisions sets the clock of the first decision. In the sample on which hazards are
// solved there are none: a natural quantity holds for those who get what an arm begins with.
func (w *Workspace) beginDecisions(i int, now int64) {
	for k := range w.m.decisions {
		*w.choiceOf(i, k) = choice{first: -1, option: -1}
	}
	*w.nextOccasion(i) = 0
	if !w.sample && i < w.n {
		w.awaitDecision(i)
	}
}

// awaitDecision sets the clock for the next occasion of a decision that is for the client's
// arm.
func (w *Workspace) awaitDecision(i int) {
	next := w.nextOccasion(i)
	for ; int(*next) < len(w.m.occasions); *next++ {
		if o := &w.m.occasions[*next]; w.m.decisions[o.decision].arms>>w.careArm(i)&1 != 0 {
			*w.key(i, w.m.decide) = keyAt(w.client(i).enrol+o.at, rankDecide, w.m.decide)
			return
		}
	}
	w.stop(i, w.m.decide)
}

// decideEvent makes a decision.
func (w *Workspace) decideEvent(i int, now int64) {
	next := w.nextOccasion(i)
	o := &w.m.occasions[*next]
	*next++
	w.awaitDecision(i)
	d, c := &w.m.decisions[o.decision], w.choiceOf(i, o.decision)
	if d.again && (c.first >= 0 || w.client(i).lost <= now) || !w.meetsDecision(i, d, o.number, now) {
		return
	}
	if c.times++; c.first < 0 {
		c.first = now
	}
	w.note(i, now, EventMet, uint8(o.decision))
	at := 0
	if d.again {
		at = w.drawOption(i, o.decision)
		c.option = int32(at)
		w.note(i, now, EventRandomized, uint8(d.first+at))
	}
	for _, k := range d.options[at].stop {
		w.stopProgram(i, k, now)
	}
	for _, k := range d.options[at].add {
		w.addProgram(i, k, now)
	}
}

// meetsDecision reports whether the client is found to meet what the decision asks.
func (w *Workspace) meetsDecision(i int, d *decision, number int, now int64) bool {
	if d.missable && w.missesTest(i, d, number, now) {
		return d.acts
	}
	if d.when == nil {
		return true
	}
	w.syncUse(i)
	values := w.valuesOf(d.when, i, w.client(i).bits)
	if d.test.test {
		abstinent := d.test.specificity
		if values[d.uses[0]] == 1 {
			abstinent = 1 - d.test.sensitivity
		}
		r := w.keyOf(i).Stream(d.tests[number])
		found := yes(r.Bernoulli(abstinent))
		values[d.uses[0]], values[d.uses[1]] = 1-found, found
	}
	return d.when.holds.Eval(values)
}

// missesTest reports whether the test of a decision is missed: with the visit of the day,
// or as visits are; by who is lost to the study in any case. In the worlds of the
// truth nobody misses one.
func (w *Workspace) missesTest(i int, d *decision, number int, now int64) bool {
	c := w.client(i)
	if c.lost <= now {
		return true
	}
	if v := d.visits[number]; v >= 0 {
		w.account(i, now)
		w.momentsBy(i, now)
		return c.attended>>v&1 == 0
	}
	if w.m.loss.visit < 0 || w.lossOff {
		return false
	}
	r := w.keyOf(i).Stream(d.misses[number])
	return r.Bernoulli(w.missChance(i))
}

// drawOption randomizes the client between the options of a decision, unless the world is
// one in which all follow one of them.
func (w *Workspace) drawOption(i, decision int) (option int) {
	if w.follow != nil && w.follow[decision] >= 0 {
		return int(w.follow[decision])
	}
	d := &w.m.decisions[decision]
	r := w.keyOf(i).Stream(d.randomize)
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
