package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// atRandom simulates outcomes that are missing at random: what is seen depends on
// a predictor of the outcome, one way among the treated and the other way among
// the others, so that complete rows mislead. The predictor is a covariate, or
// an earlier visit that some missed, who then missed the outcome too.
func atRandom(d *Data, n int, effect float64, binary, visits bool, rng *rand.Rand) {
	d.Reset(bit(!visits), 2*bit(visits))
	d.Source = rand.NewPCG(rng.Uint64(), rng.Uint64())
	for i := range n {
		treated := i%2 == 0
		x, slope := rng.NormFloat64(), 1.2
		if !treated {
			slope = -slope
		}
		y := 0.8*x + effect*float64(bit(treated)) + 0.6*rng.NormFloat64()
		if binary {
			y = float64(bit(y > 0))
		}
		seen := rng.Float64() < 1/(1+math.Exp(-1-slope*x))
		if visits {
			first := x
			if rng.Float64() < 0.1 {
				first, x, seen = math.NaN(), math.NaN(), false
			}
			// A first visit in which the predictor of the second is not yet seen in full.
			d.Earlier[0] = append(d.Earlier[0], first+0.5*rng.NormFloat64())
			d.Earlier[1] = append(d.Earlier[1], x)
		} else {
			d.X[0] = append(d.X[0], x)
		}
		if !seen {
			y = math.NaN()
		}
		d.Treated, d.Y = append(d.Treated, treated), append(d.Y, y)
	}
}

// completeRows leaves out rows without the outcome, and covariates.
func completeRows(d *Data) *Data {
	c := &Data{}
	for i, y := range d.Y {
		if !math.IsNaN(y) {
			c.Y, c.Treated = append(c.Y, y), append(c.Treated, d.Treated[i])
		}
	}
	return c
}

// trueDifference of means in atRandom: of normal outcomes with variance 1, or of
// the chances that they are above 0.
func trueDifference(effect float64, binary bool) float64 {
	if binary {
		return 0.5 * math.Erf(effect/math.Sqrt2)
	}
	return effect
}

// TestMissingAtRandom: where the outcome is missing at random, the methods that
// make up for it are unbiased and cover the effect nineteen times in twenty,
// within 4 Monte Carlo standard errors; complete rows do neither. Weights that
// vary as much as these need more rows: with 400 their bias is 0.008.
func TestMissingAtRandom(t *testing.T) {
	for name, c := range map[string]struct {
		e              Estimator
		rows           int
		replicates     int
		binary, visits bool
	}{
		"ipw":                               {ipw{}, 3200, 400, false, false},
		"ipw/binary":                        {ipw{}, 3200, 400, true, false},
		"multiple_imputation":               {multipleImputation{}, 400, 1200, false, false},
		"multiple_imputation/visits":        {multipleImputation{}, 400, 600, false, true},
		"multiple_imputation/binary":        {multipleImputation{}, 400, 600, true, false},
		"multiple_imputation/binary/visits": {multipleImputation{}, 400, 400, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkMissingAtRandom(t, c.e, c.rows, c.replicates, c.binary, c.visits)
		})
	}
}

func checkMissingAtRandom(t *testing.T, e Estimator, rows, replicates int, binary, visits bool) {
	const effect = 0.3
	rng := rand.New(rand.NewPCG(99, 1))
	var w Work
	d := &Data{}
	truth := trueDifference(effect, binary)
	var values []float64
	misled, covered := 0.0, 0
	for range replicates {
		atRandom(d, rows, effect, binary, visits, rng)
		got := e.Fit(d, 0.05, &w)
		if got.Status != OK {
			t.Fatal(got.Status)
		}
		values = append(values, got.Value)
		covered += bit(got.Low <= truth && truth <= got.High)
		misled += welch{}.Fit(completeRows(d), 0.05, &w).Value / float64(replicates)
	}
	mean, variance := meanAndVariance(values)
	mcse := math.Sqrt(variance / float64(replicates))
	if !(math.Abs(mean-truth) < 4*mcse) {
		t.Errorf("mean %v (%v), want %v", mean, mcse, truth)
	}
	if got := float64(covered) / float64(replicates); !(math.Abs(got-0.95) < 4*math.Sqrt(0.05*0.95/float64(replicates))) {
		t.Errorf("coverage %v", got)
	}
	if !(math.Abs(misled-truth) > 10*mcse) {
		t.Errorf("complete rows: mean %v of %v, so that nothing is shown", misled, truth)
	}
	t.Logf("mean %.4f (%.4f) of %.4f, complete rows %.4f, coverage %.3f", mean, mcse, truth, misled, float64(covered)/float64(replicates))
}

