package scenarios

import "slices"

// VarKind says what an outcome variable is and so how it can be analysed.
type VarKind uint8

// The kinds of outcome variables.
const (
	Binary     VarKind = iota // 0 or 1
	Continuous                // a number, such as days
	Time                      // days to an event or to censoring
	Count                     // a number of events
)

// String names the kind.
func (k VarKind) String() string {
	return [...]string{"binary", "continuous", "time to event", "count"}[k]
}

// A Set is an analysis set: who is analysed, and in which arm.
type Set string

// Analysis sets. Only the first one keeps what randomization has made alike.
const (
	SetITT         Set = "itt"          // everyone, as randomized
	SetPerProtocol Set = "per_protocol" // who got what their arm is about: enough contacts; in control, no other arm's programs
	SetAsTreated   Set = "as_treated"   // everyone, by whether they had a contact and not by arm
	SetEntered     Set = "entered"      // who entered a service, from entry
)

// Everyone reports whether all clients are analysed as randomized.
func (s Set) Everyone() bool { return s == SetITT }

// AsReceived reports whether clients are chosen or compared by the contacts that they
// received, and not by their arm alone.
func (s Set) AsReceived() bool { return s == SetPerProtocol || s == SetAsTreated }

// FromEntry reports whether outcomes count from the entry into a service, among those
// who entered one.
func (s Set) FromEntry() bool { return s == SetEntered }

// Variable is what an outcome measures.
type Variable struct {
	Name    string
	Cluster Cluster
	Kind    VarKind
	// Good is +1 where more of it is better for the client, -1 where less is.
	// For a Time it is +1 if a later event is better and -1 if a sooner one is.
	Good int
	// Records tells that it comes from the records of services, courts and
	// registers, which need no visit. Otherwise it is measured at a visit.
	Records     bool
	Sets        []Set  // analysis sets that make sense; the first is the default
	Needs       string // the table without which nothing of it happens; see has
	Description string
}

var (
	forAll       = []Set{SetITT, SetPerProtocol, SetAsTreated}
	forAllOrSome = []Set{SetITT, SetPerProtocol, SetAsTreated, SetEntered}
	forSome      = []Set{SetEntered}
)

// What a variable needs.
const (
	needsTreatment = "service (substance_use)" // a substance-use service
	needsAncillary = "service (ancillary)"     // one of another kind
	needsProgram   = "program"                 // some program of an arm
)

