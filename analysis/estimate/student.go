package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// student is the mean difference with one variance for both arms: Student's
// two-sample t test and interval on n1 + n0 - 2 degrees of freedom. SMD is
// Hedges g.
type student struct{}

func (student) Method() Method {
	return Method{Name: "student", Kinds: Numbers, Measure: measure.MD, Linear: true}
}

func (student) Fit(d *Data, alpha float64, w *Work) Estimate {
	m, status := summarize(d)
	switch {
	case status != OK:
		return failed(len(d.Y), status)
	case m.pooledDF() < 1:
		return failed(len(d.Y), TooFew)
	case m.constant():
		return failed(len(d.Y), ZeroVariance)
	}
	se := m.pooledSD() * math.Sqrt(1/m.n[1]+1/m.n[0])
	return m.waldT(se, m.pooledDF(), alpha, w)
}
