package sim

import (
	"fmt"

	"caseload/sim/calendar"
)

// Counts are the model events of one world.
type Counts struct {
	Enrolled, Sought, Brought, Admitted, Left, Reneged, Returns int // left and reneged for whatever reason
	Started, Awaited, Contacts                                  int
	UseChanges, Visits, Lost                                    int
	Events, Changes                                             int
	ManagersLost, HandedOver                                    int // by clients whose case manager left
}

// Total returns the number of model events: enrolments, seeking by the client's
// own clock, contacts, admissions, completed stays, reneging, returns, losses,
// changes of use and of other courses, their events, and visits. Clocks that were cancelled or re-aimed, and
// windows that lapsed, are not counted.
func (c Counts) Total() int {
	return c.Enrolled + c.Sought + c.Contacts + c.Admitted + c.Left + c.Reneged + c.Returns + c.Lost + c.UseChanges + c.Visits +
		c.Events + c.Changes
}

// A Spell is one attempt at a service: sought, perhaps admitted, ended. Times
// are ticks of the trial's calendar; -1 for what has not happened.
type Spell struct {
	Client, Service         int32
	Sought, Admitted, Ended int64
	End                     SpellEnd
	next                    int32
}

// SpellEnd is how a spell ended.
type SpellEnd uint8

// The ends of a spell.
const (
	SpellOpen SpellEnd = iota // still waiting or staying when the trial ended
	SpellLeft
	SpellReneged
	SpellCompleted // as planned
	SpellMoved     // to another substance-use service
	SpellJailed
	SpellDied
)

func (w *Workspace) openSpell(c *client, s int, now int64) {
	if len(w.spells) == maxAttempts {
		panic(overrun{fmt.Sprintf("more than %d attempts at services in one world", maxAttempts)})
	}
	at := int32(len(w.spells))
	w.spells = append(w.spells, Spell{Client: int32(c.id), Service: int32(s), Sought: now, Admitted: -1, Ended: -1, next: -1})
	w.stay(c, s).spell = at
	if c.last >= 0 {
		w.spells[c.last].next = at
	} else {
		c.first = at
	}
	c.last = at
}

func (w *Workspace) closeSpell(y *stay, now int64, end SpellEnd) {
	sp := &w.spells[y.spell]
	sp.Ended, sp.End = now, end
}

// EventKind names what happened to a client.
type EventKind uint8

// The kinds of event in a log.
const (
	EventEnrolled EventKind = iota
	EventRefused
	EventAwaiting
	EventStarted
	EventContact
	EventFinished
	EventSought
	EventQueued
	EventAdmitted
	EventLeft
	EventReneged
	EventQuit
	EventRelapse
	EventVisit
	EventLost
	EventCompleted
	EventMoved
	EventEnded // a stay, by jail or death
	EventArrested
	EventJailed
	EventReleased
	EventRisk
	EventHoused
	EventUnhoused
	EventEmployed
	EventUnemployed
	EventDied
	EventDelisted   // a place on a waiting list, by jail or death
	EventDischarged // a stay, by the end of the client's part in the trial
	EventDropped    // a place on a waiting list, by that
	EventManagerLeft
	EventHandedOver // to another case manager
	EventHappened   // an event of the scenario's own
	EventStopped    // a program, before its time
	EventMet        // what a decision asks
	EventRandomized // again, at a decision
)

// An Event is one line of a client's life.
type Event struct {
	Tick   int64
	Client int32
	Kind   EventKind
	Arg    uint8 // arm, program, service, visit, course, decision, or option of all decisions; of a death, 1 + that of the event that was fatal, or 0
}

// Day returns the event's day on the trial's calendar.
func (e Event) Day() float64 { return calendar.Days(e.Tick) }

// eventLog records what happened to the trial's clients, and to the background clients who use
// the services beside them.
type eventLog struct{ events, background []Event }

func (w *Workspace) note(c *client, now int64, kind EventKind, arg uint8) {
	switch {
	case w.log == nil:
	case c.id < w.n:
		w.log.events = append(w.log.events, Event{now, int32(c.id), kind, arg})
	default:
		w.log.background = append(w.log.background, Event{now, int32(c.id), kind, arg})
	}
}

// Counts returns the model events of the last world run.
func (w *Workspace) Counts() Counts { return w.counts }
