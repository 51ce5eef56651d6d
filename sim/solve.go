package sim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
)

// Reached is one natural quantity: what was asked, and what the solved hazards
// give.
type Reached struct {
	Key   string  // of the scenario
	What  string  // in words
	Asked float64 // a probability, or events a day
	Got   float64 // without queues; the same unit

	service int // whose admissions (or stays) show what queues leave of it; -1: none
	stay    bool
	course  int // whose first event does, of a quantity that is not about a service; -1: none
	arm     int
	day     float64
}

// solver solves a model's hazards one after another.
type solver struct {
	m         *Model
	n         int    // clients in the sample
	u         *Model // without queues
	w         *Workspace
	ones      []float64
	kept      int             // quantities reached once and for all
	variant   bool            // of a model that has been solved
	settled   map[string]bool // keys of what was solved there
	most      []float64       // by process: the greatest multiplier of its own that a client of the sample has; nil: not yet looked for
	a, b      []float64
	probes    []*probe // [arm*processes+process] the last one
	of        *effect  // the effect that is solved, by a share
	guess     baseline // of the process that is solved, as far as it is known
	problems  scenarios.Problems
	solving   string       // the key that is being solved
	repeating bool         // an effect is solved again and again, with all else as it was
	lives     *effectLives // on which it is
	reach     reach        // scratch
	reporting bool         // effects that are solved, or written, are looked at and reported
	without   float64      // the probability without the effect that was solved last
}

// solve finds all baselines and effects asked for as natural quantities, but
// for those that another model has solved, if one is given.
func (m *Model) solve(ctx context.Context, sample int, from *Model) (problems scenarios.Problems, err error) {
	for p := range m.procs {
		m.procs[p].base = baseline{kind: never}
	}
	s := &solver{m: m, n: sample, variant: from != nil}
	if s.variant {
		var all bool
		if s.settled, all = m.adopt(from); all && m.drawsAs(from) {
			m.finish()
			return nil, nil
		}
	}
	s.u = m.unqueued(sample)
	s.w = s.u.newWorkspace(s.n)
	s.w.sample, s.w.allowed.ctx = true, ctx
	defer s.rescue(&problems, &err)
	s.w.drawSample()
	s.a, s.b = make([]float64, s.n), make([]float64, s.n)
	s.ones = slices.Repeat([]float64{1}, s.n)
	s.probes = make([]*probe, m.arms*len(m.procs))
	s.checkSubgroups()
	s.overSites()
	if len(s.problems) == 0 {
		s.solveMeasurement()
	}
	if len(s.problems) == 0 && len(m.unknowns) > 0 {
		m.finish()
		s.unknowns()
	}
	m.finish()
	return s.problems, nil
}

// all solves baselines and effects, in an order in which each sees what it depends on.
func (s *solver) all() {
	s.states()
	s.bounded()
	rounds := 1
	if s.circular() {
		rounds = 3 // of which two are on all
	}
	all := s.n
	for k := 0; k < rounds && len(s.problems) == 0; k++ {
		if s.take(all); k < rounds-2 {
			s.take(partOf(all))
		}
		s.agree()
		s.programs(k == rounds-1)
	}
	s.take(all)
	s.reporting = false
	s.bounded()
}

// rescue ends the solving where the sample's lives did not end: as a problem with what
// was being solved, or since nobody waits for it any more.
func (s *solver) rescue(problems *scenarios.Problems, err *error) {
	switch r := recover().(type) {
	case nil:
	case canceled:
		*err = r.error
	case error:
		over, ok := errors.AsType[overrun](r)
		if !ok {
			panic(r)
		}
		s.fail(s.solving, over.what, "smaller rates and hazard ratios")
		*problems = s.problems
	default:
		panic(r)
	}
}

// programs solves effects, and spreads where an intraclass correlation is asked
// for. What an effect reaches depends a little on the spread, and the spread on
// the effect: a few rounds let them agree. With report, the last one tells what effects amount to.
func (s *solver) programs(report bool) {
	m := s.m
	rounds, first := 1, len(m.Reached)
	for _, p := range m.Scenario.Programs {
		if p.ICC != nil && p.ICC.Value > 0 {
			rounds = 3
		}
	}
	for k := 0; k < rounds && len(s.problems) == 0; k++ {
		m.Effects, m.Reached = m.Effects[:0], m.Reached[:first]
		s.reporting = report && k == rounds-1
		for k := range m.programs {
			for e := range m.programs[k].effects {
				s.effect(k, effectID(e))
				s.otherArms(k, effectID(e))
			}
		}
		if len(s.problems) == 0 {
			s.solveICC()
		}
	}
}

