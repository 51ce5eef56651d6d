package results

import (
	"fmt"
	"io"
	"strings"

	"caseload/scenarios"
	"caseload/sim"
)

// Trace writes one client's life, a line an event.
func (t *Trial) Trace(w io.Writer, client int, width int) error {
	if client < 0 || client >= len(t.shown.Clients) {
		return fmt.Errorf("client %d: this trial has clients 0 to %d", client, len(t.shown.Clients)-1)
	}
	d := &document{w: w, format: Text, width: width}
	l := &t.shown.Clients[client]
	d.line(fmt.Sprintf("Client %d of %s (seed %d, replicate %d): arm %s, site %d.", client, t.Scenario, t.Seed, t.Replicate,
		t.model.Scenario.Arms[l.Arm].Name, l.Site))
	if traits := t.describe(client); traits != "" {
		d.item("Has " + traits + ".")
	}
	d.line("")
	d.line("    day  calendar  what happened")
	for _, e := range t.shown.Events {
		if int(e.Client) != client {
			continue
		}
		text := t.words(e)
		if t.after(e) {
			text += " (after follow-up)"
		}
		d.line(fmt.Sprintf("%7.2f  %8.2f  %s", t.since(e), e.Day(), text))
	}
	d.line(fmt.Sprintf("%7.2f  %8.2f  end of follow-up: %s", l.Exit, l.Enrolled+l.Exit, l.Treatment))
	return d.err
}

// describe lists the traits of a client.
func (t *Trial) describe(client int) string {
	var parts []string
	for k := range t.model.Scenario.Traits {
		tr := &t.model.Scenario.Traits[k]
		x := t.shown.Observed.Traits[k][client]
		switch tr.Kind {
		case scenarios.Bernoulli:
			if x == 1 {
				parts = append(parts, tr.Name)
			} else {
				parts = append(parts, "not "+tr.Name)
			}
		case scenarios.Categorical:
			parts = append(parts, tr.Name+" "+tr.Levels[int(x)])
		default:
			parts = append(parts, fmt.Sprintf("%s %.3g", tr.Name, x))
		}
	}
	return strings.Join(parts, ", ")
}

// words says what an event is.
func (t *Trial) words(e sim.Event) string {
	about := t.model.Subject(e)
	switch e.Kind {
	case sim.EventEnrolled:
		return "enrolled and randomized to " + about
	case sim.EventRefused:
		return "refused the program " + about
	case sim.EventAwaiting:
		return "put on the list for a case manager of " + about
	case sim.EventStarted:
		return "started the program " + about
	case sim.EventContact:
		return "contact of " + about
	case sim.EventFinished:
		return "finished the program " + about
	case sim.EventSought:
		return "sought " + about
	case sim.EventQueued:
		return "found no free slot at " + about + ": put on the waiting list"
	case sim.EventAdmitted:
		return "admitted to " + about
	case sim.EventLeft:
		return "left " + about
	case sim.EventReneged:
		return "gave up waiting for " + about
	case sim.EventQuit:
		return "stopped using"
	case sim.EventRelapse:
		return "used again"
	case sim.EventVisit:
		return "visit of " + about + " made"
	case sim.EventLost:
		return "lost to the study"
	}
	return e.Kind.String()
}
