package sim

import (
	"math"
	"testing"
)

// A quantity that is reached under a reference gives one hazard ratio whatever the uptake.
// Whether a client takes the program up depends on nothing else here, so that the share is
// linear in the uptake: at half of it, it is halfway between what is reached and what control clients have.
func TestReachesUnderAReference(t *testing.T) {
	const effect = `program.guide.effect=[{on="linkage",reaches={probability=0.4,by_days=90},lasts_days=30}]`
	ratio := func(sets ...string) (*Model, float64) {
		m := compile(t, broughtTOML, append(sets, effect)...)
		return m, m.Effects[0].HazardRatio
	}
	_, as := ratio("program.guide.reference={uptake=0.8,reaches=true}")
	if _, own := ratio(); own != as {
		t.Errorf("the hazard ratio is %v, and %v under a reference that is the scenario's own delivery", own, as)
	}
	half, fewer := ratio("program.guide.reference={uptake=0.8,reaches=true}", "program.guide.uptake=0.4")
	if _, solved := ratio("program.guide.uptake=0.4"); !(solved > 1.5*as) {
		t.Errorf("the hazard ratio is %v at half the uptake without reaches, want one that makes up for it: more than %v", solved, as)
	}
	_, longer := ratio("program.guide.reference={uptake=0.8,reaches=true,duration_days=60,contacts={every_days=21}}")
	if fewer != as || !(longer > as) {
		t.Errorf("the hazard ratio is %v, %v at half the uptake, and %v where the source had fewer contacts", as, fewer, longer)
	}
	const replicates, want = 10, (0.4 + 0.25) / 2
	got := 0.0
	for r := range replicates {
		got += by(seekers(half, 0, r), 90) / replicates
	}
	if se := math.Sqrt(want * (1 - want) / float64(replicates*half.clients)); math.Abs(got-want) > 4*se {
		t.Errorf("%.4f sought the service by day 90 at half the uptake, want %.4f (standard error %.4f)", got, want, se)
	}
}
