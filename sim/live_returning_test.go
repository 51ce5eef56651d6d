package sim

import (
	"fmt"
	"math"
	"testing"

	"caseload/sim/calendar"
)

// leftTOML has a service that most clients enter and leave early, and a program whose
// contacts bring back those who have left.
const leftTOML = `
title = "left"
source = "a test"
[trial]
clients = 2000
accrual = { per_day = 50 }
follow_up_days = [300]
[[arm]]
name = "called"
programs = ["caller"]
[[arm]]
name = "usual"
programs = []
control = true
[service.clinic]
preset = ""
frailty_sd = 0.5
linkage = { probability = 0.8, by_days = 30 }
stay = { median_days = 30 }
return = { probability = 0.23, by_days = 60 }
[program.caller]
preset = ""
uptake = 0.8
first_contact = { day = 1 }
contacts = { every_days = 7 }
duration_days = 120
reference = { uptake = 0.8 }
[[program.caller.effect]]
on = "return"
brings = { share = 0.3, by_days = 60 }
[[outcome]]
name = "linked"
variable = "linked_su"
at_days = 90
`

// absences returns of each client who leaves the clinic within so many days of enrolment
// how many days it takes to seek it again, in the world of an arm; infinite for who does
// not, NaN for who does not leave in time.
func absences(m *Model, arm, replicate int, within float64, plain bool) []float64 {
	w := m.NewWorkspace()
	w.plain = plain
	w.Begin(7, replicate)
	w.World(arm, m.NewTruth())
	days := make([]float64, w.n)
	for i := range days {
		days[i] = math.NaN()
		c := w.client(i)
		if c.first < 0 {
			continue
		}
		first := &w.spells[c.first]
		if first.Ended < 0 || first.End != SpellLeft && first.End != SpellCompleted || calendar.Days(first.Ended-c.enrol) >= within {
			continue
		}
		if days[i] = math.Inf(1); first.next >= 0 {
			days[i] = calendar.Days(w.spells[first.next].Sought - first.Ended)
		}
	}
	return days
}

// sharesBack simulates which share of those who leave within so many days and would not be
// back by a day after that the program brings back, with its standard error.
func sharesBack(m *Model, within, day float64) (share, se, ratio float64) {
	const replicates = 20
	var out, n [2][replicates]float64
	for r := range replicates {
		for arm := range 2 {
			for _, x := range absences(m, arm, r, within, false) {
				if !math.IsNaN(x) {
					n[arm][r]++
					if x >= day {
						out[arm][r]++
					}
				}
			}
		}
	}
	sum := func(x [replicates]float64) (total float64) {
		for _, v := range x {
			total += v
		}
		return total
	}
	e, c := sum(out[0])/sum(n[0]), sum(out[1])/sum(n[1])
	variance := 0.0
	for r := range replicates {
		d := (out[0][r]-e*n[0][r])/e - (out[1][r]-c*n[1][r])/c
		variance += d * d / sum(n[0]) / sum(n[1]) * replicates / (replicates - 1)
	}
	return 1 - e/c, e / c * math.Sqrt(variance), math.Log(e) / math.Log(c)
}

// By the definition of a share, it is the same whatever share comes back by itself, so that
// the ratio of cumulative hazards is not. The rates are those of the test of linkage.
func TestAShareBroughtBackIsTheSameWhateverComesByItself(t *testing.T) {
	var ratios []float64
	for _, rate := range []float64{0.06, 0.23, 0.33, 0.60} {
		m := compile(t, leftTOML, fmt.Sprintf("service.clinic.return.probability=%v", rate))
		share, se, ratio := sharesBack(m, 120, 60)
		nearBy(t, fmt.Sprintf("share at %v", rate), share, 0.3, math.Hypot(se, returnError))
		ratios = append(ratios, ratio)
		w := m.Effects[0].Windows
		if len(w) != 2 || w[1].Day != 90 || math.Abs(w[1].Share-0.3) > 1e-3 {
			t.Errorf("reported: %+v", w)
		}
	}
	fall(t, ratios)
}

// returnError is that of a share solved on the 512 quasi-random clients of a test's model:
// uptake is off by at most 3/n of it, and times of entry and leaving, of which contacts depend
// on the end of the program alone, by as much each.
const returnError = 0.3 * 9.0 / 512

