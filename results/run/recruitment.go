package run

import (
	"fmt"
	"math"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// Recruitment is how many clients a trial enrols that closes on a day.
type Recruitment struct {
	ClosesDay    float64       `json:"closes_day"`
	Chance       report.Number `json:"chance"`        // of having all clients by then
	Enrolled     report.Number `json:"enrolled"`      // clients, on average
	EnrolledLow  int           `json:"enrolled_low"`  // 2.5 % of trials have fewer
	EnrolledHigh int           `json:"enrolled_high"` // and 2.5 % more
}

// newRecruitment returns that of a scenario, nil if enrolment never closes.
func newRecruitment(sc *scenarios.Scenario) *Recruitment {
	if sc.Trial.RecruitByDays == 0 {
		return nil
	}
	x := sim.RecruitmentOf(sc)
	return &Recruitment{x.Closes, report.Number(x.Chance), report.Number(x.Enrolled), x.Fewest, x.Most}
}

// sentence says how many clients are enrolled until enrolment closes.
func (r *Recruitment) sentence(clients int) string {
	if r.EnrolledLow == r.EnrolledHigh && (r.Chance == 0 || r.Chance == 1) {
		return fmt.Sprintf("Enrolment closes on day %g, with %s of %s.", r.ClosesDay, report.Grouped(r.EnrolledLow), report.Counted(clients, "client"))
	}
	return fmt.Sprintf("Enrolment closes on day %g: all %s are enrolled by then with a probability of %s; on average %s are, and in 95 %% of trials %s to %s.",
		r.ClosesDay, report.Counted(clients, "client"), chanceText(r.Chance), r.Enrolled.Fixed(0), report.Grouped(r.EnrolledLow), report.Grouped(r.EnrolledHigh))
}

// chanceText gives a probability that is not certain, to two decimals.
func chanceText(p report.Number) string {
	switch {
	case p < 0.005:
		return "less than 0.01"
	case p > 0.995:
		return "more than 0.99"
	}
	return p.Fixed(2)
}

// recruitmentText says when all clients are enrolled, and how many are when enrolment
// closes.
func recruitmentText(sc *scenarios.Scenario) string {
	x := sim.RecruitmentOf(sc)
	day := func(d float64) string {
		if math.IsInf(d, 1) {
			return "never"
		}
		return fmt.Sprintf("%.0f", d)
	}
	var text string
	switch {
	case math.IsNaN(x.Days):
		text = fmt.Sprintf("It is not certain that %s ever come.", report.Counted(x.Clients, "client"))
	case x.Early == x.Late:
		text = fmt.Sprintf("The last of %s is enrolled on day %s.", report.Counted(x.Clients, "client"), day(x.Days))
	default:
		text = fmt.Sprintf("The last of %s is enrolled on day %s on average, and in 95 %% of trials between days %s and %s.",
			report.Counted(x.Clients, "client"), day(x.Days), day(x.Early), day(x.Late))
	}
	if r := newRecruitment(sc); r != nil {
		return "If enrolment did not close: " + lowerFirst(text) + " " + r.sentence(x.Clients)
	}
	return text
}

func lowerFirst(text string) string { return string(text[0]|0x20) + text[1:] }

// changing reports whether it takes more than a division to see when clients are enrolled.
func changing(sc *scenarios.Scenario) bool {
	return len(sc.Trial.Accrual.Points) > 0 || len(sc.Sites) > 0 || sc.Trial.RecruitByDays > 0
}

// siteTable lists sites that are not alike; nil if they are.
func siteTable(sc *scenarios.Scenario) *report.Table {
	if len(sc.Sites) == 0 {
		return nil
	}
	t := &report.Table{Columns: []report.Column{report.Key("site"), report.Right("share %"), report.Right("opens"), report.Right("closes")}}
	for k := range sc.Sites {
		s := &sc.Sites[k]
		closes := report.Absent
		if s.ClosesDay > 0 {
			closes = fmt.Sprintf("day %g", s.ClosesDay)
		}
		t.Rows = append(t.Rows, []string{sc.SiteName(k), fmt.Sprintf("%.1f", 100*s.Share), fmt.Sprintf("day %g", s.OpensDay), closes})
	}
	return t
}
