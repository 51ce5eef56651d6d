package scenarios

import "caseload/sim/portable"

// Staffing is how the case managers of a program come and go. Those who are there when
// the trial begins have all the experience that there is to have.
type Staffing struct {
	Turnover Turnover  `toml:"turnover"`           // how soon case managers leave
	Vacancy  *Vacancy  `toml:"vacancy,omitempty"`  // how long a post stays empty; without it, it is filled at once
	Learning *Learning `toml:"learning,omitempty"` // what newcomers can do; without it, as much as those who left
	Handover *Handover `toml:"handover,omitempty"` // what becomes of the clients; without it, all are taken over at once
}

// Turnover is how soon a case manager leaves.
type Turnover struct {
	PerYear float64 `toml:"per_year"` // hazard a year; the share who are gone after a year is 1 - exp(-per_year)
}

// Vacancy is how long it takes until the post of a case manager who has left is filled,
// an exponential time.
type Vacancy struct {
	MedianDays float64 `toml:"median_days"` // the time until half of such posts are filled
}

// Learning is how a newcomer's effects approach those of an experienced case manager.
// The skill of an effect is that of the day of the contact.
type Learning struct {
	Start      float64 `toml:"start"`       // the share of the full log hazard ratio, of points, or of a share's chance of a contact (as so many tries), on the first day
	MedianDays float64 `toml:"median_days"` // days in which half of what is missing is learned, and half of the rest in as many more
	// NewAtChange is whether the program is new to all of its staff where sites change arms: they begin to
	// learn on the day on which their site first has it; where everyone gets it, on day 0.
	NewAtChange bool `toml:"new_at_change,omitempty"`
}

// Handover is what becomes of the clients of a case manager who leaves. A team hands
// nobody over.
type Handover struct {
	Probability float64 `toml:"probability"` // probability that a client is taken over; otherwise the client's program ends
	PauseDays   float64 `toml:"pause_days"`  // days without contacts until another case manager takes over
}

// TurnoverPerYear returns the hazard at which case managers of the program leave.
func (p Program) TurnoverPerYear() float64 {
	if p.Staffing == nil || !p.Staff.Finite() {
		return 0
	}
	return p.Staffing.Turnover.PerYear
}

// NewToStaff reports whether the program is new to its staff when their site first has it.
func (p Program) NewToStaff() bool {
	return p.Staffing != nil && p.Staff.Finite() && p.Staffing.Learning != nil && p.Staffing.Learning.NewAtChange
}

// alikeByTurnover returns an upper bound of the intraclass correlation that comes of the
// clients of a case manager losing their effects on one day. Whoever has left at all, or
// not, splits the log hazard ratio in two, whose standard deviation is at most half the
// distance; see mostAlike. Of an effect that is no ratio, nothing is known.
func (s *Scenario) alikeByTurnover(p *Program) float64 {
	if p.TurnoverPerYear() == 0 {
		return 0
	}
	most := 0.0
	for _, e := range p.Effects {
		alike := 1.0
		switch {
		case e.Points != 0:
			alike = s.alikeIn(e.On, e.Points/2)
		case e.HazardRatio > 0:
			d := portable.Log(e.HazardRatio) / 2
			alike = 0.648 * d * d
		}
		most = max(most, alike)
	}
	return min(1, most)
}
