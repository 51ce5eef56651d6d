package sim

import (
	"math"
	"testing"

	"caseload/scenarios"

	"gonum.org/v1/gonum/stat"
)

func misread(sc *scenarios.Scenario) {
	sc.Traits[0].Observed = &scenarios.ObservedTrait{Sensitivity: 0.8, Specificity: 0.9}
	sc.Traits[1].Observed = &scenarios.ObservedTrait{Reliability: 0.6}
	sc.Traits[2].Observed = &scenarios.ObservedTrait{Reliability: 0.7}
}

// A Bernoulli trait is found with the sensitivity and specificity asked. A
// normal one, and the logarithm of a lognormal one, has classical error: the
// squared correlation of measured and true is the reliability (the SE of a
// correlation is (1 - rho^2)/sqrt(n)), and the error does not depend on the truth.
func TestTraitsAreMeasuredWithTheErrorAsked(t *testing.T) {
	w := compileEdited(t, designTOML, misread).NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	var found, n [2]float64
	for i, x := range w.traits[0] {
		n[int(x)]++
		found[int(x)] += o.Traits[0][i]
	}
	within(t, "sensitivity", found[1]/n[1], 0.8, se(0.8, n[1]))
	within(t, "specificity", 1-found[0]/n[0], 0.9, se(0.9, n[0]))
	root := math.Sqrt(float64(w.n))
	for k, reliability := range []float64{0.6, 0.7} {
		truth, seen := append([]float64(nil), w.traits[k+1]...), append([]float64(nil), o.Traits[k+1]...)
		miss := make([]float64, w.n)
		for i := range truth {
			if k == 1 {
				truth[i], seen[i] = math.Log(truth[i]), math.Log(seen[i])
			}
			miss[i] = seen[i] - truth[i]
		}
		within(t, "correlation with the truth", stat.Correlation(truth, seen, nil), math.Sqrt(reliability), (1-reliability)/root)
		within(t, "correlation of error and truth", stat.Correlation(truth, miss, nil), 0, 1/root)
		within(t, "mean error", stat.Mean(miss, nil), 0, stat.StdDev(miss, nil)/root)
	}
}

// The trialist's subgroups are by the traits as measured, the truth's by the
// true ones, and what happens to clients depends on the truth alone.
func TestWhatIsMeasuredDoesNotActOnClients(t *testing.T) {
	exact, misled := compile(t, designTOML).NewWorkspace(), compileEdited(t, designTOML, misread).NewWorkspace()
	misled.m.procs = exact.m.procs // solved on a sample of another size
	truth, same := misled.m.NewTruth(), exact.m.NewTruth()
	exact.Begin(2, 0)
	misled.Begin(2, 0)
	o := misled.Trial()
	wrong := 0
	for i, in := range o.Member[1] {
		if in != (o.Traits[1][i] > 50) {
			t.Fatalf("client %d, measured at %v, is a member: %v", i, o.Traits[1][i], in)
		}
		if in != misled.member[1][i] {
			wrong++
		}
	}
	if wrong == 0 {
		t.Error("nobody's membership is mistaken")
	}
	misled.World(0, truth)
	exact.World(0, same)
	for i, in := range truth.Member[1] {
		if in != (exact.traits[1][i] > 50) {
			t.Fatalf("client %d's true membership is %v at age %v", i, in, exact.traits[1][i])
		}
		if !sameLife(misled.lifeOf(i), exact.lifeOf(i)) {
			t.Fatalf("client %d lives otherwise because of an error of measurement", i)
		}
	}
}

// Strata are of traits as measured: in each, blocks of four keep the arms
// within two clients.
func TestStrataAreOfTraitsAsMeasured(t *testing.T) {
	w := compileEdited(t, designTOML, func(sc *scenarios.Scenario) {
		misread(sc)
		sc.Trial.Randomization = scenarios.Randomization{Method: "blocks", Sizes: []int{4}, Strata: []string{"poor", "old"}}
	}).NewWorkspace()
	w.Begin(1, 0)
	o := w.Trial()
	measured := func(i int) int {
		s := 2 * int(o.Traits[0][i])
		if o.Member[1][i] {
			s++
		}
		return s
	}
	if got := w.imbalance(measured, 1, 2); got > 2 {
		t.Errorf("largest imbalance %d/2 clients, want at most 2/2", got)
	}
}
