package size

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
)

// What can be solved for.
const (
	Clients = "clients"
	Sites   = "sites"  // with as many clients, staff and new clients a day each
	Staff   = "staff"  // case managers, with as many clients each
	Effect  = "effect" // the multiple of the programs' effects that a trial can detect
	Power   = "power"
)

// Solutions lists what can be solved for.
func Solutions() []string { return []string{Clients, Sites, Staff, Effect, Power} }

// How several outcomes count.
const (
	Each = "each" // every outcome is asked about by itself
	Any  = "any"  // a trial succeeds if it rejects for at least one: disjunctive power
	All  = "all"  // for all: conjunctive power
)

// Requirements lists them.
func Requirements() []string { return []string{Each, Any, All} }

// A Question is what is asked of a scenario. Its zero value asks for the clients
// that give the primary outcome, else the first, the power that the scenario
// wants.
type Question struct {
	Outcomes []string       // by name; empty: the primary outcome, else the first, or the family's
	Family   string         // whose correction for several tests holds; not with Each
	Require  string         // Each (the default, ""), Any or All
	Subgroup string         // among whom; "" or "all": everyone
	Arm      string         // compared with control; "": the first
	Method   string         // of every outcome; "": each one's first
	Solve    string         // "": Clients
	Size     scenarios.Size // zero: the scenario's
}

// query is a question found in a scenario.
type query struct {
	sc       *scenarios.Scenario // as written
	arm      int                 // a group of the scenario
	control  int
	subgroup int // -1: everyone
	solve    string
	drawn    bool // what is not known is drawn: the power wanted is an assurance
	size     scenarios.Size
	outcomes []int    // into sc.Outcomes
	methods  []string // of each
	goals    []goal   // for each that is to be achieved and each power wanted
	offered  []string // programs that the arm has and control lacks
}

// A goal says what a trial is to achieve: some of its tests reject, or their intervals
// are as narrow as wanted.
type goal struct {
	tests  []int             // into query.outcomes, in the order of the family
	all    bool              // all of them, else any
	family *scenarios.Family // whose correction holds; nil: none
	target float64           // the power wanted
}

// newQuery finds what a question is about. Its error names each word that is
// wrong; problems of the scenario are scenarios.Problems.
func newQuery(m *sim.Model, q Question) (*query, error) {
	sc := m.Scenario
	x := &query{sc: sc, control: sc.Control(), subgroup: -1, arm: -1, solve: q.Solve, size: q.Size}
	if x.solve == "" {
		x.solve = Clients
	}
	if reflect.ValueOf(x.size).IsZero() {
		x.size = sc.Size
	}
	if x.size.Assurance > 0 {
		x.drawn, x.size.Power = true, scenarios.Numbers{x.size.Assurance}
	}
	errs := []error{x.checkDraws(m), oneOf("solve", x.solve, Solutions()), x.checkHalfWidth(q)}
	if q.Require != "" {
		errs = append(errs, oneOf("require", q.Require, Requirements()))
	}
	errs = append(errs, x.findArm(q.Arm), x.findSubgroup(q.Subgroup))
	outcomes := x.findOutcomes(q)
	errs = append(errs, outcomes, x.findMethods(m, q), x.setGoals(q, outcomes == nil))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	x.setTargets()
	x.findOffered()
	return x, nil
}

// setTargets asks for each goal once for each power that is wanted. The power of a
// trial as written is the same whichever is.
func (x *query) setTargets() {
	wanted := x.size.Power
	if x.solve == Power {
		wanted = wanted[:1]
	}
	var all []goal
	for _, g := range x.goals {
		for _, g.target = range wanted {
			all = append(all, g)
		}
	}
	x.goals = all
}

// checkHalfWidth refuses a width of intervals where tests are asked about.
func (x *query) checkHalfWidth(q Question) error {
	switch {
	case x.size.HalfWidth == 0:
		return nil
	case x.solve == Effect:
		return fmt.Errorf("solve: got %q with a half width, want clients, sites, staff or power: how large effects are hardly moves the width of an interval", x.solve)
	case q.Family != "":
		return fmt.Errorf("family: got %q with a half width: a correction is of tests, and not of intervals", q.Family)
	}
	return nil
}

