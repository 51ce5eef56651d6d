package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/lifetable"
	"caseload/internal/suite"
	"caseload/sim/trial"
)

const dailyDays = 366

// lives draws exponential times of n clients in two arms, by turns, at the
// given hazards a day, censored at 365 days.
func lives(rng *rand.Rand, n int, treated, control float64) *trial.Truth {
	t := &trial.Truth{N: n, Arm: make([]uint8, n), Outcomes: []trial.Column{trial.NewColumn(n, trial.Form{Times: true})}}
	c := &t.Outcomes[0]
	for i := range n {
		t.Arm[i] = uint8(i % 2)
		hazard := control
		if t.Arm[i] == 1 {
			hazard = treated
		}
		x := rng.ExpFloat64() / hazard
		c.Value[i], c.Event[i], c.In[i] = min(x, 365), x < 365, true
	}
	return t
}

// contrast is arm 1 against arm 0 among everyone.
var contrast = effect{arm: 1, subgroup: Everyone, times: true}

// countLives pools replicates of a trial drawn from lives.
func countLives(rng *rand.Rand, replicates, n int, treated, control float64) lifetable.Counts {
	d := lifetable.New(dailyDays)
	for r := range replicates {
		w := lives(rng, n, treated, control)
		countOwn(&d, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, r)
	}
	return d
}

// The hazard ratio of exponential times is recovered within 4 MCSE, and the
// jackknife's MCSE is the spread over repeated runs: with 200 runs the spread
// has a standard error of 1/sqrt(400) = 5 % and the mean of 200 jackknives over
// 16 batches one of 1/sqrt(2 x 15 x 200) = 1.3 %, so that 4 of both are 21 %.
func TestPooledHazardRatio(t *testing.T) {
	runs := 200
	if !suite.IsLong() {
		runs = 40
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, ratio := range []float64{1, 0.6, 2} {
		var values, errors tally
		for range runs {
			d := countLives(rng, 32, 60, 0.004*ratio, 0.004)
			value, mcse := logHazardRatio(&d, 1)
			values.add(value)
			errors.add(mcse)
		}
		within(t, "log hazard ratio", values.mean(), math.Log(ratio), values.sd()/math.Sqrt(values.n))
		tolerance := 4 * math.Sqrt(1/(2*values.n)+1/(2*15*values.n))
		t.Logf("hazard ratio %g: MCSE %.4f, spread %.4f", ratio, errors.mean(), values.sd())
		if got := errors.mean() / values.sd(); !(math.Abs(got-1) <= tolerance) {
			t.Errorf("hazard ratio %g: the jackknife's MCSE is %.2f of the spread, tolerance %.2f", ratio, got, tolerance)
		}
	}
}

// even makes the times of n clients in each arm that are spread over an
// exponential distribution as evenly as can be, so that nothing is random.
func even(n int, treated, control float64) *trial.Truth {
	t := &trial.Truth{N: 2 * n, Arm: make([]uint8, 2*n), Outcomes: []trial.Column{trial.NewColumn(2*n, trial.Form{Times: true})}}
	c := &t.Outcomes[0]
	for i := range 2 * n {
		hazard := control
		if i%2 == 1 {
			t.Arm[i], hazard = 1, treated
		}
		x := -math.Log((float64(i/2)+0.5)/float64(n)) / hazard
		c.Value[i], c.Event[i], c.In[i] = min(x, 365), x < 365, true
	}
	return t
}

// Counting by days instead of by moments costs nothing to speak of: with
// half of the day's exits off the numbers at risk the log hazard ratio is
// within 0.0005 at hazards of a few percent a day, and within 0.02 where a third
// of those at risk have the event in one day.
func TestGroupingByDays(t *testing.T) {
	for _, c := range []struct{ treated, control, tolerance float64 }{
		{0.004, 0.002, 5e-4}, {0.04, 0.02, 5e-4}, {0.01, 0.03, 5e-4}, {0.4, 0.2, 0.02},
	} {
		d := lifetable.New(dailyDays)
		w := even(100_000, c.treated, c.control)
		countOwn(&d, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, 0)
		value, _ := logHazardRatio(&d, 1)
		t.Logf("hazards %g and %g: off by %.5f", c.treated, c.control, value-math.Log(c.treated/c.control))
		if got, want := value, math.Log(c.treated/c.control); !(math.Abs(got-want) <= c.tolerance) {
			t.Errorf("hazards %g and %g a day: got %.5f, want %.5f", c.treated, c.control, got, want)
		}
	}
}

// Three clients a day's table by hand. Day 0: at risk 3 less half of 1 exit
// against 3; day 1: 2 less 1/2 against 3 less 2/2. Events are one of the
// treated on day 0 and one of the controls on day 1, so that at hazard ratio h
// the score is 1 - 2.5h/(2.5h+3) - 1.5h/(1.5h+2) = 0, or 3.75 h^2 = 6.
func TestHazardRatioByHand(t *testing.T) {
	w := &trial.Truth{N: 6, Arm: []uint8{1, 0, 1, 0, 1, 0}, Outcomes: []trial.Column{{
		Value: []float64{0.5, 1.2, 1.7, 1.8, 2, 2},
		Event: []bool{true, true, false, false, false, false},
		In:    everybody}}}
	d := lifetable.New(3)
	countOwn(&d, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, 5)
	value, mcse := logHazardRatio(&d, 1)
	closeTo(t, "log hazard ratio", value, math.Log(6/3.75)/2)
	if mcse == mcse {
		t.Errorf("one replicate has an MCSE of %v", mcse)
	}
}

// With fewer replicates than batches the jackknife leaves out one replicate at
// a time. Source: Efron & Tibshirani 1993, equation 11.5.
func TestJackknifeByHand(t *testing.T) {
	const n = 5
	draw := func(without int) lifetable.Counts {
		rng := rand.New(rand.NewPCG(13, 14))
		d := lifetable.New(dailyDays)
		for r := range n {
			if w := lives(rng, 30, 0.01, 0.005); r != without {
				countOwn(&d, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, r)
			}
		}
		return d
	}
	all := draw(-1)
	_, mcse := logHazardRatio(&all, 1)
	var left tally
	for r := range n {
		d := draw(r)
		value, _ := logHazardRatio(&d, 1)
		left.add(value)
	}
	closeTo(t, "MCSE", mcse, left.sd()*(n-1)/math.Sqrt(n))
}

// The allocation ratio counts each treated client that many times, where
// hazards are not proportional and it matters.
func TestAllocationRatioWeighsArms(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	once, twice := lifetable.New(dailyDays), lifetable.New(dailyDays)
	for r := range 40 {
		w := lives(rng, 200, 0.02, 0.01)
		c := &w.Outcomes[0]
		for i := range w.Arm {
			if w.Arm[i] == 1 && c.Value[i] > 30 { // later the treated fare much better
				c.Value[i] = min(365, 30+(c.Value[i]-30)*6)
				c.Event[i] = c.Value[i] < 365
			}
		}
		countOwn(&once, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, r)
		countOwn(&twice, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, r)
		for i, arm := range w.Arm {
			if arm == 1 {
				exit(&twice, r, false, c, i)
			}
		}
	}
	weighed, mcse := logHazardRatio(&once, 2)
	counted, mcse2 := logHazardRatio(&twice, 1)
	closeTo(t, "log hazard ratio", weighed, counted)
	closeTo(t, "its MCSE", mcse, mcse2)
	if plain, _ := logHazardRatio(&once, 1); math.Abs(plain-weighed) < 0.01 {
		t.Errorf("%v with and %v without weights: nothing was tested", weighed, plain)
	}
}

// Blocks of counts add up to the counts.
func TestDailyCountsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	whole, sum, part := lifetable.New(dailyDays), lifetable.New(dailyDays), lifetable.New(dailyDays)
	for r := range 30 {
		w := lives(rng, 20, 0.01, 0.01)
		countOwn(&whole, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, r)
		countOwn(&part, &contrast, maskOf([]int{1}), maskOf([]int{0}), w, r)
		if r%7 == 6 || r == 29 {
			sum.Add(&part)
			part = lifetable.New(dailyDays)
		}
	}
	a, seA := logHazardRatio(&whole, 1)
	b, seB := logHazardRatio(&sum, 1)
	if a != b || seA != seB || a != a {
		t.Errorf("%v (%v) in parts, %v (%v) at once", b, seB, a, seA)
	}
}

