package estimate

import (
	"math"
	"testing"
)

type rateFit struct {
	Coef, SE, P   map[string]float64
	Lower         map[string]float64 `json:"rr_lower"`
	Upper         map[string]float64 `json:"rr_upper"`
	HC0           map[string]float64 `json:"se_HC0"`
	Theta, LogLik float64
}

func nearRate(t *testing.T, got Estimate, want rateFit, arm string) {
	t.Helper()
	if got.Status != OK {
		t.Fatalf("status %v", got.Status)
	}
	near(t, "log IRR", got.Value, want.Coef[arm], iterative)
	near(t, "SE", got.SE, want.SE[arm], iterative)
	nearP(t, "p", got.P, want.P[arm], iterative)
	near(t, "low", math.Exp(got.Low), want.Lower[arm], iterative)
	near(t, "high", math.Exp(got.High), want.Upper[arm], iterative)
}

// R: stats::glm(poisson) with offset, sandwich::vcovHC(type = "HC0"),
// MASS::glm.nb.
func TestRateModelsAgainstR(t *testing.T) {
	type values struct {
		N       int
		Poisson rateFit
		NegBin  *rateFit `json:"negative_binomial"`
	}
	var w Work
	for _, c := range casesOf[values](t, "counts.json", "rate_model") {
		t.Run(c.ID, func(t *testing.T) {
			arm, want := c.Inputs.Terms[0], c.Expected
			d := armed(t, &c, c.Inputs.Y, arm, c.Inputs.Terms[1:])
			got := poisson{}.Fit(d, 0.05, &w)
			if got.N != want.N {
				t.Fatalf("%d rows, want %d", got.N, want.N)
			}
			nearRate(t, got, want.Poisson, arm)
			near(t, "intercept", w.glm.uncentred()[0], want.Poisson.Coef["intercept"], iterative)
			near(t, "HC0", poissonRobust{}.Fit(d, 0.05, &w).SE, want.Poisson.HC0[arm], iterative)
			if want.NegBin == nil {
				return
			}
			nearRate(t, negativeBinomial{}.Fit(d, 0.05, &w), *want.NegBin, arm)
			near(t, "theta", 1/w.glm.alpha, want.NegBin.Theta, iterative)
			for j, term := range c.Inputs.Terms {
				near(t, term, w.glm.beta[1+j], want.NegBin.Coef[term], iterative)
			}
			beta, _, _ := negativeBinomial{}.Coefficients(d, &w)
			near(t, "log likelihood", negBinLogLik(d, beta), want.NegBin.LogLik, iterative)
		})
	}
}

// negBinLogLik is the log likelihood, with all constants, at coefficients and
// log theta, by log gammas.
func negBinLogLik(d *Data, beta []float64) float64 {
	last := len(beta) - 1
	theta, sum := math.Exp(beta[last]), 0.0
	lgamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	row := make([]float64, last)
	for i, y := range d.Y {
		poisson{}.model().row(d, i, row)
		mu := d.Exposure[i] * math.Exp(dot(row, beta[:last]))
		sum += lgamma(y+theta) - lgamma(theta) - lgamma(y+1) + theta*math.Log(theta/(theta+mu)) + y*math.Log(mu/(theta+mu))
	}
	return sum
}

// R: metafor::escalc(measure = "IRR"): one row an arm, so that nothing but the
// two rates is there.
func TestTwoRatesAgainstR(t *testing.T) {
	var w Work
	check := func(id string, r []float64, logIRR, variance float64) Estimate {
		t.Helper()
		d := &Data{Treated: []bool{true, false}, Y: []float64{r[0], r[2]}, Exposure: []float64{r[1], r[3]}}
		got := poisson{}.Fit(d, 0.05, &w)
		near(t, id, got.Value, logIRR, closedForm)
		near(t, id, got.SE*got.SE, variance, closedForm)
		if robust := (poissonRobust{}).Fit(d, 0.05, &w); robust.Status != TooFew {
			t.Errorf("%s: robust %v", id, robust.Status)
		}
		return got
	}
	for _, c := range casesOf[struct {
		LogIRR float64 `json:"log_irr"`
		Vi     float64
		CI95   limits
	}](t, "counts.json", "rate_two_sample") {
		got := check(c.ID, c.rows(t, "x1", "t1", "x0", "t0")[0], c.Expected.LogIRR, c.Expected.Vi)
		near(t, "low", math.Exp(got.Low), c.Expected.CI95.Lower, closedForm)
		near(t, "high", math.Exp(got.High), c.Expected.CI95.Upper, closedForm)
	}
	for _, c := range casesOf[struct{ IRR effects }](t, "counts.json", "escalc_rate") {
		for i, r := range c.rows(t, "x1", "t1", "x0", "t0") {
			check(c.ID, r, c.Expected.IRR.Yi[i], c.Expected.IRR.Vi[i])
		}
	}
}
