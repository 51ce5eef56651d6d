package portable

import (
	"math"
	"testing"
)

// R 4.2.2: digamma and trigamma. (Those of gonum are off by 5e-11.)
func TestDerivativesOfLogGamma(t *testing.T) {
	for _, c := range []struct{ x, digamma, trigamma float64 }{
		{0.001, -1000.5755719318104, 1000001.6425331959},
		{0.07, -14.75332670558184, 205.57287896946511},
		{0.5, -1.9635100260214231, 4.934802200544679},
		{1, -0.57721566490153231, 1.6449340668482264},
		{2.25, 0.57254646662373476, 0.55732915450711062},
		{7, 1.8727843350984674, 0.1535451779593375},
		{9.75, 2.225109535044576, 0.10800324333663189},
		{31, 3.4177714660188583, 0.032783949246628835},
		{1000, 6.907255195648812, 0.0010005001666666335},
		{1e+06, 13.81551005796419, 1.0000005000001672e-06},
	} {
		if got := Digamma(c.x); !(math.Abs(got-c.digamma) <= 1e-14*max(1, math.Abs(c.digamma))) {
			t.Errorf("digamma of %v: got %v, want %v", c.x, got, c.digamma)
		}
		if got := Trigamma(c.x); !(math.Abs(got/c.trigamma-1) <= 1e-14) {
			t.Errorf("trigamma of %v: got %v, want %v", c.x, got, c.trigamma)
		}
	}
	if !math.IsNaN(Digamma(0)) || !math.IsNaN(Trigamma(-1)) {
		t.Error("no NaN outside of the domain")
	}
}