// agree solves what runs from enrolment. Where one process's hazard depends on
// what another has done to the client, each is solved given the others: three
// rounds on a part of the sample bring them near each other, and the last one
// is on all of it. Rates that are solved for shares in states take turns with the others,
// and two rounds are on all.
func (s *solver) agree() {
	m, all, shares := s.m, s.n, s.prevalences()
	rounds, whole := 1, 1
	if len(m.courses) > 0 || len(m.services) > 1 {
		rounds = 4
	}
	if len(shares) > 0 {
		rounds, whole = 5, 2
	}
	for k := 0; k < rounds && len(s.problems) == 0; k++ {
		s.take(all)
		if k < rounds-whole {
			s.take(partOf(all))
		}
		m.Reached = m.Reached[:s.kept]
		if s.fromEnrolment(); len(s.problems) == 0 {
			s.solvePrevalences(shares, k == rounds-1)
		}
	}
	s.take(all)
}

// partOf returns how many of so many clients are enough to come near a solution.
func partOf(all int) int { return max(all/8, min(all, 256)) }

// take limits the sample to its first n clients.
func (s *solver) take(n int) {
	s.n, s.a, s.b, s.ones = n, s.a[:n], s.b[:n], s.ones[:n]
}

// lookTo lets the sample live as long as the quantity asks, from enrolment or
// from entry to a service, and returns how many ticks of it that takes: of a rate at the
// start, one.
func (s *solver) lookTo(q *scenarios.Quantity, fromEntry bool) (sight int64) {
	last := int64(ticks(max(q.ByDays, q.MedianDays)))
	for _, p := range q.Points {
		last = max(last, int64(ticks(p.ByDays)))
	}
	if s.u.horizon = max(s.m.horizon, last+1); fromEntry {
		s.u.horizon = s.m.horizon + last + 1
	}
	return max(last, 1)
}

// states solves the processes that end a state from its beginning.
func (s *solver) states() {
	m, sc := s.m, s.m.Scenario
	s.use("use.quit", m.use.quit, &sc.Use.Quit)
	s.use("use.relapse", m.use.relapse, &sc.Use.Relapse)
	s.own("jail.stay", m.find("release"), jailStay(sc))
	if h := sc.Housing; h != nil {
		s.own("housing.lose", m.find("lose_housing"), &h.Lose)
		s.own("housing.gain", m.find("gain_housing"), &h.Gain)
	}
	if e := sc.Employment; e != nil {
		s.own("employment.lose", m.find("lose_job"), &e.Lose)
		s.own("employment.gain", m.find("gain_job"), &e.Gain)
	}
	for k := range m.services {
		v := &m.services[k]
		key := "service." + v.name + "."
		s.own(key+"renege", v.renege, sc.Services[v.name].Renege)
		s.own(key+"return", v.back, sc.Services[v.name].Return)
	}
	s.ownRates()
	s.kept = len(m.Reached)
	s.firstRates(s.prevalences())
}

func jailStay(sc *scenarios.Scenario) *scenarios.Quantity {
	if sc.Jail == nil {
		return nil
	}
	return &sc.Jail.Stay
}

// fromEnrolment solves what runs from enrolment, under the control arm and with
// all else at work.
func (s *solver) fromEnrolment() {
	m, sc := s.m, s.m.Scenario
	if a := sc.Arrest; a != nil {
		s.marginal("arrest.rate", m.find("arrest"), &a.Rate)
		s.bounded()
	}
	if r := sc.Risk; r != nil && len(s.problems) == 0 {
		s.marginal("risk.rate", m.find("risk"), &r.Rate)
		s.bounded()
	}
	if len(s.problems) > 0 {
		return
	}
	if s.events(); len(s.problems) > 0 {
		return
	}
	if d := sc.Death; d != nil {
		s.marginal("death.rate", m.find("death"), &d.Rate)
	}
	if m.loss.active {
		s.marginal("attrition.loss", m.loss.proc, sc.Attrition.Loss)
	}
	for k := range m.services {
		if s.service(k); len(s.problems) == 0 {
			s.bounded()
		}
	}
}

