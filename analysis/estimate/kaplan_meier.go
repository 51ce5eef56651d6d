package estimate

import (
	"caseload/sim/portable"
	"math"
)

// survivalWork is the scratch of methods that follow the arms over time.
type survivalWork struct {
	arms     twoCurves
	strata   strataOrder
	weighted []weightedRisk
}

// twoCurves are those of control and of the treated arm.
type twoCurves [2]survivalCurve

// survivalCurve holds what happened in one arm over time, and the share who are
// still without it: the event alone after kaplanMeier, the event or one that
// rules it out after aalenJohansen.
type survivalCurve struct {
	steps  []survivalStep
	rows   int     // of the arm
	atRisk int     // rows not yet passed while filling
	last   float64 // the largest time, of an event or not
}

// survivalStep is a time at which something happened.
type survivalStep struct {
	time, atRisk float64 // atRisk just before it
	events       float64
	rivals       float64 // events that rule the event out
	survival     float64 // just after it
	greenwood    float64 // kaplanMeier: variance of the log of survival
	incidence    float64 // aalenJohansen: of the event until then
}

// survivalCurves lists what happened in the arms in order of time. Competing
// events count as censoring unless told apart. The curves live in w until the
// next. Status is OK, BadData, EmptyArm or NoEvents.
func survivalCurves(d *Data, apart bool, w *Work) (*twoCurves, Status) {
	if !w.times.sort(d.Y) {
		return nil, BadData
	}
	arms := &w.survival.arms
	treated, n := 0, len(d.Y)
	for _, t := range d.Treated {
		treated += bit(t)
	}
	if treated == 0 || treated == n {
		return nil, EmptyArm
	}
	for k, rows := range [2]int{n - treated, treated} {
		arms[k].rows, arms[k].atRisk, arms[k].steps = rows, rows, resize(arms[k].steps, rows)[:0]
	}
	if !arms.fill(d, apart, &w.times) {
		return nil, NoEvents
	}
	return arms, OK
}

// fill goes through the rows in order and reports whether there was an event.
func (a *twoCurves) fill(d *Data, apart bool, o *timeOrder) bool {
	all, rows := 0, o.rows
	for i := 0; i < len(rows); {
		t := o.times[i]
		var left, events, rivals [2]int
		for ; i < len(rows) && o.times[i] == t; i++ {
			r := rows[i]
			k := bit(d.Treated[r])
			left[k]++
			events[k] += bit(d.Event[r])
			if apart {
				rivals[k] += bit(d.Competing[r] && !d.Event[r])
			}
		}
		all += events[0] + events[1]
		for k := range a {
			c := &a[k]
			if events[k]+rivals[k] > 0 {
				c.steps = append(c.steps, survivalStep{time: t, atRisk: float64(c.atRisk),
					events: float64(events[k]), rivals: float64(rivals[k])})
			}
			if left[k] > 0 {
				c.last = t
			}
			c.atRisk -= left[k]
		}
	}
	return all > 0
}

// kaplanMeier fills survival with the product-limit estimate (Kaplan & Meier
// 1958, J Am Stat Assoc 53:457), and greenwood with the sum of d/(n (n - d))
// (Greenwood 1926). Where nobody is left survival is zero without variance.
func (c *survivalCurve) kaplanMeier() {
	survival, sum := 1.0, 0.0
	for i := range c.steps {
		s := &c.steps[i]
		survival *= (s.atRisk - s.events) / s.atRisk
		if survival > 0 {
			sum += s.events / (s.atRisk * (s.atRisk - s.events))
		}
		s.survival, s.greenwood = survival, sum
	}
}

// horizon returns the latest time until which both curves are known: that of the
// last censoring, but a curve that came down to zero stays there. Where both
// did it is the later time.
func (a *twoCurves) horizon() float64 {
	tau, longest := math.Inf(1), math.Inf(-1)
	for k := range a {
		longest = max(longest, a[k].last)
		if a[k].at(a[k].last).survival > 0 {
			tau = min(tau, a[k].last)
		}
	}
	return min(tau, longest)
}

// at returns the last step until t, t included.
func (c *survivalCurve) at(t float64) survivalStep {
	low, high := 0, len(c.steps)
	for low < high {
		if mid := (low + high) / 2; c.steps[mid].time <= t {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 {
		return survivalStep{survival: 1}
	}
	return c.steps[low-1]
}

// variance returns Greenwood's variance of survival.
func (s survivalStep) variance() float64 { return float64(s.survival * s.survival * s.greenwood) }

// A bound is a limit of survival, lower for a negative z, upper for a positive
// one. It is NaN where it is not defined.
type bound func(s survivalStep, z float64) float64

// plainBound returns S + z SE within 0 and 1.
func plainBound(s survivalStep, z float64) float64 {
	return max(0, min(1, s.survival+float64(z*math.Sqrt(s.variance()))))
}

// logBound returns exp(log S + z SE/S), at most 1.
func logBound(s survivalStep, z float64) float64 {
	if s.survival == 0 {
		return math.NaN()
	}
	return min(1, s.survival*portable.Exp(z*math.Sqrt(s.greenwood)))
}

// logLogBound is on the scale of log(-log S): S to the power of
// exp(z SE/(S log S)). Source: Kalbfleisch & Prentice 1980, section 1.4.
func logLogBound(s survivalStep, z float64) float64 {
	if s.survival == 0 || s.survival == 1 {
		return math.NaN()
	}
	l := portable.Log(s.survival)
	return portable.Exp(l * portable.Exp(z*math.Sqrt(s.greenwood)/l))
}

// flat is how near a curve must be to the share asked for to be at it.
const flat = 1.5e-8

// quantile returns the first time at which the curve is at or below 1 - p; where it
// runs at exactly 1 - p for a while, the middle of that stretch, which without
// a later step ends at the largest time. NaN: not reached. With a bound it is a
// limit of the quantile, that of this limit of the curve, upper for a positive
// z. Source: Brookmeyer & Crowley 1982, Biometrics 38:29; ties as in R's
// quantile.survfit.
func (c *survivalCurve) quantile(p float64, of bound, z float64) float64 {
	first, share := math.NaN(), math.NaN()
	for _, s := range c.steps {
		share = s.survival
		if of != nil {
			share = of(s, z)
		}
		if math.IsNaN(first) && share <= 1-p+flat {
			first = s.time
		}
		if share <= 1-p-flat {
			return (first + s.time) / 2
		}
	}
	if math.Abs(share-(1-p)) < flat {
		return (first + c.last) / 2
	}
	return math.NaN()
}

// restrictedMean returns the mean of the time or tau, whichever is first: the area
// under the curve until then. Its variance is the sum over events of the
// square of the area still to come, by d/(n (n - d)), which add up to the weight.
// Source: Irwin 1949; Klein & Moeschberger 2003, section 4.5.
func (c *survivalCurve) restrictedMean(tau float64) (mean, variance, weight float64) {
	to := tau
	area := 0.0 // from the step to tau
	for i := len(c.steps) - 1; i >= 0; i-- {
		s := &c.steps[i]
		if s.time > tau {
			continue
		}
		area += float64(s.survival * (to - s.time))
		to = s.time
		if s.survival > 0 {
			step := s.events / (s.atRisk * (s.atRisk - s.events))
			variance += float64(area * area * step)
			weight += step
		}
	}
	return to + area, variance, weight
}
