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

func newDaily(days int) daily {
	return daily{days, make([]int64, batches*2*days), make([]int64, batches*2*days)}
}

func (d *daily) at(batch, arm int) int { return (batch*2 + arm) * d.days }

func (d *daily) add(o *daily) {
	for k := range d.events {
		d.events[k] += o.events[k]
		d.exits[k] += o.exits[k]
	}
}

func (d *daily) clear() {
	clear(d.events)
	clear(d.exits)
}

// count adds the clients of two worlds: arm e.arm of x and the control of y, of
// those in the set of both worlds if both is asked.
func (d *daily) count(e *effect, x, y *trial.Truth, control int, both bool, replicate int) {
	d.countArm(e, x, y, e.arm, both, d.at(replicate%batches, 0))
	d.countArm(e, y, x, control, both, d.at(replicate%batches, 1))
}

func (d *daily) countArm(e *effect, x, other *trial.Truth, arm int, both bool, at int) {
	c, o := &x.Outcomes[e.outcome], &other.Outcomes[e.outcome]
	for i := range x.Arm {
		if int(x.Arm[i]) != arm || !c.In[i] || both && !o.In[i] || e.subgroup >= 0 && !x.Member[e.subgroup][i] {
			continue
		}
		day := at + min(int(c.Value[i]), d.days-1)
		d.exits[day]++
		if c.Event[i] {
			d.events[day]++
		}
	}
}

// logHazardRatio solves the Cox score equation on the pooled daily counts,
// treated against control, and gives its jackknife MCSE over the batches
// (Efron & Tibshirani 1993, equation 11.5). The numbers at risk in a day are
// those at its start less half of the day's exits, as in a life table. Ratio
// is the allocation ratio of the arms in the trial, by which worlds in which
// everyone is in one arm are weighted.
func (d *daily) logHazardRatio(ratio float64) (value, mcse float64) {
	t := newLifeTable(d.days)
	d.pool(t, -1, ratio)
	value, total := t.solve(), t.risk
	var leftOut [batches]float64
	k, mean := 0, 0.0
	for b := range batches {
		d.pool(t, b, ratio)
		if t.risk == total {
			continue // an empty batch
		}
		leftOut[k] = t.solve()
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
}

func newLifeTable(days int) *lifeTable {
	t := &lifeTable{}
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

// solve finds the log hazard ratio by Newton's method. It is NaN unless there
// are events in both arms.
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
