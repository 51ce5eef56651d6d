package figure

import (
	"slices"

	"caseload/results/explain"
	"caseload/results/report"
)

// inPoints is the explanation with proportions in percentage points, as tables
// have them; any other as it is.
func inPoints(e *explain.Explanation) *explain.Explanation {
	if e.Unit != "proportion" {
		return e
	}
	out := *e
	out.Unit = "pp"
	times(&out.Ideal.Units, &out.Ideal.UnitsMCSE, &out.Observed.Units, &out.Observed.UnitsMCSE)
	out.Factors = slices.Clone(e.Factors)
	for k := range out.Factors {
		f := &out.Factors[k]
		times(&f.After.Units, &f.After.UnitsMCSE, &f.UnitsStep, &f.UnitsStepMCSE, &f.UnitsShapley, &f.UnitsShapleyMCSE)
	}
	if e.Dilution != nil {
		d := *e.Dilution
		d.Shares = slices.Clone(d.Shares)
		for k := range d.Shares {
			for _, x := range []*explain.Diluted{&d.Shares[k].Overall, &d.Shares[k].Member, &d.Shares[k].Interaction} {
				times(&x.Effect, &x.EffectMCSE, &x.Theory, &x.TheoryMCSE)
			}
		}
		out.Dilution = &d
	}
	return &out
}

// times makes proportions percentages.
func times(numbers ...*report.Number) {
	for _, n := range numbers {
		*n *= 100
	}
}
