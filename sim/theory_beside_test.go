package sim

import (
	"math"
	"testing"
)

// besideTOML has medication that begins at enrolment for 40 days, and counselling that
// clients seek at 0.02 a day and attend for 30 days; and a ward, where nobody can be beside either.
const besideTOML = `
[service.medication]
preset = ""
linkage = { never = true }
stay = { never = true }
planned_days = 40
[service.counselling]
preset = ""
beside = ["medication"]
linkage = { per_day = 0.02 }
stay = { never = true }
planned_days = 30
[service.ward]
preset = ""
linkage = { never = true }
stay = { never = true }
[program.bed]
preset = ""
start = { in = "medication" }
[program.talks]
preset = ""
start = { in = "counselling" }
[[outcome]]
name = "counselled"
variable = "linked_su"
service = "counselling"
at_days = 10
[[outcome]]
name = "time"
variable = "time_in_su"
set = "entered"
at_days = 100
[[outcome]]
name = "in_counselling"
variable = "days_in_su"
service = "counselling"
at_days = 120
`

func besideWorld(t *testing.T, sets ...string) map[string][]float64 {
	t.Helper()
	text := besideTOML + asked("in_treatment_su", 40) + asked("in_treatment_su", 10) + asked("days_in_su", 120)
	_, got := theory(t, text, append([]string{`arm.managed.programs=["bed"]`, `arm.usual.programs=["bed"]`}, sets...)...)
	values := map[string][]float64{}
	for name, c := range got {
		values[name] = c.Value
	}
	return values
}

// everyone fails unless all have the value.
func everyone(t *testing.T, what string, values []float64, want float64) {
	t.Helper()
	for i, x := range values {
		if math.Abs(x-want) > 1e-6 {
			t.Errorf("%s: client %d has %v, want %v", what, i, x, want)
			return
		}
	}
}

// Counselling beside medication is sought as if there were no medication. Days of both
// count once: the stay in counselling that begins at s < 40 adds max(0, s+30-40) days to 40,
// and a later one 30; s is exponential with the rate 0.02.
func TestServicesBesideEachOtherOverlap(t *testing.T) {
	got := besideWorld(t)
	const rate = 0.02
	after := func(day float64) float64 { return math.Exp(-rate * day) }
	agrees(t, "in counselling by day 10", got["counselled"], 1-after(10))
	// The mean of min(30, max(0, s-10)) is the integral of exp(-0.02 s) from 10 to 40, and
	// those who begin after day 90 lose what lies beyond day 120: 30 days more than 120 - s.
	more := (after(10) - after(40)) / rate
	cut := (after(90) - after(120)) / rate
	agrees(t, "days in treatment", got["days_in_su_120"], 40+more-cut)
	agrees(t, "days in counselling", got["in_counselling"], 30-30*after(120)-((after(90)-after(120))/rate-30*after(120)))
	// From the first day on, treatment ends with the medication, or with counselling that has
	// begun before: for s in (10, 40) it is s + 30.
	agrees(t, "time in treatment", got["time"], 40+more-30*after(40))
	everyone(t, "in treatment", got["in_treatment_su_10"], 1)
}

// Without the key a client is in one of them at a time, whichever of the two says so.
func TestBesideHoldsBothWays(t *testing.T) {
	got := besideWorld(t, "service.counselling.beside=[]", "service.counselling.linkage={probability=0.3,by_days=60}")
	everyone(t, "in counselling by day 10", got["counselled"], 0)
	everyone(t, "time in treatment", got["time"], 40)
	got = besideWorld(t, "service.counselling.beside=[]", `service.medication.beside=["counselling"]`)
	agrees(t, "in counselling by day 10", got["counselled"], 1-math.Exp(-0.2))
	// Who begins in both at once is in both; else the first program's takes the client.
	both := []string{`arm.managed.programs=["bed","talks"]`, `arm.usual.programs=["bed","talks"]`}
	got = besideWorld(t, both...)
	everyone(t, "in both from the start", got["in_counselling"], 30)
	everyone(t, "with 40 days in any", got["days_in_su_120"], 40)
	got = besideWorld(t, append(both, "service.counselling.beside=[]", "service.counselling.linkage={never=true}")...)
	everyone(t, "in medication alone", got["in_counselling"], 0)
}

// A share of a program's clients begin in its service, with the share using of those who do:
// 0.6 of them in medication, with 0.1 using; of the others all are. Both of two programs
// draw by themselves, and stays solved in such an arm are of those who enter.
func TestAShareOfClientsBeginsInAService(t *testing.T) {
	text := asked("in_treatment_su", 10) + asked("abstinent", 10)
	_, got := theory(t, besideTOML+text, `arm.managed.programs=["bed"]`, `arm.usual.programs=["bed"]`,
		`program.bed.start={ in = "medication", using = 0.1, share = 0.6 }`, "service.counselling.linkage={never=true}",
		"service.medication.planned_days=0", "service.medication.stay={probability=0.5,by_days=10}")
	agrees(t, "in medication after 10 days", got["in_treatment_su_10"].Value, 0.6*0.5)
	agrees(t, "abstinent", got["abstinent_10"].Value, 0.6*0.9)
	_, got = theory(t, besideTOML+asked("in_treatment_su", 10), `arm.managed.programs=["bed","talks"]`, `arm.usual.programs=["bed","talks"]`,
		`program.bed.start={ in = "medication", share = 0.6 }`, `program.talks.start={ in = "counselling", share = 0.5 }`, "service.counselling.linkage={never=true}")
	agrees(t, "in either", got["in_treatment_su_10"].Value, 1-0.4*0.5)
}

// A contact brings clients from medication to counselling beside it.
func TestContactsBringClientsToAServiceBeside(t *testing.T) {
	const effect = `program.bed={ contacts = { every_days = 5 }, effect = [{ on = "linkage.counselling", probability = 0.1 }] }`
	got := besideWorld(t, effect, "service.counselling.linkage={never=true}")
	agrees(t, "brought by two contacts", got["counselled"], 1-0.9*0.9*0.9) // days 0, 5 and 10
	got = besideWorld(t, effect, "service.counselling.linkage={never=true}", "service.counselling.beside=[]")
	everyone(t, "kept out", got["counselled"], 0)
}
