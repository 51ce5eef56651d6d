package size

import (
	"math"
	"math/rand/v2"
	"testing"

	"caseload/analysis/numeric"
)

// curve is a known power curve, seen through counts.
type curve struct {
	what  string
	power func(u float64) float64
	axis  axis
	scan  bool
}

// binomial draws how many of n events happen.
func binomial(r *rand.Rand, n int, p float64) (hits int) {
	for range n {
		if r.Float64() < p {
			hits++
		}
	}
	return hits
}

func (c *curve) search(seed uint64, precision float64, most int) *search {
	r := rand.New(rand.NewPCG(seed, 1))
	return &search{axis: c.axis, target: 0.8, precision: precision, most: most, nothing: []float64{numeric.NormalQuantile(0.025)},
		run: func(u float64, n int) (int, []int, error) { return n, []int{binomial(r, n, c.power(u))}, nil }}
}

// truth is where the curve reaches the target, between two designs.
func (c *curve) truth(lo, hi float64) float64 {
	rising := c.power(hi) > c.power(lo)
	for range 200 {
		if mid := (lo + hi) / 2; c.power(mid) < 0.8 == rising {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

func clientsAxis(start, step, most float64) axis {
	return axis{min: 4 * step, max: most, start: start, step: step, root: true}
}

func curves() []curve {
	probit := func(half float64) func(u float64) float64 { // power is a half at that size
		return func(u float64) float64 { return numeric.NormalCDF(1.96*math.Sqrt(u/half) - 1.96) }
	}
	return []curve{
		{"a z test, started below", probit(400), clientsAxis(150, 2, 10000), false},
		{"a z test, started above", probit(100), clientsAxis(900, 2, 10000), false},
		{"a z test, started far below", probit(3000), clientsAxis(100, 2, 10000), false},
		{"clusters that share what clients add", func(u float64) float64 {
			return numeric.NormalCDF(6*math.Sqrt(u/(u+600)) - 1.96)
		}, clientsAxis(200, 2, 10000), false},
		{"few designs", func(u float64) float64 { return numeric.NormalCDF(1.1*math.Sqrt(u) - 1.96) }, clientsAxis(4, 1, 60), false},
		{"multiples of an effect", func(u float64) float64 { return numeric.NormalCDF(1.7*u - 1.96) }, axis{min: 0.02, max: 10, start: 1, step: 0.01}, false},
	}
}

func TestSearchCoversTheTruth(t *testing.T) {
	const repeats = 4000
	for _, c := range curves() {
		truth := c.truth(c.axis.min, c.axis.max)
		inside, replicates, ends := 0, 0.0, map[outcome]int{}
		var sum, squares float64
		for seed := range repeats {
			s := c.search(uint64(seed), 0.05, 40000)
			f, err := s.find(c.scan)
			if err != nil {
				t.Fatal(err)
			}
			ends[f[0].outcome]++
			if f[0].low <= truth && truth <= f[0].high {
				inside++
			}
			replicates += float64(s.used) / repeats
			d := math.Log(f[0].value / truth)
			if !(math.Abs(d) < 0.15) {
				t.Logf("seed %d: %+v %v", seed, f[0], s.evals)
			}
			sum, squares = sum+d/repeats, squares+d*d/repeats
		}
		t.Logf("%s: truth %.4g, inside %.1f %%, %.0f replicates, bias %.3f, rmse %.3f, ends %v", c.what, truth, 100*float64(inside)/repeats, replicates, sum, math.Sqrt(squares), ends)
	}
}
