package literature

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim"
	"caseload/sim/portable"
)

// design is a study's trial before anything of it is drawn.
type design struct {
	sc        *scenarios.Scenario
	model     *sim.Model
	base      string
	arm       int
	offered   []string // programs that the arm has and control lacks
	programs  map[string]scenarios.Program
	manual    *bool
	reference float64 // size of the log hazard ratio that EffectSD is of; 0: no hazard ratio
	outcomes  []outcome
}

// outcome is one that a study measures.
type outcome struct {
	name     string
	label    string // for people
	variable scenarios.Variable
	sample   func() *analysis.Sample // a new one; each worker has its own
}

// merged puts the variations of a study together: those of its levels in the
// moderators' order, each over those before it, and its own over all. One that
// gives a base drops what those before it say of the trial there: its arm, usual
// care, visits and further values.
func merged(list []scenarios.Variation) scenarios.Variation {
	var out scenarios.Variation
	out.Set = scenarios.Ideal{}
	for _, v := range list {
		if v.Base != "" {
			out.Base, out.Arm, out.Usual, out.FollowUpDays = v.Base, "", nil, nil
			clear(out.Set)
		}
		if v.Arm != "" {
			out.Arm = v.Arm
		}
		if v.Clients > 0 {
			out.Clients = v.Clients
		}
		if len(v.Programs) > 0 {
			out.Programs = v.Programs
		}
		if len(v.Usual) > 0 {
			out.Usual = v.Usual
		}
		if len(v.FollowUpDays) > 0 {
			out.FollowUpDays = v.FollowUpDays
		}
		if v.Manual != nil {
			out.Manual = v.Manual
		}
		if len(v.Outcomes) > 0 {
			out.Outcomes = v.Outcomes
		}
		maps.Copy(out.Set, v.Set)
	}
	return out
}

// key tells apart the designs that are to be compiled: size, manual and the
// outcomes measured are no part of it.
func key(v *scenarios.Variation) string {
	parts := []string{v.Base, v.Arm, strings.Join(v.Programs, ","), strings.Join(v.Usual, ","), fmt.Sprint(v.FollowUpDays)}
	for _, k := range slices.Sorted(maps.Keys(v.Set)) {
		parts = append(parts, k+"="+scenarios.Show(v.Set[k]))
	}
	return strings.Join(parts, "\x00")
}

// program returns a program with a multiple of its effects. Where what is not known of it is
// drawn, studies differ by their draws: nothing is multiplied, and what an effect
// reaches stays solved for.
func (d *design) program(name string, multiple float64) scenarios.Program {
	if d.draws(name) {
		return d.sc.Programs[name]
	}
	return d.programs[name].Multiplied(multiple, nil)
}

// draws reports whether numbers of the program are drawn.
func (d *design) draws(name string) bool {
	of := func(u scenarios.Unknown) bool { return u.Target.Program == name }
	return d.sc.Drawn() && slices.ContainsFunc(d.sc.Unknowns(), of)
}

// checkDraws refuses a manual of its own where an effect is solved for what it reaches:
// there a manual would change nothing.
func (d *design) checkDraws(study string) error {
	if d.manual == nil {
		return nil
	}
	for _, name := range d.offered {
		for _, e := range d.sc.Programs[name].Effects {
			if e.Reaches != nil && d.draws(name) {
				return wrong(study, "manual", "a manual beside an effect of "+name+" that is solved for, and numbers that are drawn", "hazard_ratio in that effect")
			}
		}
	}
	return nil
}

// as returns the design with a manual and outcomes of its own.
func (d *design) as(study string, v *scenarios.Variation) (*design, error) {
	out := *d
	out.manual = v.Manual
	var err error
	if err = out.checkDraws(study); err == nil {
		out.outcomes, err = out.measured(study, v.Outcomes)
	}
	return &out, err
}

// newDesign lays out a variation on a base, but for what as adds. Messages say
// that what is wrong comes from the study.
func newDesign(study string, v *scenarios.Variation, base *sim.Model, draws bool) (*design, error) {
	arm, err := armOf(study, v, base.Scenario)
	if err != nil {
		return nil, err
	}
	sets := settings(study, v, base.Scenario, arm)
	sc, err := base.Scenario.Variant(sets...)
	if err == nil && draws != sc.Uncertainty.Use && len(sc.Unknowns()) > 0 {
		sc, err = base.Scenario.Variant(append(sets, scenarios.Setting{Key: "uncertainty.use", Value: draws})...)
	}
	if err != nil {
		return nil, err
	}
	d := &design{base: v.Base, arm: slices.IndexFunc(sc.Arms, func(a scenarios.Arm) bool { return a.Name == base.Scenario.Arms[arm].Name })}
	control := sc.Control()
	if d.arm < 0 || d.arm == control {
		return nil, wrong(study, "arm", fmt.Sprintf("%q, which is gone or control", base.Scenario.Arms[arm].Name), "a case management arm")
	}
	d.sc, d.programs = sc, maps.Clone(sc.Programs)
	if d.model, err = base.Variant(sc); err != nil {
		return nil, err
	}
	for _, name := range sc.Arms[d.arm].Programs {
		if slices.Contains(sc.Arms[control].Programs, name) {
			continue
		}
		d.offered = append(d.offered, name)
		// From here on hazard ratios are written, so that they can be multiplied.
		d.programs[name] = sc.Programs[name].Multiplied(1, func(e int) float64 { return d.model.SolvedRatio(name, e) })
	}
	d.reference = d.referenceRatio()
	return d, nil
}

