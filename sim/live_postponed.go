package sim

import (
	"math"

	"caseload/sim/calendar"
)

// Contacts that change nothing. Most contacts only renew effects that have not lapsed, or try in
// vain to bring the client to a service. They are not made one by one: it is found how many of
// the next ones are of that kind, and the clock is set for the one after them. Those due by
// then are made all at once when something they depend on is about to change, or is
// asked: a service is entered or left, jail begins, the program or its case manager goes, the
// contacts are counted, the client's part in the trial ends.

// postpone leaves the contacts from the one at now on that change nothing to be made later, and
// reports whether there are any.
func (w *Workspace) postpone(c *client, k int, now int64) bool {
	p, r := &w.m.programs[k], w.careOf(c, k)
	over := r.start + p.duration
	if !w.postpones || p.interval == 0 || p.stretch > 0 || now >= over || r.done >= p.most {
		return false
	}
	n := min((over-1-now)/p.interval+1, int64(p.most-r.done), eventBatch-2)
	if n = w.allInVain(c, k, now, n); n == 0 {
		return false
	}
	r.later, r.next = int32(n), now
	next := now + n*p.interval
	if len(p.windows) > 0 {
		w.keepOpen(c, p, r.done+r.later, next-p.interval)
	}
	if next < over && r.done+r.later < p.most {
		*w.key(c, p.contact) = keyAt(next, rankContact, p.contact)
	}
	return true
}

// foresees reports whether it is known when contacts bring: not where a probe looks at each, nor
// where times in services are imposed.
func (w *Workspace) foresees() bool { return w.probe == nil && w.imposed.services == 0 }

// allInVain returns how many of n contacts from now on do nothing but renew effects that last.
func (w *Workspace) allInVain(c *client, k int, now, n int64) int64 {
	p, r := &w.m.programs[k], w.careOf(c, k)
	if p.changes() && !w.steady(c, k, now) || !w.stayOpen(c, p, r.done+1) {
		return 0
	}
	n = min(n, int64(p.openedBy(r.done+1)-r.done))
	for _, e := range p.atOnce {
		if n = w.inVain(c, k, &p.effects[e], now, n); n == 0 {
			return 0
		}
	}
	return n
}

// stayOpen reports whether the windows that a contact of that number opens are open, and stay so
// from each contact to the next.
func (w *Workspace) stayOpen(c *client, p *program, number int32) bool {
	for k := range p.windows {
		if v := &p.windows[k]; w.opens(c, v, number) && (c.bits&v.all != v.full || p.effects[v.first].stageLasts(0) < float64(p.interval)) {
			return false
		}
	}
	return true
}

// inVain returns how many of n contacts from now on set off nothing by the effect; none where
// that is not foreseen.
func (w *Workspace) inVain(c *client, k int, f *effect, now, n int64) int64 {
	p, r := &w.m.programs[k], w.careOf(c, k)
	if soon := r.start + f.late - now; soon > 0 {
		return min(n, (soon-1)/p.interval+1)
	}
	if !w.tries(c, r, f, now) {
		return n
	}
	if f.while != 0 || !w.foresees() {
		return 0
	}
	_, n = w.useUp(c, k, f, now, min(n, int64(f.most-r.done)))
	return n
}

// useUp returns what n contacts from now on leave of the threshold of an effect at once, or, if one of
// them uses it up, those before; and how many they are.
func (w *Workspace) useUp(c *client, k int, f *effect, now, n int64) (left float64, made int64) {
	left = *w.threshold(c, f.place)
	if f.brings == nil {
		if left <= float64(n) {
			n = max(0, int64(math.Ceil(left))-1)
		}
		return left - float64(n), n // what counting down by one would leave, to the bit
	}
	for ; made < n; made++ {
		rest := left - w.addedBy(c, k, f, now+made*w.m.programs[k].interval)
		if rest <= 0 {
			break
		}
		left = rest
	}
	return left, made
}

// tries reports whether contacts from now on may do something at once to the client by the effect, as
// things are.
func (w *Workspace) tries(c *client, r *care, f *effect, now int64) bool {
	if b := f.brings; b != nil && w.sinceOrigin(c, f, now) >= b.until[len(b.until)-1] {
		return false
	}
	return r.done < f.most && w.canAct(c, r, f, now)
}

// makeDue makes the contacts of program k that were left for later and are due before the client's present event,
// has the others come one by one again, and reports whether there were any.
func (w *Workspace) makeDue(c *client, k int) bool {
	r := w.careOf(c, k)
	if r.later == 0 {
		return false
	}
	p, n := &w.m.programs[k], int64(0)
	if last := lastTick(c.current, rankContact); last >= r.next {
		n = min((last-r.next)/p.interval+1, int64(r.later))
	}
	for _, e := range p.atOnce {
		w.tryInVain(c, k, &p.effects[e], n)
	}
	w.spend(int(n))
	w.counts.Contacts += int(n)
	r.done += int32(n)
	if all := int64(r.later) == n; !all {
		next := r.next + n*p.interval
		if len(p.windows) > 0 {
			w.keepOpen(c, p, r.done, next-p.interval)
		}
		*w.key(c, p.contact) = keyAt(next, rankContact, p.contact)
	}
	r.later, r.next = 0, 0
	return n > 0
}

// tryInVain has n contacts try by the effect: see inVain.
func (w *Workspace) tryInVain(c *client, k int, f *effect, n int64) {
	if r := w.careOf(c, k); w.tries(c, r, f, r.next) {
		*w.threshold(c, f.place), _ = w.useUp(c, k, f, r.next, n)
	}
}

// makeAllDue does so for all programs.
func (w *Workspace) makeAllDue(c *client) {
	for k := range w.m.programs {
		w.makeDue(c, k)
	}
}

// makeBringing does so for the programs whose contacts bring clients to services, before
// it changes whether they can.
func (w *Workspace) makeBringing(c *client) {
	for _, k := range w.m.bringing {
		w.makeDue(c, k)
	}
}

// postponeBringing leaves the contacts of those programs to be made later that are still to come after
// that has changed. Where effects last, the next contact does so.
func (w *Workspace) postponeBringing(c *client) {
	for _, k := range w.m.bringing {
		w.postponeNext(c, k)
	}
}

// postponeNext leaves the contacts from the next one on to be made later, if no effect lasts that
// it opens, and no skill is met in it for the first time.
func (w *Workspace) postponeNext(c *client, k int) {
	p := &w.m.programs[k]
	if next := *w.key(c, p.contact); len(p.windows) == 0 && !p.changes() && next != calendar.Never && w.careOf(c, k).later == 0 {
		if *w.key(c, p.contact) = calendar.Never; !w.postpone(c, k, int64(next>>12)) {
			*w.key(c, p.contact) = next
		}
	}
}

// deriveBringing finds the programs whose contacts can bring clients to services, and the services
// where a client must or must not be for that.
func (m *Model) deriveBringing() {
	for k := range m.programs {
		brings := false
		for _, f := range m.programs[k].effects {
			for _, s := range f.services {
				brings, m.services[s].brought = true, true
				m.services[s].decides = m.services[s].decides || f.from == left
				for o := range m.services {
					m.services[o].decides = m.services[o].decides || o != s && m.services[s].bars>>m.services[o].bit&1 != 0
				}
			}
		}
		if brings {
			m.bringing = append(m.bringing, k)
		}
	}
}
