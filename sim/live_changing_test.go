package sim

import (
	"testing"

	"caseload/sim/calendar"
)

// change does something to client i's programs on a day, as an event of the client would.
func (m *micro) change(i int, day float64, f func(c *client, k int, now int64)) {
	m.until(day)
	now := calendar.Ticks(day)
	m.now = calendar.Key(now, rankVisit, i)
	c := m.client(i)
	m.catchUp(c)
	f(c, 0, now)
	m.advance(c)
	m.until(day)
}

// A program that is stopped frees the case manager for who waits first. Who is offered it
// again asks for one again, at the end of the list; who is stopped while waiting leaves the list.
func TestAProgramStopsAndBeginsAgain(t *testing.T) {
	m := newMicro(t)
	m.change(0, 5, m.stopProgram)
	m.want(5, "0 stopped, 1 starts, 1 contact")
	m.change(0, 6, m.addProgram)
	m.want(6, "0 awaits")
	m.change(2, 7, m.stopProgram)
	m.want(7, "2 stopped")
	m.change(1, 8, m.addProgram) // has it
	m.want(8, "")
	m.change(1, 9, m.stopProgram)
	m.want(9, "1 stopped, 0 starts, 0 contact")
	m.until(19)
	m.want(19, "0 contact")
	m.until(39)
	m.want(39, "0 finishes")
	if r := m.careOf(m.client(0), 0); r.contacts() != 4 || r.done != 3 || r.offers != 2 {
		t.Errorf("%d contacts, %d since the program began again, %d offers; want 4, 3 and 2", r.contacts(), r.done, r.offers)
	}
	if m.managers[0].load != 0 || m.pools[0].line.head >= 0 {
		t.Error("the case manager is not free in the end")
	}
}

// An effect outlasts the program that is stopped, up to the time that its last contact gave it.
func TestEffectsOutlastAProgramThatIsStopped(t *testing.T) {
	m := newMicro(t)
	m.change(0, 5, m.stopProgram)
	bit := m.m.programs[0].effects[0].bit
	m.until(9.9)
	if m.client(0).bits>>bit&1 == 0 {
		t.Error("the effect of the contact on day 0 is over before day 10")
	}
	m.until(10)
	if m.client(0).bits>>bit&1 != 0 {
		t.Error("the effect of the contact on day 0 is not over on day 10")
	}
}

// Who refuses once is asked anew at the next offer: of many clients, the share that takes
// the second up is the same, whatever they did at the first.
func TestEachOfferIsDecidedAnew(t *testing.T) {
	w := compile(t, microTOML, "trial.clients=4000", "program.manager.uptake=0.6", `program.manager.staff="unlimited"`, `program.manager.caseload="unlimited"`).NewWorkspace()
	w.Begin(1, 0)
	w.Trial()
	n, takes := [2]float64{}, [2]float64{}
	for i := range w.n {
		first := 0
		if w.careOf(w.client(i), 0).state != refused {
			first = 1
		}
		n[first]++
		if w.takesUpNext(w.client(i), 0) {
			takes[first]++
		}
	}
	for first, name := range []string{"refused", "took it up"} {
		// four standard errors of a share of 0.6 among some 1,600 clients or more
		if share := takes[first] / n[first]; share < 0.55 || share > 0.65 {
			t.Errorf("%v of those who %s first take the second offer up, want 0.6", share, name)
		}
	}
}
