package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// nestedTrial is 120 treated in 10 clusters, or as many as given, and 120 control,
// with standard deviations between clusters, within them, and of control.
func nestedTrial(clusters int, between, within, control, effect float64, rng *rand.Rand) *Data {
	d := &Data{}
	means := make([]float64, clusters)
	for k := range means {
		means[k] = between * rng.NormFloat64()
	}
	for i := range 240 {
		k := i % clusters
		d.Treated = append(d.Treated, i < 120)
		if i < 120 {
			d.Y, d.Cluster = append(d.Y, effect+means[k]+within*rng.NormFloat64()), append(d.Cluster, int32(k))
		} else {
			d.Y, d.Cluster = append(d.Y, control*rng.NormFloat64()), append(d.Cluster, -1)
		}
	}
	return d
}

// With case managers who differ, and arms of different variances, one in twenty
// intervals misses the effect.
func TestPartiallyNestedCoverage(t *testing.T) {
	const replicates = 4000
	for _, e := range []Estimator{partiallyNested{}, partiallyNested{kr: true}, clusterRobustMean{}} {
		for _, between := range []float64{0.4, 0.8} {
			rng := rand.New(rand.NewPCG(9, 9))
			var w Work
			missed := 0
			for range replicates {
				fit := e.Fit(nestedTrial(10, between, 1, 1.5, 0.3, rng), 0.05, &w)
				missed += bit(!(fit.Low <= 0.3 && fit.High >= 0.3))
			}
			rate := float64(missed) / replicates
			if mcse := math.Sqrt(0.05 * 0.95 / replicates); !(math.Abs(rate-0.05) < 5*mcse) {
				t.Errorf("%s, between %v: misses %v", e.Method().Name, between, rate)
			}
		}
	}
}

// Without clusters of two rows, or variance between them, it is Welch's test.
func TestPartiallyNestedAtTheBoundaryIsWelch(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	d := nestedTrial(10, 0, 1, 1.5, 0.3, rng)
	for i := range d.Cluster {
		d.Cluster[i] = -1
	}
	check := func(got Estimate) {
		t.Helper()
		want := welch{}.Fit(d, 0.05, new(Work))
		if got.Status != Boundary {
			t.Fatal(got.Status)
		}
		want.Status = Boundary
		same(t, got, want)
	}
	check(partiallyNested{}.Fit(d, 0.05, new(Work)))
	for i := range d.Cluster {
		d.Cluster[i] = int32(i % 10)
	}
	for i := range 120 { // every cluster with the same mean
		d.Y[i] = float64(i / 10 % 5)
	}
	check(partiallyNested{}.Fit(d, 0.05, new(Work)))
	own := clone(d)
	for i := 120; i < 240; i++ {
		own.Cluster[i] = 3 // of control: ignored
	}
	check(partiallyNested{}.Fit(own, 0.05, new(Work)))
}

// Least squares with its own standard error where clusters do not vary.
func TestRandomInterceptAtTheBoundaryIsLeastSquares(t *testing.T) {
	d := nestedTrial(10, 0, 1, 1, 0.3, rand.New(rand.NewPCG(4, 4)))
	for i := range d.Y {
		d.Cluster[i], d.Y[i] = int32(i%10), float64(i/10%5)
	}
	got, want := randomIntercept{}.Fit(d, 0.05, new(Work)), student{}.Fit(d, 0.05, new(Work))
	if got.Status != Boundary {
		t.Fatal(got.Status)
	}
	want.Status = Boundary
	same(t, got, want)
}

func TestTooFewClusters(t *testing.T) {
	d := nestedTrial(1, 0.5, 1, 1, 0.3, rand.New(rand.NewPCG(4, 4)))
	for _, e := range []Estimator{clusterRobustMean{}, randomIntercept{}, partiallyNested{}} {
		if got := fit(e, d); got.Status != TooFewClusters {
			t.Errorf("%s: %v", e.Method().Name, got.Status)
		}
	}
	for i := range d.Cluster { // two treated clusters, one of control
		d.Cluster[i] = 7
		if i < 60 {
			d.Cluster[i] = 8
		}
	}
	for e, want := range map[Estimator]Status{clusterRobustMean{}: TooFewClusters, randomIntercept{}: TooFewClusters, partiallyNested{}: OK} {
		if got := fit(e, d); got.Status.Failed() != (want != OK) {
			t.Errorf("%s: %v", e.Method().Name, got.Status)
		}
	}
}

