package scenarios

import (
	"math"
	"slices"
)

// Accrual is the rate at which clients enrol. Exactly one of the first five keys
// is given.
type Accrual struct {
	PerDay   float64 `toml:"per_day,omitempty"`   // clients a day
	PerMonth float64 `toml:"per_month,omitempty"` // clients a month
	PerYear  float64 `toml:"per_year,omitempty"`  // clients a year
	OverDays float64 `toml:"over_days,omitempty"` // expected number of days until all are enrolled
	// Points are rates that hold one after another, as where a trial is slow to start or
	// pauses.
	Points  []AccrualPoint `toml:"points,omitempty"`
	Pattern string         `toml:"pattern"` // "poisson" or "fixed" (evenly spaced while the rate is the same)
}

// AccrualPoint is a rate of accrual that holds up to a day.
type AccrualPoint struct {
	PerMonth float64 `toml:"per_month"`           // clients a month, over all sites; 0: a pause
	UntilDay float64 `toml:"until_day,omitempty"` // day of the trial's calendar up to which it holds; the last point has none, and holds from then on
}

// Site is a site of a trial whose sites are not all alike. The accrual rate is that of
// the trial when all sites are open: while some are closed, it is as much smaller as
// their share.
type Site struct {
	Name      string  `toml:"name"`                 // unique
	Label     string  `toml:"label,omitempty"`      // how people read the name; by default the name with spaces for underscores
	Share     float64 `toml:"share"`                // share of the clients who come to it while all sites are open; the shares add up to 1. By default all sites have the same
	OpensDay  float64 `toml:"opens_day,omitempty"`  // day of the trial's calendar on which it begins to enrol
	ClosesDay float64 `toml:"closes_day,omitempty"` // day from which on it enrols nobody; without it, it stays open
}

// openAt reports whether the site enrols on a day.
func (s *Site) openAt(day float64) bool {
	return s.OpensDay <= day && (s.ClosesDay == 0 || day < s.ClosesDay)
}

// SiteICC is the intraclass correlation of an outcome within sites, among clients of the
// control arm without queues.
type SiteICC struct {
	Outcome string  `toml:"outcome"` // name of the outcome; of a time, it is that of the time up to its day
	Value   float64 `toml:"value"`   // share of the outcome's variance that is between sites
}

// An EnrolmentRate is how many clients enrol a day, on average, from a day on.
type EnrolmentRate struct{ FromDay, PerDay float64 }

// EnrolmentRates returns the rates of enrolment in order of time, the first from day 0:
// the accrual rate times the share of the sites that are open.
func (s *Scenario) EnrolmentRates() []EnrolmentRate {
	a := &s.Trial.Accrual
	days := []float64{0}
	for _, p := range a.Points {
		if p.UntilDay > 0 {
			days = append(days, p.UntilDay)
		}
	}
	for i := range s.Sites {
		days = append(days, s.Sites[i].OpensDay)
		if c := s.Sites[i].ClosesDay; c > 0 {
			days = append(days, c)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	rates := make([]EnrolmentRate, len(days))
	for k, day := range days {
		rates[k] = EnrolmentRate{day, float64(a.perDayOn(day, s.Trial.Clients) * s.openShare(day))}
	}
	return rates
}

// perDayOn returns the rate of accrual on a day of a trial with so many clients.
func (a *Accrual) perDayOn(day float64, clients int) float64 {
	for _, p := range a.Points {
		if p.UntilDay == 0 || day < p.UntilDay {
			return p.PerMonth / DaysPerMonth
		}
	}
	if a.OverDays > 0 {
		return float64(clients) / a.OverDays
	}
	return a.PerDay + a.PerMonth/DaysPerMonth + a.PerYear/DaysPerYear
}

// openShare returns the share of the sites that are open on a day.
func (s *Scenario) openShare(day float64) float64 {
	share, closed := 0.0, false
	for i := range s.Sites {
		if s.Sites[i].openAt(day) {
			share += s.Sites[i].Share
		} else {
			closed = true
		}
	}
	if !closed {
		return 1
	}
	return share
}

// DaysUntil returns the day by which n clients are expected; infinite if so many never are.
func (s *Scenario) DaysUntil(n float64) float64 {
	if len(s.Sites) == 0 && len(s.Trial.Accrual.Points) == 0 {
		return s.Trial.Accrual.Days(s.Trial.Clients) * (n / float64(s.Trial.Clients))
	}
	rates := s.EnrolmentRates()
	for k, r := range rates {
		end := math.Inf(1)
		if k+1 < len(rates) {
			end = rates[k+1].FromDay
		}
		more := 0.0
		if r.PerDay > 0 {
			more = r.PerDay * (end - r.FromDay)
		}
		if n <= more {
			return r.FromDay + n/r.PerDay
		}
		n -= more
	}
	return math.Inf(1)
}

// AccrualDays returns the day on which enrolment is expected to be over.
func (s *Scenario) AccrualDays() float64 {
	days := s.DaysUntil(float64(s.Trial.Clients))
	if by := s.Trial.RecruitByDays; by > 0 {
		return min(days, by)
	}
	return days
}

// completeSites gives a trial whose sites are listed their number and shares, and one with
// an end of follow-up the same day as the end of enrolment.
func (s *Scenario) completeSites() {
	t := &s.Trial
	if t.EndsDay > 0 && !s.origin.has("trial.recruit_by_days") {
		t.RecruitByDays = t.EndsDay
	}
	if len(s.Sites) == 0 {
		return
	}
	if t.Sites <= 1 {
		t.Sites = len(s.Sites)
	}
	for i := range s.Sites {
		if s.origin.has(elementPath("site", s.Sites[i].Name, i) + ".share") {
			return
		}
	}
	for i := range s.Sites {
		s.Sites[i].Share = 1 / float64(len(s.Sites))
	}
}

// SiteName returns what people call a site, by its number from 0.
func (s *Scenario) SiteName(site int) string {
	if site >= len(s.Sites) {
		return ""
	}
	if label := s.Sites[site].Label; label != "" {
		return label
	}
	return Plain(s.Sites[site].Name)
}
