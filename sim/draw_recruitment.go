package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// purposeShare is that of the draw of a site's share of the clients.
var purposeShare = stream.NewPurpose("site_share")

// recruitment says when clients enrol, until when, and at which sites, in a trial in which
// the rate changes, enrolment closes or sites are not alike.
type recruitment struct {
	stages []stage         // of the rate; nil: it is one over the mean gap all along
	closes int64           // ticks: who comes later is not enrolled; 0: enrolment never closes
	ends   int64           // ticks: the end of follow-up of all; 0: none
	sites  []enrollingSite // nil: all alike
	shape  float64         // of the gamma distribution of sites' shares; 0: they are given
	size   int             // clients that each site gets; 0: as it comes
}

// stage is a time in which the rate of enrolment stays the same.
type stage struct{ from, rate float64 } // ticks, clients a tick

// enrollingSite is a site that enrols in its share from a tick on, until another.
type enrollingSite struct {
	share         float64
	opens, closes int64
}

func (m *Model) compileRecruitment(sc *scenarios.Scenario) {
	t := &sc.Trial
	r := &m.design.recruitment
	r.closes, r.ends, r.size = int64(ticks(t.RecruitByDays)), int64(ticks(t.EndsDay)), t.ClusterSize
	if len(t.Accrual.Points) > 0 || len(sc.Sites) > 0 {
		for _, x := range sc.EnrolmentRates() {
			r.stages = append(r.stages, stage{x.FromDay * calendar.Day, x.PerDay / calendar.Day})
		}
	}
	for _, s := range sc.Sites {
		p := enrollingSite{share: s.Share, opens: int64(ticks(s.OpensDay)), closes: calendar.NeverTick}
		if s.ClosesDay > 0 {
			p.closes = int64(ticks(s.ClosesDay))
		}
		r.sites = append(r.sites, p)
	}
	if t.SizeCV > 0 {
		r.shape = shapeOfShares(t.SizeCV, m.sites)
	}
}

// shapeOfShares returns the shape of the gamma variables that, divided by the sum of n of
// them, have the coefficient of variation cv. The shares have a symmetric Dirichlet
// distribution of parameter k, with mean 1/n and variance (n-1)/(n^2 (nk+1)).
func shapeOfShares(cv float64, n int) float64 {
	return (float64(n-1)/float64(cv*cv) - 1) / float64(n)
}

// drawCalendar draws enrolment times where the rate changes, and with them how many
// clients are enrolled: the events of a process of rate 1, or evenly spaced ones, on the
// scale of the number expected.
func (w *Workspace) drawCalendar() {
	r := w.replicate.Entity(entityTrial, 0).Stream(purposeArrival)
	stages, at, left := w.m.design.recruitment.stages, 0, 0.0 // the stage, and the number expected since it began
	w.n = 0
	for w.n < w.most {
		gap := 1.0
		if w.m.poisson {
			gap = r.Exp()
		}
		left += gap
		end := math.Inf(1)
		for ; at+1 < len(stages); at++ {
			end = stages[at+1].from
			more := float64(stages[at].rate * (end - stages[at].from))
			if left <= more {
				break
			}
			left, end = left-more, math.Inf(1)
		}
		if stages[at].rate == 0 {
			return // nobody comes any more
		}
		t := min(stages[at].from+left/stages[at].rate, end-1, calendar.MaxTick-1)
		w.arrivals[w.n] = int64(t)
		w.n++
	}
}

// closeEnrolment leaves out who comes after enrolment has closed.
func (w *Workspace) closeEnrolment() {
	for w.n > 0 && w.arrivals[w.n-1] > w.m.design.recruitment.closes {
		w.n--
	}
}

// lastArrival returns the tick at which the last client is enrolled.
func (w *Workspace) lastArrival() int64 {
	if w.n == 0 {
		return 0
	}
	return w.arrivals[w.n-1]
}

// latest returns a time by which all clients are enrolled but in one of some 10^15
// trials: that by which eight standard deviations more than the number are expected.
func (m *Model) latest() float64 {
	n := float64(m.clients) + float64(8*math.Sqrt(float64(m.clients)))
	r := &m.design.recruitment
	last := float64(m.meanGap * n)
	if len(r.stages) > 0 {
		last = m.Scenario.DaysUntil(n) * calendar.Day
	}
	if r.closes > 0 {
		last = min(last, float64(r.closes))
	}
	return last
}

// drawShares draws the sites' shares of the clients, where they are.
func (w *Workspace) drawShares() {
	r := &w.m.design.recruitment
	switch {
	case r.shape > 0:
		sum := 0.0
		for s := range w.m.sites {
			draw := w.replicate.Entity(entitySite, s).Stream(purposeShare)
			g := gamma(&draw, r.shape)
			w.design.weights[s] = g
			sum += g
		}
		for s := range w.m.sites {
			w.design.weights[s] /= sum
		}
	case r.size > 0:
		for s := range w.m.sites {
			w.design.weights[s] = float64(r.size)
		}
	}
}

// siteOf returns the site that client i, or one of the others, comes to.
func (w *Workspace) siteOf(i int, draw *stream.Stream) uint8 {
	r := &w.m.design.recruitment
	switch {
	case r.size > 0 && i < w.n:
		s := w.weighted(draw.Uniform() * float64(w.n-i))
		w.design.weights[s]-- // one place fewer
		return s
	case r.sites != nil:
		return w.openSite(i, draw.Uniform())
	case r.shape > 0:
		return w.weighted(draw.Uniform())
	}
	return uint8(draw.Intn(w.m.sites))
}

// weighted returns the site at x on a line on which each has a piece as long as its
// weight.
func (w *Workspace) weighted(x float64) uint8 {
	last := 0
	for s, weight := range w.design.weights {
		if weight <= 0 {
			continue
		}
		if last = s; x < weight {
			break
		}
		x -= weight
	}
	return uint8(last)
}

// openSite returns one of the sites that are open when client i comes, in proportion to
// their shares, at u on the line from 0 to 1. Those who come to services when no site
// is open are not of the trial: they belong to any.
func (w *Workspace) openSite(i int, u float64) uint8 {
	now, open := w.arrivals[i], 0.0
	for s := range w.m.design.recruitment.sites {
		p := &w.m.design.recruitment.sites[s]
		w.design.weights[s] = 0
		if p.opens <= now && now < p.closes {
			w.design.weights[s] = p.share
			open += p.share
		}
	}
	if open == 0 {
		for s := range w.m.design.recruitment.sites {
			w.design.weights[s] = w.m.design.recruitment.sites[s].share
			open += w.design.weights[s]
		}
	}
	return w.weighted(float64(u * open))
}

// gamma draws from the gamma distribution of a shape and scale 1 (Marsaglia and Tsang
// 2000, ACM Trans Math Softw 26:363; below shape 1 by their section 6).
func gamma(r *stream.Stream, shape float64) float64 {
	if shape < 1 {
		g := gamma(r, shape+1)
		return float64(g * portable.Pow(r.Uniform(), 1/shape))
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		z := r.Normal()
		v := 1 + float64(c*z)
		if v <= 0 {
			continue
		}
		v = float64(v * v * v)
		if portable.Log(r.Uniform()) < float64(0.5*z*z)+float64(d*(1-v+portable.Log(v))) {
			return float64(d * v)
		}
	}
}
