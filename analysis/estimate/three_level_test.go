package estimate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// threeLevelTrial is of so many sites, with case managers in the treated arm, who differ as
// little as sites do.
func threeLevelTrial(sites int, sd float64, rng *rand.Rand) *Data {
	d := &Data{}
	for s := range sites {
		mean, treated := sd*rng.NormFloat64(), s%2 == 1
		managers := [3]float64{sd * rng.NormFloat64(), sd * rng.NormFloat64(), sd * rng.NormFloat64()}
		for range 4 + 3*(s%5) {
			m, y := int32(-1), mean+rng.NormFloat64()
			if treated && rng.Float64() < 0.8 {
				m = int32(rng.IntN(3))
				y += managers[m]
			}
			d.Treated, d.Site, d.Manager, d.Y = append(d.Treated, treated), append(d.Site, int32(s)), append(d.Manager, m), append(d.Y, y)
		}
	}
	return d
}

// Every fit comes to an end, where the likelihood rises in no direction that is allowed: the
// derivative of a variance above zero is zero, and of one at zero not above; and no
// variances on a grid are more likely. The derivatives are those of differences.
func TestThreeLevelsFindTheMaximum(t *testing.T) {
	var w Work
	boundaries := 0
	rng := rand.New(rand.NewPCG(3, 1))
	for k := range 400 {
		d := threeLevelTrial(4+k%9, float64(k%4)/4, rng)
		got := threeLevel{}.Fit(d, 0.05, &w)
		if got.Status.Failed() {
			t.Fatalf("%d: %v", k, got.Status)
		}
		boundaries += bit(got.Status == Boundary)
		c := &w.linear.components
		best, at := c.loglik, c.theta
		for j, v := range at {
			slope := c.score[j]
			if v > 0 && math.Abs(slope) > 1e-5*math.Sqrt(c.expected[j][j]) || v == 0 && slope > 1e-5*math.Sqrt(c.expected[j][j]) {
				t.Errorf("%d: variance %d is %v with derivative %v", k, j, v, slope)
			}
		}
		for _, u := range []float64{0, 0.01, 0.1, 0.4, 1} {
			for _, v := range []float64{0, 0.01, 0.1, 0.4, 1} {
				c.evaluate([3]float64{u, at[1], v})
				if c.loglik > best+1e-8 {
					t.Errorf("%d: %v has %v, %v has %v", k, at, best, c.theta, c.loglik)
				}
			}
		}
		if k%40 == 0 {
			threeLevelSlopes(t, c, [3]float64{0.2, 0.9, 0.1})
		}
	}
	if boundaries < 100 || boundaries > 350 {
		t.Errorf("%d of 400 fits at the boundary", boundaries)
	}
}

// threeLevelSlopes compares derivatives with differences.
func threeLevelSlopes(t *testing.T, c *components, at [3]float64) {
	t.Helper()
	const h = 1e-4
	c.evaluate(at)
	c.derive()
	score, observed := c.score, c.observed
	for j := range at {
		var loglik [2]float64
		var scores [2][3]float64
		for side, by := range []float64{h, -h} {
			moved := at
			moved[j] += by
			c.evaluate(moved)
			c.derive()
			loglik[side], scores[side] = c.loglik, c.score
		}
		size := math.Sqrt(observed[j][j]*observed[j][j]) + 1
		if slope := (loglik[0] - loglik[1]) / (2 * h); !(math.Abs(slope-score[j]) < 1e-5*size) {
			t.Errorf("score %d: %v, by differences %v", j, score[j], slope)
		}
		for m := range at {
			if slope := (scores[1][m] - scores[0][m]) / (2 * h); !(math.Abs(slope-observed[j][m]) < 1e-4*size) {
				t.Errorf("information %d, %d: %v, by differences %v", j, m, observed[j][m], slope)
			}
		}
	}
}

// Without sites that differ in anything it is random_intercept: managers are numbered
// through, and each site has one.
func TestThreeLevelsOfOneManagerEach(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for range 20 {
		d := threeLevelTrial(10, 0.8, rng)
		clear(d.Manager)
		d.Cluster = d.Site
		one, three := fit(randomIntercept{}, d), fit(threeLevel{}, d)
		near(t, "value", three.Value, one.Value, 1e-6)
		near(t, "SE", three.SE, one.SE, 1e-6)
	}
}

func BenchmarkThreeLevels(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 40))
	var data []*Data
	for range 16 {
		data = append(data, threeLevelTrial(30, 0.5, rng))
	}
	var w Work
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		threeLevel{kr: true}.Fit(data[i%len(data)], 0.05, &w)
	}
}
