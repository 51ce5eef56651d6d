package sim

import (
	"math"
	"testing"

	"caseload/scenarios"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func compileBuiltin(t *testing.T, name string, sets ...string) *Model {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestShowIsTheTrial: looking at a replicate doesn't change it.
func TestShowIsTheTrial(t *testing.T) {
	for _, name := range []string{"bench-p2", "needle-exchange"} {
		m := compileBuiltin(t, name)
		w := m.NewWorkspace()
		for r := range 3 {
			w.Begin(5, r)
			want := w.Trial()
			if diff := cmp.Diff(want, m.Show(5, r).Observed, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("%s, replicate %d: shown differs from run: %s", name, r, diff)
			}
		}
	}
}

func TestEventsAreInOrderAndCounted(t *testing.T) {
	m := compileBuiltin(t, "bench-p2", "service.treatment.renege={per_day=0.02}")
	w := m.NewWorkspace()
	w.Begin(1, 0)
	w.Trial()
	s := m.Show(1, 0)
	seen := map[EventKind]int{}
	last := int64(0)
	for _, e := range s.Events {
		if e.Tick < last {
			t.Fatalf("an event at tick %d after one at %d", e.Tick, last)
		}
		last = e.Tick
		seen[e.Kind]++
	}
	c := w.Counts()
	for kind, want := range map[EventKind]int{EventEnrolled: c.Enrolled, EventContact: c.Contacts, EventAdmitted: c.Admitted,
		EventLeft: c.Left, EventReneged: c.Reneged, EventLost: c.Lost, EventStarted: c.Started} {
		if seen[kind] != want || kind == EventReneged && want == 0 {
			t.Errorf("%d events %q, want %d", seen[kind], kind, want)
		}
	}
	if use := seen[EventQuit] + seen[EventRelapse]; use != c.UseChanges {
		t.Errorf("%d changes of use, want %d", use, c.UseChanges)
	}
}

// TestFlowAddsUp: nobody gets lost between the boxes.
func TestFlowAddsUp(t *testing.T) {
	for _, m := range []*Model{
		compileBuiltin(t, "needle-exchange", "program.strengths_based.caseload=5", "attrition.missed=0.1"),
		compileBuiltin(t, "bench-p2", "service.treatment.slots=10", "service.treatment.renege={per_day=0.01}"),
	} {
		for r := range 3 {
			s := m.Show(2, r)
			total := 0
			for _, f := range s.Flow {
				total += f.Allocated
				checkFlow(t, s, &f)
			}
			if total != m.clients {
				t.Errorf("%d allocated, want %d", total, m.clients)
			}
		}
	}
}

func checkFlow(t *testing.T, s *Shown, f *ArmFlow) {
	t.Helper()
	for _, p := range f.Programs {
		if p.Refused+p.Started+p.Awaiting != f.Allocated || p.Contacted > p.Started || p.Awaiting < 0 {
			t.Errorf("%s, %s: %d refused, %d started, %d waiting, %d met, of %d", f.Arm, p.Program, p.Refused, p.Started, p.Awaiting, p.Contacted, f.Allocated)
		}
	}
	for _, v := range f.Services {
		if v.Queued > v.Sought || v.Admitted > v.Sought || v.Left > v.Admitted || v.Reneged > v.Queued || v.Sought > f.Allocated {
			t.Errorf("%s, %s: %+v of %d", f.Arm, v.Service, v, f.Allocated)
		}
	}
	for _, v := range f.Visits {
		if v.Made+v.Missed+v.Lost != f.Allocated {
			t.Errorf("%s, visit of day %v: %d made, %d missed, %d lost, of %d", f.Arm, v.Day, v.Made, v.Missed, v.Lost, f.Allocated)
		}
	}
	for _, o := range f.Outcomes {
		if o.Analysed+o.Missing != o.InSet || o.InSet > f.Allocated {
			t.Errorf("%s, %s: %+v of %d", f.Arm, o.Outcome, o, f.Allocated)
		}
	}
}

// TestLivesAgreeWithTheirEvents: the client table says what the events do.
func TestLivesAgreeWithTheirEvents(t *testing.T) {
	m := compileBuiltin(t, "bench-p2", "service.treatment.slots=20")
	s := m.Show(3, 1)
	contacts := make([]int, m.clients)
	admitted := make([]float64, m.clients)
	for i := range admitted {
		admitted[i] = math.NaN()
	}
	for _, e := range s.Events {
		i, day := e.Client, e.Day()-s.Clients[e.Client].Enrolled
		switch {
		case e.Kind == EventContact:
			contacts[i]++
		case e.Kind == EventAdmitted && math.IsNaN(admitted[i]) && day < s.Clients[i].Exit:
			admitted[i] = day
		}
	}
	for i, l := range s.Clients {
		if l.Contacts != contacts[i] {
			t.Errorf("client %d has %d contacts, %d in the events", i, l.Contacts, contacts[i])
		}
		if d := l.Admitted - admitted[i]; math.IsNaN(l.Admitted) != math.IsNaN(admitted[i]) || math.Abs(d) > 1e-6 {
			t.Errorf("client %d is admitted on day %v, %v in the events", i, l.Admitted, admitted[i])
		}
	}
}

// TestQueuesTakeFromWhatIsAsked: without queues what is asked is reached, to
// within 4 standard errors; with a tenth of the slots it isn't.
func TestQueuesTakeFromWhatIsAsked(t *testing.T) {
	free := compileBuiltin(t, "needle-exchange", "program.strengths_based.staff=unlimited", "program.strengths_based.spread=0",
		"program.strengths_based.caseload=unlimited")
	for _, q := range free.WithQueues(1, 100) {
		if !math.IsNaN(q.Share) && !(math.Abs(q.Share-q.Asked) <= 4*q.MCSE) {
			t.Errorf("%s (%s): %v (%v), want %v", q.Key, q.What, q.Share, q.MCSE, q.Asked)
		}
	}
	full := compileBuiltin(t, "needle-exchange", "service.opioid_agonist.slots=5")
	for _, q := range full.WithQueues(1, 20) {
		if q.Key == "service.opioid_agonist.linkage" && !(q.Share < q.Asked-4*q.MCSE) {
			t.Errorf("%s (%s): %v (%v) with 5 slots, want less than %v", q.Key, q.What, q.Share, q.MCSE, q.Asked)
		}
	}
}
