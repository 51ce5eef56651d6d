package history

import (
	"math"
	"slices"
	"testing"
)

// The remission times in weeks of 21 patients under 6-mercaptopurine (Freireich
// et al. 1963, Blood 21:699-716) and their Kaplan-Meier estimate as printed by
// Kleinbaum & Klein, Survival Analysis (2012), table 2.1.
func TestKaplanMeierIsThatOfFreireich(t *testing.T) {
	var exits []exit
	for _, day := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		exits = append(exits, exit{day, true})
	}
	for _, day := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		exits = append(exits, exit{day, false})
	}
	days := []float64{0, 6, 7, 10, 13, 16, 22, 23, 35, 36}
	share, risk := kaplanMeier(exits, days)
	want := []float64{1, 0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482, 0.4482, math.NaN()}
	wantRisk := []float64{21, 21, 17, 15, 12, 11, 7, 6, 1, 0}
	for k := range days {
		if math.Abs(share[k]-want[k]) > 0.00005 || math.IsNaN(share[k]) != math.IsNaN(want[k]) || risk[k] != wantRisk[k] {
			t.Errorf("week %g: %.4f with %g at risk, want %.4f with %g", days[k], share[k], risk[k], want[k], wantRisk[k])
		}
	}
	if share, _ := kaplanMeier([]exit{{1, true}}, []float64{0, 2}); share[1] != 0 {
		t.Errorf("%g are left when all have had the event", share[1])
	}
}

// R: quantile(c(1, 2, 4, 8, 16), c(0.1, 0.9)) is 1.4 and 12.8;
// sd(c(1, 2, 4, 8, 16)) / sqrt(5) is 2.727636.
func TestPooledNumbers(t *testing.T) {
	nan := math.NaN()
	p := pooled([][]float64{{8, 1, nan}, {1, 1, nan}, {16, 1, nan}, {2, 1, 5}, {4, nan, 7}}, 0, 3)
	if math.Abs(p.Low[0]-1.4) > 1e-12 || math.Abs(p.High[0]-12.8) > 1e-12 || math.Abs(p.MCSE[0]-2.727636) > 1e-6 || p.Mean[0] != 6.2 {
		t.Errorf("%+v", p)
	}
	if p.Mean[1] != 1 || p.MCSE[1] != 0 || !math.IsNaN(p.Mean[2]) || !math.IsNaN(p.Low[2]) {
		t.Errorf("of missing numbers: %+v", p)
	}
	if one := pooled([][]float64{{3}}, 0, 1); one.Mean[0] != 3 || !math.IsNaN(one.MCSE[0]) {
		t.Errorf("of one replicate: %+v", one)
	}
}

func TestGridsAreWholeDays(t *testing.T) {
	for _, last := range []float64{7, 90, 365, 1096, 2000.5} {
		g := grid(last)
		if g[0] != 0 || g[len(g)-1] != last || len(g) > points+2 || !slices.IsSorted(g) || g[1] != math.Trunc(g[1]) {
			t.Errorf("%g days: %d of them, %v ... %v", last, len(g), g[:2], g[len(g)-2:])
		}
	}
}

// A client of whom nothing is known after the end of follow-up is in no state
// then.
func TestLivesEndWithFollowUp(t *testing.T) {
	l := newLayout(compile(t, "residential-assertive"))
	s := l.m.Show(1, 0)
	for i, x := range l.lives(s) {
		for _, state := range []string{"using", "in_treatment", "waiting", "jailed"} {
			if x.is(state, s.Clients[i].Exit+1) {
				t.Fatalf("client %d is %s after follow-up", i, state)
			}
		}
		if died := s.Clients[i].Died; died == died != (x.dead < never) {
			t.Errorf("client %d died on day %g, in the states %g", i, died, x.dead)
		}
	}
}
