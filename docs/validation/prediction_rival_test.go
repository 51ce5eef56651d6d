package validation_test

import (
	"math"

	"caseload/scenarios/evidence"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// pooled predicts a contrast by the pooled log odds ratio of all other trials, whatever
// their kind, with its spread (DerSimonian & Laird 1986), and no simulation of care.
func pooled(c *evidence.Contrast, others []evidence.Contrast) (proportions []float64) {
	var y, v []float64
	for _, o := range others {
		if o.Second {
			continue
		}
		a, b := float64(o.Came(1)), float64(o.N[1]-o.Came(1))
		d, e := float64(o.Came(0)), float64(o.N[0]-o.Came(0))
		a, b, d, e = a+0.5, b+0.5, d+0.5, e+0.5
		y, v = append(y, math.Log(a*e/b/d)), append(v, 1/a+1/b+1/d+1/e)
	}
	mean, se, tau := derSimonianLaird(y, v)
	var r stream.Stream
	r.Seed(7)
	x, n := float64(c.Came(0)), float64(c.N[0])
	for range predicted {
		pc := portable.BetaQuantile(x+0.5, n-x+0.5, r.Uniform())
		pe := 1 / (1 + math.Exp(-(math.Log(pc/(1-pc)) + mean + math.Hypot(se, tau)*r.Normal())))
		came := 0.0
		for range c.N[1] {
			if r.Bernoulli(pe) {
				came++
			}
		}
		proportions = append(proportions, came/float64(c.N[1]))
	}
	return proportions
}

func derSimonianLaird(y, v []float64) (mean, se, tau float64) {
	sums := func(tau2 float64) (w, wy, w2, q float64) {
		for k := range y {
			weight := 1 / (v[k] + tau2)
			w, wy, w2 = w+weight, wy+weight*y[k], w2+weight*weight
		}
		for k := range y {
			q += (y[k] - wy/w) * (y[k] - wy/w) / (v[k] + tau2)
		}
		return w, wy, w2, q
	}
	w, _, w2, q := sums(0)
	tau2 := max(0, (q-float64(len(y)-1))/(w-w2/w))
	w, wy, _, _ := sums(tau2)
	return wy / w, math.Sqrt(1 / w), math.Sqrt(tau2)
}