// Half the uptake brings half the share, of the same clients; fewer contacts bring fewer of the
// same, no sooner. Who leaves, and when, is not changed.
func TestLessDeliveryBringsBackFewerOfTheSame(t *testing.T) {
	full := compile(t, leftTOML)
	half := compile(t, leftTOML, "program.caller.uptake=0.4")
	fewer := compile(t, leftTOML, "program.caller.max_contacts=8", "program.caller.reference.max_contacts=0")
	share, se, _ := sharesBack(half, 120, 60)
	nearBy(t, "share at half the uptake", share, 0.15, math.Hypot(se, returnError))
	for _, less := range []*Model{half, fewer} {
		notSooner(t, absences(full, 0, 3, 300, false), absences(less, 0, 3, 300, false))
	}
}

// The engine in which every event goes through the calendar brings the same clients back, to
// the tick.
func TestThePlainEngineBringsBackTheSame(t *testing.T) {
	m := compile(t, leftTOML, "service.clinic.slots=40", "service.clinic.renege={median_days=30}")
	ahead, plain := absences(m, 0, 5, 300, false), absences(m, 0, 5, 300, true)
	back := 0
	for i := range ahead {
		if ahead[i] != plain[i] && !(math.IsNaN(ahead[i]) && math.IsNaN(plain[i])) {
			t.Fatalf("client %d: %v and %v", i, ahead[i], plain[i])
		}
		if !math.IsInf(ahead[i], 1) && !math.IsNaN(ahead[i]) {
			back++
		}
	}
	if back < 20 {
		t.Errorf("only %d came back", back)
	}
}

// Where all places are taken again by others, contacts bring people back to the waiting list
// and not into the service.
func TestWithoutPlacesPeopleAreBroughtBackToTheList(t *testing.T) {
	m := compile(t, leftTOML, "service.clinic.return={never=true}", "service.clinic.slots=60")
	count := func(arm int) (c Counts) {
		w := m.NewWorkspace()
		w.Begin(1, 0)
		w.World(arm, m.NewTruth())
		return w.counts
	}
	called, usual := count(0), count(1)
	if called.Brought < 20 || usual.Brought != 0 {
		t.Errorf("%d and %d brought back", called.Brought, usual.Brought)
	}
	if d := math.Abs(float64(called.Admitted - usual.Admitted)); d > 4*math.Sqrt(float64(usual.Admitted)) {
		t.Errorf("admitted %d and %d", called.Admitted, usual.Admitted)
	}
}

// It is the share of those who leave while the program lasts, however many do later: with
// long stays most of them.
func TestAShareOfThoseWhoLeaveInTime(t *testing.T) {
	m := compile(t, leftTOML, "service.clinic.stay.median_days=150")
	share, se, _ := sharesBack(m, 120, 60)
	nearBy(t, "share", share, 0.3, math.Hypot(se, returnError))
	if later, _, _ := sharesBack(m, 300, 60); !(later < share-0.05) {
		t.Errorf("of all who leave the share is %v", later)
	}
}

// Who completes a planned stay has left, too, and nobody is brought back who has never been
// there; a point later gives the share by then.
func TestThoseWhoCompleteAreBroughtBack(t *testing.T) {
	m := compile(t, leftTOML, "service.clinic.planned_days=40",
		"program.caller.effect=[{on=\"return.clinic\",brings={points=[{share=0.2,by_days=14},{share=0.3,by_days=60}]}}]")
	for day, want := range map[float64]float64{14: 0.2, 60: 0.3} {
		share, se, _ := sharesBack(m, 120, day)
		nearBy(t, fmt.Sprintf("share by day %v", day), share, want, math.Hypot(se, returnError))
	}
	none := compile(t, leftTOML, "service.clinic.linkage={never=true}", "service.clinic.return={never=true}", "program.caller.effect=[{on=\"linkage\",brings={share=0.1,by_days=60}},{on=\"return\",brings={share=0.3,by_days=60}}]")
	w := none.NewWorkspace()
	w.Begin(1, 0)
	w.World(1, none.NewTruth())
	if w.counts.Brought != 0 || w.counts.Admitted != 0 {
		t.Errorf("%d brought, %d admitted", w.counts.Brought, w.counts.Admitted)
	}
}
