package sim

import (
	"math"
	"regexp"
	"slices"
	"testing"

	"caseload/sim/trial"

	"pgregory.net/rapid"
)

// withoutEffects is a scenario in which programs do nothing but meet clients:
// hazard ratios of 1, no points, nothing at once.
func withoutEffects(t *testing.T, text string) string {
	t.Helper()
	text = replaceAll(t, text, "[[program.supervision.effect]]\non = \"jail\"\nprobability = 0.1\nwhile = \"using\"\n", "")
	text = replaceAll(t, text, "on = \"linkage.advice\"\nprobability = 0.05", "on = \"linkage.advice\"\nhazard_ratio = 1\nlasts_days = 9")
	text = replaceAll(t, text, "points = 5", "points = 0.0")
	return regexp.MustCompile(`hazard_ratio = [0-9.]+`).ReplaceAllString(text, "hazard_ratio = 1")
}

// Programs that only meet clients make arms alike, client by client and to a
// tick, whatever goes on beside them and however long the queues. A sanction
// cannot be one that does nothing, so that there is none; both arms' clients begin
// in the ward alike.
func TestProgramsThatDoNothingChangeNothing(t *testing.T) {
	text := withoutEffects(t, wholeTOML)
	rapid.Check(t, func(t *rapid.T) {
		sets := append(drawStaffed(t), "program.team.spread=0")
		m := compileRoughly(t, text+exactOutcomes(), sets...)
		w, a, b := m.NewWorkspace(), m.NewTruth(), m.NewTruth()
		w.Begin(4, rapid.IntRange(0, 1000).Draw(t, "replicate"))
		w.World(0, a)
		first := w.Counts().Contacts
		w.World(1, b)
		if second := w.Counts().Contacts; first == 0 || second == 0 {
			t.Fatalf("%d and %d contacts", first, second)
		}
		// A contact settles clocks and aims them anew, and what is left of a threshold is
		// then rounded: once in many thousand times to another tick.
		const ticks = 1e-6                                                       // of 6e-8 days
		sameRecords(t, m, a, b, ticks, "contacts", "visits_made", "followed_up") // as some arms lose more clients
	})
}

// sameRecords fails unless two truths agree, to the last bit or within so much, in all
// variables but some.
func sameRecords(t *rapid.T, m *Model, a, b *trial.Truth, within float64, but ...string) {
	for k := range a.Outcomes {
		if slices.Contains(but, m.Scenario.Outcomes[k].Variable) {
			continue
		}
		x, y := &a.Outcomes[k], &b.Outcomes[k]
		for i := range x.Value {
			same := math.Float64bits(x.Value[i]) == math.Float64bits(y.Value[i]) || math.Abs(x.Value[i]-y.Value[i]) <= within || x.Value[i] != x.Value[i] && y.Value[i] != y.Value[i]
			if !same || x.In[i] != y.In[i] || len(x.Event) > 0 && x.Event[i] != y.Event[i] {
				t.Fatalf("%s of client %d: %v and %v", m.outcomes[k].name, i, x.Value[i], y.Value[i])
			}
		}
	}
}

// Slots and staff that nobody exhausts are no limits, to the last bit: ancillary
// services, services that treat, a team.
func TestAmpleCapacityIsNoLimitForWholeLives(t *testing.T) {
	bare := replaceAll(t, wholeTOML, "priority = \"needy\"\noccupied = 0.8\nbackground = { per_month = 8 }\n", "")
	rapid.Check(t, func(t *rapid.T) {
		sets := append(append(drawWhole(t), drawStaffing(t, "team", true)...), "program.team.spread=0")
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		run := func(more ...string) (*Model, *trial.Truth) {
			m := compileRoughly(t, bare+exactOutcomes(), append(append([]string(nil), sets...), more...)...)
			w, truth := m.NewWorkspace(), m.NewTruth()
			w.Begin(4, replicate)
			w.World(AsRandomized, truth)
			return m, truth
		}
		m, ample := run("service.clinic.slots=400", "service.ward.slots=400", "service.shelter.slots=400",
			"program.team.caseload=400", "program.team.hours_per_week=160", "program.team.staff=5")
		_, free := run(`service.clinic.slots="unlimited"`, `service.ward.slots="unlimited"`, `service.shelter.slots="unlimited"`,
			`program.team.caseload="unlimited"`, "program.team.hours_per_week=0", "program.team.staff=5")
		sameRecords(t, m, ample, free, 0)
	})
}

// onlyQueueTOML has nothing but a service and its list.
const onlyQueueTOML = `
title = "one queue"
source = "a test"
[trial]
clients = 80
accrual = { per_month = 40 }
follow_up_days = [400]
[[arm]]
name = "one"
programs = []
[[arm]]
name = "other"
programs = []
control = true
[[trait]]
name = "slow"
prevalence = 0.5
[service.clinic]
preset = ""
slots = 10
linkage = { probability = 0.7, by_days = 100 }
frailty_sd = 0.8
stay = { median_days = 30, shape = 1.5 }
[service.clinic.leaving]
slow = 0.5
[[outcome]]
name = "wait"
variable = "time_to_linkage"
`

// With one service, first come first served, each client comes once, at a time
// that does not depend on the list, and brings a length of stay of their own
// (thresholds are keyed by client and process, and the hazard of leaving runs
// from admission). The k-th who comes begins when the slots have let go enough of
// those before: the time is a maximum and order statistic of earlier ends, all of
// which rise with the earlier beginnings, so that by induction fewer slots make
// nobody's admission earlier. That needs a stay that does not end with follow-up
// and nobody who gives up. It is a property of the queue, not of averages: with
// returns, several services or jail one client's later admission can be another's
// earlier one.
func TestFewerSlotsAdmitNobodySooner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		replicate := rapid.IntRange(0, 1000).Draw(t, "replicate")
		slots := rapid.IntRange(1, 30).Draw(t, "slots")
		admitted := func(n int) []int64 {
			m := compileRoughly(t, onlyQueueTOML, "service.clinic.slots="+itoa(n))
			w := m.NewWorkspace()
			w.Begin(2, replicate)
			w.Trial()
			at := make([]int64, w.n)
			for i := range at {
				at[i] = math.MaxInt64
				if k := w.client(i).first; k >= 0 && w.spells[k].Admitted >= 0 {
					at[i] = w.spells[k].Admitted
				}
			}
			return at
		}
		few, many := admitted(slots), admitted(slots+rapid.IntRange(1, 5).Draw(t, "more"))
		for i := range few {
			if few[i] < many[i] {
				t.Fatalf("client %d is admitted at %d with fewer slots, %d with more", i, few[i], many[i])
			}
		}
	})
}

// On the whole of life fewer slots admit fewer: the means over replicates are
// ordered, by more than 4 standard errors of the paired difference.
func TestFewerSlotsAdmitFewerOnTheWhole(t *testing.T) {
	linked := "[[outcome]]\nname = \"linked\"\nvariable = \"linked_su\"\nat_days = 90\n"
	few := meansOf(t, wholeTOML+linked, 40, "linked", "service.clinic.slots=10", "service.ward.slots=2")
	many := meansOf(t, wholeTOML+linked, 40, "linked", "service.clinic.slots=30", "service.ward.slots=9")
	if d, se := paired(many, few); !(d > 4*se) {
		t.Errorf("more slots change the share linked by %.4f (SE %.4f)", d, se)
	}
}
