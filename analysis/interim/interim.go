// Package interim decides at the looks of a group-sequential trial.
//
// A look has an amount of information and the p value of its test. The bounds follow from
// the information of the looks so far, by alpha spending (Lan & DeMets 1983), so that looks
// may come at other times than planned.
package interim

import (
	"math"

	"caseload/analysis/closedform"
	"caseload/analysis/numeric"
	"caseload/scenarios"
)

// A Reason is why a trial ends.
type Reason int

// The reasons.
const (
	Full     Reason = iota // at the final analysis
	Efficacy               // the arm is better
	Futility               // it will hardly be found to be better
	Harm                   // it is worse
	Reasons
)

// String names the reason.
func (r Reason) String() string {
	return [...]string{"final analysis", "efficacy", "futility", "harm"}[r]
}

// A Rule says when a trial ends. Its statistic z is standard normal without an effect, and
// large where the arm is good for clients.
type Rule struct {
	Design  closedform.SequentialDesign
	Drift   float64 // mean of z, at the planned information, under which beta is spent; 0: none is
	Harm    float64 // the trial ends below it for harm; -Inf: never
	Planned float64 // information at the final analysis; 0: it is not known, and counted from the looks
	// Precise tells that information is 1 / SE^2, and not the number of clients or events.
	Precise bool
	// Shares are the planned looks, as shares of the planned information, 1 the last; nil
	// where they are on days.
	Shares []float64
}

// spendings are the functions by name.
var spendings = map[string]closedform.SpendingKind{scenarios.SpendingOBrienFleming: closedform.OBrienFleming, scenarios.SpendingPocock: closedform.Pocock,
	scenarios.SpendingPower: closedform.PowerSpending, scenarios.SpendingHSD: closedform.HwangShihDeCani, scenarios.SpendingNone: closedform.NoSpending}

func spending(s scenarios.Spending) closedform.Spending {
	return closedform.Spending{Kind: spendings[s.Kind], Parameter: s.Parameter}
}

// NewRule returns the rule of a scenario with looks, at a level, for a test with so many
// sides.
func NewRule(n *scenarios.Interim, alpha float64, sides int) *Rule {
	r := &Rule{Harm: math.Inf(-1), Planned: n.Planned, Precise: n.Information == scenarios.InformationPrecision}
	r.Design = closedform.SequentialDesign{Alpha: alpha, Sides: sides, Spending: spending(n.Spending)}
	if n.Harm != nil {
		r.Harm = n.Harm.Bound
	}
	if len(n.Looks) > 0 {
		r.Shares = append(append(r.Shares, n.Looks...), 1)
	}
	if f := n.Futility; f != nil {
		r.Design.FutilityBounds, r.Design.Binding = f.Bound, f.Binding
		if f.Spending != nil {
			r.Design.Beta, r.Design.BetaSpending = f.Beta, spending(*f.Spending)
			r.Drift = r.Design.Drift(r.planned())
		}
	}
	return r
}

// planned returns the looks for which the drift is found: where they are on days, one at
// the end.
func (r *Rule) planned() []float64 {
	if r.Shares == nil {
		return []float64{1}
	}
	return r.Shares
}

// Bounds returns those of the looks as planned; nil where they are on days.
func (r *Rule) Bounds() []closedform.Bounds {
	if r.Shares == nil {
		return nil
	}
	return r.Design.Bounds(r.Shares)
}

// A Look is what is seen at one.
type Look struct {
	Reached     bool    // it was made before the final analysis
	Share       float64 // of the planned information, by which alpha is spent
	Information float64 // in the unit of the rule's Planned
	// Good and Bad are the one-sided p values of the arm being better and worse; NaN
	// where there is no test.
	Good, Bad float64
}

// Z returns the statistic of the look.
func (l *Look) Z() float64 {
	if l.Good < l.Bad {
		return -numeric.NormalQuantile(l.Good)
	}
	return numeric.NormalQuantile(l.Bad)
}

// An End is how a trial ends.
type End struct {
	Look     int // the last look is the final analysis
	Reason   Reason
	Rejected bool    // in the direction of the test's sides
	Good     bool    // and in favour of the arm
	P        float64 // one-sided, in the stagewise order; NaN where there is no test
}

// A Decider decides trial after trial. It has memory of its own, and is for one goroutine.
type Decider struct {
	rule    *Rule
	monitor closedform.SequentialMonitor
	// Bounds are those of the looks of the trial decided last, as far as it went: of looks
	// that were not made NaN.
	Bounds []closedform.Bounds
	end    End
}

// NewDecider returns one by the rule.
func NewDecider(r *Rule) *Decider { return &Decider{rule: r} }

// Decide returns how a trial ends, of which the last look is the final analysis.
func (d *Decider) Decide(looks []Look) End {
	d.monitor.Start(&d.rule.Design, d.rule.Drift)
	d.Bounds = d.Bounds[:0]
	before := 0.0 // the information so far
	for k := range looks {
		l, last := &looks[k], k == len(looks)-1
		if !last && (!l.Reached || !(l.Information > before) || math.IsNaN(l.Good)) {
			nan := math.NaN()
			d.Bounds = append(d.Bounds, closedform.Bounds{Upper: nan, Futility: nan, Level: nan})
			continue
		}
		// Where the precision falls, or nothing came after the last look, both tests are
		// all but the same.
		information := max(l.Information, before*leastGain)
		if !(information > 0) {
			information = 1
		}
		before = information
		if d.look(k, l, information, last) {
			break
		}
	}
	return d.end
}

// leastGain is by how much the information at the final analysis is taken to be above that
// of the look before it.
const leastGain = 1.001

// look decides at one look, and reports whether the trial ends.
func (d *Decider) look(k int, l *Look, information float64, last bool) bool {
	if planned := d.rule.Planned; planned > 0 {
		information /= planned
	}
	z := l.Z()
	p := d.monitor.PValue(information, z)
	b := d.monitor.Look(l.Share, information, last)
	d.Bounds = append(d.Bounds, b)
	d.end = End{Look: k, Reason: Full, P: p}
	two := d.rule.Design.Sides == 2
	switch {
	case l.Good < b.Level:
		d.end.Reason, d.end.Rejected, d.end.Good = Efficacy, true, true
	case two && l.Bad < b.Level:
		d.end.Reason, d.end.Rejected = Harm, true
	case last:
		return true
	case z < d.rule.Harm:
		d.end.Reason = Harm
	case z < b.Futility:
		d.end.Reason = Futility
	default:
		return false
	}
	if last {
		d.end.Reason = Full
	}
	return true
}
