package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// timeModels runs a law for every model of times, on a trial with two covariates.
func timeModels(t *testing.T, law func(t *testing.T, e Model, d *Data)) {
	for k, e := range all {
		m, ok := e.(Model)
		if !ok || e.Method().Kinds != Time {
			continue
		}
		rng := rand.New(rand.NewPCG(13, uint64(k)))
		d := &Data{}
		simulate(d, e.Method(), 300, 0.5, rng)
		covariates(d, rng)
		for i := range d.Y {
			d.Y[i] = math.Ceil(20*d.Y[i]) / 20 // ties
		}
		t.Run(e.Method().Name, func(t *testing.T) { law(t, m, d) })
	}
}

// The coefficients are where the score is zero, that of the effect is the
// estimate, and its variance is in the inverse of the information.
func TestScoreOfTimesIsZeroAtTheCoefficients(t *testing.T) {
	timeModels(t, func(t *testing.T, e Model, d *Data) {
		var w Work
		beta, effect, status := e.Coefficients(d, &w)
		if status != OK {
			t.Fatal(status)
		}
		got := fit(e, d)
		near(t, "effect", beta[effect], got.Value, closedForm)
		p := len(beta)
		score, information := make([]float64, p), make([]float64, p*p)
		e.Score(d, beta, score, information, &w)
		for j, s := range score {
			if !(math.Abs(s) < 1e-6*math.Sqrt(information[j*p+j])) {
				t.Errorf("score %d: %v", j, s)
			}
		}
		if e.Method().Clustered || e.Method().Measure == "log SHR" {
			return // its variance is a robust one
		}
		w.cox.info.Reset(p)
		copy(w.cox.info.A, information)
		inverse := make([]float64, p*p)
		w.cox.info.Alias()
		w.cox.info.Invert(inverse)
		near(t, "SE", math.Sqrt(inverse[effect*p+effect]), got.SE, iterative)
	})
}

// The information is minus the slope of the score, away from the maximum too,
// and Score adds to what is there.
func TestInformationOfTimesIsTheSlopeOfTheScore(t *testing.T) {
	timeModels(t, func(t *testing.T, e Model, d *Data) {
		var w Work
		beta, _, _ := e.Coefficients(d, &w)
		p := len(beta)
		at := make([]float64, p)
		for j := range at {
			at[j] = 0.3 - 0.2*float64(j)
		}
		const h = 1e-5
		information := make([]float64, p*p)
		e.Score(d, at, make([]float64, p), information, &w)
		for k := range p {
			change := make([]float64, p)
			for _, side := range []float64{1, -1} {
				moved := append([]float64(nil), at...)
				moved[k] += side * h
				for j := range change {
					change[j] = -change[j] // the second is taken off the first
				}
				e.Score(d, moved, change, make([]float64, p*p), &w)
			}
			for j := range p {
				if want := change[j] / (2 * h); !(math.Abs(information[j*p+k]-want) < 1e-5*math.Abs(information[j*p+j])) {
					t.Errorf("information %d, %d: %v, want %v", j, k, information[j*p+k], want)
				}
			}
		}
	})
}

// What covariates determine has no coefficient, and counts as 0 in the score.
func TestScoreOfTimesWithAliasedCovariates(t *testing.T) {
	timeModels(t, func(t *testing.T, e Model, d *Data) {
		var w Work
		want, effect, _ := e.Coefficients(d, &w)
		value := want[effect]
		d.X = append(d.X, d.X[1])
		beta, _, status := e.Coefficients(d, &w)
		p := len(beta)
		if status != OK || !math.IsNaN(beta[p-1]) {
			t.Fatalf("%v: %v", status, beta)
		}
		near(t, "effect", beta[effect], value, iterative)
		score := make([]float64, p)
		e.Score(d, beta, score, make([]float64, p*p), &w)
		for j, s := range score {
			if !(math.Abs(s) < 1e-4) {
				t.Errorf("score %d: %v", j, s)
			}
		}
	})
}
