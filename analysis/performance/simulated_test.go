package performance

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

const z95 = 1.959963984540054

// study simulates n estimates, normal about truth + 0.2 with standard deviation
// 1, whose standard errors are off and vary. With own, truths vary by replicate.
func study(rng *rand.Rand, n int, truth float64, own bool) *Accumulator {
	a := &Accumulator{}
	for range n {
		s := Sample{Truth: nan, OK: true}
		noise := rng.NormFloat64()
		s.Value = truth + 0.2 + noise
		if own {
			s.Truth = truth + 0.6*noise + 0.1*rng.NormFloat64()
		}
		s.SE = 0.9 + 0.2*rng.Float64()
		s.Low, s.High = s.Value-z95*s.SE, s.Value+z95*s.SE
		s.Rejected = math.Abs(s.Value) > z95*s.SE
		s.SMD = s.Value / 3
		a.Add(s)
	}
	return a
}

// TestMCSE: over repeated studies the root mean squared MCSE is the standard
// deviation of the measure within 5 %, with a truth that is itself estimated.
func TestMCSE(t *testing.T) {
	const studies, replicates = 6000, 400
	for seed, own := range []bool{false, true} {
		rng := rand.New(rand.NewPCG(33, uint64(seed)))
		spread, claimed := map[string]*moments{}, map[string]*moments{}
		for range studies {
			truthMCSE := 0.03
			m := study(rng, replicates, 1, own).Measures(1+truthMCSE*rng.NormFloat64(), truthMCSE)
			for what, pair := range measuresOf(m) {
				if spread[what] == nil {
					spread[what], claimed[what] = &moments{}, &moments{}
				}
				spread[what].add(float64(pair[0]))
				claimed[what].add(float64(pair[1] * pair[1]))
			}
		}
		for what := range spread {
			ratio := math.Sqrt(claimed[what].mean) / spread[what].sd()
			if !(math.Abs(ratio-1) < 0.05) {
				t.Errorf("own truths %v, %s: MCSE is %.3f of the standard deviation", own, what, ratio)
			}
		}
	}
}

func measuresOf(m Measures) map[string][2]measure.Number {
	return map[string][2]measure.Number{
		"mean":            {m.Mean, m.MeanMCSE},
		"bias":            {m.Bias, m.BiasMCSE},
		"relative bias":   {m.RelativeBias, m.RelativeBiasMCSE},
		"empirical SE":    {m.EmpiricalSE, m.EmpiricalSEMCSE},
		"model SE":        {m.ModelSE, m.ModelSEMCSE},
		"model SE error":  {m.ModelSEError, m.ModelSEErrorMCSE},
		"RMSE":            {m.RMSE, m.RMSEMCSE},
		"coverage":        {m.Coverage, m.CoverageMCSE},
		"bias-eliminated": {m.BiasEliminated, m.BiasEliminatedMCSE},
		"width":           {m.Width, m.WidthMCSE},
		"power":           {m.Power, m.PowerMCSE},
		"type S":          {m.TypeS, m.TypeSMCSE},
		"type M":          {m.TypeM, m.TypeMMCSE},
		"SMD":             {m.SMD, m.SMDMCSE},
	}
}

// TestTypeSAndM against the closed forms for a normal estimate with known
// standard error 1. With c the critical value and d the truth,
//
//	power  = 1 - Phi(c - d) + Phi(-c - d)
//	type S = Phi(-c - d) / power
//	type M = (phi(c - d) + phi(c + d) + d (1 - Phi(c - d) - Phi(-c - d))) / (d power)
//
// Source: Gelman & Carlin 2014; Lu, Qiu & Deng 2019 (Br J Math Stat Psychol 72:1).
func TestTypeSAndM(t *testing.T) {
	density := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	for k, d := range []float64{0.3, 1, 2, 3} {
		for _, sign := range []float64{1, -1} {
			rng := rand.New(rand.NewPCG(44, uint64(k)))
			var a Accumulator
			for range 40000 {
				v := sign*d + rng.NormFloat64()
				a.Add(Sample{Value: v, SE: 1, Low: v - z95, High: v + z95, Truth: nan, SMD: nan, OK: true, Rejected: math.Abs(v) > z95})
			}
			wrong, right := numeric.NormalCDF(-z95-d), 1-numeric.NormalCDF(z95-d)
			power := wrong + right
			want := map[string][3]float64{}
			m := a.Measures(sign*d, 0)
			want["power"] = [3]float64{power, float64(m.Power), float64(m.PowerMCSE)}
			want["type S"] = [3]float64{wrong / power, float64(m.TypeS), float64(m.TypeSMCSE)}
			want["type M"] = [3]float64{(density(z95-d) + density(z95+d) + d*(right-wrong)) / (d * power), float64(m.TypeM), float64(m.TypeMMCSE)}
			for what, w := range want {
				if !(math.Abs(w[0]-w[1]) <= 4*w[2]+1e-4) {
					t.Errorf("effect %v, %s: %v (%v), want %v", sign*d, what, w[1], w[2], w[0])
				}
			}
		}
	}
}

// narrowed adds the samples of a study in blocks, and narrows after each as an
// honest caller does: about a truth that is learnt with the replicates.
func narrowed(n int) (a *Accumulator, kept int, truth, mcse float64) {
	rng, learning := rand.New(rand.NewPCG(55, 5)), rand.New(rand.NewPCG(55, 6))
	a = &Accumulator{}
	var about moments
	for i := range n {
		about.add(1 + 0.3*learning.NormFloat64())
		v := 1 + rng.NormFloat64()
		a.Add(Sample{Value: v, SE: 1, Low: v - z95, High: v + z95, Truth: nan, SMD: v, OK: true, Rejected: v > z95})
		if i%256 == 255 {
			a.Narrow(about.mean, 6*about.meanSE())
			kept = max(kept, a.Kept())
		}
	}
	return a, kept, about.mean, about.meanSE()
}

func TestNarrowingChangesNothing(t *testing.T) {
	const n = 20 * 256
	rng := rand.New(rand.NewPCG(55, 5))
	var whole Accumulator
	for range n {
		v := 1 + rng.NormFloat64()
		whole.Add(Sample{Value: v, SE: 1, Low: v - z95, High: v + z95, Truth: nan, SMD: v, OK: true, Rejected: v > z95})
	}
	a, _, truth, mcse := narrowed(n)
	if got, want := a.Measures(truth, mcse), whole.Measures(truth, mcse); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if m := a.Measures(truth+1, mcse); m.Coverage.Known() || m.CoverageMCSE.Known() {
		t.Errorf("coverage of an undecided truth: %v", m.Coverage)
	}
}

// What is kept grows with the square root of the replicates at most.
func TestMemoryIsFlat(t *testing.T) {
	for _, n := range []int{4096, 65536} {
		_, kept, _, _ := narrowed(n)
		if limit := 512 + 8*int(math.Sqrt(float64(n))); kept > limit {
			t.Errorf("%d replicates: %d numbers kept, limit %d", n, kept, limit)
		}
	}
}

func TestAddDoesNotAllocateOnceNarrowed(t *testing.T) {
	a, _, _, _ := narrowed(4096)
	s := Sample{Value: 1, SE: 1, Low: -1, High: 9, Truth: nan, SMD: 1, OK: true}
	if n := testing.AllocsPerRun(1000, func() { a.Add(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	a, _, _, _ := narrowed(4096)
	s := Sample{Value: 1, SE: 1, Low: -1, High: 3, Truth: 1, SMD: 1, OK: true, Rejected: true}
	b.ReportAllocs()
	for b.Loop() {
		a.Add(s)
	}
}
