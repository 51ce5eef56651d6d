package scenarios

import (
	"fmt"
	"slices"
)

// CovariatePeriod is the name of the covariate that is the period of the client: an
// indicator for each but the first.
const CovariatePeriod = "period"

// What becomes of clients who are in care when their site changes arms.
const (
	KeepAtChange    = "keep"    // they have the care of the arm in which they enrolled
	SwitchAtChange  = "switch"  // their programs of the old arm end and they are offered those of the new one; they count in the arm in which they enrolled
	ExcludeAtChange = "exclude" // they have the care of the arm in which they enrolled, and outcomes that are due after the change are left out
)

// A Schedule is which arm is in force at the sites of each sequence in each period of the
// trial's calendar. Clients are in the arm that is in force at their site when they enrol.
type Schedule struct {
	FromDays       []float64 // day on which each period begins, the first on day 0; the last goes on until nobody enrols any more
	Arms           [][]int   // [sequence][period] index of the arm
	Shares         []int     // [sequence] in proportion to which sites are allocated
	TransitionDays float64   // days after a change of arms in which clients who enrol are not analysed
}

// Changes reports whether the sites of a sequence change arms as a period begins.
func (s *Schedule) Changes(sequence, period int) bool {
	return period > 0 && s.Arms[sequence][period] != s.Arms[sequence][period-1]
}

// Exposure returns for how many periods, with this one, the sites of a sequence have been in
// the arm in which they are in a period; 0 in the control arm.
func (s *Schedule) Exposure(sequence, period, control int) int {
	arms, n := s.Arms[sequence], 0
	for k := period; k >= 0 && arms[k] == arms[period] && arms[k] != control; k-- {
		n++
	}
	return n
}

// Schedule returns the schedule of a trial whose sites are randomized, the zero value for
// others. Sites of a parallel trial stay in one arm, so that there is one period.
func (s *Scenario) Schedule() Schedule {
	r := &s.Trial.Randomization
	if !r.Clustered() || r.By == RandomizedManagers || s.Control() < 0 {
		return Schedule{}
	}
	plan := Schedule{FromDays: []float64{0}, TransitionDays: r.TransitionDays}
	switch r.Method {
	case SteppedWedge:
		s.wedge(&plan, r)
	case ClusterCrossover:
		s.crossover(&plan, r)
	default:
		s.parallel(&plan, r)
	}
	return plan
}

// parallel is of a sequence for each arm, which begins with a baseline period if there is one.
func (s *Scenario) parallel(plan *Schedule, r *Randomization) {
	baseline := r.BaselineDays != nil && *r.BaselineDays > 0
	if baseline {
		plan.FromDays = append(plan.FromDays, *r.BaselineDays)
	}
	for a := range s.Arms {
		row := []int{a}
		if baseline {
			row = []int{s.Control(), a}
		}
		plan.Arms, plan.Shares = append(plan.Arms, row), append(plan.Shares, s.Arms[a].Ratio)
	}
}

// wedge is of a sequence for each step, and of those that never cross. Sequences are in the
// order of the arms in which they are first apart, so that one of two that never crosses is
// the parallel trial.
func (s *Scenario) wedge(plan *Schedule, r *Randomization) {
	first := 1 // step with which the first period begins
	if r.BaselineDays == nil || *r.BaselineDays > 0 {
		first = 0
	}
	day := 0.0
	for k := first; k < r.Steps; k++ {
		if day += r.StepDays; k == 0 && r.BaselineDays != nil {
			day = *r.BaselineDays
		}
		plan.FromDays = append(plan.FromDays, day)
	}
	control, treated := s.Control(), s.treated()
	for q := 1; q <= r.Steps+r.Never; q++ {
		var row []int
		for k := first; k <= r.Steps; k++ {
			if arm := control; q <= k && q <= r.Steps && len(treated) > 0 {
				row = append(row, treated[0])
			} else {
				row = append(row, arm)
			}
		}
		plan.Arms, plan.Shares = append(plan.Arms, row), append(plan.Shares, 1)
	}
	if control == 0 {
		slices.Reverse(plan.Arms)
	}
}

// crossover is of two sequences that change places from period to period.
func (s *Scenario) crossover(plan *Schedule, r *Randomization) {
	for k := 1; k < r.Periods; k++ {
		plan.FromDays = append(plan.FromDays, float64(k)*r.PeriodDays)
	}
	for q := range 2 {
		var row []int
		for k := range r.Periods {
			row = append(row, (q+k)%2)
		}
		plan.Arms, plan.Shares = append(plan.Arms, row), append(plan.Shares, 1)
	}
}

// InPeriods reports whether sites change arms during the trial.
func (s *Scenario) InPeriods() bool {
	r := &s.Trial.Randomization
	switch r.Method {
	case SteppedWedge:
		return r.Steps > 1 || r.BaselineDays == nil || *r.BaselineDays > 0
	case ClusterCrossover:
		return true
	}
	return r.Method == ClusterRandomization && r.By == RandomizedSites && r.BaselineDays != nil && *r.BaselineDays > 0
}

// ProblemOfPeriods returns the problem that sites change arms, at the key by which they do:
// those that are randomized once do so at the end of a baseline period.
func (s *Scenario) ProblemOfPeriods(want string) Problem {
	r := &s.Trial.Randomization
	if r.Method == ClusterRandomization {
		return s.Problem("trial.randomization.baseline_days", fmt.Sprint(*r.BaselineDays), want)
	}
	return s.Problem("trial.randomization.method", fmt.Sprintf("%q", r.Method), want)
}

// AdjustsForPeriod reports whether the analyses of an outcome have an effect of each period.
func (s *Scenario) AdjustsForPeriod(o *Outcome) bool {
	if !s.InPeriods() {
		return false
	}
	return o.PeriodEffects == nil || *o.PeriodEffects || slices.Contains(o.Covariates, CovariatePeriod) && !s.hasTrait(CovariatePeriod)
}

// Adjusted returns the names of the covariates of an outcome's analyses: those written, and
// the period where it is one.
func (s *Scenario) Adjusted(o *Outcome) []string {
	if !s.AdjustsForPeriod(o) || slices.Contains(o.Covariates, CovariatePeriod) {
		return o.Covariates
	}
	return append(slices.Clone(o.Covariates), CovariatePeriod)
}

func (s *Scenario) hasTrait(name string) bool { return slices.Contains(s.traitNames(), name) }

func (s *Scenario) completePeriods(r *Randomization) {
	const path = "trial.randomization"
	if r.Method != ClusterRandomization && !s.origin.has(path+".by") {
		r.By = RandomizedSites
	}
	if r.Method == SteppedWedge && !s.origin.has(path+".baseline_days") {
		days := r.StepDays
		r.BaselineDays = &days
	}
	if r.Method == ClusterCrossover && !s.origin.has(path+".periods") {
		r.Periods = 2
	}
	if s.InPeriods() && !s.origin.has(path+".at_change") {
		r.AtChange = KeepAtChange
	}
}
