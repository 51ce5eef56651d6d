package figure

import (
	"caseload/results/run"
	"caseload/results/trial"
)

// Set is the figures of a run. Those that there is nothing for are nil.
type Set struct {
	Flow, Effects, Bias, Zip *Figure
	Survival                 []*Figure
	States, Loads            *Figure
}

// NewSet draws a run. The history may be nil: what needs it is then left out.
func NewSet(r *run.Run, intervals []run.Intervals, h *trial.History) *Set {
	s := &Set{Effects: Effects(r), Bias: Bias(r), Zip: Zip(r, intervals)}
	if h != nil {
		s.Flow, s.Survival, s.States, s.Loads = Flow(h, r), Survival(h, r.Labels), States(h, r.Labels), Loads(h, r.Labels)
	}
	return s
}

// All are the figures that there are, in the order of a report.
func (s *Set) All() (all []*Figure) {
	list := append([]*Figure{s.Flow, s.Effects}, s.Survival...)
	for _, f := range append(list, s.States, s.Loads, s.Bias, s.Zip) {
		if f != nil {
			all = append(all, f)
		}
	}
	return all
}
