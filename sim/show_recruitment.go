package sim

import (
	"math"
	"sort"

	"caseload/scenarios"
	"caseload/sim/portable"
)

// Recruitment says when a trial's clients are enrolled, and how many. Of Poisson
// accrual these are exact; of evenly spaced enrolments nothing is left to chance.
type Recruitment struct {
	Clients int // asked for
	// Days until all would be enrolled if enrolment never closed: the mean, and those in
	// which 2.5 % and 97.5 % of trials would be done. NaN and infinite where it is not
	// certain that so many ever come.
	Days, Early, Late float64
	Closes            float64 // day on which enrolment closes; 0: never
	Chance            float64 // of having all clients by then
	Enrolled          float64 // clients by then, on average
	Fewest, Most      int     // clients by then, of which at most 2.5 % of trials have fewer, and more
}

// RecruitmentOf returns what the accrual of a scenario amounts to.
func RecruitmentOf(sc *scenarios.Scenario) Recruitment {
	t := &sc.Trial
	x := Recruitment{Clients: t.Clients, Closes: t.RecruitByDays, Chance: 1, Enrolled: float64(t.Clients), Fewest: t.Clients, Most: t.Clients}
	n, poisson := float64(t.Clients), t.Accrual.Pattern == "poisson"
	day := func(p float64) float64 {
		if poisson {
			return sc.DaysUntil(portable.GammaQuantile(n, p))
		}
		return sc.DaysUntil(n)
	}
	x.Days, x.Early, x.Late = day(0.5), day(0.025), day(0.975)
	rates := sc.EnrolmentRates()
	if poisson {
		x.Days = meanDays(rates, n)
	}
	if x.Closes == 0 {
		return x
	}
	expected := expectedBy(rates, x.Closes)
	if !poisson {
		x.Enrolled = math.Min(n, math.Floor(expected+1e-9))
		x.Fewest, x.Most = int(x.Enrolled), int(x.Enrolled)
		if x.Enrolled < n {
			x.Chance = 0
		}
		return x
	}
	x.Chance, _ = portable.GammaTails(n, expected)
	x.Enrolled = meanWithin(n, expected)
	x.Fewest, x.Most = enrolledAt(t.Clients, expected, 0.025), enrolledAt(t.Clients, expected, 0.975)
	return x
}

// ExpectedEnrolled returns how many clients are expected by a day if enrolment went on.
func ExpectedEnrolled(sc *scenarios.Scenario, day float64) float64 {
	return expectedBy(sc.EnrolmentRates(), day)
}

// expectedBy returns how many clients are expected by a day.
func expectedBy(rates []scenarios.EnrolmentRate, day float64) (sum float64) {
	for k, r := range rates {
		end := day
		if k+1 < len(rates) {
			end = math.Min(day, rates[k+1].FromDay)
		}
		if end > r.FromDay {
			sum += float64(r.PerDay * (end - r.FromDay))
		}
	}
	return sum
}

// meanWithin returns E[min(N, n)] of a Poisson N of mean x, for whole n: by
// E[N; N < n+1] = x P(N < n). It is also the integral of P(N < n) over means from 0
// to x.
func meanWithin(n, x float64) float64 {
	_, fewer := portable.GammaTails(n, x)
	more, _ := portable.GammaTails(n+1, x)
	return float64(x*fewer) + float64(n*more)
}

// meanDays returns the mean time of the n-th event of a Poisson process: the integral over
// time of the chance that fewer have come. Where the rate is the same, that is the
// integral over the number expected, divided by the rate.
func meanDays(rates []scenarios.EnrolmentRate, n float64) float64 {
	days, before := 0.0, 0.0
	for k, r := range rates {
		last := k+1 == len(rates)
		switch {
		case last && r.PerDay == 0:
			return math.NaN()
		case last:
			days += (n - meanWithin(n, before)) / r.PerDay
		case r.PerDay == 0:
			_, fewer := portable.GammaTails(n, before)
			days += float64(fewer * (rates[k+1].FromDay - r.FromDay))
		default:
			after := before + float64(r.PerDay*(rates[k+1].FromDay-r.FromDay))
			days += (meanWithin(n, after) - meanWithin(n, before)) / r.PerDay
			before = after
		}
	}
	return days
}

// enrolledAt returns the p quantile of min(N, n), N Poisson of mean x: the least k with
// P(N <= k) of p or more.
func enrolledAt(n int, x, p float64) int {
	return sort.Search(n, func(k int) bool {
		_, atMost := portable.GammaTails(float64(k+1), x)
		return atMost >= p
	})
}

// ExpectedInPeriods returns how many clients are expected to enrol in each period of a trial whose
// sites change arms, the last up to the end of enrolment.
func ExpectedInPeriods(sc *scenarios.Scenario) []float64 {
	rates, from := sc.EnrolmentRates(), sc.Schedule().FromDays
	all := float64(sc.Trial.Clients)
	if by := sc.Trial.RecruitByDays; by > 0 {
		all = min(all, expectedBy(rates, by))
	}
	expected := make([]float64, len(from))
	before := 0.0
	for p := range from {
		until := all
		if p+1 < len(from) {
			until = min(all, expectedBy(rates, from[p+1]))
		}
		expected[p], before = until-before, until
	}
	return expected
}
