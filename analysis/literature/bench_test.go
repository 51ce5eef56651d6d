package literature

import (
	"testing"

	"caseload/scenarios"
)

// BenchmarkBody simulates and reviews bodies of the review of 2019 on one core.
func BenchmarkBody(b *testing.B) {
	sc, err := scenarios.Builtin("review-2019")
	if err != nil {
		b.Fatal(err)
	}
	e, err := New(sc, nil)
	if err != nil {
		b.Fatal(err)
	}
	w, body := e.NewWorker(), new(Body)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if err := w.Body(1, n, body); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(n*len(body.Trials)), "ms/trial")
}
