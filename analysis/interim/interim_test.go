package interim

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/numeric"
	"caseload/internal/suite"
	"caseload/scenarios"
)

// look is one with a statistic, at a share of the information.
func look(share, z float64) Look {
	return Look{Reached: true, Share: share, Information: share, Good: numeric.NormalCDF(-z), Bad: numeric.NormalCDF(z)}
}

// ruleOf makes the rule of a table.
func ruleOf(sides int, looks []float64, change func(*scenarios.Interim)) *Rule {
	n := &scenarios.Interim{Looks: looks, Planned: 1, Spending: scenarios.Spending{Kind: scenarios.SpendingOBrienFleming}}
	if change != nil {
		change(n)
	}
	return NewRule(n, 0.05, sides)
}

// simulated decides trials whose statistics have independent increments, under a drift.
func simulated(r *Rule, drift float64, trials int) (ends [][Reasons]float64, rejected float64) {
	random := rand.New(rand.NewPCG(3, 4))
	d := NewDecider(r)
	ends = make([][Reasons]float64, len(r.Shares))
	for range trials {
		var looks []Look
		score, before := 0.0, 0.0
		for _, share := range r.Shares {
			score += drift*(share-before) + math.Sqrt(share-before)*random.NormFloat64()
			looks = append(looks, look(share, score/math.Sqrt(share)))
			before = share
		}
		e := d.Decide(looks)
		ends[e.Look][e.Reason] += 1 / float64(trials)
		if e.Rejected {
			rejected += 1 / float64(trials)
		}
	}
	return ends, rejected
}

// Trials end at each look, and for each reason, as often as by recursive integration,
// which agrees with rpact: without an effect, and with one.
func TestTrialsEndAsOftenAsTheory(t *testing.T) {
	const trials = 4000
	near := func(what string, got, want float64) {
		t.Helper()
		if se := math.Sqrt(want*(1-want)/trials) + 1e-9; !(math.Abs(got-want) <= 4*se+1e-6) {
			t.Errorf("%s: %.4f, want %.4f", what, got, want)
		}
	}
	for _, c := range []struct {
		sides  int
		change func(*scenarios.Interim)
	}{
		{2, nil},
		{1, func(n *scenarios.Interim) {
			n.Futility = &scenarios.Futility{Bound: scenarios.Numbers{0.2}, Binding: true}
		}},
		{1, func(n *scenarios.Interim) {
			n.Futility = &scenarios.Futility{Spending: &scenarios.Spending{Kind: scenarios.SpendingPocock}, Beta: 0.2}
		}},
		{2, func(n *scenarios.Interim) {
			n.Spending, n.Futility = scenarios.Spending{Kind: scenarios.SpendingPower, Parameter: 1}, &scenarios.Futility{Bound: scenarios.Numbers{0, 0.4}}
		}},
	} {
		r := ruleOf(c.sides, []float64{0.4, 0.7}, c.change)
		bounds := r.Bounds()
		for _, drift := range []float64{0, 2.5} {
			ends, _ := simulated(r, drift, trials)
			efficacy, futility, harm := r.Design.Exits(r.Shares, bounds, drift)
			for k := range ends[:2] {
				near("efficacy", ends[k][Efficacy], efficacy[k])
				near("futility", ends[k][Futility], futility[k])
				near("harm", ends[k][Harm], harm[k])
			}
		}
	}
}

// Without an effect as many trials reject as the level says, or fewer where a bound that
// does not bind ends trials, too.
func TestRulesKeepTheLevel(t *testing.T) {
	trials := 4000
	if !suite.IsLong() {
		trials = 1000
	}
	se := math.Sqrt(0.05 * 0.95 / float64(trials))
	for k, change := range []func(*scenarios.Interim){nil,
		func(n *scenarios.Interim) { n.Spending.Kind = scenarios.SpendingPocock },
		func(n *scenarios.Interim) { n.Spending.Kind = scenarios.SpendingNone },
		func(n *scenarios.Interim) { n.Futility = &scenarios.Futility{Bound: scenarios.Numbers{0.5}} },
		func(n *scenarios.Interim) { n.Harm = &scenarios.Harm{Bound: -1} }} {
		for sides := 1; sides <= 2; sides++ {
			_, rejected := simulated(ruleOf(sides, []float64{0.3, 0.8}, change), 0, trials)
			if !(rejected <= 0.05+4*se) || k < 3 && !(rejected >= 0.05-4*se) {
				t.Errorf("rule %d with %d sides: %.4f rejected", k, sides, rejected)
			}
		}
	}
}

// A look that is not made, or has no test, spends nothing.
func TestLooksThatAreNotMade(t *testing.T) {
	d := NewDecider(ruleOf(2, []float64{0.5}, nil))
	missed := Look{Good: math.NaN(), Bad: math.NaN()}
	e := d.Decide([]Look{missed, look(1, 1.961)})
	if !e.Rejected || e.Look != 1 || e.Reason != Full {
		t.Errorf("%+v: without a look 1.961 is beyond 1.95996", e)
	}
	if b := d.Bounds[1]; b.Level != 0.025 {
		t.Errorf("level %v at the only look, want 0.025 to the bit", b.Level)
	}
	if e := d.Decide([]Look{look(0.5, 1), missed}); e.Rejected || e.Reason != Full {
		t.Errorf("%+v: no test at the end", e)
	}
	if e := d.Decide([]Look{look(0.5, 3), look(1, 0)}); e.Look != 0 || e.Reason != Efficacy || !e.Good {
		t.Errorf("%+v: 3 is beyond the first bound of 2.963", e)
	}
	if e := d.Decide([]Look{look(0.5, -3), look(1, 0)}); e.Look != 0 || e.Reason != Harm || !e.Rejected || e.Good {
		t.Errorf("%+v: -3 is harm", e)
	}
}

// The p value in the stagewise order is uniform without an effect (Jennison & Turnbull 2000,
// section 8.4).
func TestStagewisePValueIsUniform(t *testing.T) {
	r := ruleOf(1, []float64{0.5}, func(n *scenarios.Interim) { n.Spending.Kind = scenarios.SpendingPocock })
	random, d := rand.New(rand.NewPCG(5, 6)), NewDecider(r)
	const trials = 4000
	counts := make([]float64, 10)
	for range trials {
		a, b := random.NormFloat64(), random.NormFloat64()
		e := d.Decide([]Look{look(0.5, a), look(1, (a+b)/math.Sqrt2)})
		counts[int(10*e.P)]++
	}
	chi := 0.0
	for _, n := range counts {
		chi += (n - trials/10) * (n - trials/10) / (trials / 10)
	}
	if chi > 27.9 { // the 99.9 % quantile of chi-square on 9 degrees of freedom
		t.Errorf("counts %v, chi-square %.1f", counts, chi)
	}
}

// Where precision falls from one look to the final analysis both tests are all but one.
func TestPrecisionThatFalls(t *testing.T) {
	d := NewDecider(ruleOf(1, []float64{0.5}, nil))
	last := look(1, 2)
	last.Information = 0.4
	e := d.Decide([]Look{look(0.5, 1), last})
	if b := d.Bounds[1]; math.IsNaN(b.Upper) || !(b.Upper < 1.7) || !e.Rejected {
		t.Errorf("bound %v at a final analysis with less information than before, %+v", b, e)
	}
}
