package sim

import (
	"math"
	"testing"
)

const fadeTOML = `
title = "an effect that fades"
source = "a test"
[trial]
clients = 4000
accrual = { per_day = 1000, pattern = "fixed" }
follow_up_days = [40]
[[arm]]
name = "managed"
programs = ["manager"]
[[arm]]
name = "usual"
control = true
[service.clinic]
preset = ""
kind = "substance_use"
linkage = { per_day = 0.01 }
stay = { median_days = 60 }
[program.manager]
preset = ""
first_contact = { day = 10 }
duration_days = 11
[[program.manager.effect]]
on = "linkage"
hazard_ratio = 4
lasts_days = 25
half_life_days = 10
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 40
`

// One contact on day 10 with a hazard ratio of 4 that lasts 25 days and halves
// every 10: 4 from day 10 to 20, 2 to 30, the root of 2 to 35, then none. Each
// client's time to linkage under the managed arm is that at which this integral
// has used up the same threshold as in the other arm, where the hazard is
// constant: exact, client by client.
func TestEffectsFadeByHalves(t *testing.T) {
	m := compile(t, fadeTOML)
	w, truth := m.NewWorkspace(), m.NewTruth()
	admitted := func(arm int) []float64 {
		w.World(arm, truth)
		days := make([]float64, w.n)
		for i := range days {
			days[i] = math.Inf(1)
			if s := w.admissionAmong(w.client(i), 1); s != nil {
				days[i] = float64(s.Admitted-w.client(i).enrol) / (1 << 24)
			}
		}
		return days
	}
	w.Begin(1, 0)
	usual, managed := admitted(1), admitted(0)
	steps := []struct{ from, to, ratio float64 }{{0, 10, 1}, {10, 20, 4}, {20, 30, 2}, {30, 35, math.Sqrt2}, {35, 40, 1}}
	checked := 0
	for i := range managed {
		if math.IsInf(managed[i], 1) {
			continue
		}
		used := 0.0 // days of the plain hazard that it took
		for _, s := range steps {
			used += s.ratio * max(0, min(managed[i], s.to)-s.from)
		}
		if used >= 40 {
			continue // later than follow-up in the other arm
		}
		checked++
		if math.Abs(used-usual[i]) > 1e-5 { // a tick is 6e-8 days, and each stage rounds once
			t.Fatalf("client %d: admitted on day %v, which uses up %v days, but on day %v without the effect", i, managed[i], used, usual[i])
		}
	}
	if checked < 500 {
		t.Errorf("only %d clients compared", checked)
	}
}
