package sim

import (
	"fmt"
	"math"

	"caseload/scenarios"
)

// A VisitCorrelation is that of what an outcome finds at two visits of the same clients,
// with its errors of measurement, in the control arm.
type VisitCorrelation struct {
	Outcome     string  // name
	From, To    float64 // days of the visits
	Value, MCSE float64 // NaN where nothing varies
	Clients     int     // seen at both
}

// visitPair is what was found at two visits.
type visitPair struct {
	outcome  string
	from, to *outcome
	x, y     []float64
}

// Correlations simulates replicates of the trial and reports how alike clients' states
// and scores are at the first visit and at each later one up to the outcome's, where that is a
// baseline visit or the scenario has a correlation of the score.
func (m *Model) Correlations(seed int64, replicates int) (list []VisitCorrelation) {
	of := *m // the visits that are read here are no part of the model
	found := of.visitPairs()
	if len(found) == 0 {
		return nil
	}
	w := of.NewWorkspace()
	for r := range replicates {
		w.Begin(seed, r)
		w.Trial()
		for i := range w.n {
			if int(w.arm[i]) == of.control {
				for k := range found {
					w.readPair(&found[k], i)
				}
			}
		}
	}
	for k := range found {
		p := &found[k]
		c := VisitCorrelation{Outcome: p.outcome, From: p.from.day(&of), To: p.to.day(&of), Clients: len(p.x)}
		c.Value, c.MCSE = correlate(p.x, p.y)
		list = append(list, c)
	}
	return list
}

// visitPairs compiles the outcomes at the first visit and those after it.
func (m *Model) visitPairs() (list []visitPair) {
	sc := m.Scenario
	for k := range sc.Outcomes {
		o := sc.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		if !v.AtBaseline() || !m.baseline && (m.outcomes[k].score < 0 || m.scores[m.outcomes[k].score].moving == nil) {
			continue
		}
		name, last, error := o.Name, o.AtDays, m.outcomes[k].gauge.sd
		at := func(day float64) *outcome {
			o.Name, o.AtDays = name, day
			if day != last {
				o.Name = fmt.Sprintf("%s.day %g", name, day) // has errors of its own
			}
			c := m.compileOutcome(sc, &o, v)
			c.setError(error)
			return &c
		}
		first := at(sc.Trial.FollowUpDays[0])
		for _, day := range sc.Trial.FollowUpDays[1:] {
			if day <= last {
				list = append(list, visitPair{outcome: name, from: first, to: at(day)})
			}
		}
	}
	return list
}

// readPair adds what client i's two visits found, if both were made.
func (w *Workspace) readPair(p *visitPair, i int) {
	c := w.client(i)
	if c.attended>>p.from.visit&(c.attended>>p.to.visit)&1 == 0 {
		return
	}
	for _, o := range [2]*outcome{p.from, p.to} {
		y, _ := o.read(w, o, w.client(i))
		if y = w.measured(o, w.client(i), y); o == p.from {
			p.x = append(p.x, y)
		} else {
			p.y = append(p.y, y)
		}
	}
}

// day returns the planned day of an outcome's visit.
func (o *outcome) day(m *Model) float64 { return m.Scenario.Trial.FollowUpDays[o.visit] }

// correlate returns Pearson's correlation with its standard error, the standard deviation
// of its influence function over the root of their number: for standardized x and y that is
// xy - r(x^2 + y^2)/2, whatever their distribution (Devlin, Gnanadesikan & Kettenring
// 1975, Biometrika 62:531).
func correlate(x, y []float64) (r, se float64) {
	n := float64(len(x))
	mx, sx := standardize(x)
	my, sy := standardize(y)
	if n < 3 || !(sx > 0 && sy > 0) {
		return math.NaN(), math.NaN()
	}
	for i := range x {
		r += float64((x[i] - mx) / sx * ((y[i] - my) / sy) / n)
	}
	squares := 0.0
	for i := range x {
		a, b := (x[i]-mx)/sx, (y[i]-my)/sy
		f := float64(a*b) - float64(r/2*(float64(a*a)+float64(b*b)))
		squares += float64(f * f)
	}
	return r, math.Sqrt(squares) / n
}

// standardize returns mean and standard deviation, with n as the divisor.
func standardize(x []float64) (mean, sd float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		sd += float64((v - mean) * (v - mean) / n)
	}
	return mean, math.Sqrt(sd)
}
