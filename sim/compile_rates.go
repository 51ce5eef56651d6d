package sim

import (
	"reflect"

	"caseload/scenarios"
)

// Rates that hold in place of baselines: in a service, and for a time after a stay.

// rate is a constant hazard of a process that holds in place of its baseline while a bit
// of the client is set.
type rate struct {
	bit     uint8
	service int
	lasts   int64 // ticks from the end of a stay; 0: it holds in the service
	perTick float64
	key     string // of the scenario
	q       *scenarios.Quantity
}

// afterStay is what holds after a stay in a service.
type afterStay struct {
	slot  slotID // of its end
	bits  uint64 // 0: nothing does
	byEnd [SpellDied + 1]afterEnd
}

// afterEnd is what holds after a stay that has ended in one way.
type afterEnd struct {
	bit   uint8 // noBit: nothing does
	lasts int64
	rates bool // and not hazard ratios alone
}

// ownRates gives processes the rates that they have in services and after stays. Those
// in services come last.
func (m *Model) ownRates(sc *scenarios.Scenario) {
	for k := range m.services {
		v := &m.services[k]
		for end := range v.after.byEnd {
			v.after.byEnd[end].bit = noBit
		}
		for _, t := range sc.AfterStays(v.name) {
			m.afterTable(k, t)
		}
	}
	for k := range m.services {
		v := &m.services[k]
		m.replace(v.bit, k, 0, scenarios.OwnRates{Key: "while_in", Rates: sc.Services[v.name].WhileIn})
		for j := range m.services {
			if j == k || v.excludes>>j&1 != 0 {
				v.forgets |= (1 << j) & m.remembered()
			}
		}
	}
}

// afterTable lets the rates and ratios of a table hold after the stays that it is about.
func (m *Model) afterTable(k int, t scenarios.OwnRates) {
	a := &m.services[k].after
	e := afterEnd{bit: m.newBit(), lasts: int64(ticks(t.Days)), rates: len(t.Rates.List()) > 0}
	switch t.Key {
	case "after.completed":
		a.byEnd[SpellCompleted] = e
	case "after.left":
		a.byEnd[SpellLeft] = e
	default:
		a.byEnd[SpellLeft], a.byEnd[SpellCompleted], a.byEnd[SpellJailed] = e, e, e
	}
	a.bits |= 1 << e.bit
	m.replace(e.bit, k, e.lasts, t)
	m.actsOn(e.bit, t.ActsOn)
}

// replace gives processes the rates of a table while the bit is set.
func (m *Model) replace(bit uint8, service int, lasts int64, t scenarios.OwnRates) {
	for _, r := range t.Rates.List() {
		p := &m.procs[m.find(r.Process)]
		key := "service." + m.services[service].name + "." + t.Key + "." + r.Process
		p.rates = append(p.rates, rate{bit: bit, service: service, lasts: lasts, key: key, q: r.Quantity})
		p.replaced |= 1 << bit
	}
}

// remembered returns the services after which something holds.
func (m *Model) remembered() (services uint64) {
	for k := range m.services {
		if m.services[k].after.bits != 0 {
			services |= 1 << k
		}
	}
	return services
}

// silent reports whether the process never happens.
func (pr *process) silent() bool { return pr.base.kind == never && pr.replaced == 0 }

// adopt takes over the rate that another model has solved for the same question.
func (r *rate) adopt(from *Model, process string) bool {
	p := from.find(process)
	if p < 0 {
		return false
	}
	for k := range from.procs[p].rates {
		if o := &from.procs[p].rates[k]; o.key == r.key && reflect.DeepEqual(o.q, r.q) {
			r.perTick = o.perTick
			return true
		}
	}
	return false
}