// Clusters are what they are whatever their numbers.
func TestClusterNumbersAreIrrelevant(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	d := nestedTrial(10, 0.7, 1, 1, 0.3, rng)
	moved := clone(d)
	for i, k := range d.Cluster {
		if k >= 0 {
			moved.Cluster[i] = math.MaxInt32 - k*1<<20
		} else {
			moved.Cluster[i] = int32(1000 + i)
		}
	}
	for _, e := range []Estimator{clusterRobustMean{}, randomIntercept{}, partiallyNested{}} {
		same(t, fit(e, moved), fit(e, d))
	}
}

// Nothing within clusters, or one arm, varies: no residual variance.
func TestConstantClusters(t *testing.T) {
	d := nestedTrial(10, 0.7, 0, 1, 0.3, rand.New(rand.NewPCG(6, 6)))
	if got := fit(partiallyNested{}, d); got.Status != ZeroVariance {
		t.Error(got.Status)
	}
	for i := range d.Y {
		if d.Cluster[i] < 0 {
			d.Cluster[i], d.Y[i] = int32(10+i%10), float64(i%10)
		}
	}
	if got := fit(randomIntercept{}, d); got.Status != ZeroVariance {
		t.Error(got.Status)
	}
}

func BenchmarkPartiallyNested(b *testing.B) {
	for name, between := range map[string]float64{"between=0.5": 0.5, "between=0": 0} {
		b.Run(name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(6, 6))
			var data [64]*Data
			for i := range data {
				data[i] = nestedTrial(10, between, 1, 1, 0.3, rng)
			}
			var w Work
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				partiallyNested{}.Fit(data[i%64], 0.05, &w)
			}
		})
	}
}

// unevenTrial is a small trial with clusters of many sizes, and covariates.
func unevenTrial(rng *rand.Rand) *Data {
	d := &Data{}
	n, clusters := 8+rng.IntN(40), 2+rng.IntN(8)
	means := rng.Float64() * 1.5
	for i := range n {
		d.Treated = append(d.Treated, i%2 == 0)
		d.Cluster = append(d.Cluster, int32(rng.IntN(1+rng.IntN(clusters))))
		d.Y = append(d.Y, rng.NormFloat64()+means*math.Sin(float64(d.Cluster[i])))
	}
	covariates(d, rng)
	return d
}

// No other variances have a larger likelihood, near and far. With two classes and
// covariates, trials of a dozen rows can have several maxima.
func TestVariancesMaximizeTheLikelihood(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 12))
	var w Work
	var statuses [Statuses]int
	worst := 0.0
	for range 2000 {
		d := unevenTrial(rng)
		for _, e := range []Estimator{randomIntercept{}, partiallyNested{}} {
			if e.Method().Nested && len(d.Y) < 20 {
				continue
			}
			got := e.Fit(d, 0.05, &w)
			sound(t, "small trial", got)
			statuses[got.Status]++
			if got.Status.Failed() {
				continue
			}
			c := &w.linear.components
			best, at := c.loglik, c.theta
			for range 300 {
				theta := at
				for j := range theta {
					theta[j] = max(theta[j], 0.01) * math.Exp(rng.NormFloat64()*2)
				}
				if c.evaluate(theta) {
					worst = max(worst, c.loglik-best)
				}
			}
		}
	}
	t.Log(statuses, worst)
	if worst > 1e-9 || statuses[OK] < 500 || statuses[Boundary] < 500 {
		t.Errorf("larger by %v; statuses %v", worst, statuses)
	}
}

// The two ways to the inverse square root are one.
func TestInverseSquareRootOfClusters(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 12))
	for r := 1; r < 7; r++ {
		c := clusterRobust{width: r, adapted: make([]float64, r), values: make([]float64, r*r), vectors: make([]float64, r*r)}
		for _, trace := range []float64{0, 1e-9, 0.1, 0.499} {
			cross, gamma := make([]float64, r*r), make([]float64, r)
			row, sum := make([]float64, r), 0.0
			for k := range 1 + r/2 {
				for j := range row {
					row[j], gamma[j] = rng.NormFloat64()/float64(1+3*k), rng.NormFloat64()
					sum += row[j] * row[j]
				}
				addProduct(cross, row, 1)
			}
			reflect(cross, r)
			for j := range cross {
				cross[j] *= trace / sum
			}
			c.adaptBySeries(cross, gamma)
			series := append([]float64(nil), c.adapted...)
			c.adapt(cross, gamma)
			for j := range series {
				near(t, "inverse square root", series[j], c.adapted[j], 1e-13)
			}
		}
	}
}
