package analysis

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/scenarios"
	"caseload/sim"
)

// Outside is an analysis that is made elsewhere, on the data of the same trials. Its
// estimates are compared with the truth as those of the plan are.
type Outside struct {
	Outcome  string
	Subgroup string // "all" for everyone
	Contrast string // as in Key; "": the only one that the outcome has
	Method   string // what it is called
	// Measure is what it estimates. Its truth is that of the first of the outcome's methods
	// with the measure, else that of an analysis that adjusts for nothing. "" stands for
	// the outcome's first method.
	Measure measure.Measure
}

// OutsideFit is an estimate made elsewhere. What is missing of it is NaN: limits and the
// two-sided p value are then those of a normal estimate with the standard error.
type OutsideFit struct{ Value, SE, Low, High, P float64 }

// fit is what the plan's own estimators would have returned.
func (x OutsideFit) fit(a *Analysis, z float64) Fit {
	f := Fit{Status: estimate.OK, Value: x.Value, SE: x.SE, DF: nan, Low: x.Low, High: x.High, Stat: x.Value, P: x.P, SMD: nan,
		N1: nan, N0: nan, Mean1: nan, Mean0: nan, Missing: nan, Truth: nan}
	switch {
	case x.Value != x.Value && x.P != x.P:
		f.Status = estimate.FailedElsewhere
		return f
	case x.Value != x.Value:
		f.Status = estimate.NoEstimate
		return f
	}
	if !(x.SE > 0) {
		f.SE = nan
		return f
	}
	f.Stat = x.Value / x.SE
	if x.Low != x.Low && x.High != x.High {
		f.Low, f.High = x.Value-float64(z*x.SE), x.Value+float64(z*x.SE)
	}
	if x.P != x.P {
		f.P = 2 * upper(math.Abs(f.Stat), nan)
	}
	return f
}

