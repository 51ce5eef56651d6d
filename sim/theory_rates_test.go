package sim

import (
	"math"
	"strings"
	"testing"

	"caseload/scenarios"
	"caseload/sim/calendar"
	"caseload/sim/trial"
)

// bedTOML puts every client in a ward at enrolment, for good unless a test says
// otherwise. Outside nobody quits, and who is abstinent relapses at 0.01 a day.
const bedTOML = `
[service.ward]
preset = ""
linkage = { never = true }
stay = { never = true }
[program.bed]
preset = ""
start = { in = "ward" }
[use]
using = 0.7
relapse = { per_day = 0.01 }
`

// inBed runs bedTOML with everyone in the bed.
func inBed(t *testing.T, text string, sets ...string) (*Workspace, map[string]trial.Column) {
	t.Helper()
	return theory(t, bedTOML+text, append(sets, `arm.managed.programs=["bed"]`, `arm.usual.programs=["bed"]`)...)
}

// abstinentAsked adds outcomes of being abstinent on the days that tests ask about.
func abstinentAsked() string {
	return asked("abstinent", 10) + asked("abstinent", 40) + asked("abstinent", 120)
}

// agreesOnUse compares the share abstinent on a day.
func agreesOnUse(t *testing.T, what string, got map[string]trial.Column, day string, using float64) {
	t.Helper()
	agrees(t, what+" on day "+day, got["abstinent_"+day].Value, 1-using)
}

// Over a stay that does not end, use is a two-state Markov chain with the rates of the
// service, whatever they are outside: share using = a/(a+b) + (p0 - a/(a+b)) exp(-(a+b)t).
// A probability of quitting by a day is that rate of a constant hazard.
func TestRatesInAServiceMakeAMarkovChain(t *testing.T) {
	_, got := inBed(t, abstinentAsked()+`
[service.ward.while_in]
quit = { probability = 0.8, by_days = 28 }
relapse = { per_day = 0.02 }
`)
	in := chain{0.02, -math.Log(0.2) / 28, 0.7}
	for _, day := range []struct {
		name string
		day  float64
	}{{"10", 10}, {"40", 40}, {"120", 120}} {
		agreesOnUse(t, "in the ward", got, day.name, in.in(day.day))
	}
}

// What else acts on a process multiplies its rate in the service as it does the baseline.
func TestWhatElseActsMultipliesRatesInAService(t *testing.T) {
	_, got := inBed(t, abstinentAsked()+`
[service.ward.while_in]
quit = { per_day = 0.02 }
relapse = { per_day = 0.02 }
[housing]
housed = 1
acts_on = { relapse = 0.5 }
[[program.bed.effect]]
on = "quit"
hazard_ratio = 3
lasts_days = 400
direct = true
`)
	agreesOnUse(t, "with a home and a contact", got, "40", chain{0.01, 0.06, 0.7}.in(40))
}

// A planned stay of 20 days, then a rate of relapse of its own for 15 days, then the
// baseline: three Markov chains, one after another. Who leaves before has another rate.
func TestRatesAfterAStayHoldForTheirDays(t *testing.T) {
	text := abstinentAsked() + `
[service.ward.while_in]
quit = { per_day = 0.1 }
relapse = { never = true }
[service.ward.after]
days = 100
relapse = { per_day = 0.3 }
[service.ward.after.completed]
days = 15
relapse = { per_day = 0.05 }
`
	_, got := inBed(t, text, "service.ward.planned_days=20")
	using := chain{0, 0.1, 0.7}.in(20)
	agreesOnUse(t, "in the stay", got, "10", chain{0, 0.1, 0.7}.in(10))
	agreesOnUse(t, "5 days beyond what holds", got, "40", 1-(1-using)*math.Exp(-0.05*15-0.01*5))
	agreesOnUse(t, "long after", got, "120", 1-(1-using)*math.Exp(-0.05*15-0.01*85))

	// Leaving undoes what held in the stay: all who leave at a rate of 0.5 a day, with
	// nobody using at the start and no relapse inside, are at the rate after from then on.
	_, got = inBed(t, text, "use.using=0", "service.ward.stay={per_day=0.5}")
	left := func(day float64) float64 { // the chance of being abstinent, over the day of leaving
		const leave, back = 0.5, 0.3
		return math.Exp(-leave*day) + leave/(leave-back)*(math.Exp(-back*day)-math.Exp(-leave*day))
	}
	agreesOnUse(t, "of those who left", got, "10", 1-left(10))
}

