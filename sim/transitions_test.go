package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// follows says which event may come next after another in one client's
// dealings with a service, as the diagram in doc.go draws them.
var follows = map[EventKind][]EventKind{
	EventEnrolled: {EventSought},
	EventSought:   {EventQueued, EventAdmitted},
	EventQueued:   {EventAdmitted, EventReneged},
	EventAdmitted: {EventLeft},
	EventLeft:     {EventSought}, // return
	EventReneged:  {EventSought},
}

// programFollows does so for a program.
var programFollows = map[EventKind][]EventKind{
	EventEnrolled: {EventRefused, EventAwaiting, EventStarted},
	EventAwaiting: {EventStarted},
	EventStarted:  {EventContact, EventFinished, EventManagerLeft},
	EventContact:  {EventContact, EventFinished, EventManagerLeft},

	EventManagerLeft: {EventHandedOver, EventFinished},
	EventHandedOver:  {EventContact, EventFinished, EventManagerLeft},
}

// arrow is a step from one event to the next.
type arrow struct{ from, to EventKind }

// arrows are the steps that clients take in a replicate, and for each the first
// client who took it.
func arrows(m *Model, replicate int) map[arrow]int32 {
	w := m.NewWorkspace()
	w.log = &eventLog{}
	w.Begin(1, replicate)
	w.Trial()
	taken := map[arrow]int32{}
	last := map[[2]int]EventKind{} // [client, machine]; EventEnrolled at first
	for _, e := range w.log.events {
		machine, next := machineOf(e)
		if next == nil {
			continue
		}
		key := [2]int{int(e.Client), machine}
		step := arrow{last[key], e.Kind}
		if _, known := taken[step]; !known {
			taken[step] = e.Client
		}
		last[key] = e.Kind
	}
	return taken
}

// Every step that a client takes is in the diagram.
func TestClientsKeepToTheDiagram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, crowdedTOML, append(drawSets(t), drawStaffing(t, "manager", false)...)...)
		for step, client := range arrows(m, rapid.IntRange(0, 1000).Draw(t, "replicate")) {
			if !slices.Contains(follows[step.from], step.to) && !slices.Contains(programFollows[step.from], step.to) {
				t.Fatalf("client %d: %v after %v", client, step.to, step.from)
			}
		}
	})
}

// Every arrow of the diagram is taken by somebody.
func TestTheDiagramIsNotIdle(t *testing.T) {
	sets := []string{"service.clinic.slots=5", "program.manager.staff=1", "program.manager.caseload=1",
		"program.manager.contacts={every_days=4}", "program.manager.duration_days=20"}
	staffing := []string{"program.manager.staffing.turnover={per_year=40}", "program.manager.staffing.handover={probability=0.7}"}
	taken := map[arrow]bool{}
	for _, m := range []*Model{compile(t, crowdedTOML, sets...), compile(t, crowdedTOML, append(sets, staffing...)...)} {
		for r := range 20 {
			for step := range arrows(m, r) {
				taken[step] = true
			}
		}
	}
	for _, table := range []map[EventKind][]EventKind{follows, programFollows} {
		for from, list := range table {
			for _, to := range list {
				if to == EventFinished && from == EventStarted {
					continue // a program whose first contact comes after its end
				}
				if !taken[arrow{from, to}] {
					t.Errorf("nobody went from %v to %v", from, to)
				}
			}
		}
	}
}

// machineOf tells which of the client's machines an event moves.
func machineOf(e Event) (int, map[EventKind][]EventKind) {
	switch e.Kind {
	case EventSought, EventQueued, EventAdmitted, EventLeft, EventReneged:
		return -1, follows
	case EventRefused, EventAwaiting, EventStarted, EventContact, EventFinished, EventManagerLeft, EventHandedOver:
		return int(e.Arg), programFollows
	}
	return 0, nil
}
