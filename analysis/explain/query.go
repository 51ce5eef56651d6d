package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios"
)

// query is a question put to a scenario.
type query struct {
	sc       *scenarios.Scenario // as written
	outcome  *scenarios.Outcome
	variable scenarios.Variable
	arm      int // treated
	control  int
	subgroup int      // index, -1: everyone
	target   string   // subgroup of the promise; "": none
	noTarget string   // why there is none
	offered  []string // programs that the control arm lacks and another arm has
}

// newQuery finds what a question is about. Its errors say which word of the
// question is wrong.
func newQuery(sc *scenarios.Scenario, q Question) (*query, error) {
	if sc.Factorial() {
		return nil, scenarios.Problems{sc.Problem("trial.factors", "a factorial trial", "one that compares arms with control: the steps from the promise of a program to the finding of a trial are those between two arms; write the two arms that you mean, as in [[arm]], without trial.factors")}
	}
	if sc.InPeriods() {
		return nil, scenarios.Problems{sc.ProblemOfPeriods("a trial whose sites stay in their arms: where they change, the arms of the trial differ in when their clients enrol, too, and an explanation cannot tell that apart")}
	}
	if len(sc.Decisions) > 0 {
		d := sc.Decisions[0].Name
		return nil, scenarios.Problems{sc.Problem("decision", fmt.Sprintf("%q", d),
			"a trial without decisions: what they do depends on how clients are doing, which each step of an explanation changes, so that no step would be about one thing")}
	}
	x := &query{sc: sc, control: sc.Control(), subgroup: -1, arm: -1}
	o := sc.Primary()
	var errs []error
	if q.Outcome != "" {
		o = slices.IndexFunc(sc.Outcomes, func(o scenarios.Outcome) bool { return o.Name == q.Outcome })
	}
	if o < 0 {
		errs = append(errs, fmt.Errorf("outcome: got %q, want one of %s", q.Outcome, names(sc.Outcomes, func(o scenarios.Outcome) string { return o.Name })))
	} else {
		x.outcome = &sc.Outcomes[o]
		x.variable, _ = scenarios.LookupVariable(x.outcome.Variable)
	}
	subgroups := names(sc.Subgroups, func(g scenarios.Subgroup) string { return g.Name })
	if q.Subgroup != "" && q.Subgroup != "all" {
		if x.subgroup = subgroupIndex(sc, q.Subgroup); x.subgroup < 0 {
			errs = append(errs, fmt.Errorf("subgroup: got %q, want one of %s", q.Subgroup, subgroups))
		}
	}
	errs = append(errs, x.findArm(q.Arm), x.findTarget(q.Target))
	x.findOffered()
	return x, errors.Join(errs...)
}

// findArm finds the treated arm.
func (x *query) findArm(name string) error {
	arm, arms := x.sc.Treated(name)
	if x.arm = arm; arm < 0 {
		return fmt.Errorf("arm: got %q, want one of %s", name, strings.Join(arms, ", "))
	}
	return nil
}

// findTarget finds the subgroup for which case management is meant: the one
// asked for, the one that the scenario names, else the only one that an effect is
// limited to.
func (x *query) findTarget(name string) error {
	if name == "" {
		name = x.sc.Explain.Target
	}
	if name != "" {
		if subgroupIndex(x.sc, name) < 0 {
			return fmt.Errorf("target: got %q, want one of %s", name, names(x.sc.Subgroups, func(g scenarios.Subgroup) string { return g.Name }))
		}
		x.target = name
		return nil
	}
	var in []string
	for _, p := range x.sc.Programs {
		for _, e := range p.Effects {
			if e.In != "" && !slices.Contains(in, e.In) {
				in = append(in, e.In)
			}
		}
	}
	slices.Sort(in)
	switch len(in) {
	case 0:
		x.noTarget = "no effect is limited to a subgroup"
	case 1:
		x.target = in[0]
	default:
		x.noTarget = "effects are limited to several subgroups, " + strings.Join(in, ", ") + ": say which is meant by [explain] target"
	}
	return nil
}

// findOffered finds the programs that make the arms differ.
func (x *query) findOffered() {
	for a, arm := range x.sc.Arms {
		for _, name := range arm.Programs {
			if a != x.control && !slices.Contains(x.sc.Arms[x.control].Programs, name) && !slices.Contains(x.offered, name) {
				x.offered = append(x.offered, name)
			}
		}
	}
}

func subgroupIndex(sc *scenarios.Scenario, name string) int {
	return slices.IndexFunc(sc.Subgroups, func(g scenarios.Subgroup) bool { return g.Name == name })
}

func names[T any](list []T, name func(T) string) string {
	var out []string
	for _, x := range list {
		out = append(out, name(x))
	}
	return strings.Join(out, ", ")
}

// alone returns the scenario with the outcome asked about as its only one, in the
// subgroup asked about: what a world is run and compared by.
func (x *query) alone(sc *scenarios.Scenario) *scenarios.Scenario {
	o := *x.outcome
	for k := range sc.Outcomes {
		if sc.Outcomes[k].Name == o.Name {
			o = sc.Outcomes[k]
		}
	}
	o.Methods = scenarios.Strings{methodOf(&o, x.variable.Kind)}
	o.Covariates, o.Strata, o.Subgroup, o.Contrasts = nil, nil, nil, nil
	return sc.Edit(func(one *scenarios.Scenario) {
		one.Outcomes, one.Families = []scenarios.Outcome{o}, nil
		one.Factors, one.Explain = nil, scenarios.Explain{}
	})
}

// methodOf returns the method by which each trial of a world estimates the effect.
func methodOf(o *scenarios.Outcome, kind scenarios.VarKind) string {
	switch {
	case kind == scenarios.Binary:
		return "risk_difference"
	case kind == scenarios.Time:
		return "cox"
	case o.WhileAlive():
		return "while_alive"
	}
	return "welch"
}
