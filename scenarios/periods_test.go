package scenarios

import (
	"reflect"
	"testing"
)

// What is said of periods survives being written and read, a baseline period of no days, too.
func TestRoundTripOfPeriods(t *testing.T) {
	for _, set := range []string{
		`trial.randomization={ method = "stepped_wedge", steps = 2, step_days = 30 }`,
		`trial.randomization={ method = "stepped_wedge", steps = 2, step_days = 30, baseline_days = 0, never = 1, transition_days = 7, at_change = "exclude" }`,
		`trial.randomization={ method = "cluster_crossover", period_days = 90 }`,
		`trial.randomization={ method = "cluster_crossover", period_days = 90, periods = 4, transition_days = 10 }`,
		`trial.randomization={ method = "cluster", by = "site", baseline_days = 60, transition_days = 10 }`,
	} {
		sameAgain(t, mustLoad(t, "", "trial.sites=6", set, "trial.site_spread={linkage=0.3}", "trial.period_correlation=0"))
	}
}

// A baseline period is as long as a step unless it is written; of no days there is none, and the
// first sequence is treated from day 0.
func TestSchedules(t *testing.T) {
	s := mustLoad(t, "", "trial.sites=6", `trial.randomization={ method = "stepped_wedge", steps = 2, step_days = 30, never = 1 }`)
	treated, control := s.treated()[0], s.Control()
	equal(t, "days", reflect.DeepEqual(s.Schedule().FromDays, []float64{0, 30, 60}), true)
	plan := s.Schedule()
	of := func(q int) (list []bool) {
		for _, a := range plan.Arms[q] {
			list = append(list, a == treated)
		}
		return list
	}
	first, last := 0, 2
	if control == 0 {
		first, last = 2, 0
	}
	equal(t, "first", reflect.DeepEqual(of(first), []bool{false, true, true}), true)
	equal(t, "second", reflect.DeepEqual(of(1), []bool{false, false, true}), true)
	equal(t, "never", reflect.DeepEqual(of(last), []bool{false, false, false}), true)
	equal(t, "exposure", plan.Exposure(first, 2, control), 2)
	equal(t, "exposure in control", plan.Exposure(last, 2, control), 0)
	s = mustLoad(t, "", "trial.sites=6", `trial.randomization={ method = "stepped_wedge", steps = 3, step_days = 30, baseline_days = 45 }`)
	equal(t, "days", reflect.DeepEqual(s.Schedule().FromDays, []float64{0, 45, 75, 105}), true)
	s = mustLoad(t, "", "trial.sites=6", `trial.randomization={ method = "stepped_wedge", steps = 3, step_days = 30, baseline_days = 0 }`)
	equal(t, "days", reflect.DeepEqual(s.Schedule().FromDays, []float64{0, 30, 60}), true)
	equal(t, "parallel", len(mustLoad(t, "", "trial.sites=6", `trial.randomization={ method = "cluster", by = "site" }`).Schedule().FromDays), 1)
	equal(t, "clients", len(mustLoad(t, "").Schedule().FromDays), 0)
}

// Where sites change arms a method holds if it allows for sites that are in both arms, and for
// periods; the default does.
func TestMethodsWhereSitesChangeArms(t *testing.T) {
	wedge := []string{"trial.sites=8", `trial.randomization={ method = "stepped_wedge", steps = 4, step_days = 30 }`}
	s := mustLoad(t, "", wedge...)
	o := &s.Outcomes[s.Primary()]
	equal(t, "default", o.Methods[0], "cluster_period_kr")
	equal(t, "adjusted for", reflect.DeepEqual(s.Adjusted(o), []string{CovariatePeriod}), true)
	for method, holds := range map[string]bool{"cluster_period_kr": true, "cluster_robust": true, "gee_logistic": true, "logistic_mixed": false, "risk_difference": false, "logistic": false} {
		if v := s.Validity(o, s.treated()[0], method); v.Holds != holds {
			t.Errorf("%s holds: %v (%s), want %v", method, v.Holds, v.Why, holds)
		}
	}
	no := false
	o.PeriodEffects = &no
	if v := s.Validity(o, s.treated()[0], "cluster_period_kr"); v.Holds || v.Why == "" {
		t.Error("a method without effects of the periods holds")
	}
	equal(t, "adjusted for", len(s.Adjusted(o)), 0)
}
