package scenarios

import (
	"slices"

	"caseload/sim/portable"
)

// Multiplied returns the program with k times its effects. A multiple of an effect is
// one of its logarithm: a hazard ratio to that power, so many times the points,
// and of a chance that a contact acts at once as many tries of it (none below 0).
// An effect that reaches a quantity is the hazard ratio that solved gives, by its
// place among the effects, as the scenario would spell it. Of a share that contacts bring
// it is as many times the cumulative hazard that each adds, which the share is solved for.
func (p Program) Multiplied(k float64, solved func(effect int) float64) Program {
	p.Effects = slices.Clone(p.Effects)
	for i := range p.Effects {
		e := &p.Effects[i]
		if e.Reaches != nil || e.Over != nil {
			e.HazardRatio, e.Reaches, e.Over = solved(i), nil, nil
		}
		if e.HazardRatio > 0 {
			e.HazardRatio = portable.Pow(e.HazardRatio, k)
		}
		e.Points *= k
		if e.Probability > 0 {
			e.Probability = -portable.Expm1(max(0, k) * portable.Log1p(-e.Probability))
		}
		if e.Brings != nil {
			times, b := max(0, k), *e.Brings
			b.Times, e.Brings = &times, &b
		}
	}
	return p
}

// multiplied returns the shares with k times the cumulative hazard that they add.
func (b *Brings) multiplied(k float64) *Brings {
	times := func(share float64) float64 {
		return float64(b.Reachable * -portable.Expm1(k*portable.Log1p(-share/b.Reachable)))
	}
	m := *b
	m.Points = slices.Clone(b.Points)
	for i := range m.Points {
		m.Points[i].Share = times(m.Points[i].Share)
	}
	if len(m.Points) == 0 {
		m.Share = times(b.Share)
	}
	return &m
}
