package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Without covariates Fay and Graubard's variance has a closed form. With a the rows of a
// cluster by 1 + (n - 1) correlation, A their sum in its arm, and u = a times its mean
// residual, a cluster of control adds (h u/A0)^2, and one of the treated (h u/A1 + (h - 1) u/A0)^2, with
// h the inverse square root of 1 - min(0.75, a/A): the columns are the intercept, on
// which only control informs, and the arm. One cluster here is most of its arm.
func TestFayGraubardOfALargeCluster(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	d := &Data{}
	sizes := []int{60, 10, 4, 12, 4, 8, 5, 9} // the treated by turns
	for k, n := range sizes {
		mean := 0.1 * rng.NormFloat64()
		for range n {
			d.Treated, d.Cluster, d.Y = append(d.Treated, k%2 == 0), append(d.Cluster, int32(k)), append(d.Y, mean+rng.NormFloat64())
		}
	}
	var w Work
	got := geeLinear{fayGraubard}.Fit(d, 0.05, &w)
	weight, mean := make([]float64, len(sizes)), make([]float64, len(sizes))
	var total, sum [2]float64
	for i, k := range d.Cluster {
		mean[k] += d.Y[i] / float64(sizes[k])
	}
	for k, n := range sizes {
		weight[k] = float64(n) / (1 + float64(n-1)*w.gee.correlation)
		total[k%2] += weight[k]
		sum[k%2] += weight[k] * mean[k]
	}
	variance, most := 0.0, 0.0
	for k := range sizes {
		share := weight[k] / total[k%2]
		most = max(most, share)
		u, h := weight[k]*(mean[k]-sum[k%2]/total[k%2]), 1/math.Sqrt(1-min(0.75, share))
		if k%2 == 0 {
			variance += math.Pow(h*u/total[0]+(h-1)*u/total[1], 2)
		} else {
			variance += math.Pow(h*u/total[1], 2)
		}
	}
	near(t, "value", got.Value, sum[0]/total[0]-sum[1]/total[1], 1e-7)
	near(t, "SE", got.SE, math.Sqrt(variance), 1e-7)
	if most < 0.76 {
		t.Errorf("the largest share is %v", most)
	}
}
