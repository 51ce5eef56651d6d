package analysis

import (
	"math"

	"caseload/analysis/estimate"
	"caseload/analysis/numeric"
	"caseload/scenarios"
)

// A Test is how an analysis decides.
type Test struct {
	Kind   string  // scenarios.Superiority, NonInferiority or Equivalence
	Alpha  float64 // level
	Sides  int     // 2, or 1: in the direction that is good for clients
	Margin float64 // above 0, in the effect's unit
	Good   float64 // +1 where a larger effect is better for clients, -1 where a smaller one is
	Limits estimate.Limits
}

func newTest(o *scenarios.Outcome, v scenarios.Variable, m estimate.Method) Test {
	return Test{Kind: o.Test, Alpha: o.Alpha, Sides: o.Sides, Margin: o.Margin, Good: float64(m.Measure.Good(v.Good)), Limits: m.Limits}
}

// IntervalAlpha returns one less the level of the interval that goes with the test: with one
// side it is the interval whose one end decides.
func (t *Test) IntervalAlpha() float64 {
	if t.Sides == 1 {
		return 2 * t.Alpha
	}
	return t.Alpha
}

// P returns the p value of the test, to be compared with its level Alpha; NaN where
// the method has none.
//
// A test against a margin asks whether the effect is better than -Margin, or
// within it: its p value is the one-sided one, or the larger of two one-sided
// ones (Schuirmann 1987), doubled with two sides, so that it rejects just where
// the interval at 1 - level excludes the margin.
func (t *Test) P(f *Fit) float64 {
	switch t.Kind {
	case scenarios.NonInferiority:
		return min(1, float64(t.Sides)*t.beyond(f, -t.Margin))
	case scenarios.Equivalence:
		return min(1, float64(t.Sides)*max(t.beyond(f, -t.Margin), t.beyond(f, t.Margin)))
	}
	if t.Sides == 2 {
		return f.P
	}
	if t.Good*f.Stat > 0 {
		return f.P / 2
	}
	return 1 - float64(f.P/2)
}

// beyond returns the one-sided p value of an effect that lies at a margin, given in
// the direction that is good for clients, or farther out than it: half of one less
// the level at which the limit on that side is the margin. It is NaN where that
// can't be had from the estimate.
func (t *Test) beyond(f *Fit, margin float64) float64 {
	inwards := t.Good
	if margin > 0 {
		inwards = -t.Good
	}
	margin = float64(margin * t.Good)
	switch t.Limits {
	case estimate.Newcombe:
		x1, n1, x0, n0 := f.table()
		return upper(inwards*estimate.NewcombeZ(x1, n1, x0, n0, margin), nan)
	case estimate.Wald:
		return upper(inwards*(f.Value-margin)/f.SE, f.DF)
	}
	return nan
}

// Rejects reports whether the test rejects its null hypothesis, as a fit that came
// to nothing does not. Against a margin the interval decides. A method without a p
// value rejects where its interval excludes no effect.
func (t *Test) Rejects(f *Fit) bool {
	if !f.Status.Tested() {
		return false
	}
	if t.Kind != scenarios.Superiority && !math.IsNaN(f.Low+f.High) {
		return t.clears(f)
	}
	if p := t.P(f); !math.IsNaN(p) {
		return p < t.Alpha
	}
	return t.Kind == scenarios.Superiority && (f.Low > 0 || f.High < 0)
}

// Favours reports whether the test rejects in the direction that is good for clients. One
// with one side, or against a margin, rejects in no other.
func (t *Test) Favours(f *Fit) bool {
	if !t.Rejects(f) || t.Kind != scenarios.Superiority || t.Sides == 1 {
		return t.Rejects(f)
	}
	if !math.IsNaN(f.Stat) {
		return t.Good*f.Stat > 0
	}
	return t.Good*f.Value > 0
}

// clears reports whether the interval excludes the margin, for equivalence on
// either side.
func (t *Test) clears(f *Fit) bool {
	worst, best := f.Low, f.High
	if t.Good < 0 {
		worst, best = -f.High, -f.Low
	}
	return worst > -t.Margin && (t.Kind == scenarios.NonInferiority || best < t.Margin)
}

// table returns the events and the rows of the arms, treated first, of an outcome
// that is 0 or 1.
func (f *Fit) table() (x1, n1, x0, n0 int) {
	return int(math.Round(f.Mean1 * f.N1)), int(f.N1), int(math.Round(f.Mean0 * f.N0)), int(f.N0)
}

// upper returns the probability that a standard normal variate, or Student's t with
// df degrees of freedom, is above x.
func upper(x, df float64) float64 {
	p := numeric.NormalTwoSided(x) / 2
	if !math.IsNaN(df) {
		p = numeric.StudentTwoSided(x, df) / 2
	}
	if x < 0 {
		return 1 - p
	}
	return p
}

// relevel gives the fit the interval at another level, where its method's
// interval can be had from the estimate; else it has none.
func (a *Analysis) relevel(f *Fit, c *numeric.Criticals) {
	f.Low, f.High = nan, nan
	if f.Status.Failed() {
		return
	}
	switch a.Method.Limits {
	case estimate.Newcombe:
		x1, n1, x0, n0 := f.table()
		f.Low, f.High = estimate.NewcombeLimits(x1, n1, x0, n0, c.Normal(a.Test.IntervalAlpha()))
	case estimate.Wald:
		q := c.Normal(a.Test.IntervalAlpha())
		if !math.IsNaN(f.DF) {
			q = c.Student(a.Test.IntervalAlpha(), f.DF)
		}
		f.Low, f.High = f.Value-float64(q*f.SE), f.Value+float64(q*f.SE)
	}
}
