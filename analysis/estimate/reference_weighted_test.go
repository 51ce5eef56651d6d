package estimate

import (
	"math"
	"testing"
)

// combinedValues are of testdata/make-weighted.R.
type combinedValues struct {
	Tests []struct{ Rho, Gamma, Z, P float64 }
	Combo struct{ Z, P, Error float64 }
}

// R: testdata/make-weighted.R, by survival::survdiff, written out with gamma, and
// mvtnorm::pmvnorm, whose error it states.
func TestWeightedLogRankAgainstR(t *testing.T) {
	for _, c := range casesOf[combinedValues](t, "make-weighted.json", "weighted") {
		t.Run(c.ID, func(t *testing.T) {
			d, stratified := timesOf(t, &c), c.Inputs.Strata != ""
			for _, want := range c.Expected.Tests {
				d.Weighting = Weighting{want.Rho, want.Gamma}
				got := fit(flemingHarrington{stratified}, d)
				near(t, "z", got.Stat, want.Z, closedForm)
				nearP(t, "p", got.P, want.P, closedForm)
			}
			got, want := fit(maxCombo{stratified}, d), c.Expected.Combo
			near(t, "largest", got.Stat, want.Z, closedForm)
			if !(math.Abs(got.P-want.P) < 2*want.Error) {
				t.Errorf("its p value: got %.9f, want %.9f", got.P, want.P)
			}
		})
	}
}

// R: testdata/make-weighted.R, iterated integrals of tests that are more and less alike.
func TestTailOfTheLargestAgainstR(t *testing.T) {
	for _, c := range casesOf[struct {
		Last float64
		P    []float64
	}](t, "make-weighted.json", "tails") {
		var table []weightedRisk
		for k := range 50 {
			table = append(table, weightedRisk{atRisk{n1: 10, n0: 10, d1: 1}, 1 - float64(k)/49*(1-c.Expected.Last)})
		}
		var of combination
		of.add(table)
		for k, at := range c.Inputs.Q {
			if got, want := of.beyond(at), c.Expected.P[k]; !(math.Abs(got-want) < 1e-8) {
				t.Errorf("beyond %v, S until %v: got %.9f, want %.9f", at, c.Expected.Last, got, want)
			}
		}
	}
}

// Weights that are all 1 make the log-rank test, and half of its p value has one side.
func TestUnweightedIsTheLogRankTest(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		weighted, is := e.(flemingHarrington)
		if !is {
			return
		}
		plain := Estimator(logRank{})
		if weighted.stratified {
			plain = stratifiedLogRank{}
		}
		d.Weighting = Weighting{}
		got, want := fit(e, d), fit(plain, d)
		near(t, "statistic", got.Stat, want.Stat, 1e-12)
		nearP(t, "p", got.P, want.P, 1e-12)
	})
}

// One time of events tells the four tests apart no more: the log-rank test is what is left.
func TestMaxComboOfOneTime(t *testing.T) {
	d := &Data{}
	for i := range 40 {
		d.Treated, d.Y, d.Event = append(d.Treated, i%2 == 0), append(d.Y, 1), append(d.Event, i%3 == 0 || i == 2)
	}
	got, want := fit(maxCombo{}, d), fit(logRank{}, d)
	near(t, "statistic", got.Stat, want.Stat, 1e-12)
	nearP(t, "p", got.P, want.P, 1e-12)
}
