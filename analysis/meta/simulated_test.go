package meta

import (
	"math"
	"math/rand/v2"
	"testing"
)

// simulate draws a body of k studies with effects of mean 0.3.
func simulate(rng *rand.Rand, k int, tau float64, y, v []float64) {
	for i := range k {
		v[i] = 0.02 + 0.2*rng.Float64()
		y[i] = 0.3 + tau*rng.NormFloat64() + math.Sqrt(v[i])*rng.NormFloat64()
	}
}

// Q profile intervals contain tau2 in 95 % of bodies exactly, since effects are normal
// with known variances (Viechtbauer 2007), and Q's test rejects in 5 % where tau2 is 0:
// within 4 standard errors of shares of 4,000.
func TestExactProceduresKeepTheirLevel(t *testing.T) {
	const n, k = 4000, 8
	rng := rand.New(rand.NewPCG(3, 8))
	y, v := make([]float64, k), make([]float64, k)
	var w Work
	inside, rejected := 0, 0
	for range n {
		simulate(rng, k, 0.4, y, v)
		if p := QProfile(y, v, nil, Options{}, &w); p.Tau2Low <= 0.16 && 0.16 <= p.Tau2High {
			inside++
		}
		simulate(rng, k, 0, y, v)
		if Pool(y, v, Options{}, &w).QP < 0.05 {
			rejected++
		}
	}
	tolerance := 4 * math.Sqrt(0.95*0.05/n)
	if share := float64(inside) / n; math.Abs(share-0.95) > tolerance {
		t.Errorf("%.4f of the intervals contain tau2", share)
	}
	if share := float64(rejected) / n; math.Abs(share-0.05) > tolerance {
		t.Errorf("Q rejects in %.4f", share)
	}
}

// CR2 is unbiased if its working model is right (Bell & McCaffrey 2002): the mean of the
// variances that it gives is that of the estimates, within 4 standard errors of both.
func TestRobustVarianceIsUnbiasedWhereItsModelHolds(t *testing.T) {
	const n, k = 4000, 12
	rng := rand.New(rand.NewPCG(5, 5))
	cluster := []int{0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4}
	y, v := make([]float64, k), make([]float64, k)
	for i := range v {
		v[i] = 0.05 + 0.02*float64(i%4)
	}
	var w Work
	var r Clustered
	var sum, squares, variances, variances2 float64
	for range n {
		for i := range y {
			y[i] = math.Sqrt(v[i]) * rng.NormFloat64()
		}
		RegressClustered(y, v, cluster, nil, Options{}, &w, &r)
		c := r.Coefficients[0]
		sum, squares = sum+float64(c.Estimate), squares+float64(c.Estimate*c.Estimate)
		variances, variances2 = variances+float64(c.SE*c.SE), variances2+float64(c.SE*c.SE*c.SE*c.SE)
	}
	truth := r.Model[0].SE * r.Model[0].SE // known: effects are common
	got := variances / n
	if se := math.Sqrt((variances2/n - got*got) / n); math.Abs(got-float64(truth)) > 4*se {
		t.Errorf("mean of variances %g (standard error %g), want %g", got, se, truth)
	}
	if empirical := squares/n - sum*sum/n/n; math.Abs(empirical-float64(truth)) > float64(4*truth)*math.Sqrt(2.0/n) {
		t.Errorf("variance of estimates %g, want %g", empirical, truth)
	}
}

func TestWarmFitsDontAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	y, v := make([]float64, 20), make([]float64, 20)
	simulate(rng, 20, 0.3, y, v)
	var w Work
	x := [][]float64{v}
	var r Regression
	out := make([]Fit, 20)
	for _, m := range methods() {
		o := Options{Method: m, KnappHartung: m == DL}
		run := func() {
			Pool(y, v, o, &w)
			Regress(y, v, x, o, &w, &r)
			QProfile(y, v, nil, o, &w)
			Egger(y, v, 0.05, &w)
			LeaveOneOut(y, v, o, &w, out)
		}
		run()
		if n := testing.AllocsPerRun(10, run); n != 0 {
			t.Errorf("%v: %g allocations", m, n)
		}
	}
}

// BenchmarkPool pools other bodies of 20 studies each time.
func BenchmarkPool(b *testing.B) {
	const sets, k = 64, 20
	rng := rand.New(rand.NewPCG(7, 7))
	var y, v [sets][]float64
	for s := range y {
		y[s], v[s] = make([]float64, k), make([]float64, k)
		simulate(rng, k, 0.3, y[s], v[s])
	}
	for _, m := range methods() {
		b.Run(m.String(), func(b *testing.B) {
			var w Work
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if f := Pool(y[i%sets], v[i%sets], Options{Method: m}, &w); f.Status != OK {
					b.Fatal(f.Status)
				}
			}
		})
	}
}
