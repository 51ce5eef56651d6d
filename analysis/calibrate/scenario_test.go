package calibrate

import (
	"os"
	"testing"

	"caseload/scenarios"
)

func question(t *testing.T, file string, sets ...string) *Question {
	t.Helper()
	sc, err := scenarios.Load(os.DirFS("../../docs/examples"), file, sets)
	if err != nil {
		t.Fatal(err)
	}
	q, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func BenchmarkTrial(b *testing.B) { benchmark(b, "needle-calibrate.toml") }

func BenchmarkBody(b *testing.B) { benchmark(b, "cochrane-calibrate.toml") }

func benchmark(b *testing.B, file string) {
	sc, err := scenarios.Load(os.DirFS("../../docs/examples"), file, nil)
	if err != nil {
		b.Fatal(err)
	}
	q, err := New(sc)
	if err != nil {
		b.Fatal(err)
	}
	simulate := q.Problem.Simulator()
	n := len(q.Problem.Published)
	theta := make([]float64, len(q.Problem.Priors))
	z := make([]float64, len(theta))
	draw := Draw{Values: make([]float64, n), SE: make([]float64, n)}
	for i := 0; b.Loop(); i++ {
		q.Problem.prior(1, i, z, theta)
		if err := simulate(theta, i, &draw); err != nil || draw.Failed != "" {
			b.Fatal(err, draw.Failed, theta)
		}
	}
}
