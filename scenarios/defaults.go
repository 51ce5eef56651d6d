package scenarios

import (
	"reflect"
	"slices"
	"sync"

	"caseload/scenarios/layer"
)

// defaults are the values of keys that are not written, by table. They are
// the neutral choice wherever there is one: no queue, no clustering, nobody
// lost. Numbers of the world are not here but in presets, with a source.
// Defaults that depend on other keys are in complete.
var defaults = map[reflect.Type]any{
	reflect.TypeFor[Scenario](): Scenario{
		World: World{Trial: defaultTrial, Use: defaultUse, Attrition: defaultAttrition},
		Questions: Questions{
			Replicates: 2000, // MCSE of a power near 50 %: 1.1 points
			Seed:       1,
			Alpha:      0.05,
			Size:       defaultSize,
		},
	},
	reflect.TypeFor[Trial]():         defaultTrial,
	reflect.TypeFor[Accrual]():       defaultTrial.Accrual,
	reflect.TypeFor[Randomization](): defaultTrial.Randomization,
	reflect.TypeFor[Arm]():           Arm{Programs: []string{}, Ratio: 1},
	reflect.TypeFor[Service]():       Service{Kind: SubstanceUse, AfterFollowup: "stay"},
	reflect.TypeFor[Program]():       Program{Uptake: 1},
	reflect.TypeFor[Option]():        Option{Ratio: 1},
	reflect.TypeFor[Manual]():        Manual{Effect: 1, Spread: 1},
	reflect.TypeFor[Handover]():      Handover{Probability: 1},
	reflect.TypeFor[Brings]():        Brings{Reachable: 1},
	reflect.TypeFor[Use]():           defaultUse,
	reflect.TypeFor[Housing]():       Housing{Lose: never, Gain: never},
	reflect.TypeFor[Employment]():    Employment{Lose: never, Gain: never},
	reflect.TypeFor[Attrition]():     defaultAttrition,
	reflect.TypeFor[Outcome]():       Outcome{Sides: 2, Test: Superiority},
	reflect.TypeFor[Family]():        Family{Method: "holm"},
	reflect.TypeFor[Interim]():       Interim{Spending: Spending{Kind: SpendingOBrienFleming}},
	reflect.TypeFor[Measure]():       Measure{Sensitivity: 1, Specificity: 1},
	reflect.TypeFor[Size]():          defaultSize,
	reflect.TypeFor[Sweep]():         Sweep{Method: Grid},
	reflect.TypeFor[Slider]():        Slider{Scale: LinearScale},
	reflect.TypeFor[Literature]():    defaultLiterature,
	reflect.TypeFor[Calibrate]():     defaultCalibrate,
	reflect.TypeFor[Publication]():   defaultLiterature.Publication,
}

var (
	defaultTrial = Trial{
		Sites:         1,
		Accrual:       Accrual{Pattern: "poisson"},
		Randomization: Randomization{Method: PermutedBlocks},
	}
	// Without a course of use nobody changes state.
	defaultUse       = Use{Using: 1, Quit: never, Relapse: never, DaysPerMonth: DaysPerMonth}
	never            = Quantity{Never: true}
	defaultAttrition = Attrition{Ends: "study"}
)

// complete fills in the defaults that follow from other keys.
func (s *Scenario) complete() {
	s.dropAbsent()
	s.completeSites()
	s.completeRandomization()
	s.completeFactors()
	for name, v := range s.Services {
		path := layer.Join("service", name)
		s.completeQuantity(&v.Linkage, path+".linkage", "")
		s.completeQuantity(&v.Stay, path+".stay", amongEntered)
		s.completeQuantity(v.Renege, path+".renege", "")
		s.completeQuantity(v.Return, path+".return", "")
		s.completeRates(path, &v)
		s.Services[name] = v
	}
	for name, p := range s.Programs {
		if !s.origin.has(layer.Join("program", name) + ".duration_days") {
			p.DurationDays = s.LastVisit()
		}
		s.completeReference(name, &p)
		s.Programs[name] = p
	}
	s.completeDecisions()
	s.completeRecovery()
	s.completeQuantity(s.Attrition.Loss, "attrition.loss", "")
	alike := sync.OnceValue(s.anyAlike) // some work, and mostly not asked
	for i := range s.Outcomes {
		s.completeOutcome(&s.Outcomes[i], s.outcomePath(i), alike)
	}
	s.completeFamilies()
	s.completeInterim()
	s.completeSize()
	s.completeCost()
	s.completeSweep()
	s.completeLiterature()
	s.completeCalibrate()
	s.completeSources()
	for i := range s.Traits {
		s.Traits[i].Kind = s.traitKind(s.Traits[i], s.traitPath(i))
	}
}

