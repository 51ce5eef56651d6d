package sim

import (
	"cmp"
	"slices"
)

// Recorder runs replicates as randomized, one after the other in the same memory,
// and keeps what the study has of each client and visit. It is for one goroutine
// at a time.
type Recorder struct {
	w     *Workspace
	of    shownStates
	shown Shown
}

// NewRecorder makes a recorder. With events it keeps every event, too, which takes
// several times as long.
func (m *Model) NewRecorder(events bool) *Recorder {
	r := &Recorder{w: m.NewWorkspace(), of: m.shownStates()}
	r.w.records = true
	if events {
		r.w.plain = true // events in the order of the trial's calendar
		r.w.log = &eventLog{}
	}
	return r
}

// Show runs a replicate. Of what Show of a model returns it leaves out Flow,
// Screened, and who used at enrolment. All of it is overwritten by the next.
func (r *Recorder) Show(seed int64, replicate int) *Shown {
	w, s := r.w, &r.shown
	if w.log != nil {
		w.log.events, w.log.background = w.log.events[:0], w.log.background[:0]
	}
	w.Begin(seed, replicate)
	s.Observed = w.Trial()
	if w.log != nil {
		s.Events, s.Background = w.log.events, w.log.background
		slices.SortStableFunc(s.Events, func(a, b Event) int { return cmp.Compare(a.Tick, b.Tick) })
	}
	s.Clients, s.Visits = s.Clients[:0], s.Visits[:0]
	for i := range w.n {
		s.Clients = append(s.Clients, w.life(i, &r.of))
		for v := range w.m.visits {
			s.Visits = append(s.Visits, w.visit(i, v, &r.of))
		}
	}
	return s
}
