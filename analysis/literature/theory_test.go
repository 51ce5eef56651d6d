package literature

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/meta"
	"caseload/internal/suite"
)

// With identical studies and effects that don't vary, reviews do what the theory
// of a common effect says: the pooled estimate has the trial's true effect as its
// mean and 1/sum(1/v) as its variance, its interval covers in 95 %, and Q, a
// chi-square on k - 1 degrees of freedom, rejects in 5 %. The bias of a log odds
// ratio and of Q is of the order of 1/n: a thousandth here. Tolerance: 4 Monte
// Carlo standard errors, and that thousandth of the effect's own scale.
func TestIdenticalStudiesGiveACommonEffect(t *testing.T) {
	suite.Long(t)
	const k, bodies = 5, 1200
	r := reviewed(t, engine(t, plain+"[literature]\nmethod = \"fe\"\n"+studies(k)), bodies)
	d, v := effect(0.3, 1.65, 1000)
	row := &r.Rows[len(r.Rows)-1]
	near(t, "pooled SMD", row.SMD.Mean, d, 4*row.SMD.MCSE+0.001)
	spread := float64(row.SMD.MCSE) * math.Sqrt(bodies)
	near(t, "its SD", spread, math.Sqrt(v/k), 4*spread/math.Sqrt(2*bodies))
	near(t, "Q's level", row.Heterogeneous.Value, 0.05, 4*math.Sqrt(0.05*0.95/bodies)+0.001)
	e := engine(t, plain+"[literature]\nmethod = \"fe\"\n"+studies(k))
	w, body, inside, q := e.NewWorker(), new(Body), 0.0, 0.0
	for b := range bodies {
		if err := w.Body(2, b, body); err != nil {
			t.Fatal(err)
		}
		p := &body.Pooled[0]
		q += float64(p.Q) / float64(bodies)
		if float64(p.Low) <= d && d <= float64(p.High) {
			inside += 1.0 / bodies
		}
	}
	near(t, "coverage", inside, 0.95, 4*math.Sqrt(0.05*0.95/bodies)+0.001)
	near(t, "mean of Q", q, k-1, 4*math.Sqrt(2.0*(k-1)/bodies)+0.01)
}

// Where programs' log hazard ratios vary between studies by a known SD, what is
// pooled has the mean and the variance that true effects have then, by quadrature
// over the SD's normal distribution. Paule & Mandel's tau2 is unbiased up to the
// weights' dependence on effects, which is small where sampling is a small part
// of the variance (a fiftieth here): the fiftieth of tau2 is added to 4 standard
// errors.
func TestTheVarianceBetweenStudiesIsRecovered(t *testing.T) {
	suite.Long(t)
	const k, bodies, sd, n = 8, 500, 0.45, 2000
	r := reviewed(t, engine(t, plain+"[literature]\nmethod = \"pm\"\neffect_sd = 0.45\n"+studies(k, "clients = 2000")), bodies)
	var mean, square, weight float64
	for z := -6.0; z <= 6; z += 0.01 {
		d, _ := effect(0.3, math.Exp(math.Log(1.65)+sd*z), n)
		w := density(z)
		mean, square, weight = mean+w*d, square+w*d*d, weight+w
	}
	mean, square = mean/weight, square/weight
	tau2 := square - mean*mean
	row := &r.Rows[len(r.Rows)-1]
	near(t, "tau2", row.Tau2.Mean, tau2, float64(4*row.Tau2.MCSE)+tau2/50)
	near(t, "pooled SMD", row.SMD.Mean, mean, 4*row.SMD.MCSE+0.002)
}