// checkDraws refuses an assurance of what has none: a multiple of effects that are
// themselves drawn, or trials that draw nothing.
func (x *query) checkDraws(m *sim.Model) error {
	switch drawn := len(m.Unknowns()) > 0; {
	case x.drawn && !drawn:
		return errors.New("assurance: the scenario draws nothing, want [[uncertain]] rows and uncertainty.use = true")
	case !x.drawn && drawn:
		return errors.New("power: trials that draw what is not known have no power, want an assurance, or uncertainty.use = false")
	case x.drawn && !slices.Contains([]string{Clients, Sites, Staff}, x.solve):
		return fmt.Errorf("solve: got %q with an assurance, want clients, sites or staff: the others are about the scenario as written", x.solve)
	}
	return nil
}

// wanted is what a trial is to reach, in words.
func (x *query) wanted() string {
	if x.drawn || x.size.HalfWidth > 0 {
		return "assurance"
	}
	return "power"
}

func (x *query) ofWidth() string { return OfWidth(x.size.HalfWidth) }

// OfWidth says, after a power, how narrow an interval is wanted; "" for 0, where none is.
func OfWidth(half float64) string {
	if half == 0 {
		return ""
	}
	return fmt.Sprintf(" that the interval is no wider than the estimate ± %g", half)
}

// ofAll reports whether a subgroup is everyone.
func ofAll(subgroup string) bool { return subgroup == "" || subgroup == "all" }

func oneOf(what, word string, exist []string) error {
	if slices.Contains(exist, word) {
		return nil
	}
	return fmt.Errorf("%s: got %q, want one of %s", what, word, strings.Join(exist, ", "))
}

func (x *query) findArm(name string) error {
	c, names := x.sc.Asked(name)
	if x.arm, x.control = c.Arm, c.Control; c.Arm < 0 {
		return oneOf("arm", name, names)
	}
	return nil
}

func (x *query) findSubgroup(name string) error {
	if ofAll(name) {
		return nil
	}
	names := []string{"all"}
	for k, g := range x.sc.Subgroups {
		names = append(names, g.Name)
		if g.Name == name {
			x.subgroup = k
		}
	}
	return oneOf("subgroup", name, names)
}

// findOutcomes finds the outcomes asked about.
func (x *query) findOutcomes(q Question) error {
	var names []string
	for _, o := range x.sc.Outcomes {
		names = append(names, o.Name)
	}
	asked := q.Outcomes
	if q.Family != "" && len(asked) == 0 {
		if f, _ := x.findFamily(q.Family); f != nil {
			asked = x.namesIn(f)
		}
	}
	var errs []error
	for _, name := range asked {
		if err := oneOf("outcome", name, names); err != nil {
			errs = append(errs, err)
		} else if k := slices.Index(names, name); !slices.Contains(x.outcomes, k) {
			x.outcomes = append(x.outcomes, k)
		}
	}
	if len(asked) == 0 {
		x.outcomes = []int{max(0, x.sc.Primary())}
	}
	return errors.Join(errs...)
}

// contrast is the one asked about.
func (x *query) contrast() scenarios.Contrast {
	return scenarios.Contrast{Arm: x.arm, Control: x.control}
}

// arms are those of both groups compared.
func (x *query) arms() []int {
	groups := x.sc.Groups()
	return slices.Concat(groups[x.arm].Arms, groups[x.control].Arms)
}

// findOffered finds the programs that make the arms differ.
func (x *query) findOffered() {
	if f := x.sc.FactorOf(x.contrast()); f >= 0 {
		x.offered = []string{x.sc.Trial.Factors[f]}
		return
	}
	for _, name := range x.sc.Arms[x.arm].Programs {
		if !slices.Contains(x.sc.Arms[x.control].Programs, name) {
			x.offered = append(x.offered, name)
		}
	}
}

