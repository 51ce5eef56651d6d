package size

import (
	"fmt"
	"slices"

	"caseload/scenarios"
	"caseload/sim"
)

// refusal says why there is no axis of a quantity in a trial whose sites are listed, or of
// a size of their own, or whose enrolment closes; nil if nothing stands against it.
func (d *designer) refusal() error {
	t, what := &d.q.sc.Trial, d.q.solve
	grows := what == Clients || what == Staff // with more clients
	switch {
	case d.q.sc.Interim != nil:
		return fmt.Errorf("solve: got %q in a scenario with [interim], but the search is for the power of a trial without looks; want one without, or caseload sweep, which has the power with looks", what)
	case len(d.q.sc.Sites) > 0 && what == Sites:
		return fmt.Errorf("solve: got %q, but sites that are listed in [[site]] cannot be added; want trial.sites, and trial.size_cv if they differ in size", what)
	case len(d.q.sc.Sites) > 0 && grows && slices.Contains(d.q.size.Scale, "sites"):
		return fmt.Errorf("scale: got %q, but sites that are listed in [[site]] cannot be added; want trial.sites, and trial.size_cv if they differ in size", "sites")
	case t.ClusterSize > 0 && grows:
		return fmt.Errorf("solve: got %q, but trial.cluster_size gives each site %d clients; want sites", what, t.ClusterSize)
	case t.RecruitByDays > 0 && grows && d.q.size.Hold == scenarios.HoldAccrualRate:
		return fmt.Errorf("solve: got %q, but enrolment closes on day %g, and at the same rate no more clients come by then; want hold = %q, with which more come a month",
			what, t.RecruitByDays, scenarios.HoldDuration)
	}
	if d.q.sc.InPeriods() && grows && d.q.size.Hold == scenarios.HoldAccrualRate {
		return fmt.Errorf("solve: got %q, but sites change arms on days of the calendar, and at the same rate more clients come after them; want hold = %q, with which more come in each period, or sites",
			what, scenarios.HoldDuration)
	}
	return nil
}

// uncertainClients says why no formula applies where the number of clients, or how long
// each is followed, is left to chance.
func (d *designer) uncertainClients() string {
	if d.q.sc.Trial.RecruitByDays > 0 {
		return "enrolment closes on a day, so that the number of clients is left to chance"
	}
	if d.q.sc.InPeriods() {
		return "sites change arms, and the formulas are for arms side by side"
	}
	return ""
}

// lastEnrolled returns the day on which the last client of a trial is enrolled; 0 of one that
// enrols nobody.
func lastEnrolled(clients []sim.Life) float64 {
	if len(clients) == 0 {
		return 0
	}
	return clients[len(clients)-1].Enrolled
}
