package analysis

import (
	"math"

	"caseload/analysis/estimate"
	"caseload/analysis/lifetable"
	"caseload/analysis/measure"
	"caseload/analysis/performance"
	"caseload/scenarios"
	"caseload/sim"
)

// Result summarizes many replicates of a trial.
type Result struct {
	Scenario   *scenarios.Scenario
	Name       string
	Seed       int64
	Replicates int  // folded into the numbers
	Partial    bool // interrupted before all wanted were done
	Clustered  bool // clusters were randomized: no standard errors, intervals and tests
	Failed     int  // fits that came to nothing, over all rows
	Boundary   int  // fits that stand though a variance was estimated as zero
	Arms       []ArmRow
	Rows       []Row
	Families   []FamilyRow
	Screenings []ScreeningRow // of a factorial trial
	Best       []BestRow      // of outcomes for which regimes are compared
	Effects    []sim.EffectReport
	// Uncertainty is what was drawn, and what of the truth's variance it explains; nil
	// where the scenario is as written.
	Uncertainty *Uncertainty
	Interim     *Interim // what comes of looks before the end; nil where there are none
}

// ArmRow describes what happens in one arm, in truth and over replicates.
type ArmRow struct {
	Outcome  *scenarios.Outcome
	Subgroup string // "all" for everyone
	Arm      string
	ArmValues
}

// ArmValues are an arm's numbers.
type ArmValues struct {
	Mean     measure.Number `json:"mean"` // of a time: restricted to the outcome's day
	MeanMCSE measure.Number `json:"mean_mcse"`
	SD       measure.Number `json:"sd"` // between clients
	N        measure.Number `json:"n"`  // clients analysed in a trial, on average
	*Predictive
}

// Row is one analysis and its performance.
type Row struct {
	Analysis
	OutcomeSpec  *scenarios.Outcome
	Variable     scenarios.Variable
	SubgroupName string // "all" for everyone
	ArmName      string
	ControlName  string
	Performance
	Validity      scenarios.Validity     // whether the method holds in the design
	Outside       bool                   // made elsewhere: nothing is known of how
	Untested      bool                   // no standard error: clusters were randomized and the method ignores them
	LimitsLost    bool                   // no interval: it can't be had at the level asked for
	TippingLost   bool                   // nor its tipping points
	FailureCounts [estimate.Statuses]int // by status
	N             measure.Number         // clients analysed in a trial, on average
	AtDeath       *scenarios.AtDeath     // what the outcome is for clients who die before it; nil where nobody can
	Tipping       *Tipping               // at what shift of imputed outcomes its findings go; nil where that is not asked
	ByExposure    []ByExposure           // the truth by how long sites have been in the arm; nil where sites do not change arms
	AtEvents      []scenarios.AtEvent    // the same for other intercurrent events, where it says so
}

// Performance is the truth and what the estimates show beside it, under the names
// that they have in JSON.
type Performance struct {
	Truth        measure.Number `json:"truth"` // the effect with nobody lost and nothing mismeasured
	TruthMCSE    measure.Number `json:"truth_mcse"`
	TruthRollout measure.Number `json:"truth_rollout"` // with everyone in one arm against everyone in the other
	RolloutMCSE  measure.Number `json:"truth_rollout_mcse"`
	performance.Measures
	SMDTruth measure.Number `json:"smd_truth"` // the truth as a standardized mean difference
	Standardized
	*Drawn
}

// Contrast names the arms compared.
func (r *Row) Contrast() string { return r.ArmName + " - " + r.ControlName }

func subgroupName(sc *scenarios.Scenario, g int) string { return sc.SubgroupName(g) }

// result concludes about the replicates folded.
func (f *accumulator) result() *Result {
	sc := f.p.sc
	r := &Result{Scenario: sc, Name: f.opt.Name, Seed: f.opt.Seed, Replicates: f.n, Partial: f.n < f.limit-f.opt.From, Clustered: f.p.clustered, Effects: f.m.Effects}
	for k := range f.p.arms {
		if !f.p.arms[k].rest && f.p.arms[k].arm < len(sc.Arms) {
			r.Arms = append(r.Arms, f.armRow(k))
		}
	}
	r.Arms = append(append(r.Arms, f.margins()...), f.strategies()...)
	for _, k := range f.p.order() {
		row := f.row(k)
		r.Failed += row.Performance.Failed
		r.Boundary += row.FailureCounts[estimate.Boundary]
		r.Rows = append(r.Rows, row)
	}
	for k := range f.p.best {
		r.Best = append(r.Best, f.bestRow(k))
	}
	if f.draws != nil {
		r.Uncertainty = f.draws.result(f.p)
	}
	if f.looking != nil {
		r.Interim = f.looking.result(f)
	}
	for k := range f.p.families {
		r.Families = append(r.Families, f.familyRow(&f.p.families[k]))
	}
	for k := range f.p.screenings {
		r.Screenings = append(r.Screenings, f.screeningRow(&f.p.screenings[k]))
	}
	return r
}

func (f *accumulator) armRow(k int) ArmRow {
	e := &f.p.arms[k]
	row := ArmRow{Outcome: &f.p.sc.Outcomes[e.outcome], Subgroup: subgroupName(f.p.sc, e.subgroup), Arm: f.p.sc.Arms[e.arm].Name}
	row.ArmValues = f.armValues(&f.arms[k], 0)
	row.N = measure.Number(f.seen[k] / float64(f.n))
	if f.draws != nil {
		row.Predictive = f.draws.ofArm(f.p, e)
	}
	return row
}