// If only significant trials are published, published effects are those of a
// normal distribution cut off at its critical value, whose mean is theta + sigma
// phi(c) / (1 - Phi(c)) with c = 1.96 - theta/sigma (Hedges 1984, J Educ Stat 9:61).
// All trials have the same true variance; that its estimate goes a little with
// the effect moves the pooled one by less than a hundredth of sigma.
func TestSelectivePublicationRaisesTheEffectByATruncatedNormal(t *testing.T) {
	suite.Long(t)
	const bodies = 1500
	text := plain + "[literature]\nmethod = \"fe\"\npublication = { significant = 1, favourable = 0, other = 0 }\n" +
		studies(4, `set = { "program.help.effect[0].hazard_ratio" = 1.12 }`)
	r := reviewed(t, engine(t, text), bodies)
	d, v := effect(0.3, 1.12, 1000)
	sigma := math.Sqrt(v)
	c := critical - d/sigma
	row := &r.Rows[len(r.Rows)-1]
	near(t, "pooled SMD of what is published", row.SMD.Mean, d+sigma*density(c)/(1-distribution(c)), float64(4*row.SMD.MCSE)+sigma/100)
	near(t, "trials published", r.Published/4, 1-distribution(c), 4*math.Sqrt(0.25/(4*bodies))+0.005)
	if float64(row.SMD.Mean) < d+float64(4*row.SMD.MCSE) {
		t.Errorf("published effects of %.3f are not above the true %.3f", row.SMD.Mean, d)
	}
}

// controlRates are those of usual care under referral: 7 to 65 %, evenly.
func controlRates(k int) (list []float64) {
	for i := range k {
		list = append(list, 0.07+0.58*float64(i)/float64(k-1))
	}
	return list
}

// A hazard ratio of 1.65 in all of ten trials of 313 clients whose control arms
// link 7 to 65 % gives a pooled linkage of about 0.38 with little heterogeneity:
// control rates alone don't make an I2 of 85 %. If programs' log hazard ratios vary
// by an SD of 0.45, it is about 0.40 with an I2 of about 82 %. What is expected follows from
// p1 = 1 - (1 - p0)^ratio, with normal errors of the variance of a log odds ratio,
// pooled in the same way. Tolerance: 4 standard errors of both, and for the bias
// of log odds ratios in arms with 11 events (1/(2 x 11), of their scale, in one of
// ten trials) 0.005; for I2, which follows, one point.
func TestControlRatesAloneGiveLittleHeterogeneity(t *testing.T) {
	suite.Long(t)
	const bodies, k = 600, 10
	rates := controlRates(k)
	for _, c := range []struct{ sd, smd, i2 float64 }{{0, 0.38, 16}, {0.45, 0.40, 82}} {
		text := plain + "[literature]\nmethod = \"dl\"\neffect_sd = " + number(c.sd) + "\n"
		for i, p := range rates {
			text += "[[study]]\nname = \"s" + string(rune('a'+i)) + "\"\nclients = 313\nset = { \"service.clinic.linkage\" = { probability = " +
				number(p) + ", by_days = 90 } }\n"
		}
		r := reviewed(t, engine(t, text), bodies)
		row := &r.Rows[len(r.Rows)-1]
		smd, i2 := reviewsByFormula(rates, c.sd)
		near(t, "pooled SMD", row.SMD.Mean, smd.Mean, 4*math.Hypot(float64(row.SMD.MCSE), float64(smd.MCSE))+0.005)
		near(t, "I2", row.I2.Mean, i2.Mean, 4*math.Hypot(float64(row.I2.MCSE), float64(i2.MCSE))+1)
		near(t, "pooled SMD, as derived", smd.Mean, c.smd, 0.02)
		near(t, "I2, as derived", i2.Mean, c.i2, 4)
		if inside := row.I2.High > 85.2; inside != (c.sd > 0) {
			t.Errorf("SD %v: I2 reaches %.0f %% in a fortieth of bodies", c.sd, row.I2.High)
		}
	}
}

// reviewsByFormula are pooled effects and I2 of trials with these control rates and
// a hazard ratio of 1.65, of an SD of its logarithm.
func reviewsByFormula(rates []float64, sd float64) (smd, i2 Interval) {
	rng := rand.New(rand.NewPCG(1, 2))
	var w meta.Work
	y, v := make([]float64, len(rates)), make([]float64, len(rates))
	var smds, i2s []float64
	for range 20_000 {
		for i, p := range rates {
			y[i], v[i] = effect(p, math.Exp(math.Log(1.65)+sd*rng.NormFloat64()), 313)
			y[i] += math.Sqrt(v[i]) * rng.NormFloat64()
		}
		f := meta.Pool(y, v, meta.Options{Method: meta.DL}, &w)
		smds, i2s = append(smds, float64(f.Estimate)), append(i2s, float64(f.I2))
	}
	return intervalOf(smds), intervalOf(i2s)
}