// marginal solves a process that runs from enrolment.
func (s *solver) marginal(key string, p processID, q *scenarios.Quantity) {
	if s.settled[key] {
		return
	}
	if len(s.m.procs[p].mods) == 0 && s.m.procs[p].replaced == 0 && s.m.procs[p].only == 0 && s.m.death < 0 {
		s.own(key, p, q)
		return
	}
	pr := &s.m.procs[p]
	pr.base = baseline{kind: constant, rate: math.SmallestNonzeroFloat64}
	s.solving = key
	b := s.probed(s.m.arm(q.Under), p, nil, s.lookTo(q, false))
	pr.base = s.baseline(key, q, b, s.ones, s.m.aboutCourse(p))
}

// aboutCourse returns a quantity that process p reaches, to be filled in.
func (m *Model) aboutCourse(p processID) Reached {
	return Reached{service: -1, arm: m.control, course: slices.IndexFunc(m.courses, func(f course) bool {
		return f.on == p && (f.kind == recurring || f.kind == mortal)
	})}
}

// finish prepares what the event loop reads.
func (m *Model) finish() {
	for p := range m.procs {
		pr := &m.procs[p]
		pr.base.mean = math.Inf(1)
		if pr.base.kind == constant {
			pr.base.mean = 1 / pr.base.rate
		}
		// Not so of a hazard that was constant only while it was solved.
		pr.homogeneous = pr.base.kind == constant && !pr.hasBase && len(pr.mods) == 0 && pr.replaced == 0 && pr.only == 0
		m.anyBase = m.anyBase || pr.hasBase
		pr.acting = 0
		for k := range pr.mods {
			pr.acting |= 1 << pr.mods[k].bit
			pr.mods[k].inverse = [2]float64{1, 1 / pr.mods[k].factor[1]}
		}
	}
	u := &m.use
	for state, p := range [2]processID{u.relapse, u.quit} {
		pr := &m.procs[p]
		u.idle[state] = pr.base.mean
		u.differs = u.differs || pr.hasBase
		u.actedOn |= pr.replaced
		for _, mod := range pr.mods {
			u.actedOn |= 1 << mod.bit
		}
	}
}

// refresh lets the model without queues see what has been solved.
func (s *solver) refresh() {
	s.m.finish()
	s.u.use = s.m.use
}

// probed runs the sample in the arm with process p held back, for the ticks of its time
// that are asked about: once, while nothing changes.
func (s *solver) probed(arm int, p processID, entry []int64, sight int64) *probe {
	return s.probedAfter(arm, p, entry, nil, sight)
}

// probedAfter is probed for a process that begins when the client leaves a service after a
// stay; nil: for any other.
func (s *solver) probedAfter(arm int, p processID, entry, stay []int64, sight int64) *probe {
	s.refresh()
	if ctx := s.w.allowed.ctx; ctx != nil && ctx.Err() != nil {
		panic(canceled{context.Cause(ctx)})
	}
	b := &probe{target: p, seek: -1, leave: -1, entry: entry, stay: stay, sight: sight, slots: math.MaxUint64, of: s.of, guess: s.guess}
	if sight > 1 { // else in what order things happen at the start matters
		b.slots = s.m.influences(p)
	}
	b.under = s.under(b)
	if entry != nil {
		v := &s.m.services[slices.IndexFunc(s.m.services, func(v service) bool { return v.leave == p || stay != nil && v.back == p })]
		b.seek, b.leave = v.seek, v.leave
	}
	last := &s.probes[arm*len(s.m.procs)+int(p)]
	if old := *last; old == nil || !old.answers(b) {
		s.w.probed(b, s.n, arm)
		*last = b
	}
	return *last
}

func (s *solver) fail(key, got, want string) {
	s.problems = append(s.problems, s.m.Scenario.Problem(key, got, want))
}

func (s *solver) checkSubgroups() {
	for g, sub := range s.m.Scenario.Subgroups {
		if !slices.Contains(s.w.member[g], true) {
			s.fail("subgroup."+sub.Name+".when", fmt.Sprintf("%q, true of nobody among %d clients", sub.When, s.n),
				"an expression that holds for some clients")
		} else if g == s.m.cohort.shareOf && s.m.cohort.share < 1 && !slices.Contains(s.w.member[g], false) {
			s.fail("subgroup_share."+sub.Name, "a subgroup that everyone is in", "one that some are not in")
		}
	}
}

// arm returns the arm of that name, the control arm for none.
func (m *Model) arm(name string) int {
	for a := range m.Scenario.Arms {
		if m.Scenario.Arms[a].Name == name {
			return a
		}
	}
	return m.control
}
