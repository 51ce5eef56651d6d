package size

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/portable"
)

// WhatIf says what the power of a design is where an assumption is wrong.
type WhatIf struct {
	Design     float64        `json:"design"`     // in what was solved for
	Replicates int            `json:"replicates"` // of each
	Power      measure.Number `json:"power"`      // as written
	MCSE       measure.Number `json:"mcse"`
	// Control and Treated are what the arms show in these trials in the first outcome, as
	// it is analysed, and Estimate what the method makes of it: means over trials.
	Control      measure.Number `json:"control"`
	ControlMCSE  measure.Number `json:"control_mcse"`
	Treated      measure.Number `json:"treated"`
	TreatedMCSE  measure.Number `json:"treated_mcse"`
	Estimate     measure.Number `json:"estimate"`
	EstimateMCSE measure.Number `json:"estimate_mcse"`

	Swings []Swing `json:"swings"` // the widest first
}

// A Swing is one assumption, low and high, with the others as written.
type Swing struct {
	Key   string `json:"key"`   // of the scenario, or one of the Swung
	Prior bool   `json:"prior"` // Low and High are at the 5th and the 95th percentile of what is known of the key; else both are multiples of what is written
	Low   End    `json:"low"`
	High  End    `json:"high"`
}

// End is one end of a swing.
type End struct {
	Value float64        `json:"value"`
	Power measure.Number `json:"power"`
	MCSE  measure.Number `json:"mcse"`
	// Difference is by how much the power is above that as written, in the same trials.
	Difference     measure.Number `json:"difference"`
	DifferenceMCSE measure.Number `json:"difference_mcse"`
}

// Width is by how much power differs between the ends; 0 where an end is not known.
func (s *Swing) Width() float64 {
	if w := math.Abs(float64(s.High.Power - s.Low.Power)); w == w {
		return w
	}
	return 0
}

// Swung are what is changed where a scenario has no prior for it.
const (
	SwungEffects = "effects" // of the programs that make the arms differ, on the scale on which they are solved for
	SwungControl = "control" // how soon clients come to services and how soon they stop using, in all arms: hazards
	SwungLoss    = "loss"    // the hazard of being lost to the study
	SwungMissed  = "missed"  // the share of visits that are missed
	SwungSpread  = "spread"  // how much case managers differ
	SwungUptake  = "uptake"  // the share of those offered a program who start it
)

// change is an assumption with the scenarios of its ends.
type change struct {
	swing Swing
	make  func(value float64) (*scenarios.Scenario, error)
}

// prior are the percentiles that keys with a prior are tried at.
const priorLow, priorHigh = 0.05, 0.95

// Swings simulates trials of an answer's design with each assumption low and high: the
// numbers of [[uncertain]] at the 5th and 95th percentile of their priors, and, unless one
// of these is about the same, multiples of the effects, the rates in the control arm,
// losses, the spread of case managers and uptake. All share their chances, so that differences are
// paired. The scenario is that of the question, with its numbers as written.
func Swings(ctx context.Context, m *sim.Model, question Question, design float64, replicates int, opt Options) (*WhatIf, error) {
	q, err := newQuery(m, question)
	if err != nil {
		return nil, err
	}
	changes := q.changes(m)
	done, all := 0, (1+2*len(changes))*replicates
	run := func(m *sim.Model) (*tried, error) {
		hits, err := q.try(ctx, m, question, design, replicates, opt, func(n int) {
			if opt.Progress != nil {
				opt.Progress(done+n, all)
			}
		})
		done += replicates
		return hits, err
	}
	base, err := run(m)
	if err != nil {
		return nil, err
	}
	out := &WhatIf{Design: design, Replicates: replicates}
	out.Power, out.MCSE = share(base.met)
	out.Control, out.ControlMCSE = base.mean(func(f *analysis.Fit) float64 { return f.Mean0 })
	out.Treated, out.TreatedMCSE = base.mean(func(f *analysis.Fit) float64 { return f.Mean1 })
	out.Estimate, out.EstimateMCSE = base.mean(func(f *analysis.Fit) float64 { return f.Value })
	for _, c := range changes {
		for _, e := range []*End{&c.swing.Low, &c.swing.High} {
			e.Power, e.MCSE, e.Difference, e.DifferenceMCSE = measure.Missing(), measure.Missing(), measure.Missing(), measure.Missing()
			sc, err := c.make(e.Value)
			if err != nil {
				continue // it cannot be had: the swing has no such end
			}
			other, err := sim.CompileContext(ctx, sc)
			if err != nil {
				if ctx.Err() != nil {
					return nil, context.Cause(ctx)
				}
				continue
			}
			hits, err := run(other)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.swing.Key, err)
			}
			e.Power, e.MCSE = share(hits.met)
			e.Difference, e.DifferenceMCSE = paired(hits.met, base.met)
		}
		out.Swings = append(out.Swings, c.swing)
	}
	slices.SortStableFunc(out.Swings, func(a, b Swing) int { return cmp.Compare(b.Width(), a.Width()) })
	return out, nil
}

