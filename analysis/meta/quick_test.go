package meta

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// bodies are bodies of more studies than are pooled one by one: of common effects and of
// varied ones, of like sampling variances and of very unlike ones, one with a huge study and
// one with a wild effect, one far from 0.
func bodies() map[string][2][]float64 {
	out := map[string][2][]float64{}
	rng := rand.New(rand.NewPCG(11, 4))
	for name, c := range map[string]struct{ tau, spread, shift float64 }{
		"common": {0, 1, 0}, "varied": {0.5, 1, 0}, "wide": {3, 6, 0}, "shifted": {0.3, 1, 1e4},
	} {
		y, v := make([]float64, 160), make([]float64, 160)
		for i := range y {
			v[i] = 0.02 * math.Exp(c.spread*rng.Float64())
			y[i] = c.shift + c.tau*rng.NormFloat64() + math.Sqrt(v[i])*rng.NormFloat64()
		}
		out[name] = [2][]float64{y, v}
	}
	y, v := slices.Clone(out["varied"][0]), slices.Clone(out["varied"][1])
	v[140] /= 1e4
	out["a huge study"] = [2][]float64{y, v}
	y, v = slices.Clone(y), slices.Clone(out["varied"][1])
	y[7], y[150] = 40, -100
	out["wild effects"] = [2][]float64{y, v}
	return out
}

func alikeFits(t *testing.T, what string, got, want Fit) {
	t.Helper()
	within := func(name string, a, b, scale float64) {
		if math.IsNaN(a) != math.IsNaN(b) || math.Abs(a-b) > 1e-10*math.Max(math.Abs(b), scale) {
			t.Errorf("%s: %s is %.15g, want %.15g", what, name, a, b)
		}
	}
	if got.K != want.K || got.Status != want.Status {
		t.Errorf("%s: %d %v, want %d %v", what, got.K, got.Status, want.K, want.Status)
	}
	se := float64(want.SE)
	within("estimate", float64(got.Estimate), float64(want.Estimate), se)
	within("se", float64(got.SE), se, 0)
	within("tau2", float64(got.Tau2), float64(want.Tau2), se*se)
	within("i2", float64(got.I2), float64(want.I2), 1)
	within("q", float64(got.Q), float64(want.Q), 1)
	within("p of q", float64(got.QP), float64(want.QP), 1e-6)
	within("p", float64(got.P), float64(want.P), 1e-6)
	within("low", float64(got.Low), float64(want.Low), se)
	within("prediction", float64(got.PIHigh), float64(want.PIHigh), se)
}

// What is pooled quickly is what Pool gives, to 1e-10.
func TestManyPartsArePooledAsEachAlone(t *testing.T) {
	for name, b := range bodies() {
		y, v := b[0], b[1]
		order := rand.New(rand.NewPCG(1, 3)).Perm(len(y))
		for _, m := range methods() {
			for _, hartung := range []bool{false, true} {
				o := Options{Method: m, KnappHartung: hartung}
				var w, alone Work
				out := make([]Fit, len(y))
				LeaveOneOut(y, v, o, &w, out)
				for i := 0; i < len(y); i += 23 {
					alikeFits(t, name+" "+m.String()+" without one", out[i], Pool(slices.Delete(slices.Clone(y), i, i+1), slices.Delete(slices.Clone(v), i, i+1), o, &alone))
				}
				Cumulative(y, v, order, o, &w, out)
				var y2, v2 []float64
				for n, i := range order {
					y2, v2 = append(y2, y[i]), append(v2, v[i])
					if n%29 == 0 || n == len(order)-1 {
						alikeFits(t, name+" "+m.String()+" cumulated", out[n], Pool(y2, v2, o, &alone))
					}
				}
			}
		}
	}
}

// Interpolated totals are those of the studies.
func TestTotalsBetweenGridPointsAreExact(t *testing.T) {
	b := bodies()["wide"]
	y, v := b[0], b[1]
	var c curve
	c.reset(gridOf(slices.Min(v), 50, nil))
	for i := range y {
		c.add(y[i], v[i])
	}
	for _, tau2 := range []float64{0, 1e-9, 0.001, 0.0123, 0.5, 3.3, 49} {
		var want, size totals
		for i := range y {
			want.add(y[i], v[i], tau2, 1)
			size.add(math.Abs(y[i]), v[i], tau2, 1)
		}
		got := c.at(tau2)
		for a := range want.sum {
			for b := range want.sum[a] {
				if math.Abs(got.sum[a][b]-want.sum[a][b]) > 1e-13*size.sum[a][b] {
					t.Errorf("tau2 %g: sum %d %d is %.17g, want %.17g", tau2, a, b, got.sum[a][b], want.sum[a][b])
				}
			}
		}
	}
}

// An ordinary body is pooled quickly, not one by one.
func TestOrdinaryBodiesArePooledQuickly(t *testing.T) {
	b := bodies()["varied"]
	for _, m := range methods() {
		var w Work
		o := Options{Method: m}
		q := w.quickly(b[0], b[1], &o)
		q.addAll(b[0], b[1])
		for i := range b[0] {
			if _, ok := q.without(i, &o, &w); !ok {
				t.Fatalf("%v: without study %d it is not", m, i)
			}
		}
	}
}
