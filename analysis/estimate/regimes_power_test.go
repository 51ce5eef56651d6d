package estimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/sim/portable"
)

// sequentialTrial is a trial of n clients, randomized 1:1, of whom a share responds and the
// others are randomized 1:1 again. Of two regimes that begin in different arms, the outcome is
// normal with SD 1 and a difference of means, or binary with the given probabilities, the
// same among responders and others.
func sequentialTrial(d *Data, n int, responds float64, outcome func(arm int) float64, rng *rand.Rand) {
	d.Reset(0, 0)
	for i := range n {
		arm, weight := rng.IntN(2), 1.0
		if rng.Float64() >= responds {
			if weight = 2; rng.IntN(2) == 0 {
				continue // randomized to the other option
			}
		}
		d.Treated, d.Y = append(d.Treated, arm == 1), append(d.Y, outcome(arm))
		d.Weight, d.Person = append(d.Weight, weight), append(d.Person, int32(i))
	}
}

// normalPower is that of a two-sided test at 0.05 of an effect in units of its error.
func normalPower(effect float64) float64 {
	return 0.5 * portable.Erfc((1.959963984540054-effect)/math.Sqrt2)
}

// Published sizes of sequential trials, two regimes that begin in different arms. Oetting et
// al. 2007 (in Causality and Psychopathology, ch. 8), a continuous outcome: the variance of the
// difference times n is 2 (4 (1 - r) + 2 r) with a share r of responders. Kidwell et al. 2018
// (J Appl Stat 45:1628), a binary one: that of the log odds of a regime is (4 (1 - r) + 2 r) /
// (p (1 - p)). R: pnorm(0.5*sqrt(200/(2*(4*(1-r)+2*r)))-qnorm(.975)) for r = 0 and 0.4, and
// pnorm(2*qlogis(.6)/sqrt((4*.6+2*.4)*(2/.24)/300)-qnorm(.975)).
// The simulated power is within 4 Monte Carlo standard errors.
func TestPowerOfRegimesAgainstPublishedFormulas(t *testing.T) {
	const trials = 3000
	rng := rand.New(rand.NewPCG(7, 2007))
	inflation := func(r float64) float64 { return 4*(1-r) + 2*r }
	for _, c := range []struct {
		name     string
		n        int
		responds float64
		effect   float64 // difference of means, or 0
		p        [2]float64
		r        float64 // value of R
	}{
		{name: "Oetting, nobody responds", n: 200, effect: 0.5, r: 0.7054139024},
		{name: "Oetting, 40 % respond", n: 200, responds: 0.4, effect: 0.5, r: 0.7981752045},
		{name: "Kidwell, 40 % respond", n: 300, responds: 0.4, p: [2]float64{0.4, 0.6}, r: 0.776366326},
	} {
		var e Estimator = regimeMeans{}
		outcome := func(arm int) float64 { return c.effect*float64(arm) + rng.NormFloat64() }
		formula := normalPower(c.effect * math.Sqrt(float64(c.n)/(2*inflation(c.responds))))
		if c.effect == 0 {
			e = regimeLogistic{}
			outcome = func(arm int) float64 { return float64(bit(rng.Float64() < c.p[arm])) }
			odds := func(p float64) float64 { return portable.Log(p / (1 - p)) }
			variance := inflation(c.responds) * (1/(c.p[1]*(1-c.p[1])) + 1/(c.p[0]*(1-c.p[0]))) / float64(c.n)
			formula = normalPower((odds(c.p[1]) - odds(c.p[0])) / math.Sqrt(variance))
		}
		if math.Abs(formula-c.r) > 1e-9 {
			t.Errorf("%s: the formula gives %.10f, in R %.10f", c.name, formula, c.r)
		}
		d, w, rejected := &Data{}, new(Work), 0
		for range trials {
			sequentialTrial(d, c.n, c.responds, outcome, rng)
			rejected += bit(e.Fit(d, 0.05, w).P < 0.05)
		}
		power := float64(rejected) / trials
		t.Logf("%s: %.4f simulated, %.4f by the formula", c.name, power, formula)
		if math.Abs(power-formula) > 4*math.Sqrt(formula*(1-formula)/trials) {
			t.Errorf("%s: power %.4f, by the formula %.4f", c.name, power, formula)
		}
	}
}
