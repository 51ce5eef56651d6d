package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
)

// score is a compiled scenarios.Score: a number read at visits off the
// client's history.
type score struct {
	name     string
	mean, sd float64
	own      int       // the client's own part, among the frailties
	moving   *moving   // the part of it that is not the same at each visit; nil: none
	traits   []float64 // points a unit, by trait; nil: none
	now      []pointsIn
	perMonth []pointsIn
	effects  []scoreEffect
}

// pointsIn are points for being in a state.
type pointsIn struct {
	bits    uint64
	use     bool // the state is using
	course  int  // that holds it; -1: services
	service uint64
	points  float64
}

// scoreEffect is a program's effect on the score.
type scoreEffect struct{ program, effect int }

func (m *Model) compileScores(sc *scenarios.Scenario) {
	for _, s := range []struct {
		name string
		of   *scenarios.Score
	}{{"health", sc.Health}, {"satisfaction", sc.Satisfaction}} {
		if s.of == nil {
			continue
		}
		moves := m.compileMoving(sc, s.name, s.of.Correlation)
		c := score{name: s.name, moving: moves, mean: s.of.Mean, sd: s.of.SD, now: m.pointsIn(s.of.Now), perMonth: m.pointsIn(s.of.PerMonth)}
		for name, x := range s.of.Traits {
			if c.traits == nil {
				c.traits = make([]float64, len(sc.Traits))
			}
			c.traits[m.trait(name)] = x
		}
		m.scores = append(m.scores, c)
		m.seesBits = m.seesBits || len(c.now) > 0
	}
}

// scoreNamed returns the score of that name, -1 for none.
func (m *Model) scoreNamed(name string) int {
	for k := range m.scores {
		if m.scores[k].name == name {
			return k
		}
	}
	return -1
}

func (m *Model) pointsIn(table map[string]float64) (list []pointsIn) {
	for _, state := range sortedKeys(table) {
		p := pointsIn{bits: m.stateBits(state), course: m.course(state), points: table[state], use: state == scenarios.StateUsing}
		for s, v := range m.services {
			if p.bits>>v.bit&1 != 0 {
				p.service |= 1 << s
			}
		}
		list = append(list, p)
	}
	return list
}

// readScore returns the score at the outcome's visit. Points a month count the time
// in the state from enrolment to the visit.
func readScore(w *Workspace, o *outcome, c *client) (float64, bool) {
	s := &w.m.scores[o.score]
	z := w.frailty[s.own][c.id]
	if s.moving != nil {
		z = w.moved(s.moving, o.visit, c, z)
	}
	y := s.mean + float64(s.sd*z)
	for t, x := range s.traits {
		y += float64(x * w.traits[t][c.id])
	}
	if len(s.now) > 0 {
		bits := *w.bitsAt(c, o.moment)
		for _, p := range s.now {
			if bits&p.bits != 0 {
				y += p.points
			}
		}
	}
	for k := range s.perMonth {
		p := &s.perMonth[k]
		y += float64(p.points * w.daysIn(p, o.moment, c) / scenarios.DaysPerMonth)
	}
	return y + w.pointsOfPrograms(s, o.moment, c), false
}

// daysIn returns the days in a state from enrolment to moment v.
func (w *Workspace) daysIn(p *pointsIn, v momentID, c *client) float64 {
	at := w.momentAt(c, v)
	switch {
	case p.use:
		return calendar.Days(at - c.enrol - w.snapshot(c, v, -1).time())
	case p.course >= 0:
		return calendar.Days(w.snapshot(c, v, p.course).time())
	}
	return calendar.Days(w.timeInServices(c, p.service, c.enrol, at))
}

// pointsOfPrograms returns those of effects active at moment v, each with the
// manager's own, which add up to nothing over managers.
func (w *Workspace) pointsOfPrograms(s *score, v momentID, c *client) (sum float64) {
	for _, e := range s.effects {
		p := &w.m.programs[e.program]
		f := &p.effects[e.effect]
		stage := f.stage(*w.bitsAt(c, v))
		if stage < 0 {
			continue
		}
		points := f.points
		if p.changes() {
			s := w.skillAt(c, v, p)
			points = float64(points*s[0]) + s[1]
		} else if g := w.careOf(c, e.program).manager; g >= 0 && p.spread > 0 {
			points += float64(p.spread * w.managers[g].z)
		}
		sum += math.Ldexp(points, -stage)
	}
	return sum
}
