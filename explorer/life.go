package explorer

import (
	"fmt"
	"slices"

	"caseload/scenarios"
	"caseload/sim"
)

// Life is one client's life in an arm. Days are since enrolment.
type Life struct {
	Arm   string  `json:"arm"`   // its label
	Drawn bool    `json:"drawn"` // in the trial the client was randomized to it
	Days  float64 `json:"days"`  // of follow-up, or until death
	Bands []Band  `json:"bands"` // by what, then begin
	Marks []Mark  `json:"marks"` // in order of time
}

// Band is a state that lasts: "using", "waiting", "treatment" or "jail".
type Band struct {
	What string  `json:"what"`
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// Mark is what happens on a day: "contact", "visit", "seeks", "arrest" or "death".
type Mark struct {
	What string  `json:"what"`
	Day  float64 `json:"day"`
}

// Lives is one client of one trial in the world of each arm that is compared, with the same
// luck.
type Lives struct {
	Replicate int    `json:"replicate"`
	Client    int    `json:"client"`
	Clients   int    `json:"clients"`
	About     string `json:"about"` // the client's traits
	Using     bool   `json:"using"` // the scenario has a course of use
	Of        []Life `json:"of"`
}

// Lives shows one client of a trial in the worlds in which everyone is in one arm.
func (s *Session) Lives(replicate, client int) (*Lives, error) {
	if client < 0 || client >= s.m.Clients() {
		return nil, fmt.Errorf("client %d: this trial has clients 0 to %d", client, s.m.Clients()-1)
	}
	treated, _ := s.sc.Treated("")
	trial := s.m.Show(s.sc.Seed, replicate)
	out := &Lives{Replicate: replicate, Client: client, Clients: s.m.Clients(), About: s.traits(trial, client), Using: s.hasUse()}
	for _, arm := range []int{treated, s.sc.Control()} {
		world := s.m.ShowWorld(s.sc.Seed, replicate, arm)
		life := s.life(world, client)
		life.Arm, life.Drawn = s.sc.Labels().Arm(s.sc.Arms[arm].Name), trial.Clients[client].Arm == arm
		out.Of = append(out.Of, life)
	}
	return out, nil
}

func (s *Session) hasUse() bool { return slices.Contains(s.sc.States(), scenarios.StateUsing) }

// traits lists a client's traits that are present, and those that are numbers.
func (s *Session) traits(shown *sim.Shown, client int) string {
	text := ""
	for k := range s.sc.Traits {
		t := &s.sc.Traits[k]
		x := shown.Observed.Traits[k][client]
		name := s.sc.Labels().Trait(t.Name)
		switch t.Kind {
		case scenarios.Bernoulli:
			if x != 1 {
				continue
			}
		case scenarios.Categorical:
			name += " " + t.Levels[int(x)]
		default:
			name += fmt.Sprintf(" %.3g", x)
		}
		if text != "" {
			text += ", "
		}
		text += name
	}
	return text
}

// begun are the days on which a client's present states began.
type begun map[string]float64

// life puts a client's events together. Only treatment of substance use is told of, as is
// only what happens until the end of follow-up.
func (s *Session) life(world *sim.Shown, client int) Life {
	c := &world.Clients[client]
	l := Life{Days: c.Exit, Bands: []Band{}, Marks: []Mark{}}
	since := begun{}
	if c.Used && s.hasUse() {
		since["using"] = 0
	}
	for _, e := range world.Events {
		if day := e.Day() - c.Enrolled; int(e.Client) == client && day <= c.Exit {
			s.live(&l, since, e, day)
		}
	}
	for what := range since {
		l.end(since, what, c.Exit)
	}
	slices.SortFunc(l.Bands, func(a, b Band) int {
		if a.What != b.What {
			return slices.Index(bandOrder, a.What) - slices.Index(bandOrder, b.What)
		}
		return int(a.From - b.From)
	})
	return l
}

var bandOrder = []string{"using", "waiting", "treatment", "jail"}

// live applies an event.
func (s *Session) live(l *Life, since begun, e sim.Event, day float64) {
	treats := s.sc.Services[s.m.Subject(e)].Kind == scenarios.SubstanceUse
	begin := func(what string) { since[what] = day }
	switch e.Kind {
	case sim.EventRelapse:
		begin("using")
	case sim.EventQuit:
		l.end(since, "using", day)
	case sim.EventJailed:
		begin("jail")
	case sim.EventReleased:
		l.end(since, "jail", day)
	case sim.EventContact:
		l.Marks = append(l.Marks, Mark{"contact", day})
	case sim.EventVisit:
		l.Marks = append(l.Marks, Mark{"visit", day})
	case sim.EventArrested:
		l.Marks = append(l.Marks, Mark{"arrest", day})
	case sim.EventDied:
		l.Marks = append(l.Marks, Mark{"death", day})
	}
	if !treats {
		return
	}
	switch e.Kind {
	case sim.EventSought:
		l.Marks = append(l.Marks, Mark{"seeks", day})
	case sim.EventQueued:
		begin("waiting")
	case sim.EventAdmitted:
		l.end(since, "waiting", day)
		begin("treatment")
	case sim.EventReneged, sim.EventDelisted:
		l.end(since, "waiting", day)
	case sim.EventLeft, sim.EventCompleted, sim.EventMoved, sim.EventEnded:
		l.end(since, "treatment", day)
	}
}

// end ends a state that the client is in.
func (l *Life) end(since begun, what string, day float64) {
	if from, in := since[what]; in {
		l.Bands = append(l.Bands, Band{what, from, day})
		delete(since, what)
	}
}
