// Package lifetable counts the events and exits of each day in two arms, pools
// them over replicates, and reads from the pooled life table what is true of
// times: hazard ratios, restricted means, medians and incidences.
package lifetable

import (
	"caseload/sim/portable"
	"math"
)

// Batches is how many groups the replicates fall into for the jackknife:
// replicate r is in batch r mod Batches.
const Batches = 16

// Counts are the events and the exits (events and censorings) of each day in
// two arms, the treated one first, by batch.
type Counts struct {
	days   int
	events []int64 // [batch][arm][day]
	exits  []int64
}

// Size returns how many numbers the counts of so many days are.
func Size(days int) int { return 2 * Batches * 2 * days }

// New makes counts of so many days.
func New(days int) Counts { return Of(days, make([]int64, Size(days))) }

// Of returns counts in the given memory, Size(days) numbers.
func Of(days int, memory []int64) Counts {
	half := Size(days) / 2
	return Counts{days, memory[:half], memory[half:]}
}

// Add adds other counts of as many days.
func (c *Counts) Add(o *Counts) {
	for k := range c.events {
		c.events[k] += o.events[k]
		c.exits[k] += o.exits[k]
	}
}

func (c *Counts) at(batch, arm int) int { return (batch*2 + arm) * c.days }

// Exit counts a client of a replicate: treated or control, the time in days, and
// whether it ended in the event.
func (c *Counts) Exit(replicate int, control bool, time float64, event bool) {
	arm := 0
	if control {
		arm = 1
	}
	day := c.at(replicate%Batches, arm) + min(int(time), c.days-1)
	c.exits[day]++
	if event {
		c.events[day]++
	}
}

// Clients returns how many clients have been counted, treated and control.
func (c *Counts) Clients() (n [2]int64) {
	for batch := range Batches {
		for arm := range n {
			at := c.at(batch, arm)
			for _, k := range c.exits[at : at+c.days] {
				n[arm] += k
			}
		}
	}
	return n
}

// Value returns a function of the pooled daily counts up to day tau, treated against
// control, and its jackknife MCSE over the batches (Efron & Tibshirani 1993,
// equation 11.5). Ratio is the allocation ratio of the arms in the trial, by
// which worlds in which everyone is in one arm are weighted.
func (c *Counts) Value(ratio, tau float64, of func(*Table) float64) (value, mcse float64) {
	t := c.Table(ratio, tau)
	c.Pool(t, -1)
	value, total := of(t), t.risk
	var leftOut [Batches]float64
	k, mean := 0, 0.0
	for b := range Batches {
		c.Pool(t, b)
		if t.risk == total {
			continue // an empty batch
		}
		leftOut[k] = of(t)
		mean += leftOut[k]
		k++
	}
	if k < 2 {
		return value, math.NaN()
	}
	n, ss := float64(k), 0.0
	mean /= n
	for _, v := range leftOut[:k] {
		ss += float64((v - mean) * (v - mean))
	}
	return value, math.Sqrt(ss * (n - 1) / n)
}

// Table is the counts of both arms over some batches.
type Table struct {
	events, exits [2][]float64 // by day
	risk          [2]float64   // at the start
	tau           float64      // the last day that counts
	ratio         float64      // by which the treated arm is weighted
}

// Table returns an empty table for the counts, up to day tau.
func (c *Counts) Table(ratio, tau float64) *Table {
	t := &Table{tau: tau, ratio: ratio}
	for arm := range t.events {
		t.events[arm], t.exits[arm] = make([]float64, c.days), make([]float64, c.days)
	}
	return t
}

// Pool fills t with all batches but one; -1: with all.
func (c *Counts) Pool(t *Table, without int) {
	for arm, weight := range [2]float64{t.ratio, 1} {
		events, exits, risk := t.events[arm], t.exits[arm], 0.0
		clear(events)
		clear(exits)
		for b := range Batches {
			if b == without {
				continue
			}
			at := c.at(b, arm)
			for k := range c.days {
				exit := float64(weight * float64(c.exits[at+k]))
				events[k] += float64(weight * float64(c.events[at+k]))
				exits[k] += exit
				risk += exit
			}
		}
		t.risk[arm] = risk
	}
}

// LogHazardRatio finds the log hazard ratio from the Cox score equation by Newton's
// method. It is NaN unless there are events in both arms. The numbers at risk
// in a day are those at its start less half of the day's exits, as in a life
// table.
func (t *Table) LogHazardRatio() float64 {
	beta := 0.0
	for range 50 {
		score, info := t.score(portable.Exp(beta))
		if !(info > 0) {
			return math.NaN()
		}
		step := max(-2, min(2, score/info))
		beta += step
		if math.Abs(step) < 1e-12 {
			return beta
		}
	}
	return math.NaN()
}

// score returns the score and the information at a hazard ratio.
func (t *Table) score(ratio float64) (score, info float64) {
	a, b := t.risk[0], t.risk[1]
	for k := range t.events[0] {
		ra, rb := a-float64(t.exits[0][k]/2), b-float64(t.exits[1][k]/2)
		a -= t.exits[0][k]
		b -= t.exits[1][k]
		da, db := t.events[0][k], t.events[1][k]
		if da+db == 0 || ra+rb <= 0 {
			continue
		}
		p := ratio * ra / (float64(ratio*ra) + rb)
		score += da - float64((da+db)*p)
		info += float64((da + db) * p * (1 - p))
	}
	return score, info
}

// curve walks an arm's survival curve by the life table: step is given each day
// up to tau with the survival at its beginning and at its end.
func (t *Table) curve(arm int, step func(day, from, to float64)) {
	risk, s := t.risk[arm], 1.0
	for k := 0; float64(k) < t.tau && k < len(t.events[arm]); k++ {
		events, exits := t.events[arm][k], t.exits[arm][k]
		from := s
		if exposed := risk - float64((exits-events)/2); exposed > 0 {
			s *= 1 - events/exposed
		}
		risk -= exits
		step(float64(k), from, s)
	}
}

// arms returns a function of either arm's curve, treated less control.
func (t *Table) arms(of func(arm int) float64) float64 { return of(0) - of(1) }

// RestrictedMean returns the difference of mean times up to tau.
func (t *Table) RestrictedMean() float64 {
	return t.arms(func(arm int) (area float64) {
		t.curve(arm, func(day, from, to float64) { area += float64((from + to) / 2 * min(1, t.tau-day)) })
		return area
	})
}

// Survival returns the difference of the shares that had the event by tau, others
// censored.
func (t *Table) Survival() float64 {
	return t.arms(func(arm int) float64 {
		last := 1.0
		t.curve(arm, func(_, _, to float64) { last = to })
		return 1 - last
	})
}

// Incidence returns the difference of the shares that had the event by tau, where
// nobody was lost and what else ended the time rules the event out.
func (t *Table) Incidence() float64 {
	return t.arms(func(arm int) float64 {
		events := 0.0
		for _, d := range t.events[arm] {
			events += d
		}
		return events / t.risk[arm]
	})
}

// Median returns the difference of the times by which half had the event; NaN
// where an arm's half had not.
func (t *Table) Median() float64 {
	return t.arms(func(arm int) float64 {
		at := math.NaN()
		t.curve(arm, func(day, from, to float64) {
			if from > 0.5 && to <= 0.5 {
				at = day + (from-0.5)/(from-to)
			}
		})
		return at
	})
}
