package sim

import "caseload/sim/calendar"

// Rates in place of baselines, in services and after stays.

// rateInForce returns the rate a tick that holds in place of the baseline of process p,
// one of whose rates does: that of the service entered last, without one that of the
// stay that ended last. In the same tick, that of the last service by name holds.
func (w *Workspace) rateInForce(c *client, p processID) float64 {
	bits, rates := c.bits, w.m.procs[p].rates
	var last *rate
	var begun int64
	for k := range rates {
		r := &rates[k]
		if bits>>r.bit&1 == 0 {
			continue
		}
		at := w.begun(c, r)
		if last == nil || last.lasts > 0 && r.lasts == 0 || (last.lasts > 0) == (r.lasts > 0) && at >= begun {
			last, begun = r, at
		}
	}
	return last.perTick
}

// begun returns when the client has come into the state in which the rate holds.
func (w *Workspace) begun(c *client, r *rate) int64 {
	if r.lasts == 0 {
		return w.stay(c, r.service).since
	}
	return int64(*w.key(c, w.m.services[r.service].after.slot)>>12) - r.lasts
}

// remember begins what holds after a stay that has ended so.
func (w *Workspace) remember(c *client, s int, why SpellEnd, now int64) {
	a := &w.m.services[s].after
	if a.bits == 0 || a.byEnd[why].bit == noBit {
		return
	}
	e := &a.byEnd[why]
	if w.idle>>e.bit&1 != 0 {
		return // with the ratios of this replicate nothing changes
	}
	*w.key(c, a.slot) = keyAt(now+e.lasts, rankLapse, a.slot)
	w.set(c, e.bit, true, now)
}

// forget ends what holds after stays in the services.
func (w *Workspace) forget(c *client, services uint64, now int64) {
	for s := 0; services>>s != 0; s++ {
		a := &w.m.services[s].after
		on := c.bits & a.bits
		if services>>s&1 == 0 || on == 0 {
			continue
		}
		*w.key(c, a.slot) = calendar.Never
		c.bits ^= on
		w.reaim(c, w.m.touchedBy(on), now)
	}
}