// Clients count by set, by both worlds' sets, and by subgroup.
func TestDailyCountsWhoIsAsked(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	x, y := lives(rng, 100, 0.01, 0.01), lives(rng, 100, 0.01, 0.01)
	member := make([]bool, 100)
	want := map[string]int64{}
	for i := range 100 {
		x.Arm[i], y.Arm[i], member[i] = 1, 0, i%3 == 0
		x.Outcomes[0].In[i], y.Outcomes[0].In[i] = i%5 != 0, i%7 != 0
		inX, inY := i%5 != 0, i%7 != 0
		want["treated of one world"] += int64(bit(inX))
		want["of both"] += int64(bit(inX && inY))
		want["of both in a subgroup"] += int64(bit(inX && inY && member[i]))
	}
	x.Member, y.Member = [][]bool{member}, [][]bool{member}
	exits := func(e effect, x, y *trial.Truth, both bool, arm int) int64 {
		d := lifetable.New(dailyDays)
		if both {
			count(&d, &e, x, y, 1, 3)
		} else {
			countOwn(&d, &e, maskOf([]int{e.arm}), maskOf([]int{e.control}), x, 3)
		}
		return d.Clients()[arm]
	}
	group := contrast
	group.subgroup = 0
	for what, got := range map[string]int64{
		"treated of one world":  exits(contrast, x, x, false, 0),
		"of both":               exits(contrast, x, y, true, 1),
		"of both in a subgroup": exits(group, x, y, true, 0),
	} {
		if got != want[what] {
			t.Errorf("%s: %d clients, want %d", what, got, want[what])
		}
	}
}

// Without events in one of the arms there is no hazard ratio, and no error
// that looks like one.
func TestNoHazardRatioWithoutEvents(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for _, c := range []struct{ treated, control float64 }{{1e-300, 0.01}, {0.01, 1e-300}, {1e-300, 1e-300}} {
		d := countLives(rng, 32, 40, c.treated, c.control)
		if value, mcse := logHazardRatio(&d, 1); value == value || mcse == mcse {
			t.Errorf("hazards %g and %g: log hazard ratio %v, MCSE %v", c.treated, c.control, value, mcse)
		}
	}
	d := lifetable.New(dailyDays)
	if value, mcse := logHazardRatio(&d, 1); value == value || mcse == mcse {
		t.Errorf("of nobody: %v, %v", value, mcse)
	}
}

// logHazardRatio is the log hazard ratio over all days.
func logHazardRatio(d *lifetable.Counts, ratio float64) (value, mcse float64) {
	return d.Value(ratio, math.Inf(1), (*lifetable.Table).LogHazardRatio)
}
