package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/verdict"
)

// BySize returns the factors in the order in which they are told and drawn: by how
// much they change the effect by their Shapley values, the largest first. Those that
// change what is asked come after the others, and those not known last.
func (e *Explanation) BySize() []*Factor {
	var list []*Factor
	for k := range e.Factors {
		list = append(list, &e.Factors[k])
	}
	class := func(f *Factor) int {
		switch {
		case !f.shapley().known():
			return 2
		case f.NewEstimand:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b *Factor) int {
		if class(a) != class(b) || class(a) == 2 {
			return cmp.Compare(class(a), class(b))
		}
		return cmp.Compare(math.Abs(float64(b.Shapley)), math.Abs(float64(a.Shapley)))
	})
	return list
}

// largest returns the factor that changes the effect most, of those that don't change
// what is asked; nil if none is known.
func (e *Explanation) largest() *Factor {
	list := e.BySize()
	if len(list) == 0 || list[0].NewEstimand || !list[0].shapley().known() {
		return nil
	}
	return list[0]
}

// orderMatters says what the causal order makes of the largest changes, where the step
// of some factor is not its Shapley value, by more than their error.
func (e *Explanation) orderMatters() string {
	first := e.largest()
	if first == nil || len(e.Factors) < 2 {
		return ""
	}
	var apart *Factor // the most
	for _, f := range e.BySize() {
		if x := f.byOrder(); !f.NewEstimand && x.clear() && (apart == nil || x.size().value > apart.byOrder().size().value) {
			apart = f
		}
	}
	if apart == nil {
		return ""
	}
	text := "the order in which factors become real matters: "
	if f := e.mostMoved((*Factor).step); f != nil && f != first {
		text += fmt.Sprintf("in causal order the largest step, %s, is that of %s.", f.step().sd(), f.says())
	} else {
		text += fmt.Sprintf("in causal order the step of %s is %s, and its Shapley value %s.", apart.says(), apart.step().sd(), apart.shapley().sd())
	}
	if f := e.mostMoved((*Factor).fromReal); f != nil && f != first {
		text += fmt.Sprintf(" If one alone were ideal in this trial, %s would make the largest difference, %s.", f.says(), f.fromReal().size().sd())
	}
	return text
}

// mostMoved returns the factor of which a number is the largest, whatever its sign, of
// those that don't change what is asked and by more than its error.
func (e *Explanation) mostMoved(of func(f *Factor) amount) *Factor {
	var best *Factor
	for k := range e.Factors {
		f := &e.Factors[k]
		if !f.NewEstimand && of(f).clear() && (best == nil || of(f).size().value > of(best).size().value) {
			best = f
		}
	}
	return best
}

// beyondTrial says what the effect is when everyone gets it, where that differs from
// the trial by more than chance.
func (e *Explanation) beyondTrial() string {
	if !verdict.Apart(float64(e.Truth), float64(e.TruthMCSE), float64(e.Rollout), float64(e.RolloutMCSE)) {
		return ""
	}
	trial, rollout := amount{e.Truth, e.TruthMCSE}, amount{e.Rollout, e.RolloutMCSE}
	show := func(a amount) string {
		if e.Measure == measure.RD || e.Measure == measure.MD {
			return e.said(a)
		}
		return string(e.Measure) + " " + a.in("")
	}
	return fmt.Sprintf("the true effect in the trial is %s. With everyone in the one arm or in the other, and the same staff and slots, it is %s.", show(trial), show(rollout))
}
