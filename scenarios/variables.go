package scenarios

import "slices"

// VarKind says what an outcome variable is and so how it can be analysed.
type VarKind uint8

// The kinds of outcome variables.
const (
	Binary     VarKind = iota // 0 or 1
	Continuous                // a number, such as days
	Time                      // days to an event or to censoring
)

// String names the kind.
func (k VarKind) String() string {
	return [...]string{"binary", "continuous", "time to event"}[k]
}

// Methods are the analyses of a kind of variable; the first is the default.
func (k VarKind) Methods() []string {
	return [...][]string{
		{"risk_difference", "odds_ratio"},
		{"welch", "student", "hedges_g"},
		{"log_rank", "cox"},
	}[k]
}

// Analysis sets: everyone as randomized, or only those who entered a
// service. The second one conditions on something that happens after
// randomization.
const (
	SetITT     = "itt"
	SetEntered = "entered"
)

// Variable is what an outcome measures.
type Variable struct {
	Name    string
	Cluster string // of the ten clusters of outcomes
	Kind    VarKind
	// Good is +1 where more of it is better for the client, -1 where less is.
	// For a Time it is +1 if a later event is better and -1 if a sooner one is.
	Good int
	// Records tells that it comes from program records, which need no visit.
	// Otherwise it is measured at a visit.
	Records     bool
	Sets        []string // analysis sets that make sense; the first is the default
	Description string
}

var (
	forAll       = []string{SetITT}
	forAllOrSome = []string{SetITT, SetEntered}
	forSome      = []string{SetEntered}
)

var variables = []Variable{
	{"linked_su", "linkage_su", Binary, +1, true, forAll,
		"admitted to a substance-use service by at_days"},
	{"time_to_linkage", "linkage_su", Time, -1, true, forAll,
		"days to the first admission to a substance-use service, censored at at_days"},
	{"in_treatment_su", "retention_su", Binary, +1, true, forAllOrSome,
		"in a substance-use service on day at_days (set entered: counted from entry)"},
	{"days_in_su", "retention_su", Continuous, +1, true, forAllOrSome,
		"days in substance-use services up to at_days (set entered: counted from entry)"},
	{"time_in_su", "retention_su", Time, +1, true, forSome,
		"days from first entry to leaving a substance-use service, censored at at_days after entry"},
	{"days_abstinent", "substance_use", Continuous, +1, false, forAll,
		"days abstinent up to the visit"},
	{"days_using", "substance_use", Continuous, -1, false, forAll,
		"days using up to the visit"},
	{"abstinent", "substance_use", Binary, +1, false, forAll,
		"abstinent at the visit"},
}

// Variables is the catalogue of outcome variables.
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
