package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
)

// A schedule is which arm is in force at the sites of a sequence in a period of the trial's
// calendar. Sites of a parallel trial stay in one arm: it has one period.
type schedule struct {
	from       []int64   // tick at which each period begins
	arms       [][]uint8 // [sequence][period]
	shares     []int     // [sequence] in proportion to which sites are allocated
	total      int       // the sum of the shares
	exposed    [][]uint8 // [sequence][period] for how many periods its sites have been in the arm; 0: in control
	transition int64     // ticks after a change in which clients are not analysed
	excludes   bool      // outcomes due after the next change are left out
	switches   bool      // clients in care change with their site
	autocorr   float64   // correlation of a site's scores in two periods
}

// entityPeriod is a period of a site as the owner of streams.
const entityPeriod uint8 = 17

// trend is how a process's hazard changes with the day of enrolment.
type trend struct {
	process processID
	log     float64 // of the hazard ratio, a tick
}

func (m *Model) compileSchedule(sc *scenarios.Scenario) {
	plan, s := sc.Schedule(), &m.design.schedule
	for _, day := range plan.FromDays {
		s.from = append(s.from, int64(ticks(day)))
	}
	for q, row := range plan.Arms {
		arms, exposed := make([]uint8, len(row)), make([]uint8, len(row))
		for p, arm := range row {
			arms[p], exposed[p] = uint8(arm), uint8(plan.Exposure(q, p, m.control))
		}
		s.arms, s.exposed = append(s.arms, arms), append(s.exposed, exposed)
		s.total += plan.Shares[q]
	}
	s.shares, s.transition = plan.Shares, int64(ticks(plan.TransitionDays))
	s.switches = sc.Trial.Randomization.AtChange == scenarios.SwitchAtChange
	s.excludes = sc.Trial.Randomization.AtChange == scenarios.ExcludeAtChange
	if s.autocorr = 1; sc.Trial.PeriodCorrelation != nil {
		s.autocorr = *sc.Trial.PeriodCorrelation
	}
}

// inPeriods reports whether sites change arms.
func (s *schedule) inPeriods() bool { return len(s.from) > 1 }

// scored returns in how many periods sites differ in scores of their own.
func (s *schedule) scored() int {
	if s.inPeriods() && s.autocorr < 1 {
		return len(s.from)
	}
	return 1
}

// changes reports whether the sites of a sequence change arms as a period begins.
func (s *schedule) changes(sequence, period uint8) bool {
	return period > 0 && s.arms[sequence][period] != s.arms[sequence][period-1]
}

// InPeriods reports whether sites change arms during the trial, so that the record tells
// clients' periods.
func (m *Model) InPeriods() bool { return m.design.schedule.inPeriods() }

// Periods returns how many periods the trial has, 1 if sites do not change arms.
func (m *Model) Periods() int { return max(1, len(m.design.schedule.from)) }

// drawPeriods finds the period in which each client, or one of the others, comes.
func (w *Workspace) drawPeriods() {
	if w.design.period == nil {
		return
	}
	from := w.m.design.schedule.from
	for i := range w.nPresent {
		p := 0
		for p+1 < len(from) && from[p+1] <= w.arrivals[i] {
			p++
		}
		w.design.period[i] = uint8(p)
	}
}

// periodOf returns the period in which client i comes.
func (w *Workspace) periodOf(i int) uint8 {
	if w.design.period == nil {
		return 0
	}
	return w.design.period[i]
}

// leftOut reports whether an outcome of client i is not analysed, in a trial whose sites change
// arms: the client enrolled too soon after a change, or it is due after the next one.
func (w *Workspace) leftOut(o *outcome, i int) bool {
	s, q, p := &w.m.design.schedule, w.design.sequence[w.site[i]], w.design.period[i]
	if s.changes(q, p) && w.arrivals[i] < s.from[p]+s.transition {
		return true
	}
	if !s.excludes {
		return false
	}
	due := w.arrivals[i] + o.at
	for k := int(p) + 1; k < len(s.from) && s.from[k] < due; k++ {
		if s.changes(q, uint8(k)) {
			return true
		}
	}
	return false
}

// observePeriods tells each client's period, and for how long the site has been in the arm.
func (w *Workspace) observePeriods(period, exposed []uint8) {
	s := &w.m.design.schedule
	copy(period, w.design.period)
	for i := range exposed {
		exposed[i] = s.exposed[w.design.sequence[w.site[i]]][w.design.period[i]]
	}
}

// drawSitePeriods gives each site scores of its own in each period, beside those that it
// keeps: sqrt(c) times the site's and sqrt(1-c) times the period's, so that scores in two
// periods have the correlation c (Kasza et al. 2019, Stat Methods Med Res 28:703, block
// exchangeable).
func (w *Workspace) drawSitePeriods() {
	s, spreads := &w.m.design.schedule, w.m.design.sites
	n, periods := len(spreads), s.scored()
	stay, change := math.Sqrt(s.autocorr), math.Sqrt(1-s.autocorr)
	for site := w.m.sites - 1; site >= 0; site-- { // from the end, since the sites' own stand at the beginning
		copy(w.design.ownScores, w.design.siteScores[site*n:][:n])
		for p := range periods {
			key := w.replicate.Entity(entitySite, site).Entity(entityPeriod, p)
			for k, own := range w.design.ownScores {
				w.sampler.Use(key.Stream(spreads[k].purpose))
				w.design.siteScores[(site*periods+p)*n+k] = float64(stay*own) + float64(change*w.sampler.Normal())
			}
		}
	}
}

// compileTrend gives processes their trends. One that is written for the process itself wins
// over one for all of its kind.
func (m *Model) compileTrend(sc *scenarios.Scenario) {
	logs, own := make([]float64, len(m.procs)), make([]bool, len(m.procs))
	for _, name := range sortedKeys(sc.Trial.Trend) {
		for _, p := range m.targets(name) {
			if exact := m.procs[p].name == name; exact || !own[p] {
				logs[p], own[p] = portable.Log(sc.Trial.Trend[name]), exact
			}
		}
	}
	for p, x := range logs {
		if x != 0 {
			m.procs[p].hasBase = true
			m.design.trends = append(m.design.trends, trend{processID(p), x / (scenarios.DaysPerYear * calendar.Day)})
		}
	}
}

// addTrend puts the effects of the day of enrolment on the client's own multipliers.
func (w *Workspace) addTrend(i int) {
	for _, t := range w.m.design.trends {
		*w.ownBase(i, t.process) *= portable.Exp(saturated(float64(t.log * float64(w.arrivals[i]))))
	}
}
