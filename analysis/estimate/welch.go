package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// welch is the mean difference with a variance for each arm: Welch's t test
// and interval with the Welch-Satterthwaite degrees of freedom (Welch 1947).
// Each arm needs two rows. SMD is Hedges g.
type welch struct{}

func (welch) Method() Method {
	return Method{Name: "welch", Kinds: Numbers, Measure: measure.MD, Linear: true}
}

func (welch) Fit(d *Data, alpha float64, w *Work) Estimate {
	m, status := summarize(d)
	switch {
	case status != OK:
		return failed(len(d.Y), status)
	case m.n[0] < 2 || m.n[1] < 2:
		return failed(len(d.Y), TooFew)
	case m.constant():
		return failed(len(d.Y), ZeroVariance)
	}
	v1 := m.ss[1] / (m.n[1] - 1) / m.n[1]
	v0 := m.ss[0] / (m.n[0] - 1) / m.n[0]
	v := v1 + v0
	// Shares of the variance, not its square, so that tiny units don't underflow.
	s1, s0 := v1/v, v0/v
	df := 1 / (s1*s1/(m.n[1]-1) + s0*s0/(m.n[0]-1))
	return m.waldT(math.Sqrt(v), df, alpha, w)
}
