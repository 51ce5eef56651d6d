package estimate

import (
	"testing"
)

// A model has as many coefficients as it says, and the effect where it says.
func TestShapes(t *testing.T) {
	models := 0
	forAll(t, func(t *testing.T, e Estimator, d *Data) {
		m, ok := e.(Model)
		if !ok {
			return
		}
		models++
		beta, effect, status := m.Coefficients(d, new(Work))
		if size, at := m.Shape(len(d.X)); status.Failed() || size != len(beta) || at != effect {
			t.Errorf("%v: %d coefficients, effect at %d; want %d, %d", status, len(beta), effect, size, at)
		}
	})
	if models < 10 {
		t.Errorf("%d models", models)
	}
}