var variables = []Variable{
	{"linked_su", "linkage_su", Binary, +1, true, forAll, needsTreatment,
		"admitted to a substance-use service by at_days"},
	{"time_to_linkage", "linkage_su", Time, -1, true, forAll, needsTreatment,
		"days to the first admission to a substance-use service, censored at at_days"},

	{"linked_other", "linkage_other", Binary, +1, true, forAll, needsAncillary,
		"admitted to an ancillary service by at_days"},
	{"services_other", "linkage_other", Count, +1, true, forAll, needsAncillary,
		"ancillary services admitted to by at_days, each counted once"},
	{"time_to_linkage_other", "linkage_other", Time, -1, true, forAll, needsAncillary,
		"days to the first admission to an ancillary service, censored at at_days"},

	{"in_treatment_su", "retention_su", Binary, +1, true, forAllOrSome, needsTreatment,
		"in a substance-use service on day at_days (set entered: counted from entry)"},
	{"days_in_su", "retention_su", Continuous, +1, true, forAllOrSome, needsTreatment,
		"days in substance-use services up to at_days (set entered: counted from entry)"},
	{"time_in_su", "retention_su", Time, +1, true, forSome, needsTreatment,
		"days from first entry to leaving a substance-use service, censored at at_days after entry"},
	{"completed_su", "retention_su", Binary, +1, true, forAll, needsTreatment,
		"completed a planned stay in a substance-use service by at_days"},

	{"in_service_other", "retention_other", Binary, +1, true, forAll, needsAncillary,
		"in an ancillary service on day at_days"},
	{"days_in_other", "retention_other", Continuous, +1, true, forAll, needsAncillary,
		"days in ancillary services up to at_days, each service counted"},
	{VariableContacts, "retention_other", Count, +1, true, forAll, needsProgram,
		"contacts with case managers before at_days, of all programs"},
	{VariableVisitsMade, "retention_other", Count, +1, true, forAll, "",
		"visits of the study made of those due by at_days, the one on day 0 apart"},
	{VariableFollowedUp, "retention_other", Binary, +1, true, forAll, "",
		"the study's visit on at_days was made"},

	{"satisfaction", "satisfaction", Continuous, +1, false, forAll, "satisfaction",
		"score of satisfaction with care at the visit"},

	{"days_abstinent", "substance_use", Continuous, +1, false, forAll, "",
		"days abstinent up to the visit"},
	{"days_using", "substance_use", Continuous, -1, false, forAll, "",
		"days using up to the visit"},
	{"use_days_month", "substance_use", Continuous, -1, false, forAll, "",
		"days of use in the 30 days before the visit"},
	{"abstinent", "substance_use", Binary, +1, false, forAll, "",
		"abstinent at the visit"},

	{"health", "health", Continuous, +1, false, forAll, "health",
		"health score at the visit"},
	{"died", "health", Binary, -1, true, forAll, "death",
		"died by at_days"},
	{"time_to_death", "health", Time, +1, true, forAll, "death",
		"days to death, censored at at_days"},
	{VariableEventCount, "health", Count, -1, true, forAll, needsEvent,
		"events up to at_days, of those that event names"},
	{VariableEventAny, "health", Binary, -1, true, forAll, needsEvent,
		"an event by at_days, of those that event names"},
	{VariableEventTime, "health", Time, +1, true, forAll, needsEvent,
		"days to the first event, of those that event names, censored at at_days or death"},
	{"events_reported", "health", Count, -1, false, forAll, needsEvent,
		"events up to the visit, of those that event names, as clients report them"},

	{"arrested", "legal", Binary, -1, true, forAll, "arrest",
		"arrested by at_days"},
	{"arrests", "legal", Count, -1, true, forAll, "arrest",
		"arrests up to at_days"},
	{"time_to_arrest", "legal", Time, +1, true, forAll, "arrest",
		"days to the first arrest, censored at at_days or death"},
	{"days_in_jail", "legal", Continuous, -1, true, forAll, "jail",
		"days in jail up to at_days"},

	{"risk_events", "risk", Count, -1, false, forAll, "risk",
		"risk events up to the visit"},
	{"risk_free", "risk", Binary, +1, false, forAll, "risk",
		"no risk event in the 30 days before the visit"},

	{"housed", "social", Binary, +1, false, forAll, "housing",
		"in a stable home at the visit"},
	{"days_housed", "social", Continuous, +1, false, forAll, "housing",
		"days in a stable home up to the visit"},
	{"employed", "social", Binary, +1, false, forAll, "employment",
		"in a job at the visit"},
	{"abstinent_employed", "social", Binary, +1, false, forAll, "employment",
		"abstinent and in a job at the visit"},
	{"days_employed", "social", Continuous, +1, false, forAll, "employment",
		"days in a job up to the visit"},
	{VariableCondition, "social", Binary, +1, false, forAll, "",
		"what the key when says is so at the visit"},
}

// Variables that have rules of their own.
const (
	VariableCondition  = "condition"
	VariableFollowedUp = "followed_up"
	VariableVisitsMade = "visits_made"
	VariableContacts   = "contacts"
)

// OfStudy reports whether the variable is about the visits of the study. It has no value
// in worlds in which nobody is lost: its truth is about the world with losses.
func (v Variable) OfStudy() bool {
	return v.Name == VariableFollowedUp || v.Name == VariableVisitsMade
}

// Variables returns the catalogue of outcome variables.
func Variables() []Variable { return slices.Clone(variables) }

// LookupVariable finds an outcome variable by name.
func LookupVariable(name string) (Variable, bool) {
	for _, v := range variables {
		if v.Name == name {
			return v, true
		}
	}
	return Variable{}, false
}

func variableNames() []string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	return names
}
