package scenarios

import (
	"slices"

	"caseload/sim/portable"
)

// Multiplied returns the program with k times its effects. A multiple of an effect is
// one of its logarithm: a hazard ratio to that power, so many times the points,
// and of a chance that a contact acts at once as many tries of it (none below 0).
// An effect that reaches a quantity is the hazard ratio that solved gives, by its
// place among the effects, as the scenario would spell it.
func (p Program) Multiplied(k float64, solved func(effect int) float64) Program {
	p.Effects = slices.Clone(p.Effects)
	for i := range p.Effects {
		e := &p.Effects[i]
		if e.Reaches != nil {
			e.HazardRatio, e.Reaches = solved(i), nil
		}
		if e.HazardRatio > 0 {
			e.HazardRatio = portable.Pow(e.HazardRatio, k)
		}
		e.Points *= k
		if e.Probability > 0 {
			e.Probability = -portable.Expm1(max(0, k) * portable.Log1p(-e.Probability))
		}
	}
	return p
}
