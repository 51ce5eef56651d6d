package explain

import (
	"slices"

	"caseload/scenarios"
)

// Standard is one of the obstacles that every trial may meet: what stands in the
// way, and what its ideal does to a scenario.
type Standard struct {
	Name  string
	About string // what stands in the way
	// For documentation: what the ideal sets, what it leaves as written, and which
	// outcomes it can touch.
	Sets, Leaves, Touches string

	// ideal takes the obstacle out of a copy of the scenario.
	ideal func(sc *scenarios.Scenario, q *query)
	// without says why a scenario in which the ideal changes nothing doesn't have it.
	without string
	// cannot says why the ideal can't be had, or can't matter, for the outcome asked
	// about; "" where it can.
	cannot func(q *query) string
	// unsaid tells that a scenario which doesn't have it says nothing of it.
	unsaid bool
	// changesEstimand tells that the ideal asks another question.
	changesEstimand bool
}

// apply returns the scenario without the obstacle.
func (s *Standard) apply(sc *scenarios.Scenario, q *query) *scenarios.Scenario {
	return sc.Edit(func(sc *scenarios.Scenario) { s.ideal(sc, q) })
}

// Standards lists the standard factors in causal order: what is promised, to
// whom, against what; what is done; what becomes of it; what is seen of it.
func Standards() []Standard { return slices.Clone(standards) }

var standards = []Standard{
	{
		Name: scenarios.FactorMix, About: "only some clients can respond",
		Sets:    "every effect that holds `in` the target subgroup holds for everyone",
		Leaves:  "who the clients are; effects limited to other subgroups; hazard ratios and how long they last",
		Touches: "all",
		ideal:   idealMix, without: "no effect is limited to the target subgroup",
	},
	{
		Name: scenarios.FactorComparator, About: "control clients get usual care",
		Sets:    "the control arm has no programs",
		Leaves:  "services, which stay open to everyone; the programs of the other arms, those shared with control included; natural quantities that hold under the control arm, solved as written",
		Touches: "all",
		ideal:   idealComparator, without: "nothing that is done in the control arm has an effect",
	},
	{
		Name: scenarios.FactorUptake, About: "some who are offered the program do not start it",
		Sets:    "`uptake = 1` in programs that the control arm lacks",
		Leaves:  "programs that the arms share; reneging and refusing the trial",
		Touches: "all",
		ideal:   idealUptake, without: "everyone who is offered case management starts",
	},
	{
		Name: scenarios.FactorDelivery, About: "contacts come late, case managers differ",
		Sets:    "`spread = 0` and no `icc` (every case manager is the average one), `hours_per_week = 0` (no contact comes late), in programs that the control arm lacks",
		Leaves:  "`caseload` (who waits for a manager); what a contact does on average; `manual`",
		Touches: "all",
		ideal:   idealDelivery, without: "case managers are alike and none is late",
	},
	{
		Name: scenarios.FactorTurnover, About: "case managers leave",
		Sets:    "no `staffing` in programs that the control arm lacks: nobody leaves, and nobody is new",
		Leaves:  "the number of case managers, how those who are there on day 0 differ, their `caseload` and hours",
		Touches: "all",
		ideal:   idealTurnover, without: "no case manager leaves", unsaid: true,
	},
	{
		Name: scenarios.FactorCapacity, About: "places and case managers are scarce",
		Sets:    "`slots = \"unlimited\"` and nobody else in any service; `caseload = \"unlimited\"` and `hours_per_week = 0` in all programs",
		Leaves:  "the number of case managers and how they differ",
		Touches: "all",
		ideal:   idealCapacity, without: "nobody waits for a place or a case manager",
	},
	{
		Name: scenarios.FactorContamination, About: "clients get another arm's programs",
		Sets:    "no arm has `contamination`",
		Leaves:  "programs that the arms share by design",
		Touches: "all",
		ideal:   idealContamination, without: "nobody gets another arm's programs",
	},
	{
		Name: scenarios.FactorPersistence, About: "effects end when contacts do",
		Sets:    "`lasts_days` to the end of follow-up and no `half_life_days`, of effects of programs that the control arm lacks",
		Leaves:  "when contacts come; effects that act at once; solved hazard ratios",
		Touches: "all",
		ideal:   idealPersistence, without: "no effect ends before follow-up does",
	},
	{
		Name: scenarios.FactorPathway, About: "clients leave treatment",
		Sets:    "`stay = { never = true }` and no `planned_days` in services that act on something, in both arms",
		Leaves:  "who enters and when; what being in a service does; jail and death, which end stays. Where slots are finite, who stays keeps the slot from others: see capacity",
		Touches: "substance_use, health, legal, risk, social",
		ideal:   idealPathway, without: "nothing in recovery depends on being in a service", cannot: aboutLeaving,
	},
	{
		Name: scenarios.FactorCompeting, About: "jail and death intervene",
		Sets:    "nobody is jailed and nobody dies: `jailed = 0`, `after_arrest = 0`, no sanctions, `death.rate = { never = true }`",
		Leaves:  "arrests; jail and deaths, where they are part of the outcome (`\"composite\"` in `intercurrent`)",
		Touches: "all but those about jail or death",
		ideal:   idealCompeting, without: "nobody is jailed or dies", cannot: aboutCompeting,
	},
	{
		Name: scenarios.FactorAttrition, About: "clients are lost, visits missed",
		Sets:    "`loss = { never = true }`, `missed = 0`",
		Leaves:  "reneging, refusing and leaving, which are not loss to the study",
		Touches: "all; of those read from records only where loss ends everything",
		ideal:   idealAttrition, without: "nobody is lost and no visit is missed", cannot: fromRecords,
	},
	{
		Name: scenarios.FactorMeasurement, About: "outcomes are measured with error",
		Sets:    "no `measured_by`, no `reliability`, `visit_window_days = 0`, no `observed` traits",
		Leaves:  "the days of visits",
		Touches: "those measured at visits; all in a subgroup whose traits are measured with error",
		ideal:   idealMeasurement, without: "the outcome and its subgroup are measured without error",
	},
	{
		Name: scenarios.FactorSelection, About: "only some clients are analysed",
		Sets:    "`set = \"itt\"`",
		Leaves:  "`at_days`, which then counts from enrolment",
		Touches: "those analysed in the sets entered, per_protocol and as_treated",
		ideal:   idealSelection, without: "everyone randomized is analysed, as randomized", cannot: onlyEntered, changesEstimand: true,
	},
}

