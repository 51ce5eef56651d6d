package sim

import (
	"slices"
	"testing"

	"caseload/internal/suite"
)

// roundAbout lets clients of two full services wait for each other's.
var roundAbout = []string{"trial.clients=300", "trial.accrual={per_month=300}", "service.clinic.slots=30", "service.ward.slots=30",
	"service.clinic.occupied=0", "service.clinic.background={per_month=1}", "service.clinic.priority=\"\"",
	"service.clinic.renege={never=true}", "service.ward.renege={never=true}", "service.clinic.linkage={per_month=3}",
	"service.ward.linkage={per_month=3}", "arrest.rate={per_month=1}", "jail.after_arrest=1"}

// A slot that a client frees can come back to the same client through another's
// move, all in one tick, and sometimes only for the jail that began it to take
// the client out of it.
func TestSlotsThatComeBackRoundAboutAreImposedAsTheyWere(t *testing.T) {
	suite.Long(t)
	w := compileRoughly(t, wholeTOML+wholeOutcomes(), roundAbout...).NewWorkspace()
	back, brief := 0, 0
	for r := range 200 {
		w.Begin(7, r)
		own := w.worldOf(0)
		var s Stays
		w.Stays(&s)
		for what := range impositions {
			if d := diff(own, w.imposedOf(0, &s, what)); d != "" {
				t.Fatalf("replicate %d, imposition %d: %s", r, what, d)
			}
		}
		b, n := comesBack(own.Spells)
		back, brief = back+b, brief+n
	}
	if back == 0 || brief == 0 {
		t.Errorf("%d times a client entered on leaving elsewhere, %d stays of no time", back, brief)
	}
}

// comesBack counts admissions in the tick in which the client left another
// service other than by moving, and stays that are over at once.
func comesBack(spells []Spell) (back, brief int) {
	for _, a := range spells {
		if a.Admitted >= 0 && a.Admitted == a.Ended {
			brief++
		}
		if a.Admitted >= 0 && slices.ContainsFunc(spells, func(b Spell) bool {
			return b.Client == a.Client && b.Service != a.Service && b.Ended == a.Admitted && b.End != SpellMoved
		}) {
			back++
		}
	}
	return back, brief
}
