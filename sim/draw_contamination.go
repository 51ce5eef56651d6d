package sim

import (
	"caseload/scenarios"
	"caseload/sim/stream"
)

var purposeContamination = stream.NewPurpose("contamination")

// contamination gives clients of an arm another arm's programs.
type contamination struct {
	arm         uint8
	probability float64
}

func (m *Model) compileContamination(sc *scenarios.Scenario) {
	for a := range sc.Arms {
		c := sc.Arms[a].Contamination
		if c == nil || c.Probability == 0 {
			continue
		}
		if m.design.contamination == nil {
			m.design.contamination = make([]contamination, m.arms)
		}
		m.design.contamination[a] = contamination{uint8(m.arm(c.Arm)), c.Probability}
	}
}

// drawContamination draws what decides contamination: one number a client,
// whatever the arm, so that worlds share it.
func (w *Workspace) drawContamination() {
	for i := range w.design.exposure {
		r := w.keyOf(i).Stream(purposeContamination)
		w.design.exposure[i] = r.Uniform()
	}
}

// Contaminated reports whether client i of the world that was run last got the
// programs of another arm.
func (w *Workspace) Contaminated(i int) bool { return w.careIn(i, w.arm[i]) != w.arm[i] }

// careIn returns the arm whose programs client i gets in an arm.
func (w *Workspace) careIn(i int, arm uint8) uint8 {
	if c := w.m.design.contamination; c != nil && w.off&noContamination == 0 && w.design.exposure[i] < c[arm].probability {
		return c[arm].arm
	}
	return arm
}

// careArm returns the arm whose programs client i gets. The sample on which hazards
// are solved is without contamination: a natural quantity holds among those who
// get what the arm is meant to give.
func (w *Workspace) careArm(i int) uint8 {
	if w.sample {
		return w.arm[i]
	}
	return w.careIn(i, w.arm[i])
}

// otherCare returns the arm whose programs some clients of the arm get, itself if none do.
func (m *Model) otherCare(arm int) int {
	if c := m.design.contamination; c != nil && c[arm].probability > 0 {
		return int(c[arm].arm)
	}
	return arm
}
