package size

import (
	"math"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"caseload/sim"
)

// swung runs the swings of a built-in scenario.
func swung(t *testing.T, replicates int, sets ...string) *WhatIf {
	t.Helper()
	sc, err := scenarios.Load(nil, "needle-exchange", sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Swings(t.Context(), m, Question{}, 400, replicates, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (w *WhatIf) of(t *testing.T, key string) *Swing {
	t.Helper()
	for k := range w.Swings {
		if w.Swings[k].Key == key {
			return &w.Swings[k]
		}
	}
	t.Fatalf("no swing of %s in %+v", key, w.Swings)
	return nil
}

// Power goes with the effect and with who is offered it, and against how much case
// managers differ, whatever method would be chosen anew; an assumption that the
// test does not depend on moves no trial.
func TestSwingsGoTheRightWay(t *testing.T) {
	x := swung(t, 100)
	for key, up := range map[string]bool{SwungEffects: true, SwungUptake: true, SwungSpread: false} {
		s := x.of(t, key)
		if d := s.High.Power - s.Low.Power; d > 0 != up {
			t.Errorf("%s: power %v at %g and %v at %g", key, s.Low.Power, s.Low.Value, s.High.Power, s.High.Value)
		}
	}
	// The outcome is from records, which the study has of those whom it has lost, too.
	if s := x.of(t, SwungLoss); s.Low.Difference != 0 || s.High.Difference != 0 || s.Low.DifferenceMCSE != 0 {
		t.Errorf("losses: %+v", s)
	}
	for k := range x.Swings {
		if k > 0 && x.Swings[k].Width() > x.Swings[k-1].Width() {
			t.Errorf("%s stands below a narrower one", x.Swings[k].Key)
		}
	}
}

// Differences are those of the same trials, so that they are known better than powers are.
func TestSwingsArePaired(t *testing.T) {
	suite.Long(t)
	x := swung(t, 100)
	for _, s := range x.Swings {
		for _, e := range []End{s.Low, s.High} {
			if math.Abs(float64(e.Power-x.Power-e.Difference)) > 1e-12 {
				t.Errorf("%s: %v less %v is not %v", s.Key, e.Power, x.Power, e.Difference)
			}
		}
	}
	s := x.of(t, SwungSpread)
	if unpaired := math.Hypot(float64(s.Low.MCSE), float64(x.MCSE)); float64(s.Low.DifferenceMCSE) > 0.8*unpaired {
		t.Errorf("the error of a difference is %v, of unpaired trials %v", s.Low.DifferenceMCSE, unpaired)
	}
}

// What is known of a number says how far it is moved.
func TestSwingsOfPriors(t *testing.T) {
	suite.Long(t)
	x := swung(t, 60, `uncertain=[{ key = "program.strengths_based.uptake", prior = { uniform = [0.5, 0.9] } }]`)
	s := x.of(t, "program.strengths_based.uptake")
	if !s.Prior || math.Abs(s.Low.Value-0.52) > 1e-12 || math.Abs(s.High.Value-0.88) > 1e-12 {
		t.Errorf("got %+v, want the 5th and the 95th percentile of a uniform distribution from 0.5 to 0.9", s)
	}
	for _, other := range x.Swings {
		if other.Key == SwungUptake {
			t.Errorf("uptake is moved a second time, beside what is known of it")
		}
	}
}

// Of a hazard that is so many times as large, by the definition of the quantities.
func TestFaster(t *testing.T) {
	q := scenarios.Quantity{Probability: 0.19, ByDays: 365}
	if !faster(&q, 2) || math.Abs(q.Probability-(1-0.81*0.81)) > 1e-12 {
		t.Errorf("a probability of 0.19 at twice the hazard is %v", q.Probability)
	}
	q = scenarios.Quantity{MedianDays: 100, Shape: 2}
	if !faster(&q, 4) || math.Abs(q.MedianDays-50) > 1e-9 {
		t.Errorf("a median of 100 days at four times the hazard, of shape 2, is %v", q.MedianDays)
	}
	if q = (scenarios.Quantity{Never: true}); faster(&q, 2) {
		t.Error("what never happens is made faster")
	}
}