func notRecovery(q *query) string {
	if q.variable.Cluster.Domain() == scenarios.Recovery {
		return ""
	}
	return "the outcome is itself about services"
}

func aboutCompeting(q *query) string {
	if q.variable.Needs == "jail" || q.variable.Needs == "death" {
		return "the outcome is itself about jail or death"
	}
	jail, death := q.sc.Jail != nil, q.sc.Mortal()
	jailCounts, deathCounts := q.outcome.Strategy(scenarios.ByJail) == scenarios.Composite, q.outcome.Death() == scenarios.Composite
	switch {
	case jail && death && jailCounts && deathCounts:
		return "jail and death are part of the outcome"
	case !jail && death && deathCounts:
		return "death is part of the outcome, and nobody is jailed"
	case jail && !death && jailCounts:
		return "jail is part of the outcome, and nobody dies"
	}
	return ""
}

// aboutLeaving: what leaving does is not to be told from what it is.
func aboutLeaving(q *query) string {
	if q.outcome.Strategy(scenarios.ByLeaving) == scenarios.Composite {
		return "leaving is part of the outcome"
	}
	return notRecovery(q)
}

func onlyEntered(q *query) string {
	if slices.Contains(q.variable.Sets, scenarios.SetITT) {
		return ""
	}
	return q.variable.Name + " exists only among those who entered: explain days_in_su to see everyone randomized"
}

// fromRecords: who is only lost to the study is still in the records.
func fromRecords(q *query) string {
	if q.variable.Records && q.sc.Attrition.Ends == "study" {
		return "the outcome is read from records, which miss nobody"
	}
	return ""
}
