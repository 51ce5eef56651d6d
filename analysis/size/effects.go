package size

import (
	"slices"

	"caseload/analysis/measure"
	"caseload/scenarios"
)

// acts reports whether the programs that make the arms differ do anything.
func (d *designer) acts() bool {
	return slices.ContainsFunc(d.q.offered, func(name string) bool {
		return slices.ContainsFunc(d.q.sc.Programs[name].Effects, func(e scenarios.Effect) bool {
			return e.Reaches != nil || e.Travels() || e.Points != 0 || e.Probability > 0 || e.HazardRatio > 0 && e.HazardRatio != 1
		})
	})
}

// multiplied returns a program with so many times its effects.
func (d *designer) multiplied(name string, k float64) scenarios.Program {
	return d.q.sc.Programs[name].Multiplied(k, func(effect int) float64 { return d.base.SolvedRatio(name, effect) })
}

// multiples returns the effects at a multiple of them.
func (r *runner) multiples(k Interval) (list []Multiplied) {
	d := r.d
	for _, name := range d.q.offered {
		one := d.multiplied(name, 1)
		at := [3]scenarios.Program{d.multiplied(name, float64(k.Value)), d.multiplied(name, float64(k.Low)), d.multiplied(name, float64(k.High))}
		for i := range one.Effects {
			pick := func(of func(*scenarios.Effect) float64) (measure.Number, Interval) {
				return measure.Number(of(&one.Effects[i])), newInterval(of(&at[0].Effects[i]), of(&at[1].Effects[i]), of(&at[2].Effects[i]))
			}
			m := Multiplied{Program: name, On: one.Effects[i].On, In: one.Effects[i].In, Kind: "hazard_ratio"}
			switch e := &one.Effects[i]; {
			case e.Points != 0:
				m.Kind = "points"
				m.Written, m.Interval = pick(func(e *scenarios.Effect) float64 { return e.Points })
			case e.Brings != nil:
				m.Kind = "share"
				m.Written, m.Interval = pick(func(e *scenarios.Effect) float64 { return e.Brings.Multiple() })
			case e.Probability > 0:
				m.Kind = "probability"
				m.Written, m.Interval = pick(func(e *scenarios.Effect) float64 { return e.Probability })
			default:
				m.Written, m.Interval = pick(func(e *scenarios.Effect) float64 { return e.HazardRatio })
			}
			list = append(list, m)
		}
	}
	return list
}
