package sim

import "caseload/sim/calendar"

// The pace of contacts: a case manager with more clients than the hours suffice for
// meets each of them less often.
//
// With eighty clients, each who comes or goes moves the next contact of all others.
// They are not aimed anew each time: a manager keeps the paces so far, and a client's
// clock is brought up to date when it is looked at. Until then its key stands for a
// time that the contact cannot precede at any pace up to a limit, and only
// clients whose limit the pace exceeds are aimed at once.

// paceChange is a pace and the event from which it is in force.
type paceChange struct {
	at   uint64 // calendar key
	pace float64
}

// Keys are set for a pace that is up to an eighth faster than the present one, but for
// contacts due within four days, which are few and would be looked at several times. (Of
// an eighth, a sixteenth and a thirty-second, and of one to six days, the fastest.)
const (
	paceMargin = 1.125 * (1 - 1e-9) // less what rounding can do
	nearby     = 4 * calendar.Day
)

// pace returns how fast the contacts of manager g, in the pool of client i, come: 1 up to
// the capacity, then capacity / load, since the same hours serve more clients. A team has
// the hours of those who are there; while nobody is, no contact is made at any pace.
func (w *Workspace) pace(i, k int, g int32, now int64) float64 {
	p := &w.m.programs[k]
	capacity := p.stretch
	if p.changes() && p.staffing.members > 1 {
		capacity *= float64(max(1, w.present(p, w.poolOf(i, k), g, now))) / float64(p.staffing.members)
	}
	if load := float64(w.managers[g].load); capacity > 0 && load > capacity {
		return capacity / load
	}
	return 1
}

// repace puts a manager's pace in force for the clients, except i's own, after the
// load has changed.
func (w *Workspace) repace(i, k int, g int32, now int64) {
	pace, m := w.pace(i, k, g, now), &w.managers[g]
	last := 1.0
	if n := len(m.paces); n > 0 {
		last = m.paces[n-1].pace
	}
	if pace == last {
		return
	}
	m.paces = append(m.paces, paceChange{w.now, pace})
	if pace < last && !w.plain {
		return
	}
	fastest := w.fastest[k]
	for j := m.line.head; j >= 0; j = w.careLinks[k][j].next {
		if int(j) != i && (fastest[j] < pace || w.plain) {
			w.catchUp(int(j))
			w.followPace(int(j), k, now)
			w.advance(int(j))
		}
	}
}

// aimContact sets the clock of the next contact.
func (w *Workspace) aimContact(i, k int, now int64) {
	p := &w.m.programs[k]
	ck := w.clock(i, p.contact)
	ck.since = now
	*w.key(i, p.contact) = clockKey(now, ck.left/ck.mult, rankContact, p.contact)
	if p.stretch > 0 {
		w.followPace(i, k, now)
	}
}

// followPace brings the clock of the next contact up to date with the manager's pace,
// at most to the contact itself.
func (w *Workspace) followPace(i, k int, now int64) {
	p, r, key := &w.m.programs[k], w.careOf(i, k), w.key(i, w.m.programs[k].contact)
	if *key == calendar.Never {
		return // there are no more
	}
	ck, paces := w.clock(i, p.contact), w.managers[r.manager].paces
	due := clockKey(ck.since, ck.left/ck.mult, rankContact, p.contact)
	for ; due != calendar.Never && int(r.paced) < len(paces); r.paced++ {
		c := &paces[r.paced]
		if due < boundAt(c.at, i) {
			break
		}
		t := calendar.Tick(c.at)
		ck.left -= float64(ck.mult * float64(t-ck.since))
		ck.since, ck.mult = t, c.pace
		due = clockKey(t, ck.left/ck.mult, rankContact, p.contact)
	}
	*key, w.fastest[k][i] = due, ck.mult
	if now = max(now, ck.since); due == calendar.Never || int64(due>>12)-now < nearby || w.plain {
		return
	}
	wait := int64(due>>12) - now
	*key, w.fastest[k][i] = keyAt(now+wait/9*8, rankContact, p.contact), float64(ck.mult*paceMargin)
}

// tooEarly reports whether the next contact is not yet due when its clock goes off,
// and sets the clock again.
func (w *Workspace) tooEarly(i, k int, now int64) bool {
	key := w.key(i, w.m.programs[k].contact)
	before := *key
	w.followPace(i, k, now)
	if *key < before {
		panic("a contact is late")
	}
	return *key > before
}
