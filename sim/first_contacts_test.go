package sim

import (
	"math"
	"testing"

	"caseload/sim/calendar"
)

// An effect of the first contacts alone is renewed by them, and not by later ones; another
// effect of the same contacts goes on.
func TestEffectsOfTheFirstContacts(t *testing.T) {
	weekly := []string{"program.manager.contacts={every_days=5}", "program.manager.duration_days=40"}
	half := math.Sqrt(1.5)
	for _, c := range []struct {
		effects string
		steps   []ratioStep
	}{
		{"{on=\"linkage\",hazard_ratio=1.5,lasts_days=8,max_contacts=1}", []ratioStep{{0, 10, 1}, {10, 18, 1.5}, {18, 40, 1}}},
		{"{on=\"linkage\",hazard_ratio=1.5,lasts_days=8,max_contacts=3}", []ratioStep{{0, 10, 1}, {10, 28, 1.5}, {28, 40, 1}}},
		{"{on=\"linkage\",hazard_ratio=1.5,lasts_days=3,max_contacts=2}", []ratioStep{{0, 10, 1}, {10, 13, 1.5}, {13, 15, 1}, {15, 18, 1.5}, {18, 40, 1}}},
		{"{on=\"linkage\",hazard_ratio=1.5,lasts_days=8,max_contacts=2},{on=\"linkage\",hazard_ratio=1.25,lasts_days=8}", []ratioStep{{0, 10, 1}, {10, 23, 1.875}, {23, 40, 1.25}}},
		{"{on=\"linkage\",hazard_ratio=1.5,lasts_days=8,max_contacts=2,starts_day=21}", []ratioStep{{0, 21, 1}, {21, 23, 1.5}, {23, 40, 1}}},
		{"{on=\"linkage\",hazard_ratio=1.5,lasts_days=8,half_life_days=4,max_contacts=2}", []ratioStep{{0, 10, 1}, {10, 14, 1.5}, {14, 15, half}, {15, 19, 1.5}, {19, 23, half}, {23, 40, 1}}},
	} {
		m, err := compileFrom(load(t, lateTOML, append(weekly, "program.manager.effect=["+c.effects+"]")...), 256, nil)
		if err != nil {
			t.Fatal(err)
		}
		hasHazard(t, m, c.steps)
	}
}

// A chance of a half at the first two contacts alone brings at those, and at no other.
func TestChancesOfTheFirstContacts(t *testing.T) {
	for _, effect := range []string{"probability=0.5,max_contacts=2", "brings={share=0.75,by_days=40},max_contacts=2"} {
		m := compile(t, lateTOML, "service.clinic.linkage={never=true}", "program.manager.effect=[{on=\"linkage\","+effect+"}]",
			"program.manager.contacts={every_days=5}", "program.manager.duration_days=40")
		w := m.NewWorkspace()
		w.Begin(1, 0)
		w.World(0, m.NewTruth())
		days := map[float64]float64{}
		for i := range w.n {
			if s := w.admissionAmong(w.client(i), 1); s != nil {
				days[calendar.Days(s.Admitted-w.client(i).enrol)]++
			}
		}
		n := float64(w.n)
		if len(days) != 2 {
			t.Errorf("%s: brought on days %v", effect, days)
		}
		within(t, effect+": on day 10", days[10]/n, 0.5, math.Sqrt(0.25/n))
		within(t, effect+": on day 15", days[15]/n, 0.25, math.Sqrt(0.25*0.75/n))
	}
}
