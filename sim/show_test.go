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
	m, err := compileFrom(sc, 512, nil) // enough for what these tests ask
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
		compile(t, wholeTOML+wholeOutcomes()),
		compile(t, wholeTOML+wholeOutcomes(), "attrition.ends=\"all\"", "service.clinic.slots=5"),
		compileEdited(t, designTOML, contaminated),
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
		if p.Refused+p.Started+p.Awaiting != p.Offered || p.Contacted > p.Started || p.Awaiting < 0 {
			t.Errorf("%s: %+v", f.Arm, p)
		}
		if p.Foreign && p.Offered != f.Contaminated || !p.Foreign && p.Offered != f.Allocated && p.Offered != f.Allocated-f.Contaminated {
			t.Errorf("%s, of %d with %d contaminated: %+v", f.Arm, f.Allocated, f.Contaminated, p)
		}
	}
	for _, v := range f.Services {
		if v.Queued > v.Sought || v.Admitted > v.Sought || max(v.Left, v.Completed, v.Moved, v.Ended) > v.Admitted ||
			max(v.Reneged, v.Delisted, v.Waiting) > v.Queued || v.Sought > f.Allocated {
			t.Errorf("%s, %s: %+v of %d", f.Arm, v.Service, v, f.Allocated)
		}
	}
	for _, v := range f.Visits {
		if v.Made+v.Missed+v.Lost+v.Died != f.Allocated || v.Died > f.Died || v.Lost > f.Lost {
			t.Errorf("%s: %+v of %d", f.Arm, v, f.Allocated)
		}
	}
	for _, o := range f.Outcomes {
		if o.Analysed+o.Missing != o.InSet || o.InSet > f.Allocated || o.NotDue+o.Lost+o.Died+o.Unseen != o.Missing {
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

// TestFlowCountsEachEnding: a scenario in which all happens has all in its
// flow, each ending apart.
func TestFlowCountsEachEnding(t *testing.T) {
	var all ServiceFlow
	var reasons OutcomeFlow
	var jailed, died, lost, made, missed, lostBefore, diedBefore int
	m := compile(t, wholeTOML+wholeOutcomes(), "trial.clients=600")
	for _, f := range m.Show(1, 0).Flow {
		for _, v := range f.Services {
			all.Reneged += v.Reneged
			all.Delisted += v.Delisted
			all.Waiting += v.Waiting
			all.Completed += v.Completed
			all.Moved += v.Moved
			all.Left += v.Left
			all.Ended += v.Ended
		}
		for _, v := range f.Visits {
			made, missed, lostBefore, diedBefore = made+v.Made, missed+v.Missed, lostBefore+v.Lost, diedBefore+v.Died
		}
		jailed, died, lost = jailed+f.Jailed, died+f.Died, lost+f.Lost
		for k, o := range f.Outcomes {
			reasons.Lost, reasons.Died, reasons.Unseen = reasons.Lost+o.Lost, reasons.Died+o.Died, reasons.Unseen+o.Unseen
			if v := m.outcomes[k].visit; v >= 0 && o.InSet == f.Allocated && o.Missing > 0 && (o.Lost > f.Visits[v].Lost || o.Died > f.Visits[v].Died || o.Unseen > f.Visits[v].Missed) {
				t.Errorf("%s, %s: %+v of visit %+v", f.Arm, o.Outcome, o, f.Visits[v])
			}
		}
	}
	if min(reasons.Lost, reasons.Died, reasons.Unseen) == 0 {
		t.Errorf("a reason for a missing outcome is missing: %+v", reasons)
	}
	if min(all.Reneged, all.Delisted, all.Waiting, all.Completed, all.Moved, all.Left, all.Ended) == 0 {
		t.Errorf("an ending of services is missing: %+v", all)
	}
	if min(jailed, died, lost, made, missed, lostBefore, diedBefore) == 0 {
		t.Errorf("%d jailed, %d died, %d lost; visits: %d made, %d missed, %d lost, %d died before",
			jailed, died, lost, made, missed, lostBefore, diedBefore)
	}
}

// TestLivesOfAllKinds follows the events of each client and wants what the
// client table, and the visits, say of treatment, jail, home, job and death.
func TestLivesOfAllKinds(t *testing.T) {
	m := compile(t, wholeTOML+wholeOutcomes(), "trial.clients=400")
	s := m.Show(1, 0)
	seen := map[Treatment]int{}
	follow := make([]*follower, len(s.Clients))
	for i := range follow {
		follow[i] = &follower{m: m, life: &s.Clients[i], in: -1}
	}
	for _, e := range s.Events {
		follow[e.Client].happened(e)
	}
	for i, l := range s.Clients {
		seen[l.Treatment]++
		f := follow[i]
		if want := f.treatment(); l.Treatment != want {
			t.Errorf("client %d: %v, want %v", i, l.Treatment, want)
		}
		if (f.died > 0) != !math.IsNaN(l.Died) || f.died > 0 && (math.Abs(f.died-l.Died) > 1e-6 || l.Died != l.Exit) {
			t.Errorf("client %d died on day %v, %v in the events", i, l.Died, f.died)
		}
		if f.jails && !(l.DaysJailed > 0) || min(l.DaysJailed, l.DaysHoused, l.DaysEmployed) < 0 || max(l.DaysJailed, l.DaysHoused, l.DaysEmployed) > l.Exit {
			t.Errorf("client %d: %+v", i, l)
		}
	}
	for _, kind := range Treatments() {
		if seen[kind] == 0 {
			t.Errorf("nobody %v", kind)
		}
	}
}

// follower keeps a client's state by the events within follow-up.
type follower struct {
	m       *Model
	life    *Life
	in      int // substance-use service, -1: none
	waiting uint64
	ended   Treatment // of the last stay, or attempt
	stayed  bool
	tried   bool
	jails   bool
	died    float64
}

func (f *follower) happened(e Event) {
	day := e.Day() - f.life.Enrolled
	if day >= f.life.Exit && e.Kind != EventDied && e.Kind != EventEnded && e.Kind != EventDelisted {
		return
	}
	switch e.Kind {
	case EventJailed:
		f.jails = true
	case EventDied:
		f.died = day
	}
	if e.Kind < EventSought || e.Kind > EventReneged && e.Kind < EventCompleted || e.Kind > EventEnded && e.Kind != EventDelisted ||
		!f.m.services[e.Arg].treats {
		return
	}
	jailOr := func(jailed, died Treatment) Treatment {
		if f.died > 0 {
			return died
		}
		return jailed
	}
	switch end := (map[EventKind]Treatment{EventLeft: HasLeft, EventCompleted: HasCompleted, EventEnded: jailOr(JailedIn, DiedIn)}); e.Kind {
	case EventSought:
		f.tried = true
		f.waiting |= 1 << e.Arg
	case EventAdmitted:
		f.waiting &^= 1 << e.Arg
		f.in, f.stayed = int(e.Arg), true
	case EventLeft, EventCompleted, EventEnded:
		f.in, f.ended = -1, end[e.Kind]
	case EventReneged, EventDelisted:
		f.waiting &^= 1 << e.Arg
		if !f.stayed {
			f.ended = map[EventKind]Treatment{EventReneged: GaveUp, EventDelisted: jailOr(JailedWaiting, DiedWaiting)}[e.Kind]
		}
	}
}

func (f *follower) treatment() Treatment {
	switch {
	case f.in >= 0:
		return StillIn
	case !f.tried:
		return NeverSought
	case !f.stayed && f.waiting != 0:
		return StillWaiting
	}
	return f.ended
}

// TestVisitsShowStates: what a visit shows is what its outcome says.
func TestVisitsShowStates(t *testing.T) {
	m := compile(t, wholeTOML+"[[outcome]]\nname=\"home\"\nvariable=\"housed\"\nat_days=90\n[[outcome]]\nname=\"job\"\nvariable=\"employed\"\nat_days=90\n")
	s := m.Show(1, 0)
	home, job := s.Observed.Outcomes[0].Value, s.Observed.Outcomes[1].Value
	made, jailed, treated := 0, 0, 0
	for _, v := range s.Visits {
		if v.Visit != 1 {
			continue
		}
		if math.IsNaN(home[v.Client]) == v.Made || math.IsNaN(v.Day) == v.Made {
			t.Fatalf("%+v, but the outcome is %v", v, home[v.Client])
		}
		if v.Made && (v.Housed != (home[v.Client] == 1) || v.Employed != (job[v.Client] == 1) || v.Day < v.Planned || v.Day > v.Planned+10) {
			t.Errorf("%+v, but home %v and job %v", v, home[v.Client], job[v.Client])
		}
		if v.Made {
			made++
		}
		jailed += int(yes(v.Jailed))
		treated += int(yes(v.InTreatment))
	}
	if jailed == 0 || treated == 0 || jailed+treated > made {
		t.Errorf("%d visits made, %d in jail, %d in treatment", made, jailed, treated)
	}
}