// addOutside adds analyses that are made elsewhere after the plan's own, with all
// errors at once. Nothing of them is in the rows of replicates.
func (p *plan) addOutside(list []Outside) error {
	if len(list) > 0 && len(p.unknowns) > 0 {
		return errors.New("estimates that are made elsewhere cannot be scored where trials draw the numbers of [[uncertain]]: each trial has a truth of its own")
	}
	var errs []error
	for k := range list {
		if err := p.addOne(&list[k]); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (p *plan) addOne(x *Outside) error {
	same, err := p.sameEffect(x)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(same, func(k int) bool { return x.Measure == "" || p.analyses[k].Method.Measure == x.Measure })
	var a Analysis
	if at >= 0 {
		a = p.analyses[same[at]]
	} else if a, err = p.unadjusted(x, same); err != nil {
		return err
	}
	out := &p.sc.Outcomes[a.Outcome]
	v, _ := scenarios.LookupVariable(out.Variable)
	a.Method.Name, a.Method.Clustered, a.Method.Limits = x.Method, true, estimate.Wald
	a.Test, a.estimator, a.tip = newTest(out, v, a.Method), nil, -1
	p.outside = append(p.outside, outside{own: p.linear(same, &a)})
	p.analyses = append(p.analyses, a)
	return nil
}

// outside is what an analysis made elsewhere has in common with those of the plan.
type outside struct {
	own int // an analysis whose truths among the replicate's own clients it shares; -1: none
}

// sameEffect lists the plan's analyses of the effect that x is about.
func (p *plan) sameEffect(x *Outside) (same []int, err error) {
	var outcomes, groups, contrasts []string
	for k := range p.analyses[:p.own] {
		a := &p.analyses[k]
		outcome, group, contrast := p.sc.Outcomes[a.Outcome].Name, subgroupName(p.sc, a.Subgroup), p.contrast(a)
		outcomes = append(outcomes, outcome)
		if outcome != x.Outcome {
			continue
		}
		groups = append(groups, group)
		if group != x.Subgroup {
			continue
		}
		contrasts = append(contrasts, contrast)
		if x.Contrast != "" && contrast != x.Contrast || a.Method.Interaction {
			continue
		}
		if a.Method.Name == x.Method {
			return nil, fmt.Errorf("method: got %q, which is a method of the scenario for outcome %s: give yours another name", x.Method, x.Outcome)
		}
		same = append(same, k)
	}
	contrasts = slices.Compact(contrasts)
	switch {
	case !slices.Contains(outcomes, x.Outcome):
		return nil, fmt.Errorf("outcome: got %q, want one of %s", x.Outcome, strings.Join(slices.Compact(outcomes), ", "))
	case !slices.Contains(groups, x.Subgroup):
		return nil, fmt.Errorf("subgroup: got %q for outcome %s, want one of %s", x.Subgroup, x.Outcome, strings.Join(slices.Compact(groups), ", "))
	case x.Contrast == "" && len(contrasts) > 1:
		return nil, fmt.Errorf("contrast: got nothing for outcome %s, want one of %s", x.Outcome, strings.Join(contrasts, ", "))
	case x.Contrast != "" && !slices.Contains(contrasts, x.Contrast):
		return nil, fmt.Errorf("contrast: got %q for outcome %s, want one of %s", x.Contrast, x.Outcome, strings.Join(contrasts, ", "))
	case len(same) == 0:
		return nil, fmt.Errorf("subgroup: got %q for outcome %s, where the scenario has no analysis but interactions", x.Subgroup, x.Outcome)
	}
	return same, nil
}

// plainMeasures are those of which the truth is computed for outcomes of a kind, whatever
// their methods.
var plainMeasures = map[scenarios.VarKind][]measure.Measure{
	scenarios.Binary: {measure.RD, measure.LogRR, measure.LogOR},
	scenarios.Time:   {measure.LogHR, measure.RMSTD, measure.Median, measure.CIFD},
}

// unadjusted returns an analysis with the measure that adjusts for nothing.
func (p *plan) unadjusted(x *Outside, same []int) (a Analysis, err error) {
	a = p.analyses[same[0]]
	v, _ := scenarios.LookupVariable(p.sc.Outcomes[a.Outcome].Variable)
	plain, known := plainMeasures[v.Kind]
	if !known {
		plain = []measure.Measure{measure.MD, measure.SMD}
	}
	if !slices.Contains(plain, x.Measure) {
		names := map[string]bool{}
		var list []string
		for _, k := range same {
			plain = append(plain, p.analyses[k].Method.Measure)
		}
		for _, m := range plain {
			if !names[string(m)] {
				names[string(m)] = true
				list = append(list, string(m))
			}
		}
		return a, fmt.Errorf("measure: got %q for outcome %s, want one of %s", x.Measure, x.Outcome, strings.Join(list, ", "))
	}
	at := slices.IndexFunc(same, func(k int) bool { return p.analyses[k].Method.Needs&estimate.Receipts == 0 })
	if at < 0 {
		return a, fmt.Errorf("measure: got %q for outcome %s, whose methods are all about compliers: want theirs, %s", x.Measure, x.Outcome, a.Method.Measure)
	}
	a = p.analyses[same[at]]
	a.model, a.rest = -1, -1
	a.Method = estimate.Method{Measure: x.Measure, Linear: x.Measure == measure.RD || x.Measure == measure.MD}
	return a, nil
}

// linear returns an analysis with the effect of a whose truths among the replicate's own
// clients are on record.
func (p *plan) linear(same []int, a *Analysis) int {
	for _, k := range same {
		b := &p.analyses[k]
		if b.effect == a.effect && b.Method.Measure == a.Method.Measure && (b.Method.Linear || b.Method.Measure.Truth() == measure.Pairs) {
			return k
		}
	}
	return -1
}

// order lists the analyses as they are reported: those made elsewhere after the plan's
// own of the same outcome, group and contrast.
func (p *plan) order() (list []int) {
	placed := make([]bool, len(p.analyses))
	for k := range p.own {
		list = append(list, k)
		if k+1 < p.own && p.together(k, k+1) {
			continue
		}
		for j := p.own; j < len(p.analyses); j++ {
			if !placed[j] && p.together(k, j) {
				placed[j] = true
				list = append(list, j)
			}
		}
	}
	return list
}

// together reports whether two analyses are of one outcome, group and contrast.
func (p *plan) together(j, k int) bool {
	a, b := &p.analyses[j], &p.analyses[k]
	return a.Outcome == b.Outcome && a.Subgroup == b.Subgroup && a.Arm == b.Arm && a.Control == b.Control
}

// Rows returns the keys of the rows of a result, in their order.
func Rows(m *sim.Model, elsewhere []Outside) ([]Key, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	if err := p.addOutside(elsewhere); err != nil {
		return nil, err
	}
	var keys []Key
	for _, k := range p.order() {
		keys = append(keys, p.key(k))
	}
	return keys, nil
}
