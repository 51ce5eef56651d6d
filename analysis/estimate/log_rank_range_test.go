package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// survivors is data of single treated clients among controls who have the event on days
// 1, 2, ... in order; the treated have it on the given days, and never on day 0.
func survivors(controls int, together bool, treated ...float64) *Data {
	d := &Data{}
	for i := range controls {
		day := float64(i + 1)
		if together {
			day = 5
		}
		d.Treated, d.Y, d.Event = append(d.Treated, false), append(d.Y, day), append(d.Event, true)
	}
	for _, day := range treated {
		d.Treated, d.Event = append(d.Treated, true), append(d.Event, day > 0)
		if day == 0 {
			day = 1e3
		}
		d.Y = append(d.Y, day)
	}
	return d
}

// One client in an arm: a step of (O - E)/V gave a log hazard ratio of -48.6 with
// p = 5e-12 and "ok". The p value cannot be below 1/49, and the estimate is the one of
// Cox's model where it has one. Source: R 4.2.2, survival 3.5-3,
// coxph(Surv(c(1.5, 1:48), rep(1, 49)) ~ c(1, rep(0, 48))), survdiff of the same, the
// former with eps = 1e-14.
func TestLogRankWithOneClientInAnArm(t *testing.T) {
	for name, d := range map[string]*Data{"first of all": survivors(48, false, 0.5), "alone without": survivors(48, true, 0)} {
		got := fit(logRank{}, d)
		sound(t, name, got)
		if got.Status != NoEstimate || !(math.Abs(got.P-1.0/49) < 1e-12) || got.Stat > 0 != d.Event[48] {
			t.Errorf("%s: %+v", name, got)
		}
		swapped := clone(d)
		for i := range swapped.Treated {
			swapped.Treated[i] = !swapped.Treated[i]
		}
		if got := fit(logRank{}, swapped); got.Status != NoEstimate || !(math.Abs(got.P-1.0/49) < 1e-12) {
			t.Errorf("%s, swapped: %+v", name, got)
		}
	}
	got := fit(logRank{}, survivors(48, false, 1.5))
	if got.Status != OK || !(math.Abs(got.Value-3.86067431) < 1e-8) || !(math.Abs(got.SE-1.41423315) < 1e-8) {
		t.Errorf("second of all: %+v", got)
	}
	if !(math.Abs(got.Stat*got.Stat-22.7580011) < 1e-6) || !(math.Abs(got.P-1.0/49) < 1e-12) {
		t.Errorf("second of all: %+v", got)
	}
	// Nothing is changed where the approximation holds: the last of all.
	if got := fit(logRank{}, survivors(48, false, 0)); got.Status != OK || !(math.Abs(got.Stat*got.SE/got.Value-1) < 1e-12) {
		t.Errorf("last of all: %+v", got)
	}
}

// The step is short enough wherever its bound says so: the likelihood rises by a quarter
// of what is promised on all tables, however the arms and ties are.
func TestShortStepsAreWithinTheirRange(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 3))
	var f fisherWork
	short, far := 0, 0
	for range 3000 {
		var table []atRisk
		n1, n0 := float64(1+rng.IntN(30)), float64(1+rng.IntN(30))
		for n1 > 0 && n0 > 0 && len(table) < 1+rng.IntN(20) {
			d1, d0 := float64(rng.IntN(int(n1)+1)), float64(rng.IntN(int(n0)+1))
			if rng.IntN(3) > 0 {
				d1, d0 = min(d1, 1), min(d0, 1)
			}
			if d1+d0 == 0 {
				d0 = 1
			}
			table = append(table, atRisk{n1, n0, d1, d0})
			n1, n0 = n1-d1, n0-d0
		}
		excess, variance := logRankSums(table)
		if !(variance > 0) {
			continue
		}
		step := excess / variance
		gain := 0.0
		for _, r := range table { // by adding up the probabilities of all tables
			gain += logHypergeometric(r, step) - logHypergeometric(r, 0)
		}
		want := gain >= leastGain*excess*step/2
		if got := oneStep(table, step, variance, &f); got != want {
			t.Fatalf("%+v: step %v, gain %v of %v, in range %v", table, step, gain, excess*step/2, got)
		}
		if math.Abs(step) <= shortStep {
			short++
		} else if !want {
			far++
		}
	}
	if short < 50 || far < 50 {
		t.Errorf("%d short steps and %d beyond the range, which tests little", short, far)
	}
}

// logHypergeometric is the log probability of d1 by logarithms of factorials.
func logHypergeometric(r atRisk, logOdds float64) float64 {
	choose := func(n, k float64) float64 {
		a, _ := math.Lgamma(n + 1)
		b, _ := math.Lgamma(k + 1)
		c, _ := math.Lgamma(n - k + 1)
		return a - b - c
	}
	d, total := r.d1+r.d0, math.Inf(-1)
	at := func(x float64) float64 { return choose(r.n1, x) + choose(r.n0, d-x) + x*logOdds }
	for x := max(0, d-r.n0); x <= min(d, r.n1); x++ {
		a, b := total, at(x)
		if a < b {
			a, b = b, a
		}
		total = a + math.Log1p(math.Exp(b-a))
	}
	return at(r.d1) - total
}

// One client against seven has ranks to be tested by, and no variance of an estimate.
// Source: R 4.2.2, wilcox.test(9.5, c(1, 2, 2, 4, 7, 8, 12), exact = FALSE, correct = FALSE).
func TestWilcoxonWithOneClientInAnArm(t *testing.T) {
	d := &Data{Y: []float64{9.5, 1, 2, 2, 4, 7, 8, 12}, Treated: make([]bool, 8)}
	d.Treated[0] = true
	got := fit(wilcoxon{}, d)
	sound(t, "one client", got)
	if got.Status != NoEstimate || !(got.Stat > 0) || !(math.Abs(got.P-0.2723605833) < 1e-9) {
		t.Errorf("%+v", got)
	}
}
