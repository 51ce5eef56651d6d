package trial

import (
	"fmt"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim"
)

// Trace returns one client's life, a line an event.
func (t *Trial) Trace(client int) (*report.Document, error) {
	if client < 0 || client >= len(t.shown.Clients) {
		return nil, fmt.Errorf("client %d: this trial has clients 0 to %d", client, len(t.shown.Clients)-1)
	}
	d := &report.Document{}
	l := &t.shown.Clients[client]
	site := fmt.Sprint(l.Site)
	if name := t.model.Scenario.SiteName(l.Site); name != "" {
		site += " (" + name + ")"
	}
	d.Item(fmt.Sprintf("Client %d of %s (seed %d, replicate %d): arm %s, site %s.", client, t.Scenario, t.Seed, t.Replicate,
		t.model.Scenario.Arms[l.Arm].Name, site))
	if traits := t.describe(client); traits != "" {
		d.Item("Has " + traits + ".")
	}
	if t.shown.Observed.Contaminated[client] {
		d.Item("Gets the programs of another arm (contamination).")
	}
	d.Gap()
	d.Line("    day  calendar  what happened")
	for _, line := range t.life(client) {
		d.Line(line)
	}
	return d, nil
}

// life is the lines of a client's events, with the end of follow-up among them.
func (t *Trial) life(client int) (lines []string) {
	l := &t.shown.Clients[client]
	add := func(day, calendar float64, text string) {
		lines = append(lines, fmt.Sprintf("%7.2f  %8.2f  %s", day, calendar, text))
	}
	over, cause := false, ""
	end := func() {
		if !over {
			over = true
			add(l.Exit, l.Enrolled+l.Exit, "end of follow-up: "+l.Treatment.String())
		}
	}
	for _, e := range t.shown.Events {
		if int(e.Client) != client {
			continue
		}
		switch e.Kind {
		case sim.EventJailed:
			cause = "jail"
		case sim.EventDied:
			cause = "death"
		}
		text := t.words(e, cause)
		if after(t.shown, e) {
			end()
			text += " (after follow-up)"
		}
		add(since(t.shown, e), e.Day(), text)
	}
	end()
	return lines
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

// words says what an event is. The cause is what last took the client away.
func (t *Trial) words(e sim.Event, cause string) string {
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
	case sim.EventMet:
		return "met what the decision " + about + " asks"
	case sim.EventRandomized:
		return "randomized again, to " + about
	case sim.EventStopped:
		return "taken out of the program " + about
	case sim.EventManagerLeft:
		return "case manager of " + about + " left"
	case sim.EventHandedOver:
		return "taken over by a case manager of " + about
	case sim.EventSought:
		return "sought " + about
	case sim.EventQueued:
		return "found no free slot at " + about + ": put on the waiting list"
	case sim.EventAdmitted:
		return "admitted to " + about
	case sim.EventLeft:
		return "left " + about
	case sim.EventCompleted:
		return "completed the stay in " + about
	case sim.EventMoved:
		return "moved there from " + about
	case sim.EventEnded:
		return "stay in " + about + " ended by " + cause
	case sim.EventReneged:
		return "gave up waiting for " + about
	case sim.EventDelisted:
		return "lost the place on the waiting list of " + about + " by " + cause
	case sim.EventDischarged:
		return "in " + about + " until here: nothing more is simulated of the stay"
	case sim.EventDropped:
		return "on the waiting list of " + about + " until here"
	case sim.EventHappened:
		return "event: " + t.labels().Event(about)
	case sim.EventDied:
		if about != "" {
			return "died of the event: " + t.labels().Event(about)
		}
	case sim.EventVisit:
		return "visit of " + about + " made"
	}
	return alone[e.Kind]
}

// alone says what the events are that are about the client alone.
var alone = map[sim.EventKind]string{
	sim.EventQuit:       "stopped using",
	sim.EventRelapse:    "used again",
	sim.EventLost:       "lost to the study",
	sim.EventArrested:   "arrested",
	sim.EventJailed:     "jailed",
	sim.EventReleased:   "released from jail",
	sim.EventRisk:       "took a risk (risk event)",
	sim.EventHoused:     "found a stable home",
	sim.EventUnhoused:   "lost the stable home",
	sim.EventEmployed:   "found a job",
	sim.EventUnemployed: "lost the job",
	sim.EventDied:       "died",
}
