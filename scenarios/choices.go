package scenarios

import "reflect"

// choices are the words that keys may have, or the words of their lists and the values
// of those by name, where the words do not depend on the rest of the scenario. Checks
// refuse all others; this is what an editor offers.
var choices = map[reflect.Type]map[string]func() []string{
	reflect.TypeFor[Accrual]():       {"pattern": listed(accrualPatterns)},
	reflect.TypeFor[Randomization](): {"method": func() []string { return texts(RandomizationMethods()) }, "by": listed(texts([]RandomizedUnit{RandomizedSites, RandomizedManagers}))},
	reflect.TypeFor[Service]():       {"kind": listed(ServiceKinds), "after_followup": listed(afterFollowup), "confidence": listed(confidenceWords), "confidences": listed(confidenceWords)},
	reflect.TypeFor[Decision]():      {"missing": listed([]string{MissingAct, MissingWait})},
	reflect.TypeFor[Program]():       {"confidence": listed(confidenceWords), "confidences": listed(confidenceWords)},
	reflect.TypeFor[Event]():         {"confidence": listed(confidenceWords), "confidences": listed(confidenceWords)},
	reflect.TypeFor[Measure]():       {"confidence": listed(confidenceWords)},
	reflect.TypeFor[Attrition]():     {"ends": listed(attritionEnds)},
	reflect.TypeFor[Outcome](): {"variable": variableNames, "method": methodNames, "test": listed(testKinds),
		"set": listed(texts([]Set{SetITT, SetPerProtocol, SetAsTreated, SetEntered}))},
	reflect.TypeFor[Intercurrent](): {"death": strategiesOf(ByDeath), "jail": strategiesOf(ByJail), "leaving": strategiesOf(ByLeaving),
		"refusal": strategiesOf(ByRefusal), "contamination": strategiesOf(ByContamination)},
	reflect.TypeFor[Family]():     {"method": Corrections},
	reflect.TypeFor[Interim]():    {"information": listed(informationUnits)},
	reflect.TypeFor[Quantity]():   {"among": listed([]string{amongEntered})},
	reflect.TypeFor[Size]():       {"hold": listed([]string{HoldAccrualRate, HoldDuration}), "scale": listed(Scalable)},
	reflect.TypeFor[Sweep]():      {"method": listed(SweepMethods)},
	reflect.TypeFor[Slider]():     {"scale": listed(SliderScales)},
	reflect.TypeFor[Literature](): {"method": listed(PoolingMethods), "effects": listed([]string{OneEffect, AllEffects}), "groups": GroupNames},
	reflect.TypeFor[Published]():  {"group": GroupNames},
	reflect.TypeFor[Moderator]():  {"published": listed(publishedSigns)},
	reflect.TypeFor[Figure]():     {"group": GroupNames, "statistic": statistics},
}

func listed(words []string) func() []string { return func() []string { return words } }

// Words that checks and editors know.
var (
	accrualPatterns = []string{"poisson", "fixed"}
	afterFollowup   = []string{"stay", "leave"}
	attritionEnds   = []string{"study", "all"}
	publishedSigns  = []string{"positive", "negative"}
	testKinds       = []string{Superiority, NonInferiority, Equivalence}
)

// amongEntered says that a stay is about those who entered.
const amongEntered = "entered"

// strategiesOf lists the strategies for an event.
func strategiesOf(e IntercurrentEvent) func() []string {
	return func() []string { return texts(e.Strategies()) }
}

// methodNames lists the methods of outcomes of all kinds.
func methodNames() (names []string) {
	for _, m := range analysisMethods {
		names = append(names, m.Name)
	}
	return names
}

// statistics are those of trials and of reviews.
func statistics() []string {
	return append(append([]string(nil), TrialStatistics...), BodyStatistics...)
}
