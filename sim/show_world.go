package sim

import (
	"cmp"
	"slices"
)

// ShowWorld runs one replicate with everyone in an arm, nobody lost to the study, with
// every event on record: the world in which the truth of the arm is read. Clients, their
// draws and those of their case managers are those of Show. It has no record of
// the trial and no flow.
func (m *Model) ShowWorld(seed int64, replicate, arm int) *Shown {
	w := m.NewWorkspace()
	w.plain = true // events in the order of the trial's calendar
	w.log = &eventLog{}
	w.Begin(seed, replicate)
	w.enter(arm)
	w.live()
	s := &Shown{Events: w.log.events, Background: w.log.background}
	slices.SortStableFunc(s.Events, func(a, b Event) int { return cmp.Compare(a.Tick, b.Tick) })
	s.Clients = w.summaries(s.Events)
	return s
}
