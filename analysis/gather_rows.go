package analysis

import (
	"slices"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// choose lists the clients who are analysed, and whether they are treated.
func (s *sample) choose(d *estimate.Data, o *trial.Observed, rows []int32) []int32 {
	if s.sides != nil {
		return s.replicate(d, o, rows)
	}
	c := &o.Outcomes[s.outcome]
	rows = s.candidates(o, c, rows)
	if s.set.AsReceived() {
		rows = s.received(o, rows)
	}
	rows = s.measured(d, c, rows)
	d.Treated = room(d.Treated, len(rows))
	treated, arms, arm := d.Treated[:len(rows)], o.Arm, s.arm
	for k, i := range rows {
		treated[k] = arm.has(arms[i]) == 1
	}
	if s.set == scenarios.SetAsTreated {
		for k, i := range rows {
			d.Treated[k] = o.Contacts[i] > 0
		}
	}
	return rows
}

// measured leaves out whose outcome is missing, unless it may be, and gathers the
// outcomes. Who is left out is overwritten by the next, for want of a pattern that
// branches could follow.
func (s *sample) measured(d *estimate.Data, c *trial.Column, rows []int32) []int32 {
	d.Y = room(d.Y, len(rows))
	if s.needs&estimate.Incomplete != 0 {
		return s.incomplete(d, c, rows)
	}
	y, value, kept := d.Y, c.Value, 0
	for _, i := range rows {
		v := value[i]
		y[kept], rows[kept] = v, i
		kept += one(v == v)
	}
	d.Y, d.Missing = y[:kept], len(rows)-kept
	return rows[:kept]
}

// incomplete leaves out none but, where the living are asked, who has no outcome because of death.
func (s *sample) incomplete(d *estimate.Data, c *trial.Column, rows []int32) []int32 {
	alive := s.needs&estimate.Alive != 0
	y, value, kept, lost := d.Y, c.Value, 0, 0
	for _, i := range rows {
		v := value[i]
		y[kept], rows[kept] = v, i
		missing := one(v != v)
		lost += missing
		kept += 1 - missing&one(alive && c.Died[i])
	}
	d.Y, d.Missing = y[:kept], lost
	return rows[:kept]
}

// candidates are the clients of both groups who are in the analysis set, and in the
// subgroup.
func (s *sample) candidates(o *trial.Observed, c *trial.Column, rows []int32) []int32 {
	among := c.In
	if s.subgroup >= 0 && !s.interaction {
		among = o.Member[s.subgroup]
	}
	rows = room(rows, len(o.Arm))
	in, among, kept := c.In[:len(o.Arm)], among[:len(o.Arm)], 0
	both := s.arm | s.control
	for i, arm := range o.Arm {
		rows[kept] = int32(i)
		kept += both.has(arm) & one(in[i]) & one(among[i])
	}
	return rows[:kept]
}

// room returns n numbers of any content in the memory of s, if it is large enough.
func room[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// received leaves out, where analyses go by what was received, who did not receive what
// the arm that they count in offers.
func (s *sample) received(o *trial.Observed, rows []int32) []int32 {
	if s.set == scenarios.SetAsTreated {
		return rows
	}
	return slices.DeleteFunc(rows, func(i int32) bool {
		ok := o.Contacts[i] == 0
		if s.arm.has(o.Arm[i]) == 1 {
			ok = o.Contacts[i] >= s.minContacts
		}
		return !ok || o.Contaminated[i]
	})
}