func (s *Scenario) completeRecovery() {
	s.completeQuantity(&s.Use.Quit, "use.quit", "")
	s.completeQuantity(&s.Use.Relapse, "use.relapse", "")
	if s.Arrest != nil {
		s.completeQuantity(&s.Arrest.Rate, "arrest.rate", "")
	}
	if s.Jail != nil {
		s.completeQuantity(&s.Jail.Stay, "jail.stay", "")
	}
	if s.Risk != nil {
		s.completeQuantity(&s.Risk.Rate, "risk.rate", "")
	}
	if s.Housing != nil {
		s.completeQuantity(&s.Housing.Lose, "housing.lose", "")
		s.completeQuantity(&s.Housing.Gain, "housing.gain", "")
	}
	if s.Employment != nil {
		s.completeQuantity(&s.Employment.Lose, "employment.lose", "")
		s.completeQuantity(&s.Employment.Gain, "employment.gain", "")
	}
	if s.Death != nil {
		s.completeQuantity(&s.Death.Rate, "death.rate", "")
	}
	s.completeEvents()
}

func (s *Scenario) completeQuantity(q *Quantity, path, among string) {
	if q == nil || q.Never || q.rate() != 0 {
		return
	}
	if q.Prevalence != nil {
		s.completePrevalence(q.Prevalence, path)
		return
	}
	if !s.origin.has(path + ".under") {
		if c := s.Control(); c >= 0 {
			q.Under = s.Arms[c].Name
		}
	}
	if !s.origin.has(path+".shape") && len(q.Points) == 0 {
		q.Shape = 1
	}
	if !s.origin.has(path + ".among") {
		q.Among = among
	}
}

func (s *Scenario) completeOutcome(o *Outcome, path string, alike func() bool) {
	if o.When != "" && !s.origin.has(path+".variable") {
		o.Variable = VariableCondition
	}
	v, known := LookupVariable(o.Variable)
	if !s.origin.has(path + ".at_days") {
		o.AtDays = s.LastVisit()
	}
	if !s.origin.has(path + ".alpha") {
		o.Alpha = s.Alpha
	}
	if !known {
		return
	}
	if !s.origin.has(path + ".set") {
		o.Set = v.Sets[0]
	}
	if !s.origin.has(path + ".method") {
		s.completeMethods(o, v.Kind, alike)
		s.completeInteraction(o)
	}
	if o.Set == SetPerProtocol && !s.origin.has(path+".min_contacts") {
		o.MinContacts = 1
	}
	if !s.origin.has(path+".strata") && o.uses(func(m AnalysisMethod) bool { return m.Strata }) {
		o.Strata = slices.Clone(s.Trial.Randomization.Strata)
	}
}

func (s *Scenario) completeFamilies() {
	for i := range s.Families {
		if f := &s.Families[i]; !s.origin.has(elementPath("family", f.Name, i) + ".alpha") {
			f.Alpha = s.Alpha
		}
	}
}

// traitKind tells a trait's kind by the keys it is written with.
func (s *Scenario) traitKind(t Trait, path string) TraitKind {
	switch {
	case len(t.Levels) > 0:
		return Categorical
	case s.origin.has(path+".mean") || s.origin.has(path+".sd"):
		return Normal
	case s.origin.has(path+".median") || s.origin.has(path+".log_sd"):
		return Lognormal
	}
	return Bernoulli
}
