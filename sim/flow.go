package sim

import "math"

// ArmFlow is the way of an arm's clients through the trial, as CONSORT asks
// for. Each count is of clients, each counted once however often it happened
// to them, until the end of their follow-up; unhappy endings are counted like
// happy ones.
type ArmFlow struct {
	Arm       string
	Allocated int
	Programs  []ProgramFlow // in the arm's order
	Services  []ServiceFlow // by name
	Lost      int           // to the study
	Visits    []VisitFlow
	Outcomes  []OutcomeFlow // in the scenario's order
}

// ProgramFlow is what became of an offer. Refused, Started and Awaiting add
// up to the clients allocated.
type ProgramFlow struct {
	Program   string
	Refused   int
	Started   int
	Awaiting  int // still on the list for a case manager at the end
	Contacted int // at least once
}

// ServiceFlow is what became of those who might seek a service.
type ServiceFlow struct {
	Service  string
	Sought   int
	Queued   int // found no free slot
	Admitted int
	Reneged  int // gave up a place on the list
	Left     int
}

// VisitFlow is what became of a visit. The three add up to the clients
// allocated.
type VisitFlow struct {
	Day                float64
	Made, Missed, Lost int // lost: to the study, before the visit
}

// OutcomeFlow is who is analysed for an outcome: InSet less Missing.
type OutcomeFlow struct {
	Outcome           string
	InSet             int // of the analysis
	Missing, Analysed int
}

// flow counts the clients of each arm at each step.
func (w *Workspace) flow(s *Shown) []ArmFlow {
	flows := make([]ArmFlow, w.m.arms)
	for a := range flows {
		flows[a] = w.m.newFlow(a)
	}
	for i := range s.Clients {
		l := &s.Clients[i]
		flows[l.Arm].Allocated++
		if !math.IsNaN(l.Lost) {
			flows[l.Arm].Lost++
		}
	}
	w.countEvents(flows, s)
	for k := range s.Visits {
		v := &s.Visits[k]
		switch f := &flows[s.Clients[v.Client].Arm].Visits[v.Visit]; {
		case v.Made:
			f.Made++
		case v.Lost:
			f.Lost++
		default:
			f.Missed++
		}
	}
	for k := range s.Observed.Outcomes {
		c := &s.Observed.Outcomes[k]
		for i, in := range c.In {
			if f := &flows[w.arm[i]].Outcomes[k]; in {
				f.InSet++
				if math.IsNaN(c.Value[i]) {
					f.Missing++
				} else {
					f.Analysed++
				}
			}
		}
	}
	return flows
}

func (m *Model) newFlow(arm int) ArmFlow {
	f := ArmFlow{Arm: m.Scenario.Arms[arm].Name}
	for _, k := range m.byArm[arm] {
		f.Programs = append(f.Programs, ProgramFlow{Program: m.programs[k].name})
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
		seen[h] = true
		arm := w.arm[e.Client]
		switch e.Kind {
		case EventRefused, EventAwaiting, EventStarted, EventContact:
			for k, p := range w.m.byArm[arm] {
				if p == int(e.Arg) {
					flows[arm].Programs[k].count(e.Kind, seen[happening{e.Client, EventAwaiting, e.Arg}])
				}
			}
		case EventSought, EventQueued, EventAdmitted, EventReneged, EventLeft:
			flows[arm].Services[e.Arg].count(e.Kind)
		}
	}
}

func (f *ProgramFlow) count(kind EventKind, awaited bool) {
	switch kind {
	case EventRefused:
		f.Refused++
	case EventAwaiting:
		f.Awaiting++
	case EventStarted:
		f.Started++
		if awaited {
			f.Awaiting--
		}
	case EventContact:
		f.Contacted++
	}
}

func (f *ServiceFlow) count(kind EventKind) {
	switch kind {
	case EventSought:
		f.Sought++
	case EventQueued:
		f.Queued++
	case EventAdmitted:
		f.Admitted++
	case EventReneged:
		f.Reneged++
	case EventLeft:
		f.Left++
	}
}
