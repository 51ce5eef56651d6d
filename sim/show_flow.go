package sim

import (
	"math"
	"slices"

	"caseload/sim/calendar"
)

// ArmFlow is the way of an arm's clients through the trial, as CONSORT asks
// for. Each count is of clients, each counted once however often it happened
// to them, until the end of their follow-up; unhappy endings are counted like
// happy ones.
type ArmFlow struct {
	Arm          string
	Allocated    int
	Contaminated int           // got the programs of another arm instead
	Programs     []ProgramFlow // the arm's, in its order, those that decisions add, then others that contaminated clients can get
	Services     []ServiceFlow // by name
	Jailed       int           // some of the time
	Died         int
	Lost         int // to the study
	Visits       []VisitFlow
	Outcomes     []OutcomeFlow // in the scenario's order
}

// ProgramFlow counts what became of an offer. Refused, Started and Awaiting add
// up to the clients offered: of an arm's own program, all who got what the arm
// is meant to give; of another arm's, those contaminated.
type ProgramFlow struct {
	Program   string
	Foreign   bool // not of this arm: it comes to contaminated clients
	Offered   int
	Refused   int
	Started   int
	Awaiting  int // still on the list for a case manager at the end
	Contacted int // at least once
}

// ServiceFlow counts what became of those who might seek a service. Whoever comes
// back can be in several counts.
type ServiceFlow struct {
	Service   string
	Sought    int
	Queued    int // found no free slot
	Reneged   int // gave up a place on the list
	Delisted  int // lost it by jail or death
	Waiting   int // have it still at the end
	Admitted  int
	Completed int // a planned stay
	Moved     int // to another substance-use service
	Left      int // before completing
	Ended     int // by jail or death
}

// VisitFlow counts what became of a visit. The five add up to the clients
// allocated. NotDue are those whose visit is due after the end of the trial, Lost those
// of the others lost to the study before the visit, and Died those who were not lost.
type VisitFlow struct {
	Day                      float64
	Made, Missed, Lost, Died int
	NotDue                   int
}

// OutcomeFlow is who is analysed for an outcome: InSet less Missing. The four reasons
// add up to those missing: NotDue are those for whom the trial ends before, Lost those
// of the others who were lost to the study before, and Died those who were not lost.
type OutcomeFlow struct {
	Outcome            string
	InSet              int // of the analysis
	Missing, Analysed  int
	NotDue, Lost, Died int
	Unseen             int // for any other reason: a visit missed
}

// flow counts the clients of each arm at each step.
func (w *Workspace) flow(s *Shown) []ArmFlow {
	flows := make([]ArmFlow, w.m.arms)
	for a := range flows {
		flows[a] = w.m.NewFlow(a)
	}
	for i := range s.Clients {
		w.countClient(&flows[s.Clients[i].Arm], &s.Clients[i], i)
	}
	w.countEvents(flows, s)
	for k := range s.Visits {
		v := &s.Visits[k]
		flows[s.Clients[v.Client].Arm].Visits[v.Visit].count(v)
	}
	for k := range s.Observed.Outcomes {
		c := &s.Observed.Outcomes[k]
		for i, in := range c.In {
			if f := &flows[w.arm[i]].Outcomes[k]; in {
				f.InSet++
				if math.IsNaN(c.Value[i]) {
					f.Missing++
					*f.reason(w, s, k, i)++
				} else {
					f.Analysed++
				}
			}
		}
	}
	return flows
}

// reason returns the count of why client i has no value of outcome k.
func (f *OutcomeFlow) reason(w *Workspace, s *Shown, k, i int) *int {
	o, l := &w.m.outcomes[k], &s.Clients[i]
	from, _ := w.span(o, w.client(i))
	due := calendar.Days(from + o.at - w.client(i).enrol)
	lost, died := l.Lost <= due, l.Died <= due
	if o.visit >= 0 {
		v := &s.Visits[i*len(w.m.visits)+o.visit]
		lost, died = v.Lost, v.Died
	}
	switch {
	case w.notDue(o, w.client(i)):
		return &f.NotDue
	case lost:
		return &f.Lost
	case died:
		return &f.Died
	}
	return &f.Unseen
}

