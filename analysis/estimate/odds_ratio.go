package estimate

import (
	"caseload/analysis/measure"
	"caseload/sim/portable"
	"math"
)

// oddsRatio is the log odds ratio with Woolf's standard error,
// sqrt(1/a + 1/b + 1/c + 1/d) (Woolf 1955), a Wald interval and z test. A
// table with a zero has no estimate: EmptyCell.
type oddsRatio struct{}

func (oddsRatio) Method() Method {
	return Method{Name: "odds_ratio", Kinds: Binary, Measure: measure.LogOR}
}

func (oddsRatio) Fit(d *Data, alpha float64, w *Work) Estimate {
	t, status := count(d)
	if status != OK {
		return failed(len(d.Y), status)
	}
	if t.x1 == 0 || t.x1 == t.n1 || t.x0 == 0 || t.x0 == t.n0 {
		return failed(len(d.Y), EmptyCell)
	}
	ev1, non1 := float64(t.x1), float64(t.n1-t.x1)
	ev0, non0 := float64(t.x0), float64(t.n0-t.x0)
	value := portable.Log(ev1 / non1 * non0 / ev0)
	se := math.Sqrt(1/ev1 + 1/non1 + 1/ev0 + 1/non0)
	e := waldZ(value, se, len(d.Y), alpha, w)
	e.SMD = t.smd()
	return e
}
