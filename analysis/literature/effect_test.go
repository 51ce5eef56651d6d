package literature

import (
	"math"
	"testing"

	"caseload/analysis/estimate"
	"caseload/analysis/meta"
	"caseload/scenarios"
)

// Effects are positive where case management is the better for clients, whatever
// the variable's good direction, and on the scale of a standardized mean
// difference: that of Hedges' g of numbers; of times the log hazard ratio by
// pi/sqrt(6), the SD of a Gumbel distribution; of proportions the log odds ratio by
// pi/sqrt(3), the SD of a logistic one.
func TestEffectsArePositiveWhereClientsGain(t *testing.T) {
	e := &Engine{}
	w := e.NewWorker()
	// Treated clients have the smaller numbers, the sooner events and fewer of them.
	const n = 60
	w.data.Reset(0, 0)
	for i := range n {
		treated := i%2 == 0
		y := 10 + float64(i*7%n)
		if treated {
			y -= 6
		}
		w.data.Treated, w.data.Y, w.data.Event = append(w.data.Treated, treated), append(w.data.Y, y), append(w.data.Event, true)
	}
	g, _ := estimate.Lookup("hedges_g")
	cox, _ := estimate.Lookup("cox")
	number, time := g.Fit(&w.data, 0.05, &w.work), cox.Fit(&w.data, 0.05, &w.work)
	if !(number.Value < 0 && time.Value > 0) {
		t.Fatalf("g %v and log hazard ratio %v: not the data that are wanted", number.Value, time.Value)
	}
	gumbel := math.Pi / math.Sqrt(6)
	for name, want := range map[string]float64{
		"days_using": -number.Value, "days_abstinent": number.Value, "arrests": -number.Value,
		"time_to_linkage": time.Value / gumbel, "time_to_arrest": -time.Value / gumbel,
	} {
		v, _ := scenarios.LookupVariable(name)
		y, variance, status := w.smd(v)
		se := number.SE
		if v.Kind == scenarios.Time {
			se = time.SE / gumbel
		}
		if status.Failed() || math.Abs(y-want) > 1e-12 || math.Abs(variance-se*se) > 1e-12 {
			t.Errorf("%s: got %v (variance %v), want %v (%v)", name, y, variance, want, se*se)
		}
	}
	for i := range w.data.Y {
		w.data.Y[i] = 0
		if i%3 == 0 && !w.data.Treated[i] || i == 0 {
			w.data.Y[i] = 1
		}
	}
	y, v := meta.TwoByTwo{A: 1, B: 29, C: 10, D: 20}.LogOddsRatio()
	scale := math.Sqrt(3) / math.Pi
	for name, sign := range map[string]float64{"arrested": -1, "abstinent": 1} {
		variable, _ := scenarios.LookupVariable(name)
		got, variance, status := w.smd(variable)
		if status.Failed() || math.Abs(got-sign*scale*y) > 1e-12 || math.Abs(variance-scale*scale*v) > 1e-12 {
			t.Errorf("%s: got %v (variance %v), want %v (%v)", name, got, variance, sign*scale*y, scale*scale*v)
		}
	}
}

// A table that says nothing of a ratio, and an arm without clients, have no effect.
func TestTablesWithoutAnEffect(t *testing.T) {
	w := (&Engine{}).NewWorker()
	variable, _ := scenarios.LookupVariable("abstinent")
	w.data.Reset(0, 0)
	w.data.Treated, w.data.Y = []bool{true, true, false}, []float64{0, 0, 0}
	if y, _, status := w.smd(variable); status != estimate.ZeroVariance || y == y {
		t.Errorf("no events: %v, %v", y, status)
	}
	w.data.Treated[2] = true
	if _, _, status := w.smd(variable); status != estimate.EmptyArm {
		t.Errorf("no control: %v", status)
	}
}