// baseText writes what is varied.
func baseText(v *scenarios.Variation) string {
	if v.Base == "" {
		return "this scenario"
	}
	return fmt.Sprintf("%q", v.Base)
}

// armOf returns the case management arm of the base.
func armOf(study string, v *scenarios.Variation, sc *scenarios.Scenario) (int, error) {
	if sc.Factorial() {
		return 0, wrong(study, "base", baseText(v)+", which compares the factors of trial.factors", "a trial that compares arms with control")
	}
	if len(sc.Decisions) > 0 {
		return 0, wrong(study, "base", baseText(v)+", in which it is decided anew what clients get", "a trial without [[decision]]: a body of trials differs in arms, whose programs are given from enrolment on")
	}
	var names []string
	for k := range sc.Arms {
		if a := &sc.Arms[k]; !a.Control {
			if v.Arm == "" || a.Name == v.Arm {
				return k, nil
			}
			names = append(names, a.Name)
		}
	}
	return 0, wrong(study, "arm", fmt.Sprintf("%q", v.Arm), "one of "+strings.Join(names, ", "))
}

// wrong returns a problem of a study.
func wrong(study, key, got, want string) error {
	return scenarios.Problems{{File: study, Key: key, Got: got, Want: want}}
}

// settings returns what a variation writes into its base.
func settings(study string, v *scenarios.Variation, sc *scenarios.Scenario, arm int) (list []scenarios.Setting) {
	put := func(key string, value any) {
		list = append(list, scenarios.Setting{Key: key, Value: value, From: study})
	}
	a, c := &sc.Arms[arm], &sc.Arms[sc.Control()]
	usual, programs := c.Programs, v.Programs
	if len(v.Usual) > 0 {
		usual = v.Usual
		put("arm."+c.Name+".programs", usual)
	}
	if len(programs) == 0 {
		for _, name := range a.Programs {
			if !slices.Contains(c.Programs, name) {
				programs = append(programs, name)
			}
		}
	}
	if len(v.Usual) > 0 || len(v.Programs) > 0 {
		put("arm."+a.Name+".programs", slices.Concat(usual, programs))
	}
	if v.Clients > 0 {
		put("trial.clients", v.Clients)
	}
	if len(v.FollowUpDays) > 0 {
		put("trial.follow_up_days", v.FollowUpDays)
	}
	for _, k := range slices.Sorted(maps.Keys(v.Set)) {
		put(k, v.Set[k])
	}
	return list
}

// referenceRatio returns the mean size of the log hazard ratios of the offered
// programs on linkage to substance-use services, else of all of them.
func (d *design) referenceRatio() float64 {
	var linkage, all, nl, na float64
	for _, name := range d.offered {
		for _, e := range d.programs[name].Effects {
			size := 1.0 // of a share: a standard deviation is one of the logarithm of what contacts add
			if e.HazardRatio > 0 {
				size = math.Abs(portable.Log(e.HazardRatio))
			} else if e.Brings == nil {
				continue
			}
			all, na = all+size, na+1
			if e.On == "linkage" || strings.HasPrefix(e.On, "linkage.") {
				linkage, nl = linkage+size, nl+1
			}
		}
	}
	switch {
	case nl > 0:
		return linkage / nl
	case na > 0:
		return all / na
	}
	return 0
}

// measured returns the outcomes of which the study says the name or a group, in the
// order of the scenario; all if it says nothing.
func (d *design) measured(study string, names []string) (list []outcome, err error) {
	used := make([]bool, len(names))
	labels := d.sc.Labels()
	for k := range d.sc.Outcomes {
		o := &d.sc.Outcomes[k]
		v, _ := scenarios.LookupVariable(o.Variable)
		wanted := len(names) == 0
		for n, name := range names {
			if name == o.Name || v.Cluster.In(name) {
				wanted, used[n] = true, true
			}
		}
		if wanted {
			method := smdMethod(v.Kind).Method()
			list = append(list, outcome{o.Name, labels.Outcome(o.Name), v, func() *analysis.Sample {
				return analysis.NewSample(d.sc, k, analysis.Everyone, scenarios.Contrast{Arm: d.arm, Control: d.sc.Control()}, method)
			}})
		}
	}
	for n, name := range names {
		if !used[n] {
			return nil, wrong(study, "outcomes", fmt.Sprintf("%q", name), "the name of an outcome of "+baseName(d.base)+" or a group that one belongs to")
		}
	}
	return list, nil
}

func baseName(base string) string {
	if base == "" {
		return "the scenario"
	}
	return base
}

// smdMethod returns the estimator whose result a reviewer standardizes. Of a binary
// outcome it is only the columns that count: see smdOf.
func smdMethod(kind scenarios.VarKind) estimate.Estimator {
	name := map[scenarios.VarKind]string{scenarios.Binary: "odds_ratio", scenarios.Time: "cox"}[kind]
	if name == "" {
		name = "hedges_g"
	}
	e, _ := estimate.Lookup(name)
	return e
}
