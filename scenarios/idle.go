package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// Idle names the effects of programs that clients of some arm can be offered which do nothing, by their
// keys, each with why.
func (s *Scenario) Idle() (found []Problem) {
	for _, name := range sortedKeys(s.Programs) {
		p := s.Programs[name]
		if !s.offered(name) {
			continue
		}
		for i, e := range p.Effects {
			if why := e.idle(p.differ()); why != "" {
				path := layer.At(layer.Join("program", name)+".effect", i)
				found = append(found, s.Problem(path, why, ""))
			}
		}
	}
	return found
}

// offered reports whether clients of some arm can be offered the program.
func (s *Scenario) offered(program string) bool {
	for a := range s.Arms {
		if slices.Contains(s.Offered(a), program) {
			return true
		}
	}
	return false
}

// idle returns why the effect does nothing, "" if it does something. Case managers who
// differ give a ratio of 1, or no points, a spread.
func (e *Effect) idle(differ bool) string {
	switch {
	case e.HazardRatio == 1 && !differ:
		return "a hazard ratio of 1"
	case e.HazardRatio != 0 || e.Reaches != nil || e.Over != nil || e.Brings != nil:
		return ""
	case isScore(e.On):
		if e.Points == 0 && !differ {
			return "0 points"
		}
	case e.Probability == 0:
		return "a probability of 0"
	}
	return ""
}
