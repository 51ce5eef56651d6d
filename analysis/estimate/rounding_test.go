package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// ulps returns x moved by so many of its units in the last place.
func ulps(x float64, n int) float64 {
	for range n {
		x = math.Nextafter(x, math.Inf(1))
	}
	return x
}

// varianceOfRanks are methods whose variance is not that of the outcomes: it is of
// whole numbers, such as events, or of an order.
var varianceOfRanks = map[string]bool{"wilcoxon": true, "log_rank": true, "stratified_log_rank": true, "cox": true,
	"cox_breslow": true, "stratified_cox": true, "cox_cluster": true, "cox_robust": true, "cox_interaction": true, "fine_gray": true,
	"survival_difference": true, "cumulative_incidence": true}

// Outcomes of an arm that are equal but for rounding have no variance, by any method
// that takes one of them: 0.1 + 0.2 and 0.3 differ by one unit in the last place, and
// arms that differed by it had p values below 1e-10.
func TestRoundingIsNoVariance(t *testing.T) {
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		m := e.Method()
		if m.Kinds&(Continuous|Time) == 0 || varianceOfRanks[m.Name] || m.TestOnly {
			return
		}
		rng := rand.New(rand.NewPCG(6, ownSeed(m.Name)))
		for k := range 40 {
			base := math.Exp(10 * rng.NormFloat64())
			if k%4 == 3 && m.Kinds&Time == 0 {
				base = -base
			}
			effect := []float64{0, 0, 1, -0.3}[rng.IntN(4)]
			jitter := func(of bool) float64 {
				return ulps(base*(1+effect*float64(bit(of))), rng.IntN(2+k%3))
			}
			for i := range d.Y {
				received := d.Treated[i]
				if m.Needs&Receipts != 0 { // else those who don't receive it would vary
					received = d.Received[i]
				}
				if !math.IsNaN(d.Y[i]) {
					d.Y[i] = jitter(received)
				}
				for _, x := range d.Earlier {
					if !math.IsNaN(x[i]) {
						x[i] = jitter(received)
					}
				}
				if m.Kinds&Time != 0 {
					d.Event[i] = true
				}
			}
			if got := fit(e, d); got.Status != ZeroVariance && !(m.Name == "median" && got.Status == NotReached) {
				t.Fatalf("outcomes about %v, effect %v: %+v", base, effect, got)
			}
		}
	})
}

// When all have the event at a visit, no share has a variance left, however the sums
// of the incidences are rounded: two in five trials of no effect were significant.
func TestNoVarianceWhereAllHaveTheEvent(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 4))
	for k := range 1000 {
		d := &Data{}
		for i := range 20 + rng.IntN(100) {
			d.Treated = append(d.Treated, i%2 == 0)
			time := math.Ceil(90 * rng.Float64())
			if i < 4 {
				time = 90 // two of each arm
			}
			d.Y, d.Event, d.Competing = append(d.Y, time), append(d.Event, true), append(d.Competing, false)
		}
		for _, e := range []Estimator{cumulativeIncidence{}, survivalDifference{}} {
			if got := fit(e, d); got.Status != ZeroVariance {
				t.Fatalf("trial %d, %s: %+v", k, e.Method().Name, got)
			}
		}
	}
}

// Clusters that are copies of each other have no variance between them.
func TestNoVarianceBetweenCopies(t *testing.T) {
	for _, e := range all {
		m := e.Method()
		if m.Needs&Clusters == 0 || m.Conditional || m.Nested || m.Needs&Periods != 0 || m.Name != "cluster_robust" && m.Kinds == Numbers {
			continue // a mixed model has a variance within clusters
		}
		rng := rand.New(rand.NewPCG(9, 2))
		d := &Data{}
		d.Reset(0, 0)
		value := make([]float64, 8)
		for i := range value {
			if value[i] = rng.Float64(); m.Kinds&Binary != 0 && m.Kinds&Numbers == 0 {
				value[i] = float64(bit(i%3 == 0))
			}
		}
		for cluster := range 6 {
			for i, v := range value {
				d.Treated, d.Y, d.Cluster = append(d.Treated, i%2 == 0), append(d.Y, v), append(d.Cluster, int32(cluster))
				d.Event, d.Exposure = append(d.Event, true), append(d.Exposure, 1)
			}
		}
		if m.Kinds == Count {
			for i := range d.Y {
				d.Y[i] = float64(i % 8)
				r := &d.Recurring
				r.First, r.Count = append(r.First, int32(len(r.Times))), append(r.Count, int32(i%8))
				for k := range i % 8 {
					r.Times = append(r.Times, value[k]/2)
				}
				r.Until, r.Ended = append(r.Until, 1), append(r.Ended, false)
			}
		}
		if got := fit(e, d); got.Status != ZeroVariance {
			t.Errorf("%s: %+v", m.Name, got)
		}
	}
}

// What is small is not rounding: outcomes that vary by a millionth of themselves, in
// 2 x 500 rows, have the standard error of any others in that unit.
func TestSmallVariancesStand(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 8))
	for _, e := range []Estimator{welch{}, student{}, hedgesG{}, ancova{}, clusterRobustMean{}, ipw{}, mmrm{}} {
		d, unit := &Data{}, &Data{}
		for i := range 1000 {
			z := rng.NormFloat64()
			for _, x := range []*Data{d, unit} {
				x.Treated, x.Cluster = append(x.Treated, i%2 == 0), append(x.Cluster, -1)
			}
			d.Y, unit.Y = append(d.Y, 1e3*(1+1e-6*z)), append(unit.Y, z)
		}
		got, want := fit(e, d), fit(e, unit)
		if e.Method().Name != "hedges_g" {
			want.SE *= 1e-3
		}
		if got.Status != OK || !(math.Abs(got.SE/want.SE-1) < 1e-6) {
			t.Errorf("%s: %+v, want SE %v", e.Method().Name, got, want.SE)
		}
	}
}
