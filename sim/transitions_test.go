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
	EventStarted:  {EventContact, EventFinished},
	EventContact:  {EventContact, EventFinished},
}

// Every step that a client takes is in the diagram, and every arrow of the
// diagram is taken by somebody.
func TestClientsKeepToTheDiagram(t *testing.T) {
	type arrow struct{ from, to EventKind }
	taken := map[arrow]bool{}
	rapid.Check(t, func(t *rapid.T) {
		m := compile(t, crowdedTOML, drawSets(t)...)
		w := m.NewWorkspace()
		w.log = &eventLog{}
		w.Begin(1, rapid.IntRange(0, 1000).Draw(t, "replicate"))
		w.Trial()
		last := map[[2]int]EventKind{} // [client, machine]; machine -1 is the service
		for _, e := range w.log.events {
			machine, next := machineOf(e)
			if next == nil {
				continue
			}
			key := [2]int{int(e.Client), machine}
			from := last[key] // EventEnrolled at first
			last[key] = e.Kind
			taken[arrow{from, e.Kind}] = true
			if !slices.Contains(next[from], e.Kind) {
				t.Fatalf("client %d: %v after %v on day %.3f", e.Client, e.Kind, from, e.Day())
			}
		}
	})
	for _, table := range []map[EventKind][]EventKind{follows, programFollows} {
		for from, list := range table {
			for _, to := range list {
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
	case EventRefused, EventAwaiting, EventStarted, EventContact, EventFinished:
		return int(e.Arg), programFollows
	}
	return 0, nil
}
