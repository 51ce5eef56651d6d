package analysis

import (
	"math"

	"caseload/sim/trial"
)

// batches is how many groups the replicates fall into for the jackknife of a
// pooled hazard ratio: replicate r is in batch r mod batches.
const batches = 16

// daily counts the events and the exits (events and censorings) of each day in
// two arms, by batch: [batch][arm][day].
type daily struct {
	days   int
	events []int64
	exits  []int64
}

// dailySize is how many counts the table of so many days has.
func dailySize(days int) int { return 2 * batches * 2 * days }

func newDaily(days int) daily { return dailyOf(days, make([]int64, dailySize(days))) }

// dailyOf is a table in the given memory.
func dailyOf(days int, counts []int64) daily {
	half := dailySize(days) / 2
	return daily{days, counts[:half], counts[half:]}
}

func (d *daily) at(batch, arm int) int { return (batch*2 + arm) * d.days }

func (d *daily) add(o *daily) {
	for k := range d.events {
		d.events[k] += o.events[k]
		d.exits[k] += o.exits[k]
	}
}

// count adds the clients of the stratum in two worlds: everyone in the treated
// arm in x, in control in y.
func (d *daily) count(e *effect, x, y *trial.Truth, control, replicate int) {
	for i := range x.Arm {
		if e.stratum(x, y, i) {
			d.exit(d.at(replicate%batches, 0), &x.Outcomes[e.outcome], i)
			d.exit(d.at(replicate%batches, 1), &y.Outcomes[e.outcome], i)
		}
	}
}

// countOwn adds the clients of the world as randomized.
func (d *daily) countOwn(e *effect, own *trial.Truth, control, replicate int) {
	c := &own.Outcomes[e.outcome]
	for i, arm := range own.Arm {
		if !c.In[i] || !e.group(own.Member, i) {
			continue
		}
		switch int(arm) {
		case e.arm:
			d.exit(d.at(replicate%batches, 0), c, i)
		case control:
			d.exit(d.at(replicate%batches, 1), c, i)
		}
	}
}

// exit counts client i's event or censoring.
func (d *daily) exit(at int, c *trial.Column, i int) {
	day := at + min(int(c.Value[i]), d.days-1)
	d.exits[day]++
	if c.Event[i] {
		d.events[day]++
	}
}

// value is a function of the pooled daily counts up to day tau, treated against
// control, and its jackknife MCSE over the batches (Efron & Tibshirani 1993,
// equation 11.5). Ratio is the allocation ratio of the arms in the trial, by
// which worlds in which everyone is in one arm are weighted.
func (d *daily) value(ratio, tau float64, of func(*lifeTable) float64) (value, mcse float64) {
	t := newLifeTable(d.days, tau)
	d.pool(t, -1, ratio)
	value, total := of(t), t.risk
	var leftOut [batches]float64
	k, mean := 0, 0.0
	for b := range batches {
		d.pool(t, b, ratio)
		if t.risk == total {
			continue // an empty batch
		}
		leftOut[k] = of(t)
		mean += leftOut[k]
		k++
	}
	if k < 2 {
		return value, nan
	}
	n, ss := float64(k), 0.0
	mean /= n
	for _, v := range leftOut[:k] {
		ss += (v - mean) * (v - mean)
	}
	return value, math.Sqrt(ss * (n - 1) / n)
}

// lifeTable is the counts of both arms over some batches.
type lifeTable struct {
	events, exits [2][]float64 // by day
	risk          [2]float64   // at the start
	tau           float64      // the last day that counts
}

func newLifeTable(days int, tau float64) *lifeTable {
	t := &lifeTable{tau: tau}
	for arm := range t.events {
		t.events[arm], t.exits[arm] = make([]float64, days), make([]float64, days)
	}
	return t
}

// pool fills t with all batches but one, the treated arm weighted by ratio.
func (d *daily) pool(t *lifeTable, without int, ratio float64) {
	for arm, weight := range [2]float64{ratio, 1} {
		events, exits, risk := t.events[arm], t.exits[arm], 0.0
		clear(events)
		clear(exits)
		for b := range batches {
			if b == without {
				continue
			}
			at := d.at(b, arm)
			for k := range d.days {
				exit := weight * float64(d.exits[at+k])
				events[k] += weight * float64(d.events[at+k])
				exits[k] += exit
				risk += exit
			}
		}
		t.risk[arm] = risk
	}
}

// solve finds the log hazard ratio from the Cox score equation by Newton's
// method. It is NaN unless there are events in both arms. The numbers at risk
// in a day are those at its start less half of the day's exits, as in a life
// table.
func (t *lifeTable) solve() float64 {
	beta := 0.0
	for range 50 {
		score, info := t.score(math.Exp(beta))
		if !(info > 0) {
			return nan
		}
		step := max(-2, min(2, score/info))
		beta += step
		if math.Abs(step) < 1e-12 {
			return beta
		}
	}
	return nan
}

// score is the score and the information at a hazard ratio.
func (t *lifeTable) score(ratio float64) (score, info float64) {
	a, b := t.risk[0], t.risk[1]
	for k := range t.events[0] {
		ra, rb := a-t.exits[0][k]/2, b-t.exits[1][k]/2
		a -= t.exits[0][k]
		b -= t.exits[1][k]
		da, db := t.events[0][k], t.events[1][k]
		if da+db == 0 || ra+rb <= 0 {
			continue
		}
		p := ratio * ra / (ratio*ra + rb)
		score += da - (da+db)*p
		info += (da + db) * p * (1 - p)
	}
	return score, info
}

// curve walks an arm's survival curve by the life table: step is given each day
// up to tau with the survival at its beginning and at its end.
func (t *lifeTable) curve(arm int, step func(day, from, to float64)) {
	risk, s := t.risk[arm], 1.0
	for k := 0; float64(k) < t.tau && k < len(t.events[arm]); k++ {
		events, exits := t.events[arm][k], t.exits[arm][k]
		from := s
		if exposed := risk - (exits-events)/2; exposed > 0 {
			s *= 1 - events/exposed
		}
		risk -= exits
		step(float64(k), from, s)
	}
}

// arms is a function of either arm's curve, treated less control.
func (t *lifeTable) arms(of func(arm int) float64) float64 { return of(0) - of(1) }

// restrictedMean is the difference of mean times up to tau.
func (t *lifeTable) restrictedMean() float64 {
	return t.arms(func(arm int) (area float64) {
		t.curve(arm, func(day, from, to float64) { area += (from + to) / 2 * min(1, t.tau-day) })
		return area
	})
}

// survival is the difference of the shares that had the event by tau, others
// censored.
func (t *lifeTable) survival() float64 {
	return t.arms(func(arm int) float64 {
		last := 1.0
		t.curve(arm, func(_, _, to float64) { last = to })
		return 1 - last
	})
}

// incidence is the difference of the shares that had the event by tau, where
// nobody was lost and what else ended the time rules the event out.
func (t *lifeTable) incidence() float64 {
	return t.arms(func(arm int) float64 {
		events := 0.0
		for _, d := range t.events[arm] {
			events += d
		}
		return events / t.risk[arm]
	})
}

// median is the difference of the times by which half had the event; NaN
// where an arm's half had not.
func (t *lifeTable) median() float64 {
	return t.arms(func(arm int) float64 {
		at := nan
		t.curve(arm, func(day, from, to float64) {
			if from > 0.5 && to <= 0.5 {
				at = day + (from-0.5)/(from-to)
			}
		})
		return at
	})
}