// findMethods finds the method of each outcome, and refuses one without a test.
func (x *query) findMethods(m *sim.Model, q Question) error {
	var errs []error
	for _, o := range x.outcomes {
		out := &x.sc.Outcomes[o]
		name := q.Method
		if name == "" {
			name = x.sc.FirstThatHoldsIn(out, x.contrast(), !ofAll(q.Subgroup))
		}
		x.methods = append(x.methods, name)
		if !slices.Contains(out.Analyses(), name) {
			errs = append(errs, oneOf("method of "+out.Name, name, out.Analyses()))
			continue
		}
		est, _ := estimate.Lookup(name)
		switch method := est.Method(); {
		case method.Interaction && ofAll(q.Subgroup):
			errs = append(errs, fmt.Errorf("method of %s: got %s, which compares a subgroup with the rest, want a subgroup with it%s", out.Name, name, ofFactors(x.sc)))
		case m.Clustered() && !method.Clustered:
			errs = append(errs, fmt.Errorf("method of %s: got %s, which takes clients as independent and has no test where clusters are randomized, want one that allows for clusters, as cluster_robust", out.Name, name))
		}
	}
	return errors.Join(errs...)
}

// ofFactors says where the power of an interaction of factors is found.
func ofFactors(sc *scenarios.Scenario) string {
	if len(sc.Interactions()) == 0 {
		return ""
	}
	return "; caseload run gives the power of interactions of factors"
}

// setGoals says what a trial is to achieve. How many outcomes there are is judged
// only if they are known.
func (x *query) setGoals(q Question, known bool) error {
	joint := q.Require == Any || q.Require == All
	family, err := x.findFamily(q.Family)
	switch {
	case err != nil || !known:
		return err
	case family != nil:
		if err := x.wholeFamily(family, joint); err != nil {
			return err
		}
	}
	if !joint {
		for k := range x.outcomes {
			x.goals = append(x.goals, goal{tests: []int{k}})
		}
		return nil
	}
	if len(x.outcomes) < 2 {
		return fmt.Errorf("require: got %q with one outcome, want several", q.Require)
	}
	g := goal{all: q.Require == All, family: family}
	for k := range x.outcomes {
		g.tests = append(g.tests, k)
	}
	if family != nil {
		for k, t := range x.sc.FamilyTests(family) {
			g.tests[k] = slices.Index(x.outcomes, t.Outcome)
		}
	}
	x.goals = []goal{g}
	return nil
}

// alone returns the scenario with only the analyses asked about.
func (x *query) alone() *scenarios.Scenario {
	return x.sc.Edit(func(one *scenarios.Scenario) {
		one.Outcomes, one.Families = nil, nil
		for k, o := range x.outcomes {
			out := x.sc.Outcomes[o]
			out.Methods, out.Subgroup, out.Contrasts = scenarios.Strings{x.methods[k]}, nil, nil
			if x.subgroup >= 0 {
				out.Subgroup = []string{x.sc.Subgroups[x.subgroup].Name}
			}
			one.Outcomes = append(one.Outcomes, out)
		}
		one.Factors, one.Explain = nil, scenarios.Explain{}
	})
}

// plain returns a method that sees the same clients as that of outcome k and takes
// nothing of them but the outcome, that at baseline if it adjusts for it, and who is a member where that method compares
// members with the rest.
func (x *query) plain(k int) estimate.Method {
	name := "welch"
	v := x.variable(k)
	if v.Kind == scenarios.Time {
		name = "log_rank"
	}
	if x.method(k).Interaction && v.Kind != scenarios.Time {
		name = "interaction"
	}
	est, _ := estimate.Lookup(name)
	m := est.Method()
	m.Covariates = x.method(k).Covariates
	return m
}

// variable returns that of outcome k of the question.
func (x *query) variable(k int) scenarios.Variable {
	v, _ := scenarios.LookupVariable(x.sc.Outcomes[x.outcomes[k]].Variable)
	return v
}

// method returns that of outcome k of the question.
func (x *query) method(k int) estimate.Method {
	est, _ := estimate.Lookup(x.methods[k])
	return est.Method()
}
