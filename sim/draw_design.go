package sim

import (
	"caseload/scenarios"
	"caseload/sim/trial"
)

// design holds the parts of a trial that not every one has: who is screened out,
// how sites differ, how well traits are measured, how arms are allocated other
// than by blocks, and who gets another arm's programs.
type design struct {
	screening     screening
	sites         []siteSpread
	recruitment   recruitment
	errors        []traitError
	minimization  minimization
	clusters      clusters
	schedule      schedule
	trends        []trend
	contamination []contamination // by arm; nil: none in any
}

// designState is the design in progress.
type designState struct {
	siteScores []float64   // [site*spreads+spread] normal scores, or [(site*periods+period)*spreads+spread]
	ownScores  []float64   // scratch: those of a site that it keeps
	weights    []float64   // [site] by which clients come to sites; nil where all are alike
	traits     [][]float64 // as the trial measures them; those without error are the true ones
	member     [][]bool    // by the traits as measured
	values     []float64   // scratch: measured traits of one client
	counts     []int       // [level of a factor, arm] clients so far, for a minimization
	totals     []int       // scratch: imbalance by arm
	cluster    []int32     // [client]; nil unless arms are allocated by clusters
	rounds     []round     // [site] of case managers
	order      []int32     // the round being shuffled
	swap       func(i, j int)
	sequence   []uint8   // [site] row of the schedule
	period     []uint8   // [client, and others] in which they come; nil where sites do not change arms
	exposure   []float64 // [client] uniform that decides contamination
}

// compileDesign compiles the design after the processes and programs are known
// and before hazards are solved.
func (m *Model) compileDesign(sc *scenarios.Scenario, sample int, from *Model) scenarios.Problems {
	m.compileSiteSpread(sc)
	m.compileTraitErrors(sc)
	if compile := randomizers[m.alloc.method].compile; compile != nil {
		compile(m, sc)
	}
	m.compileTrend(sc)
	m.compileContamination(sc)
	return m.compileScreening(sc, sample, from)
}

func (w *Workspace) newDesignState() designState {
	d := &w.m.design
	s := designState{siteScores: make([]float64, w.m.sites*d.schedule.scored()*len(d.sites)), ownScores: make([]float64, len(d.sites))}
	if r := &d.recruitment; r.sites != nil || r.shape > 0 || r.size > 0 {
		s.weights = make([]float64, w.m.sites)
	}
	s.traits, s.member = w.measuredColumns()
	s.values = make([]float64, len(w.traits))
	s.counts, s.totals = make([]int, d.minimization.cells), make([]int, w.m.arms)
	if w.m.Clustered() {
		s.cluster, s.sequence = make([]int32, w.n), make([]uint8, w.m.sites)
		s.rounds = newRounds(w.m.sites, d.clusters.total)
	}
	if d.schedule.inPeriods() {
		s.period = make([]uint8, len(w.arrivals))
	}
	if d.contamination != nil {
		s.exposure = make([]float64, w.n)
	}
	return s
}

// observeDesign fills the columns of the trialist's record that the design
// decides.
func (w *Workspace) observeDesign(o *trial.Observed) {
	for g := range w.design.member {
		copy(o.Member[g], w.design.member[g])
	}
	for t := range w.design.traits {
		copy(o.Traits[t], w.design.traits[t])
	}
	copy(o.Cluster, w.design.cluster)
	if w.design.period != nil {
		w.observePeriods(o.Period, o.Exposed)
	}
	if w.m.design.contamination != nil {
		for i := range o.Contaminated {
			o.Contaminated[i] = w.Contaminated(i)
		}
	}
}

// designColumns adds the columns of the design to an empty record.
func (m *Model) designColumns(o *trial.Observed) {
	if m.InPeriods() {
		o.Period, o.Exposed = make([]uint8, o.N), make([]uint8, o.N)
	}
	o.Cluster, o.Contaminated = make([]int32, o.N), make([]bool, o.N)
	for i := range o.Cluster {
		o.Cluster[i] = -1
	}
}