// A planned stay of 20 days, then a hazard ratio of relapse of 5 for 15 days, on a baseline
// of 0.01; of those who left, none.
func TestRatiosAfterAStayHoldForTheirDays(t *testing.T) {
	text := abstinentAsked() + `
[service.ward.after]
days = 15
acts_on = { relapse = 5 }
[service.ward.after.left]
days = 100
acts_on = { relapse = 0.001 }
`
	_, got := inBed(t, text, "service.ward.planned_days=20", "use.using=0", "use.quit={never=true}")
	agreesOnUse(t, "in the stay", got, "10", 1-math.Exp(-0.1))
	agreesOnUse(t, "5 days beyond", got, "40", 1-math.Exp(-0.2-0.05*15-0.05))
	agreesOnUse(t, "long after", got, "120", 1-math.Exp(-0.2-0.05*15-0.85))
	_, got = inBed(t, text, "use.using=0", "use.quit={never=true}", "service.ward.stay={per_day=1000}")
	agreesOnUse(t, "of those who left", got, "40", 1-math.Exp(-0.00001*40))
}

// A return ends what holds after a stay.
func TestReadmissionEndsWhatHoldsAfterAStay(t *testing.T) {
	_, got := inBed(t, abstinentAsked()+`
[service.ward.after]
days = 1000
relapse = { per_day = 1000 }
`, "use.using=0", "use.relapse={never=true}", "service.ward.planned_days=20", "service.ward.stay={never=true}", "service.ward.return={per_day=1000}")
	// Each stay of 20 days ends in a race of two equal rates: half relapse each time, and
	// nobody ever quits again.
	agreesOnUse(t, "after one stay", got, "40", 0.5)
	agreesOnUse(t, "after five", got, "120", 1-math.Pow(0.5, 5))
}

// Of two services with rates of their own, the one entered last holds while a client is
// in both, and the other one again once it is over.
func TestOfTwoServicesTheOneEnteredLastHolds(t *testing.T) {
	_, got := inBed(t, abstinentAsked()+`
[service.ward.while_in]
quit = { per_day = 0.05 }
relapse = { never = true }
[service.hostel]
preset = ""
kind = "housing"
linkage = { per_day = 1000 }
stay = { never = true }
planned_days = 30
[service.hostel.while_in]
relapse = { per_day = 0.2 }
`, "use.using=0.0001")
	// The ward is entered at enrolment, the hostel a moment later, for 30 days.
	begin := 0.0001
	with, without := chain{0.2, 0.05, begin}, chain{0, 0.05, 0}
	agreesOnUse(t, "in both", got, "10", with.in(10))
	without.begin = with.in(30)
	agreesOnUse(t, "in the ward again", got, "40", without.in(10))
	w, got := inBed(t, abstinentAsked()+`
[service.ward.while_in]
relapse = { per_day = 0.2 }
[service.hostel]
preset = ""
kind = "housing"
linkage = { never = true }
stay = { never = true }
[service.hostel.while_in]
relapse = { never = true }
[program.room]
preset = ""
start = { in = "hostel" }
`, "use.using=0", `arm.managed.programs=["room","bed"]`, `arm.usual.programs=["bed","room"]`)
	// Entered in the same tick, the last by name holds, in whichever order they are asked for.
	agreesOnUse(t, "entered together", got, "10", 1-math.Exp(-0.2*10))
	if w.stay(w.client(0), 0).since != w.stay(w.client(0), 1).since {
		t.Errorf("the two were entered %v and %v", w.stay(w.client(0), 0).since, w.stay(w.client(0), 1).since)
	}
}