// tried is what trials of a design showed.
type tried struct {
	met  []bool         // whether a trial met the first goal
	fits []analysis.Fit // of the first test
}

// mean returns a mean over the fits that stand, with its Monte Carlo standard error.
func (t *tried) mean(of func(*analysis.Fit) float64) (value, mcse measure.Number) {
	n, sum, square := 0.0, 0.0, 0.0
	for k := range t.fits {
		if f := &t.fits[k]; !f.Status.Failed() {
			x := of(f)
			n, sum, square = n+1, sum+x, square+float64(x*x)
		}
	}
	m := sum / n
	return measure.Numbers(m, math.Sqrt(math.Max(0, square/n-float64(m*m))/(n-1)))
}

// try runs trials of a design of another model, analysed by the methods of the question:
// the analysis is planned before anybody knows what is wrong.
func (q *query) try(ctx context.Context, m *sim.Model, question Question, design float64, replicates int, opt Options, told func(int)) (*tried, error) {
	planned := q.methods
	q, err := newQuery(m, question)
	if err != nil {
		return nil, err
	}
	q.methods = planned
	d, err := newDesigner(m, q)
	if err != nil {
		return nil, err
	}
	r := &runner{ctx: ctx, d: d, opt: opt, seen: map[float64][]sums{}, told: told}
	model, err := d.model(design)
	if err != nil {
		return nil, err
	}
	fits, at, err := r.fits(model, replicates)
	if err == nil && len(fits) < replicates {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	out, p := &tried{}, make([]float64, len(at))
	for _, row := range fits {
		for t, i := range at {
			p[t] = r.pValue(t, &row[i])
		}
		out.met = append(out.met, q.goals[0].met(p, r.tests))
		out.fits = append(out.fits, row[at[q.goals[0].tests[0]]])
	}
	return out, nil
}

// share returns the share of successes with its Monte Carlo standard error.
func share(hits []bool) (p, mcse measure.Number) {
	n, sum := float64(len(hits)), 0.0
	for _, hit := range hits {
		if hit {
			sum++
		}
	}
	return measure.Numbers(sum/n, math.Sqrt(sum/n*(1-sum/n)/n))
}

// paired returns by how much more often trials succeed than the same trials without a
// change, and its Monte Carlo standard error.
func paired(hits, base []bool) (difference, mcse measure.Number) {
	n, gained, lost := float64(len(hits)), 0.0, 0.0
	for k := range hits {
		switch {
		case hits[k] && !base[k]:
			gained++
		case base[k] && !hits[k]:
			lost++
		}
	}
	d := (gained - lost) / n
	return measure.Numbers(d, math.Sqrt(((gained+lost)/n-float64(d*d))/n))
}

// changes are the assumptions that are tried.
func (q *query) changes(m *sim.Model) []change {
	list, known := q.priors()
	list = append(list, q.times(SwungEffects, 0.75, 1.25, func(sc *scenarios.Scenario, k float64) bool {
		return q.multiply(m, sc, k)
	}), q.times(SwungControl, 0.75, 1.25, func(sc *scenarios.Scenario, k float64) bool {
		q.multiply(m, sc, 1) // effects stay what they are beside another rate
		return speed(sc, k)
	}), q.times(SwungLoss, 0.5, 1.5, func(sc *scenarios.Scenario, k float64) bool {
		return faster(sc.Attrition.Loss, k)
	}), q.times(SwungMissed, 0.5, 1.5, func(sc *scenarios.Scenario, k float64) bool {
		sc.Attrition.Missed = math.Min(sc.Attrition.Missed*k, 0.99)
		return sc.Attrition.Missed > 0
	}), q.times(SwungSpread, 0.5, 1.5, func(sc *scenarios.Scenario, k float64) bool {
		q.multiply(m, sc, 1)
		return q.programs(sc, func(p *scenarios.Program) bool { p.Spread *= k; return p.Spread > 0 })
	}), q.times(SwungUptake, 0.8, 1.2, func(sc *scenarios.Scenario, k float64) bool {
		q.multiply(m, sc, 1)
		return q.programs(sc, func(p *scenarios.Program) bool {
			was := p.Uptake
			p.Uptake = math.Min(1, p.Uptake*k)
			return was < 1
		})
	}))
	return slices.DeleteFunc(list, func(c change) bool { return c.make == nil || !c.swing.Prior && known[c.swing.Key] })
}

// about says which of the Swung an uncertain number is about; "" for another.
func about(u *scenarios.Unknown) string {
	switch u.Target.Kind {
	case scenarios.TargetUptake:
		return SwungUptake
	case scenarios.TargetSpread:
		return SwungSpread
	case scenarios.TargetRatio, scenarios.TargetChance, scenarios.TargetPoints, scenarios.TargetReaches, scenarios.TargetOver, scenarios.TargetShare:
		return SwungEffects
	}
	switch {
	case strings.HasPrefix(u.Target.Quantity, "attrition.loss"):
		return SwungLoss
	case strings.HasSuffix(u.Target.Quantity, ".linkage"), u.Target.Quantity == "use.quit":
		return SwungControl
	}
	return ""
}

// priors are the numbers of which the scenario says what is known: those of a group
// together. They also say which of the Swung these are about.
func (q *query) priors() (list []change, known map[string]bool) {
	known = map[string]bool{}
	var groups [][]scenarios.Unknown
	for _, u := range q.sc.Unknowns() {
		k := slices.IndexFunc(groups, func(g []scenarios.Unknown) bool { return u.Group != "" && g[0].Group == u.Group })
		if k < 0 {
			groups = append(groups, nil)
			k = len(groups) - 1
		}
		groups[k] = append(groups[k], u)
		known[about(&u)] = true
	}
	for _, g := range groups {
		first := &g[0]
		low, high := first.At(priorLow), first.At(priorHigh)
		list = append(list, change{Swing{Key: first.Key, Prior: true, Low: End{Value: low}, High: End{Value: high}}, func(value float64) (*scenarios.Scenario, error) {
			var sets []scenarios.Setting
			for k := range g {
				at := priorHigh
				if value == low != (g[k].Opposite != first.Opposite) {
					at = priorLow
				}
				sets = append(sets, g[k].Setting(g[k].At(at)))
			}
			return q.sc.With(sets...)
		}})
	}
	return list, known
}

// times is a change by factors of what is written. It has none to make where edit says
// that there is nothing to change.
func (q *query) times(what string, low, high float64, edit func(sc *scenarios.Scenario, k float64) bool) change {
	c := change{swing: Swing{Key: what, Low: End{Value: low}, High: End{Value: high}}}
	changed := false
	q.sc.Edit(func(sc *scenarios.Scenario) { changed = edit(sc, low) })
	if changed {
		c.make = func(k float64) (*scenarios.Scenario, error) {
			return q.sc.Edit(func(sc *scenarios.Scenario) { edit(sc, k) }), nil
		}
	}
	return c
}

// multiply puts a multiple of the effects of the programs that make the arms differ.
func (q *query) multiply(m *sim.Model, sc *scenarios.Scenario, k float64) bool {
	d := &designer{q: q, base: m}
	for _, name := range q.offered {
		sc.Programs[name] = d.multiplied(name, k)
	}
	return d.acts()
}

// programs changes those that make the arms differ, and reports whether one was changed.
func (q *query) programs(sc *scenarios.Scenario, edit func(*scenarios.Program) bool) (any bool) {
	for _, name := range q.offered {
		p := sc.Programs[name]
		any = edit(&p) || any
		sc.Programs[name] = p
	}
	return any
}

// speed makes clients come to services and stop using so many times as fast.
func speed(sc *scenarios.Scenario, k float64) (any bool) {
	for name, v := range sc.Services {
		any = faster(&v.Linkage, k) || any
		sc.Services[name] = v
	}
	return faster(&sc.Use.Quit, k) || any
}

// faster multiplies the hazard of a natural quantity, and reports whether it has one.
func faster(x *scenarios.Quantity, k float64) bool {
	if x == nil || x.Never || x.Prevalence != nil {
		return false
	}
	power := func(p float64) float64 { return -portable.Expm1(float64(k * portable.Log1p(-p))) }
	x.Probability = power(x.Probability)
	for i := range x.Points {
		x.Points[i].Probability = power(x.Points[i].Probability)
	}
	shape := x.Shape
	if shape == 0 {
		shape = 1
	}
	x.MedianDays /= portable.Pow(k, 1/shape)
	x.PerDay, x.PerMonth, x.PerYear = x.PerDay*k, x.PerMonth*k, x.PerYear*k
	return true
}