// armValues returns the mean and standard deviation of an arm from moments that begin at a
// place of the sums.
func (f *accumulator) armValues(x *pooled, at int) ArmValues {
	mean, mcse, sd := nan, nan, nan
	if !f.opt.NoTruth {
		mean, mcse = x.value(func(s *sums) float64 { return s[at+1] / s[at] })
		sd, _ = x.value(func(s *sums) float64 {
			m := s[at+1] / s[at]
			return math.Sqrt(max(0, s[at+2]/s[at]-float64(m*m)))
		})
	}
	return ArmValues{Mean: measure.Number(mean), MeanMCSE: measure.Number(mcse), SD: measure.Number(sd)}
}

// margins describes groups of several arms, from the effects on everyone that compare them.
func (f *accumulator) margins() (rows []ArmRow) {
	said := map[[3]int]bool{}
	for k := range f.p.analyses {
		a := &f.p.analyses[k]
		e := &f.p.effects[a.effect]
		for side, g := range [2]int{a.Arm, a.Control} {
			key := [3]int{a.Outcome, a.Subgroup, g}
			if len(f.p.groups[g].arms) == 1 || e.among != everyone || a.rest >= 0 || said[key] {
				continue
			}
			said[key] = true
			row := ArmRow{Outcome: &f.p.sc.Outcomes[a.Outcome], Subgroup: subgroupName(f.p.sc, a.Subgroup), Arm: f.p.sc.GroupName(g), ArmValues: f.armValues(&f.truth[a.effect], 3*side)}
			for _, arm := range f.p.groups[g].arms {
				row.N += measure.Number(f.seen[e.rows+arm] / float64(f.n))
			}
			if f.draws != nil {
				low, high := middle(f.draws.reported[k][1+side])
				row.Predictive = &Predictive{low, high}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (f *accumulator) row(k int) Row {
	a := f.p.analyses[k]
	sc := f.p.sc
	row := Row{Analysis: a, OutcomeSpec: &sc.Outcomes[a.Outcome], SubgroupName: subgroupName(sc, a.Subgroup),
		ArmName: sc.GroupName(a.Arm), ControlName: sc.GroupName(a.Control), FailureCounts: f.failures[k]}
	row.Outside = k >= f.p.own
	row.Validity = sc.ValidityIn(row.OutcomeSpec, scenarios.Contrast{Arm: a.Arm, Control: a.Control}, a.Method.Name)
	row.Untested = f.p.untested(&a)
	row.AtDeath, row.AtEvents = sc.AtDeath(row.OutcomeSpec), sc.AtEvents(row.OutcomeSpec)
	row.Tipping, row.TippingLost = f.tipping(&a), a.tip >= 0 && f.p.releveled
	row.LimitsLost = f.p.releveled && a.Method.Limits == estimate.Own
	row.ByExposure = f.exposed(&a)
	row.Variable, _ = scenarios.LookupVariable(row.OutcomeSpec.Variable)
	truth, mcse := f.truthOf(k, false)
	rollout, rolloutMCSE := f.truthOf(k, true)
	row.Performance = Performance{Truth: measure.Number(truth), TruthMCSE: measure.Number(mcse), TruthRollout: measure.Number(rollout),
		RolloutMCSE: measure.Number(rolloutMCSE), Measures: f.accs[k].Measures(truth, mcse), SMDTruth: measure.Number(f.smdTruth(&a)),
		Standardized: Standardize(f.standardized(&a, row.Variable))}
	if f.draws != nil {
		row.Measures = f.accs[k].Unconditional(row.Measures)
		row.Drawn = &Drawn{f.accs[k].Assurance(), *f.draws.ofAnalysis(k)}
	}
	if row.Untested { // where all fits failed, too
		row.Power, row.PowerMCSE, row.PowerLow, row.PowerHigh = measure.Missing(), measure.Missing(), measure.Missing(), measure.Missing()
		if row.Drawn != nil {
			none := measure.Missing()
			row.Drawn.Assurance = performance.Assurance{Assurance: none, AssuranceMCSE: none, AssuranceLow: none, AssuranceHigh: none}
		}
	}
	if row.Outside {
		row.Validity, row.N = scenarios.Validity{}, measure.Missing()
		return row
	}
	both := f.p.groups[a.Arm].mask | f.p.groups[a.Control].mask
	for j := range f.p.arms {
		e := &f.p.arms[j]
		if e.outcome == a.Outcome && e.subgroup == a.Subgroup && !e.rest && e.arm < len(sc.Arms) && both>>e.arm&1 == 1 {
			row.N += measure.Number(f.seen[j] / float64(f.n))
		}
	}
	return row
}

// smdTruth returns the truth as a standardized mean difference.
func (f *accumulator) smdTruth(a *Analysis) float64 {
	if f.opt.NoTruth || a.rest >= 0 {
		return nan
	}
	e := &f.p.effects[a.effect]
	switch v, _ := scenarios.LookupVariable(f.p.sc.Outcomes[a.Outcome].Variable); v.Kind {
	case scenarios.Time:
		v, _ := f.lifeTruth(e, false, (*lifetable.Table).LogHazardRatio)
		return v * math.Sqrt(6) / math.Pi
	case scenarios.Binary:
		truth := &f.truth[a.effect]
		v, _ := truth.value(logOddsSMD(truth.n))
		return v
	}
	v, _ := f.truth[a.effect].value(smd)
	return v
}
