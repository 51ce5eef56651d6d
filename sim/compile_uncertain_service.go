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

// modifiersOf returns the modifiers that the hazard ratio of a process among a service's is.
// Those of a service stand before others of its bit, in the order of their names.
func (m *Model) modifiersOf(service, process string, ratios map[string]float64) (list []place) {
	bit := m.services[m.serviceNamed(service)].bit
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
