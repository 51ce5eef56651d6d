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

// count adds the clients of two worlds, as gather does.
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
// treated against control, and gives its jackknife MCSE over the batches. The
// numbers at risk in a day are those at its start less half of the day's
// exits, as in a life table. Ratio is the allocation ratio of the arms in
// the trial, by which worlds in which everyone is in one arm are weighted.
func (d *daily) logHazardRatio(ratio float64) (value, mcse float64) {
	total := d.pool(-1, ratio)
	value = total.solve()
	var leftOut []float64
	mean := 0.0
	for b := range batches {
		p := d.pool(b, ratio)
		if p.risk[0] == total.risk[0] && p.risk[1] == total.risk[1] {
			continue // an empty batch
		}
		leftOut = append(leftOut, p.solve())
		mean += leftOut[len(leftOut)-1]
	}
	k := float64(len(leftOut))
	if k < 2 {
		return value, math.NaN()
	}
	mean /= k
	ss := 0.0
	for _, v := range leftOut {
		ss += (v - mean) * (v - mean)
	}
	return value, math.Sqrt(ss * (k - 1) / k)
}

// lifeTable is the counts of both arms over some batches.
type lifeTable struct {
	events, exits [2][]float64
	risk          [2]float64 // at the start
}

// pool adds up all batches but one, the treated arm weighted by ratio.
func (d *daily) pool(without int, ratio float64) *lifeTable {
	t := &lifeTable{}
	for arm, weight := range [2]float64{ratio, 1} {
		t.events[arm], t.exits[arm] = make([]float64, d.days), make([]float64, d.days)
		for b := range batches {
			if b == without {
				continue
			}
			at := d.at(b, arm)
			for k := range d.days {
				t.events[arm][k] += weight * float64(d.events[at+k])
				t.exits[arm][k] += weight * float64(d.exits[at+k])
				t.risk[arm] += weight * float64(d.exits[at+k])
			}
		}
	}
	return t
}

// solve finds the log hazard ratio by Newton's method. It is NaN without
// events in both arms.
func (t *lifeTable) solve() float64 {
	beta := 0.0
	for range 50 {
		score, info := t.score(math.Exp(beta))
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
