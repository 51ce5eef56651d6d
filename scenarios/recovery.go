package scenarios

// Recovery is what goes on in a client's life beside care. Each table has the
// hazards of its own changes and may say, under acts_on, what they do to
// others: hazard ratios by process while the client is in the state.

// Use is the two-state course of drug use.
type Use struct {
	Using   float64  `toml:"using"`   // share using at enrolment
	Quit    Quantity `toml:"quit"`    // from using to abstinent
	Relapse Quantity `toml:"relapse"` // from abstinent to using
	// DaysPerMonth is on how many days a month a client who is using uses.
	DaysPerMonth float64            `toml:"days_per_month"`
	ActsOn       map[string]float64 `toml:"acts_on,omitempty"` // while using
}

// Arrest happens again and again at a hazard, but not to those in jail.
type Arrest struct {
	Rate Quantity `toml:"rate"` // of one who is free
}

// Jail stops seeking and ends stays in services; contacts are not made.
type Jail struct {
	AfterArrest float64            `toml:"after_arrest"`      // chance that an arrest ends in jail
	Stay        Quantity           `toml:"stay"`              // until release
	Jailed      float64            `toml:"jailed"`            // share in jail at enrolment
	ActsOn      map[string]float64 `toml:"acts_on,omitempty"` // while in jail
}

// Risk are risk events, such as sharing a syringe, at a hazard.
type Risk struct {
	Rate Quantity `toml:"rate"` // of events
}

// Housing is the two-state course of having a stable home.
type Housing struct {
	Housed float64            `toml:"housed"`            // share at enrolment
	Lose   Quantity           `toml:"lose"`              // a home
	Gain   Quantity           `toml:"gain"`              // a home
	ActsOn map[string]float64 `toml:"acts_on,omitempty"` // while housed
}

// Employment is the two-state course of having a job.
type Employment struct {
	Employed float64            `toml:"employed"`          // share at enrolment
	Lose     Quantity           `toml:"lose"`              // a job
	Gain     Quantity           `toml:"gain"`              // a job
	ActsOn   map[string]float64 `toml:"acts_on,omitempty"` // while employed
}

// Death ends all.
type Death struct {
	Rate Quantity `toml:"rate"` // of all causes
}

// Score is a number read at visits off the client's history:
//
//	mean + traits + points now in force + points a month spent in a state + sd * z
//
// where z is the client's own, the same at each visit. Program effects with
// points join in while they are active.
type Score struct {
	Mean     float64            `toml:"mean"`                // at enrolment, of clients with no trait that adds to it
	SD       float64            `toml:"sd"`                  // between clients
	Traits   map[string]float64 `toml:"traits,omitempty"`    // points a unit of the trait
	Now      map[string]float64 `toml:"now,omitempty"`       // points while in a state, see States
	PerMonth map[string]float64 `toml:"per_month,omitempty"` // points for each month spent in it since enrolment
}

// Measure is a test for using on the day of the visit.
type Measure struct {
	Preset      string  `toml:"preset,omitempty"`     // whose numbers hold where none is written
	Source      string  `toml:"source,omitempty"`     // where its numbers come from
	Confidence  string  `toml:"confidence,omitempty"` // "high", "moderate" or "low"
	Sensitivity float64 `toml:"sensitivity"`          // of those using, the share found to be
	Specificity float64 `toml:"specificity"`          // of those abstinent, the share found to be
}

// States of a client that scores, missing visits and conditions may name:
// "using", "jailed", "housed", "employed", "in_treatment" (in any
// substance-use service), and the name of a service (in it).
const (
	StateUsing       = "using"
	StateJailed      = "jailed"
	StateHoused      = "housed"
	StateEmployed    = "employed"
	StateInTreatment = "in_treatment"
)

// States lists the states that clients of the scenario can be in.
func (s *Scenario) States() []string {
	out := []string{StateUsing}
	if s.Jail != nil {
		out = append(out, StateJailed)
	}
	if s.Housing != nil {
		out = append(out, StateHoused)
	}
	if s.Employment != nil {
		out = append(out, StateEmployed)
	}
	if len(s.Services) > 0 {
		out = append(out, StateInTreatment)
	}
	return append(out, sortedKeys(s.Services)...)
}

// Processes lists what happens at a hazard in the scenario, by the names that
// effects, traits and states use. "linkage", "leaving", "return" and "renege"
// stand for those of all substance-use services, "linkage_other" and so on for
// those of all ancillary ones.
func (s *Scenario) Processes() []string {
	out := []string{"quit", "relapse"}
	add := func(on bool, names ...string) {
		if on {
			out = append(out, names...)
		}
	}
	add(s.Arrest != nil, "arrest")
	add(s.Risk != nil, "risk")
	add(s.Housing != nil, "lose_housing", "gain_housing")
	add(s.Employment != nil, "lose_job", "gain_job")
	add(s.Death != nil, "death")
	add(s.Attrition.Loss != nil, "loss")
	for _, name := range sortedKeys(s.Services) {
		v := s.Services[name]
		suffix := ""
		if v.Kind != SubstanceUse {
			suffix = "_other"
		}
		add(true, "linkage"+suffix, "linkage."+name, "leaving"+suffix, "leaving."+name)
		add(v.Return != nil, "return"+suffix, "return."+name)
		add(v.Renege != nil, "renege"+suffix, "renege."+name)
	}
	return uniqueSorted(out)
}

// SubstanceUse is the kind of the services that treat substance use. All other
// kinds are ancillary.
const SubstanceUse = "substance_use"

// ServiceKinds are the kinds of service.
var ServiceKinds = []string{SubstanceUse, "housing", "mental_health", "employment", "health", "legal"}

// Recovery processes are those on which a contact acts only if its effect says
// that it is direct.
var recoveryProcesses = []string{"quit", "relapse", "arrest", "risk", "lose_housing", "gain_housing",
	"lose_job", "gain_job", "death", "health"}