// NewFlow returns the flow of an arm before anybody is allocated to it.
func (m *Model) NewFlow(arm int) ArmFlow {
	f := ArmFlow{Arm: m.Scenario.Arms[arm].Name}
	for _, k := range m.programsOf(arm) {
		f.Programs = append(f.Programs, ProgramFlow{Program: m.programs[k].name, Foreign: m.available[arm]>>k&1 == 0})
	}
	for k := range m.services {
		f.Services = append(f.Services, ServiceFlow{Service: m.services[k].name})
	}
	for _, day := range m.Scenario.Trial.FollowUpDays {
		f.Visits = append(f.Visits, VisitFlow{Day: day})
	}
	for k := range m.outcomes {
		f.Outcomes = append(f.Outcomes, OutcomeFlow{Outcome: m.outcomes[k].name})
	}
	return f
}

// programsOf returns the programs that clients of the arm can get: its own, those that
// decisions add, and then those of the arm that contaminates it.
func (m *Model) programsOf(arm int) []int {
	all := slices.Clone(m.byArm[arm])
	for k := range m.programs {
		if m.available[arm]>>k&1 != 0 && !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	if c := m.design.contamination; c != nil && c[arm].probability > 0 {
		for _, k := range m.byArm[c[arm].arm] {
			if !slices.Contains(all, k) {
				all = append(all, k)
			}
		}
	}
	return all
}

// countClient counts what holds of a client as a whole.
func (w *Workspace) countClient(f *ArmFlow, l *Life, i int) {
	add := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	add(&f.Allocated, true)
	add(&f.Contaminated, w.Contaminated(i))
	add(&f.Jailed, l.DaysJailed > 0)
	add(&f.Died, !math.IsNaN(l.Died))
	add(&f.Lost, !math.IsNaN(l.Lost))
	for row, k := range w.m.programsOf(l.Arm) {
		add(&f.Programs[row].Offered, w.careOf(w.client(i), k).offers > 0)
	}
	exit := w.client(i).exit()
	waits := uint64(0) // services that the client is on the list of
	for k := w.client(i).first; k >= 0; k = w.spells[k].next {
		sp := &w.spells[k]
		if sp.Sought < exit && !(sp.Admitted >= 0 && sp.Admitted < exit) && !w.ended(sp) {
			waits |= 1 << sp.Service
		}
	}
	for k := range f.Services {
		add(&f.Services[k].Waiting, waits>>k&1 != 0)
	}
}

func (f *VisitFlow) count(v *Visit) {
	switch {
	case v.Made:
		f.Made++
	case v.NotDue:
		f.NotDue++
	case v.Lost:
		f.Lost++
	case v.Died:
		f.Died++
	default:
		f.Missed++
	}
}

// happening is a client's first event of a kind about one program or service.
type happening struct {
	client int32
	kind   EventKind
	about  uint8
}

// countEvents counts programs and services.
func (w *Workspace) countEvents(flows []ArmFlow, s *Shown) {
	seen := map[happening]bool{}
	for _, e := range s.Events {
		h := happening{e.Client, e.Kind, e.Arg}
		if seen[h] || e.Tick-w.client(int(e.Client)).enrol >= w.m.horizon {
			continue
		}
		arm := w.arm[e.Client]
		switch e.Kind {
		case EventRefused, EventAwaiting, EventStarted, EventContact:
			row := slices.Index(w.m.programsOf(int(arm)), int(e.Arg))
			before := func(kind EventKind) bool { return seen[happening{e.Client, kind, e.Arg}] }
			flows[arm].Programs[row].count(e.Kind, before)
		case EventSought, EventQueued, EventAdmitted, EventReneged, EventDelisted, EventCompleted, EventMoved, EventLeft, EventEnded:
			*flows[arm].Services[e.Arg].counts(e.Kind)++
		}
		seen[h] = true
	}
}

// count counts the first event of a kind. Where a program is offered again, a client
// counts once, as having started it, or else as waiting for a case manager.
func (f *ProgramFlow) count(kind EventKind, before func(EventKind) bool) {
	switch started, awaited, refused := before(EventStarted), before(EventAwaiting), before(EventRefused); kind {
	case EventRefused:
		if !started && !awaited {
			f.Refused++
		}
	case EventAwaiting:
		if !started {
			f.Awaiting++
			f.Refused -= one(refused)
		}
	case EventStarted:
		f.Started++
		if awaited {
			f.Awaiting--
		} else {
			f.Refused -= one(refused)
		}
	case EventContact:
		f.Contacted++
	}
}

// counts returns the count of an event about the service.
func (f *ServiceFlow) counts(kind EventKind) *int {
	return map[EventKind]*int{EventSought: &f.Sought, EventQueued: &f.Queued, EventReneged: &f.Reneged,
		EventDelisted: &f.Delisted, EventAdmitted: &f.Admitted, EventCompleted: &f.Completed, EventMoved: &f.Moved,
		EventLeft: &f.Left, EventEnded: &f.Ended}[kind]
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
