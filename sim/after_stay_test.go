package sim

import (
	"math"
	"testing"

	"caseload/sim/calendar"
)

// What holds after a stay holds after one that is over in the tick in which it began, as
// imposed times can have it: clients relapse at its rate from then on, and at no other.
func TestWhatHoldsAfterAStayOfNoTime(t *testing.T) {
	m := compile(t, plainTOML+bedTOML+asked("abstinent", 40)+`
[service.ward.after]
days = 1000
relapse = { per_day = 0.05 }
`, `arm.managed.programs=[]`, `arm.usual.programs=[]`, "use.using=0", "use.relapse={never=true}", "service.ward.linkage={per_day=0.05}",
		"service.ward.stay={per_day=1}")
	w, truth := m.NewWorkspace(), m.NewTruth()
	w.Begin(1, 0)
	w.World(AsRandomized, truth)
	var s Stays
	w.Stays(&s)
	want, variance := 0.0, 0.0
	for i := range w.n {
		for k := s.first[i]; k < s.first[i+1]; k++ {
			a := &s.list[k]
			a.admitted, a.ended, a.end = a.sought, a.sought, SpellLeft
		}
		p := 1.0
		if s.first[i] < s.first[i+1] {
			p = math.Exp(-0.05 * max(0, 40-calendar.Days(s.list[s.first[i]].sought)))
		}
		want += p / float64(w.n)
		variance += p * (1 - p)
	}
	w.Imposed(AsRandomized, &s, ImposeServices, truth)
	got, _ := meanSE(truth.Outcomes[0].Value)
	within(t, "abstinent on day 40", got, want, math.Sqrt(variance)/float64(w.n))
}

// A client on a waiting list, whom others can change, leaves another service, after which
// death is a thousand times as likely: the engine knows that this leaving matters to others.
func TestLeavingMattersToOthersByWhatHoldsAfterIt(t *testing.T) {
	m := compile(t, plainTOML+bedTOML+`
[service.hostel]
preset = ""
kind = "housing"
linkage = { per_day = 1 }
stay = { per_day = 0.2 }
return = { per_day = 0.2 }
[service.hostel.after]
days = 3
death = { per_day = 0.5 }
[death]
rate = { per_year = 0.001 }
`+asked("died", 40), `arm.managed.programs=[]`, `arm.usual.programs=[]`, "service.ward.linkage={per_day=0.5}", "service.ward.stay={per_day=0.02}",
		"service.ward.slots=20", "trial.clients=200")
	hostel := m.services[m.serviceNamed("hostel")].slot
	if m.local>>hostel&1 != 0 {
		t.Error("leaving the hostel is taken for a client's own matter")
	}
	run := func(plain bool) allState {
		w := m.NewWorkspace()
		w.plain = plain
		w.Begin(3, 1)
		w.Trial()
		return w.allState()
	}
	if d := diff(run(true), run(false)); d != "" {
		t.Errorf("plain and ahead: %s", d)
	}
}
