package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
)

// Every test rejects just where its interval excludes what the null hypothesis
// says, for normal and t statistics, whichever direction is good.
func TestTestsAgreeWithIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	var c numeric.Criticals
	a := Analysis{Method: estimate.Method{Limits: estimate.Wald}}
	rejected := map[string]int{}
	for k := range 4000 {
		f := Fit{Value: 2 * rng.NormFloat64(), SE: 0.3 + rng.Float64(), DF: math.NaN()}
		if k%2 == 0 {
			f.DF = 1 + 30*rng.Float64()
		}
		f.Stat = f.Value / f.SE
		f.P = numeric.NormalTwoSided(f.Stat)
		if k%2 == 0 {
			f.P = numeric.StudentTwoSided(f.Stat, f.DF)
		}
		for _, kind := range []string{scenarios.Superiority, scenarios.NonInferiority, scenarios.Equivalence} {
			for sides := 1; sides <= 2; sides++ {
				good := float64(2*(k%3%2) - 1)
				a.Test = Test{Kind: kind, Alpha: 0.1, Sides: sides, Margin: 2.5, Good: good}
				a.relevel(&f, &c)
				worst, best := f.Low, f.High // in the good direction
				if good < 0 {
					worst, best = -f.High, -f.Low
				}
				want := worst > 0 || sides == 2 && best < 0
				switch kind {
				case scenarios.NonInferiority:
					want = worst > -2.5
				case scenarios.Equivalence:
					want = worst > -2.5 && best < 2.5
				}
				if got := a.Test.Rejects(&f); got != want {
					t.Errorf("%s, %d sides, good %v: %+v rejects %v (p %v), want %v", kind, sides, good, f, got, a.Test.P(&f), want)
				}
				if want {
					rejected[kind]++
				}
			}
		}
	}
	for kind, n := range rejected {
		if n < 500 || n > 7500 {
			t.Errorf("%s: %d of 8000 rejected, which tests little", kind, n)
		}
	}
}

// Of a time, a smaller hazard is good where later is better, and a longer time.
func TestDirectionOfTests(t *testing.T) {
	for variable, want := range map[string][2]float64{"time_to_death": {-1, 1}, "time_to_linkage": {1, -1}} {
		v, _ := scenarios.LookupVariable(variable)
		o := &scenarios.Outcome{Test: scenarios.Superiority, Sides: 1, Alpha: 0.05}
		for k, m := range []measure.Measure{measure.LogHR, measure.RMSTD} {
			if got := newTest(o, v, estimate.Method{Measure: m}).Good; got != want[k] {
				t.Errorf("%s, %s: good is %v, want %v", variable, m, got, want[k])
			}
		}
	}
}

// A method without p value rejects where its interval excludes no effect, and
// has no interval at another level.
func TestIntervalsWithoutP(t *testing.T) {
	test := Test{Kind: scenarios.Superiority, Alpha: 0.05, Sides: 2, Good: 1}
	for _, f := range []Fit{{Low: 0.1, High: 2, P: nan}, {Low: -2, High: -0.1, P: nan}, {Low: -1, High: 1, P: nan}} {
		if got, want := test.Rejects(&f), f.Low > 0 || f.High < 0; got != want {
			t.Errorf("%+v: %v", f, got)
		}
	}
	f := Fit{Value: 1, SE: 1, Low: 0, High: 2}
	(&Analysis{Method: estimate.Method{Limits: estimate.Own}}).relevel(&f, &numeric.Criticals{})
	if f.Low == f.Low || f.High == f.High {
		t.Errorf("an interval of %v to %v from nowhere", f.Low, f.High)
	}
}

// The interval of two proportions at another level is that of a fit at it.
func TestNewcombeAtAnotherLevel(t *testing.T) {
	d := estimate.Data{}
	for i := range 60 {
		d.Treated = append(d.Treated, i < 25)
		d.Y = append(d.Y, indicator(i%4 == 0))
	}
	e, _ := estimate.Lookup("risk_difference")
	want := e.Fit(&d, 0.01, new(estimate.Work))
	a := Analysis{Method: e.Method(), Test: Test{Kind: scenarios.Superiority, Alpha: 0.01, Sides: 2}}
	f := Fit{N1: 25, N0: 35, Mean1: 7.0 / 25, Mean0: 8.0 / 35}
	a.relevel(&f, new(numeric.Criticals))
	if f.Low != want.Low || f.High != want.High {
		t.Errorf("%v to %v, want %v to %v", f.Low, f.High, want.Low, want.High)
	}
}
