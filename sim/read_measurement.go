package sim

import (
	"fmt"
	"math"
	"slices"

	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
	"caseload/sim/trial"
)

// Measurement: which visits are missed, and with what error outcomes are
// measured in the trial. The truth's worlds know neither.

// missing is a logit of missing a visit: an intercept and log odds ratios.
type missing struct {
	chance    float64 // without odds ratios: of everyone
	odds      bool    // there are odds ratios
	intercept float64 // solved, so that the share missed is as asked
	arms      []float64
	traits    []float64
	states    []pointsIn
}

func (m *Model) compileMissing(sc *scenarios.Scenario) {
	a := &sc.Attrition
	x := &m.missing
	x.chance = a.Missed
	if a.Missed == 0 || len(a.MissedOdds) == 0 {
		return
	}
	x.odds = true
	x.arms, x.traits = make([]float64, m.arms), make([]float64, len(sc.Traits))
	states := map[string]float64{}
	for _, name := range sortedKeys(a.MissedOdds) {
		logOR := portable.Log(a.MissedOdds[name])
		switch arm := slices.IndexFunc(sc.Arms, func(a scenarios.Arm) bool { return a.Name == name }); {
		case arm >= 0:
			x.arms[arm] = logOR
		case slices.ContainsFunc(sc.Traits, func(t scenarios.Trait) bool { return t.Name == name }):
			x.traits[m.trait(name)] = logOR
		default:
			states[name] = logOR
		}
	}
	if x.states = m.pointsIn(states); len(states) > 0 {
		m.seesBits = true
		for _, v := range m.visits {
			m.readMoments |= 1 << v // the state is looked at on the day
		}
	}
}

// missChance returns the probability that the client misses a visit now.
func (w *Workspace) missChance(c *client) float64 {
	x := &w.m.missing
	if !x.odds {
		return x.chance
	}
	return 1 / (1 + portable.Exp(-x.intercept-w.missOdds(c, c.bits)))
}

// missOdds returns the client's log odds ratio of missing a visit in the state.
func (w *Workspace) missOdds(c *client, bits uint64) float64 {
	x := &w.m.missing
	eta := x.arms[w.arm[c.id]]
	for t, b := range x.traits {
		eta += float64(b * w.traits[t][c.id])
	}
	for _, p := range x.states {
		if bits&p.bits != 0 {
			eta += p.points
		}
	}
	return eta
}

// gauge is how an outcome is measured in the trial.
type gauge struct {
	test                     bool // for using, with error
	sensitivity, specificity float64
	sd                       float64 // of the error of a number
	span                     span    // the numbers that there can be
	purpose                  stream.Purpose
}

func (m *Model) compileGauge(sc *scenarios.Scenario, o *scenarios.Outcome) gauge {
	if o.MeasuredBy != "" {
		x := sc.Measures[o.MeasuredBy]
		return gauge{test: true, sensitivity: x.Sensitivity, specificity: x.Specificity,
			purpose: testPurpose(o.MeasuredBy, o.AtDays)}
	}
	v, _ := scenarios.LookupVariable(o.Variable)
	g := gauge{span: spanOf(v), purpose: stream.NewPurpose("reliability." + o.Name)}
	if o.AtDays == 0 { // one measurement for all outcomes
		g.purpose = stream.NewPurpose("reliability." + o.Variable + ".day 0")
	}
	return g
}

// testPurpose is that of the result of a test for drug use on a day, which is the same
// whatever asks for it.
func testPurpose(measure string, day float64) stream.Purpose {
	return stream.NewPurpose(fmt.Sprintf("measure.%s.day %g", measure, day))
}

// measured returns the value y of the outcome as the trial finds it.
func (w *Workspace) measured(o *outcome, c *client, y float64) float64 {
	g := &o.gauge
	switch {
	case g.test:
		r := w.keyOf(c.id).Stream(g.purpose)
		abstinent := g.specificity
		if y == 0 { // using
			abstinent = 1 - g.sensitivity
		}
		if r.Bernoulli(abstinent) {
			return 1
		}
		return 0
	case g.sd > 0:
		w.sampler.Use(w.keyOf(c.id).Stream(g.purpose))
		y += float64(g.sd * w.sampler.Normal())
		if g.span == anyNumber {
			return y
		}
		return g.span.nearest(y, w.mostDays(o, c))
	}
	return y
}

// solveMeasurement finds what depends on how the clients turn out: the
// intercept of missing visits, and the errors that give scores their
// reliability. Both are found in the sample under the control arm.
func (s *solver) solveMeasurement() {
	m := s.m
	odds := m.missing.odds && !s.settled["attrition.missed"]
	need := odds
	var unreliable []int
	for k := range m.Scenario.Outcomes {
		if o := &m.Scenario.Outcomes[k]; o.Reliability > 0 && !s.settled["outcome."+o.Name] {
			unreliable = append(unreliable, k)
			need = true
		}
	}
	if !need {
		return
	}
	s.refresh()
	w := s.w
	w.probe, w.replicate = nil, 0
	t := s.u.NewTruth()
	s.solving = "outcome"
	w.World(m.control, t)
	for _, k := range unreliable {
		x := &m.Scenario.Outcomes[k]
		most := x.AtDays
		if looksBack(x.Variable) {
			most = monthDays
		}
		m.outcomes[k].setError(m.outcomes[k].gauge.span.errorFor(m.outcomes[k].measurable(&t.Outcomes[k]), most, x.Reliability))
	}
	if odds {
		m.missing.intercept = s.missIntercept()
	}
}

// measurable returns the values that are measured with error: what death stands for is
// not. Of a change it is the value at the outcome's visit.
func (o *outcome) measurable(c *trial.Column) []float64 {
	if c.Died == nil && !o.change {
		return c.Value
	}
	var values []float64
	for i, x := range c.Value {
		if o.change {
			x += c.Baseline[i]
		}
		if c.Died == nil || !c.Died[i] {
			values = append(values, x)
		}
	}
	return values
}

// spread returns the standard deviation of the values that are there.
func spread(values []float64) float64 {
	n, mean, ss := 0.0, 0.0, 0.0
	for _, x := range values {
		if x == x {
			n++
			d := x - mean
			mean += d / n
			ss += float64(d * (x - mean))
		}
	}
	return math.Sqrt(ss / (n - 1))
}

// missIntercept returns the intercept at which the mean chance over all visits of the
// sample is the share asked for, by bisection.
func (s *solver) missIntercept() float64 {
	var eta []float64
	for i := range s.n {
		for _, v := range s.m.visits {
			if s.w.client(i).recorded>>v&1 != 0 && !s.m.atEnrolment(&s.m.moments[v]) {
				bits := uint64(0)
				if s.m.seesBits {
					bits = *s.w.bitsAt(s.w.client(i), v)
				}
				eta = append(eta, s.w.missOdds(s.w.client(i), bits))
			}
		}
	}
	lo, hi := -60.0, 60.0
	for hi-lo > 1e-9 {
		a := float64((lo + hi) / 2)
		mean := 0.0
		for _, x := range eta {
			mean += float64(1 / (1 + portable.Exp(-a-x)) / float64(len(eta)))
		}
		if mean < s.m.missing.chance {
			lo = a
		} else {
			hi = a
		}
	}
	return (lo + hi) / 2
}