// A rate that other states multiply again and again is used up as any hazard: risk events
// in the ward are a Poisson process, though quitting and relapse re-aim its clock.
func TestRatesInAServiceAreUsedUpBetweenChanges(t *testing.T) {
	_, got := inBed(t, asked("risk_events", 40)+`
[service.ward.while_in]
quit = { per_day = 2 }
relapse = { per_day = 2 }
risk = { per_day = 0.5 }
[risk]
rate = { never = true }
`, "use.using=0.5", "use.acts_on={risk=3}")
	agrees(t, "risk events", got["risk_events_40"].Value, 0.5*40*(3+1)/2) // half of the time using
}

// Arrests, risk events and deaths in a service run at its rates, and what is solved over
// the whole cohort knows them: the share dead by day 40, half of whom spend their first
// 20 days at a rate of their own.
func TestRatesInAServiceAreKnownWhereHazardsAreSolved(t *testing.T) {
	m := compile(t, plainTOML+bedTOML+asked("died", 40)+asked("died", 10)+asked("risk_events", 40)+`
[service.ward.while_in]
death = { per_day = 0.01 }
risk = { per_day = 0.5 }
[death]
rate = { probability = 0.3, by_days = 40 }
[risk]
rate = { per_day = 0.4 }
`, `arm.usual.programs=["bed"]`, "program.bed.uptake=0.5", "service.ward.planned_days=20", "death.rate.under=usual")
	// 0.3 = 1 - (exp(-40h) + exp(-0.2-20h))/2: with x = exp(-20h), x^2 + 0.8187 x - 1.4 = 0.
	c := math.Exp(-0.2)
	x := (-c + math.Sqrt(c*c+4*1.4)) / 2
	h := -math.Log(x) / 20
	// And 0.4 risk events a day at the start are half 0.5 and half 0.3. The sample of 512
	// splits in halves up to some clients.
	for _, c := range []struct {
		process string
		want    float64
	}{{"death", h}, {"risk", 0.3}} {
		if got := m.procs[m.find(c.process)].base.rate * calendar.Day; math.Abs(got/c.want-1) > 0.01 {
			t.Errorf("the baseline of %s is %v a day, want %v", c.process, got, c.want)
		}
	}
}

// Use that changes too often in a service is refused at the rate's own key.
func TestRatesInAServiceAreBounded(t *testing.T) {
	_, err := Compile(load(t, plainTOML+bedTOML+abstinentAsked()+`
[service.ward.while_in]
quit = { per_day = 900 }
relapse = { per_day = 800 }
`))
	if err == nil || !strings.Contains(err.Error(), "service.ward.while_in.quit: got up to") {
		t.Errorf("got %v", err)
	}
}

// A variant keeps the rates that were solved, though its clients differ, and solves those
// that are asked for otherwise.
func TestVariantsKeepRatesInServices(t *testing.T) {
	m := compile(t, plainTOML+bedTOML+abstinentAsked()+`
[[trait]]
name = "poor"
prevalence = 0.5
acts_on = { quit = 3 }
[service.ward.while_in]
quit = { probability = 0.8, by_days = 28 }
relapse = { per_day = 0.02 }
`)
	v, err := m.Variant(m.Scenario.Edit(func(sc *scenarios.Scenario) {
		sc.Traits[0].Prevalence = 0.1
		sc.Services["ward"].WhileIn.Relapse.PerDay = 0.03
	}))
	if err != nil {
		t.Fatal(err)
	}
	rate := func(m *Model, process string) float64 {
		return m.procs[m.find(process)].rates[0].perTick * calendar.Day
	}
	if a, b := rate(m, "quit"), rate(v, "quit"); a != b {
		t.Errorf("quitting has the rate %v in the variant, want %v", b, a)
	}
	if got := rate(v, "relapse"); math.Abs(got-0.03) > 1e-12 {
		t.Errorf("relapse has the rate %v, want 0.03", got)
	}
}
