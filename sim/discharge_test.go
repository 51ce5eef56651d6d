package sim

import "testing"

// Whoever sums stays from the events found some without an end: nothing was said of
// those that loss, where it ends all, or the end of follow-up cut off.
func TestEveryStayHasAnEndAmongTheEvents(t *testing.T) {
	counts := map[EventKind]int{}
	closed(t, compile(t, wholeTOML+wholeOutcomes(), `attrition.ends="all"`), counts)
	closed(t, compile(t, crowdedTOML, `service.clinic.after_followup="leave"`), counts)
	if counts[EventDischarged] == 0 || counts[EventDropped] == 0 {
		t.Errorf("%d discharged, %d dropped", counts[EventDischarged], counts[EventDropped])
	}
}

// closed checks that what begins at a service also ends, in one trial.
func closed(t *testing.T, m *Model, counts map[EventKind]int) {
	t.Helper()
	open, s := map[[2]int]EventKind{}, m.Show(1, 0)
	for _, e := range s.Events {
		at := [2]int{int(e.Client), int(e.Arg)}
		switch counts[e.Kind]++; e.Kind {
		case EventQueued, EventAdmitted:
			open[at] = e.Kind
		case EventLeft, EventReneged, EventCompleted, EventMoved, EventEnded, EventDelisted:
			delete(open, at)
		case EventDischarged, EventDropped:
			want := map[EventKind]EventKind{EventDischarged: EventAdmitted, EventDropped: EventQueued}[e.Kind]
			if open[at] != want {
				t.Fatalf("client %d, service %d: %v follows %v", e.Client, e.Arg, e.Kind, open[at])
			}
			if l := &s.Clients[e.Client]; e.Day()-l.Enrolled < l.Exit-1e-9 {
				t.Errorf("client %d: %v on day %v, exit on %v", e.Client, e.Kind, e.Day()-l.Enrolled, l.Exit)
			}
			delete(open, at)
		}
	}
	for at, kind := range open {
		v := &m.services[at[1]]
		if !v.finite || !v.stays {
			t.Errorf("client %d: %v in %s has no end", at[0], kind, v.name)
		}
	}
}
