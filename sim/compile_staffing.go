package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// staffing is a compiled scenarios.Staffing: how the case managers of a program come
// and go.
type staffing struct {
	leaving  float64 // hazard a tick at which a case manager leaves; 0: nobody does
	vacancy  float64 // ticks until a post is filled, on average
	start    float64 // share of the full effect that a newcomer has
	half     float64 // ticks in which half of the rest is learned; 0: there is nothing to learn
	fresh    bool    // the program is new to all when their site first has it
	handover float64 // chance that a client is taken over
	pause    int64   // ticks until that
	members  int     // posts that share their clients as a team; else 1
	recorded int     // place among the skills recorded at moments; -1: nothing reads them
	slot     slotID  // of what the staff's coming and going brings
}

// changes reports whether what the program's case managers can do changes: they leave and are
// replaced, or the program is new to them.
func (p *program) changes() bool { return p.staffing.leaving > 0 || p.staffing.fresh }

// ownSpread returns the spread of one of the staff, where that of the program may be a
// team's.
func (p *program) ownSpread() float64 { return p.spread * math.Sqrt(float64(p.staffing.members)) }

// compileStaffing sets how the staff of a program with its own case managers changes.
func (m *Model) compileStaffing(p *program, s *scenarios.Program) {
	f := &p.staffing
	*f = staffing{members: 1, recorded: -1, slot: -1, start: 1, handover: 1}
	rate := s.TurnoverPerYear()
	if rate == 0 && !s.NewToStaff() {
		return
	}
	f.fresh = s.NewToStaff()
	m.fresh = m.fresh || f.fresh
	f.leaving = rate / (scenarios.DaysPerYear * calendar.Day)
	if s.Team {
		f.members = s.Staff.N
	}
	if v := s.Staffing.Vacancy; v != nil {
		f.vacancy = v.MedianDays / math.Ln2 * calendar.Day
	}
	if l := s.Staffing.Learning; l != nil {
		f.start, f.half = l.Start, l.MedianDays*calendar.Day
	}
	if h := s.Staffing.Handover; h != nil {
		f.handover, f.pause = h.Probability, int64(ticks(h.PauseDays))
	}
	p.tenure = m.tenures
	m.tenures++
}

// recordSkills makes room for what is recorded of the skill in programs that add points
// to a score, which is read when lives are over.
func (m *Model) recordSkills() {
	for k := range m.programs {
		p := &m.programs[k]
		if !p.changes() {
			continue
		}
		for e := range p.effects {
			if p.effects[e].score >= 0 && p.staffing.recorded < 0 {
				p.staffing.recorded = m.skillsKept
				m.skillsKept++
			}
		}
	}
}
