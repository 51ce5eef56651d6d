package scenarios

import "slices"

// completeMethods gives an outcome without a method one: the first of its kind
// where clients are independent, else the first that allows for clusters and holds. The
// choice takes every value of a design or a prior into account, so that all designs
// are analysed alike.
func (s *Scenario) completeMethods(o *Outcome, kind VarKind, alike func() bool) {
	usual := o.Analyses()
	if held := s.layers.held.of(o.Name); len(held) > 0 && slices.Contains(usual, held[0]) {
		o.Methods = slices.Clone(held)
		return
	}
	o.Methods = Strings{usual[0]}
	if o.Imputes() && slices.Contains(usual, "multiple_imputation") {
		o.Methods[0] = "multiple_imputation"
		return
	}
	if o.WhileAlive() || !alike() { // methods of what happens while alive allow for no clusters
		return
	}
	o.Methods[0] = s.alikeMethods(kind)[0]
	for _, name := range s.alikeMethods(kind) {
		if s.holdsIn(o, name) {
			o.Methods[0] = name
			return
		}
	}
}

// completeInteraction adds, to the methods of an outcome of a factorial trial that says none,
// the one for interactions of factors.
func (s *Scenario) completeInteraction(o *Outcome) {
	if s.Trial.Interactions != InteractionPairs || !s.Factorial() {
		return
	}
	for _, name := range []string{"interaction", "cox_interaction"} {
		if slices.Contains(o.Analyses(), name) && !slices.Contains(o.Methods, name) {
			o.Methods = append(slices.Clip(o.Methods), name)
			return
		}
	}
}

// addMethods adds to outcomes whose methods do not hold, and of which there is one
// that does, this one, so that what they find can be told beside what a valid method
// finds. A variant has those that the scenario has.
func (s *Scenario) addMethods() {
	for i := range s.Outcomes {
		o := &s.Outcomes[i]
		if !s.origin.has(s.outcomePath(i) + ".method") {
			continue // chosen
		}
		if s.layers.held.analyses() {
			if held := s.layers.held.of(o.Name); len(held) > len(o.Methods) && slices.Equal(held[:len(o.Methods)], o.Methods) {
				o.Methods = slices.Clone(held)
			}
			continue
		}
		if name := s.missingMethod(o); name != "" {
			o.Methods = append(slices.Clip(o.Methods), name)
		}
	}
}

// missingMethod returns the method to add to an outcome's, "" if there is none.
func (s *Scenario) missingMethod(o *Outcome) (name string) {
	tests := slices.DeleteFunc(slices.Clone(o.Methods), func(name string) bool {
		m, known := LookupMethod(name)
		return !known || m.Subgroups || name == "median"
	})
	if len(tests) == 0 || slices.ContainsFunc(tests, func(name string) bool { return s.holdsIn(o, name) }) {
		return ""
	}
	for _, c := range s.Contrasts(o) {
		if v := s.ValidityIn(o, c, tests[0]); v.Instead != "" {
			return v.Instead
		}
	}
	return ""
}

// holdsIn reports whether a method of an outcome holds in all comparisons.
func (s *Scenario) holdsIn(o *Outcome, method string) bool {
	return !slices.ContainsFunc(s.Contrasts(o), func(c Contrast) bool { return !s.ValidityIn(o, c, method).Holds })
}

// FirstThatHolds returns the first method of an outcome that holds when an arm is
// compared with control, or the first if none does. Methods for an interaction count
// only within a subgroup.
func (s *Scenario) FirstThatHolds(o *Outcome, arm int, within bool) string {
	return s.FirstThatHoldsIn(o, Contrast{arm, s.Control()}, within)
}

// FirstThatHoldsIn is FirstThatHolds when any two arms are compared.
func (s *Scenario) FirstThatHoldsIn(o *Outcome, c Contrast, within bool) string {
	first := ""
	for _, name := range o.Methods {
		if m, known := LookupMethod(name); !known || m.Subgroups && !within {
			continue
		}
		if first == "" {
			first = name
		}
		if s.ValidityIn(o, c, name).Holds {
			return name
		}
	}
	if first == "" {
		return o.Methods[0]
	}
	return first
}

// anyAlike reports whether clients are alike in an arm of the scenario, or of one of
// its designs, or with a value of a prior.
func (s *Scenario) anyAlike() bool {
	if s.alike() {
		return true
	}
	if s.layers.held.analyses() {
		return false // a design of another scenario, which has been asked
	}
	return slices.ContainsFunc(s.designSettings(), func(set Setting) bool {
		world, _ := s.with([]Setting{set}, &held{methods: map[string][]string{}})
		return world.alike()
	})
}

// alike reports whether clients of an arm share case managers who differ, or were
// randomized in clusters.
func (s *Scenario) alike() bool {
	for a := range s.Arms {
		if s.sharedIn(a, s.Control()).clusters > 0 {
			return true
		}
	}
	return false
}

// designSettings returns the values of designs and priors that may make clients
// alike: of programs, of what arms offer, and of randomization.
func (s *Scenario) designSettings() (sets []Setting) {
	may := func(key string) bool { return slices.Contains([]string{"program", "arm", "trial"}, firstKey(key)) }
	add := func(table string, over Over) {
		for _, v := range over {
			if may(v.Key) && len(v.Values) <= maxValues {
				sets = append(sets, v.trials(table)...)
			}
		}
	}
	if s.Sweep != nil && len(s.Sweep.Over) <= maxOver {
		add("sweep.over", s.Sweep.Over)
	}
	if s.Cost != nil && len(s.Cost.Over) <= maxOver {
		add("cost.over", s.Cost.Over)
	}
	if k := s.Calibrate; k != nil && len(k.Parameters) <= maxParameters {
		for i := range k.Parameters {
			if p := &k.Parameters[i]; may(p.Key) && p.Prior.sound(false) {
				sets = append(sets, k.Setting(i, p.Prior.Quantile(0.5)))
			}
		}
	}
	return sets
}

// held is what variants of a scenario keep of it.
type held struct {
	methods    map[string][]string   // of outcomes; nil: those that hold in the variant
	references map[string]*Reference // of programs
}

// of returns the methods of an outcome.
func (h *held) of(outcome string) []string {
	if h == nil {
		return nil
	}
	return h.methods[outcome]
}

// analyses reports whether variants are analysed as the scenario is.
func (h *held) analyses() bool { return h != nil && h.methods != nil }

// hold returns what variants of the scenario keep.
func (s *Scenario) hold() *held {
	h := &held{map[string][]string{}, map[string]*Reference{}}
	for i := range s.Outcomes {
		h.methods[s.Outcomes[i].Name] = s.Outcomes[i].Methods
	}
	for name, p := range s.Programs {
		h.references[name] = p.Reference
	}
	return h
}

// treated lists the arms that are compared with control.
func (s *Scenario) treated() (arms []int) {
	for a := range s.Arms {
		if !s.Arms[a].Control {
			arms = append(arms, a)
		}
	}
	return arms
}
