package sim

import (
	"maps"
	"slices"

	"caseload/scenarios"
	"caseload/sim/portable"
)

// Numbers of services that each replicate draws: hazard ratios while clients are in them,
// and rates of their own.

// place is that of a modifier.
type place struct {
	process  processID
	modifier int
}

// bitOf returns the bit of the state in which a service's hazard ratios act.
func (m *Model) bitOf(t *scenarios.Target) uint8 {
	v := &m.services[m.serviceNamed(t.Service)]
	switch t.Table {
	case "":
		return v.bit
	case "after.completed":
		return v.after.byEnd[SpellCompleted].bit
	case "after.left":
		return v.after.byEnd[SpellLeft].bit
	}
	return v.after.byEnd[SpellJailed].bit // which no other table is about
}

// modifiersOf returns the modifiers that the hazard ratio of a process among those of a
// bit is. They stand before others of the bit, in the order of their names.
func (m *Model) modifiersOf(bit uint8, process string, ratios map[string]float64) (list []place) {
	for _, p := range m.targets(process) {
		before := 0
		for _, on := range slices.Sorted(maps.Keys(ratios)) {
			if on < process && slices.Contains(m.targets(on), p) {
				before++
			}
		}
		for k := range m.procs[p].mods {
			if m.procs[p].mods[k].bit != bit {
				continue
			}
			if before == 0 {
				list = append(list, place{p, k})
				break
			}
			before--
		}
	}
	return list
}

// findQuantity finds what a number of a quantity is solved for: a baseline, or a rate that
// holds in its place in a service or after a stay.
func (m *Model) findQuantity(sc *scenarios.Scenario, u *unknown) {
	for _, n := range naturals(sc) {
		if n.key == u.row.Target.Quantity {
			u.process = m.find(n.process)
			return
		}
	}
	for p := range m.procs {
		for k := range m.procs[p].rates {
			if m.procs[p].rates[k].key == u.row.Target.Quantity {
				u.process, u.rate = processID(p), k
				return
			}
		}
	}
	panic("no quantity " + u.row.Target.Quantity)
}

// varyRate sets a rate of a service's own.
func (m *Model) varyRate(from *Model, u *unknown, x float64, written bool) {
	r := &m.procs[u.process].rates[u.rate]
	if r.perTick = from.procs[u.process].rates[u.rate].perTick; !written {
		r.perTick *= portable.Exp(u.curve.at(x, 0))
	}
}

// varyService sets a hazard ratio while clients are in a service.
func (m *Model) varyService(from *Model, u *unknown, x float64, written bool) {
	for _, at := range u.acts {
		mod := &m.procs[at.process].mods[at.modifier]
		if *mod = from.procs[at.process].mods[at.modifier]; !written {
			mod.factor[1], mod.inverse[1] = x, 1/x
		}
	}
}

// rateLogs solves a rate of a service's own for another number.
func (s *solver) rateLogs(u *unknown, x float64) []float64 {
	r := &s.m.procs[u.process].rates[u.rate]
	b := s.byThemselves(r.key, u.process, r.q.WithNumber(u.row.Target.Number, x), Reached{service: -1, course: -1, arm: s.m.control})
	return []float64{portable.Log(b.rate)}
}

// idleAfter returns the bits of what holds after stays that changes nothing in this copy of
// the model: where there are no rates, and all hazard ratios are 1.
func (m *Model) idleAfter() (bits uint64) {
	for k := range m.services {
		for _, e := range m.services[k].after.byEnd {
			if e.bit != noBit && !e.rates {
				bits |= 1 << e.bit
			}
		}
	}
	for p := range m.procs {
		for k := range m.procs[p].mods {
			if mod := &m.procs[p].mods[k]; mod.factor[1] != 1 {
				bits &^= 1 << mod.bit
			}
		}
	}
	return bits
}
