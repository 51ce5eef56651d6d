package size

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"caseload/sim"
)

// acting is the plain trial with a program that acts in all ways that there are.
func acting(t *testing.T) *sim.Model {
	t.Helper()
	return plain(t, "[health]\n", `[[program.help.effect]]
on = "linkage"
probability = 0.02
[[program.help.effect]]
on = "leaving"
hazard_ratio = 0.5
lasts_days = 91
[program.help.manual]
effect = 1.25
spread = 0.5
[health]
`, "hazard_ratio = 2\n", "reaches = { probability = 0.6, by_days = 90 }\n")
}

// A multiple of an effect is that of its logarithm, of its points, of the tries of
// a chance. What reaches a quantity is multiplied as the hazard ratio solved for.
func TestMultiplesOfEffects(t *testing.T) {
	m := acting(t)
	d := designed(t, m, Question{Solve: Effect})
	var solved float64
	for _, r := range m.Effects {
		if r.Program == "help" && r.Solved {
			solved = r.HazardRatio
		}
	}
	if !(solved > 1.5) {
		t.Fatalf("the effect that reaches 60 %% has the hazard ratio %v", solved)
	}
	for _, k := range []float64{0, 0.5, 2, 3} {
		e := d.scenario(k).Programs["help"].Effects
		// The manual multiplies the logarithm: a hazard ratio as written is before it.
		want := []float64{8 * k, math.Pow(solved, k/1.25), 1 - math.Pow(0.98, k), math.Pow(0.5, k)}
		got := []float64{e[0].Points, e[1].HazardRatio, e[2].Probability, e[3].HazardRatio}
		for i := range want {
			if !within(got[i], want[i], 1e-12*math.Abs(want[i])+1e-15) {
				t.Errorf("%v times effect %d: got %v, want %v", k, i, got[i], want[i])
			}
		}
		if e[1].Reaches != nil || e[2].HazardRatio != 0 {
			t.Errorf("%v times: %+v", k, e)
		}
	}
	if e := m.Scenario.Programs["help"].Effects[1]; e.Reaches == nil || e.HazardRatio != 0 {
		t.Errorf("the scenario as written was changed: %+v", e)
	}
	list := (&runner{d: d}).multiples(Interval{2, 1, 3})
	if x := list[1]; x.Kind != "hazard_ratio" || x.On != "linkage" || !within(x.Written, math.Pow(solved, 0.8), 1e-12) || !within(x.Value, float64(x.Written*x.Written), 1e-12) ||
		!within(x.Low, float64(x.Written), 1e-12) || x.High <= x.Value {
		t.Errorf("got %+v", x)
	}
	if x := list[0]; x.Kind != "points" || x.Written != 8 || x.Interval != (Interval{16, 8, 24}) {
		t.Errorf("got %+v", x)
	}
	if x := list[2]; x.Kind != "probability" || !within(x.Value, 1-0.98*0.98, 1e-12) {
		t.Errorf("got %+v", x)
	}
}

// One times the effects is the trial as written, to the last bit of each client;
// none of them is a trial without the effects; another multiple is neither.
func TestOneTimesTheEffectsIsTheTrialAsWritten(t *testing.T) {
	m := acting(t)
	d := designed(t, m, Question{Solve: Effect, Outcomes: []string{"score", "linked", "when"}})
	shown := func(k float64) (out []*sim.Shown) {
		v, err := d.model(k)
		if err != nil {
			t.Fatal(err)
		}
		for r := range 3 {
			out = append(out, v.Show(5, r))
		}
		return out
	}
	written, none, two := shown(1), shown(0), shown(2)
	for r := range written {
		w := m.Show(5, r)
		if !same(w, written[r]) {
			t.Errorf("replicate %d: one times the effects differs from the trial as written", r)
		}
		if same(w, two[r]) || same(w, none[r]) {
			t.Errorf("replicate %d: twice, or no, effects make no difference", r)
		}
	}
	idle := plain(t, "points = 8", "points = 0", "hazard_ratio = 2", "hazard_ratio = 1")
	for r := range none {
		if got, want := none[r], idle.Show(5, r); !reflect.DeepEqual(admissions(got), admissions(want)) {
			t.Errorf("replicate %d: clients enter otherwise without the effects", r)
		}
	}
}

// same tells whether all that happened, and all that is seen of it, is the same.
func same(a, b *sim.Shown) bool {
	return reflect.DeepEqual(a.Events, b.Events) && fmt.Sprint(*a.Observed) == fmt.Sprint(*b.Observed) // NaN is NaN in print
}

// admissions are the days on which clients enter the service; -1 for never.
func admissions(s *sim.Shown) (days []float64) {
	for _, c := range s.Clients {
		day := c.Admitted
		if math.IsNaN(day) {
			day = -1
		}
		days = append(days, day)
	}
	return days
}

// Quantities that an outcome not asked about is part of stay solved: the spread
// that gives its intraclass correlation, the error that gives its reliability.
func TestOtherOutcomesAreLeftOutOfTheTrialAlone(t *testing.T) {
	m := plain(t, "staff = 2\n", "staff = 2\nicc = { outcome = \"linked\", value = 0.1 }\n", `name = "score"`, "name = \"score\"\nreliability = 0.7")
	for outcome, k := range map[string]int{"score": 0, "when": 2} {
		d := designed(t, m, Question{Outcomes: []string{outcome}})
		v, err := d.model(40)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(v.Scenario.Outcomes); n != 1 {
			t.Errorf("%d outcomes", n)
		}
		a, b := m.Show(3, 0), v.Show(3, 0)
		if !reflect.DeepEqual(a.Events, b.Events) {
			t.Errorf("%s: another trial without the other outcomes", outcome)
		}
		if got, want := fmt.Sprint(b.Observed.Outcomes[0]), fmt.Sprint(a.Observed.Outcomes[k]); got != want {
			t.Errorf("%s: other values without the other outcomes", outcome)
		}
	}
}