// A covariate that tells who was observed has no finite weights, but imputes.
func TestObservedByACovariate(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	d := &Data{}
	simulate(d, ipw{}.Method(), 80, 0.5, rng)
	covariates(d, rng)
	for i := range d.Y {
		d.Y[i] = d.X[0][i] + rng.NormFloat64()
		if d.X[0][i] > 0.8 {
			d.Y[i] = math.NaN()
		}
	}
	if got := fit(ipw{}, d); got.Status != Separated {
		t.Errorf("ipw: %v", got.Status)
	}
	d.Source = rand.NewPCG(8, 8)
	if got := fit(multipleImputation{}, d); got.Status != OK {
		t.Errorf("multiple imputation: %v", got.Status)
	}
}

// Where a covariate tells a binary outcome, or all observed outcomes of an arm
// are alike, augmentation keeps the imputations finite.
func TestImputingOutcomesThatAreTold(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	for _, adjusted := range []bool{false, true} {
		d := &Data{}
		simulate(d, ipw{}.Method(), 80, 0.5, rng)
		if adjusted {
			covariates(d, rng)
		}
		for i := range d.Y {
			switch {
			case math.IsNaN(d.Y[i]):
			case adjusted:
				d.Y[i] = float64(bit(d.X[0][i] > 0.1))
			default:
				d.Y[i] = float64(bit(d.Treated[i] && i%3 > 0))
			}
		}
		d.Source = rand.NewPCG(8, 8)
		got := fit(multipleImputation{}, d)
		sound(t, "told", got)
		if got.Status != OK {
			t.Errorf("covariates %v: %v", adjusted, got.Status)
		}
	}
}

// A visit that half have missed is imputed anew each time, and what predicts from
// it learnt anew: outcomes that differ between imputations by more than from one
// regression.
func TestEachImputationLearnsAnew(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 7))
	var w Work
	d := &Data{}
	simulate(d, multipleImputation{}.Method(), 60, 0.5, rng)
	for i := range d.Y {
		if i%2 == 0 {
			d.Earlier[0][i] = math.NaN()
		}
	}
	multipleImputation{}.Fit(d, 0.05, &w)
	for k, models := range w.missing.impute.models {
		if models[0].changes || !models[2].changes {
			t.Errorf("arm %d: changes %v, then %v", k, models[0].changes, models[2].changes)
		}
		last := models[2].beta[1]
		first := models[2].with[0]
		if first != 0 {
			t.Errorf("arm %d: the first predictor is %d", k, first)
		}
		m := &w.missing.impute
		for range 2 {
			if status := m.draw(w.missing.rows, false, &w.missing.logit, d.Source); status != OK {
				t.Fatal(status)
			}
		}
		if m.models[k][2].beta[1] == last {
			t.Errorf("arm %d: the coefficient stays at %v", k, last)
		}
	}
}

// The standardized difference is that of complete data where nothing is missing,
// and of as many rows as were observed, weighted, where some are.
func TestStandardizedDifferenceOfWeighted(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 8))
	d := &Data{}
	atRandom(d, 80, 0.5, true, false, rng)
	full := completeRows(d)
	same(t, Estimate{SMD: fit(ipw{}, full).SMD}, Estimate{SMD: fit(riskDifference{}, full).SMD})
	got := fit(ipw{}, d)
	if unweighted := fit(riskDifference{}, full).SMD; !(math.Abs(got.SMD-unweighted) > 0.1) {
		t.Errorf("weighted %v, unweighted %v", got.SMD, unweighted)
	}
	// Without covariates all weights in an arm are equal.
	alone := clone(d)
	alone.X = nil
	same(t, Estimate{SMD: fit(ipw{}, alone).SMD}, Estimate{SMD: fit(riskDifference{}, full).SMD})
	atRandom(d, 80, 0.5, false, false, rng)
	d.X = nil
	same(t, Estimate{SMD: fit(ipw{}, d).SMD}, Estimate{SMD: fit(welch{}, completeRows(d)).SMD})
}

// Aliased covariates change nothing, in the model of being observed as in that
// of the outcome.
func TestCovariatesThatOthersDetermine(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 6))
	for _, e := range missingMethods {
		d := &Data{}
		simulate(d, e.Method(), 120, 0.5, rng)
		covariates(d, rng)
		more := clone(d)
		more.X = append(more.X, make([]float64, len(d.Y)), make([]float64, len(d.Y)))
		for i := range d.Y {
			more.X[2][i], more.X[3][i] = 3, d.X[0][i]-2*d.X[1][i]
		}
		sameBut(t, e, fit(e, more), fit(e, d))
	}
}

// The draws are uniform, and a posterior variance has the mean of its inverse
// chi-square.
func TestDraws(t *testing.T) {
	source := rand.NewPCG(1, 9)
	var us []float64
	for range 100000 {
		us = append(us, uniform(source))
	}
	mean, variance := meanAndVariance(us)
	if !(math.Abs(mean-0.5) < 0.004) || !(math.Abs(variance*12-1) < 0.02) {
		t.Errorf("mean %v, variance %v", mean, variance)
	}
}
