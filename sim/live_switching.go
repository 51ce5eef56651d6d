package sim

// Clients whose site changes arms while they are in care, where they change with it. In
// analyses they stay in the arm in which they enrolled.

// awaitSwitch sets the clock for the next change of arms at the client's site after a tick. In a
// rollout, where everyone is in one arm from the beginning, and in the sample on which
// hazards are solved, there is none.
func (w *Workspace) awaitSwitch(c *client, now int64) {
	if w.rollout || w.sample || c.id >= w.n {
		return
	}
	s, q := &w.m.design.schedule, w.design.sequence[w.site[c.id]]
	for k := 1; k < len(s.from); k++ {
		if s.from[k] > now && s.changes(q, uint8(k)) {
			*w.key(c, w.m.switches) = keyAt(s.from[k], rankDecide, w.m.switches)
			return
		}
	}
	w.stop(c, w.m.switches)
}

// switchEvent ends the client's programs of the arm that was in force and offers those of the
// one that comes into force, but for programs of both.
func (w *Workspace) switchEvent(c *client, now int64) {
	s, row := &w.m.design.schedule, w.m.design.schedule.arms[w.design.sequence[w.site[c.id]]]
	k := 1
	for s.from[k] < now {
		k++
	}
	w.awaitSwitch(c, now)
	before, after := w.m.offeredIn(w.careIn(c.id, row[k-1])), w.m.offeredIn(w.careIn(c.id, row[k]))
	for k := range w.m.programs {
		if before&^after>>k&1 != 0 {
			w.stopProgram(c, k, now)
		}
	}
	for k := range w.m.programs {
		if after&^before>>k&1 != 0 {
			w.addProgram(c, k, now)
		}
	}
}

// offeredIn returns the programs that the clients of an arm are offered when they enrol, as a set.
func (m *Model) offeredIn(arm uint8) (set uint64) {
	for _, k := range m.byArm[arm] {
		set |= 1 << k
	}
	return set
}

// switched returns the programs that begin or end where clients change arms with their site, as a
// set; none where they do not.
func (m *Model) switched() (set uint64) {
	if !m.design.schedule.switches {
		return 0
	}
	for a := range m.byArm {
		set |= m.offeredIn(uint8(a))
	}
	return set
}

// changesCare reports whether what clients get can change after they have enrolled.
func (m *Model) changesCare() bool { return len(m.decisions) > 0 || m.design.schedule.switches }
