package scenarios

// Recovery is what goes on in a client's life beside care. Each table has the
// hazards of its own changes and may say, under acts_on, what they do to
// others: hazard ratios by process while the client is in the state.

// Use is drug use, as a process with two states: using and abstinent.
type Use struct {
	Using   float64  `toml:"using"`   // share using at enrolment
	Quit    Quantity `toml:"quit"`    // from using to abstinent
	Relapse Quantity `toml:"relapse"` // from abstinent to using
	// DaysPerMonth is the number of days a month on which a client who is using uses.
	DaysPerMonth float64            `toml:"days_per_month"`
	ActsOn       map[string]float64 `toml:"acts_on,omitempty"` // hazard ratios by [Scenario.Processes], while using
}

// Arrest is being arrested. It can happen any number of times, but not to those in
// jail.
type Arrest struct {
	Rate Quantity `toml:"rate"` // when clients who are not in jail are arrested
}

// Jail is being in jail. It ends stays in services. In jail, clients do not seek
// services and have no contacts.
type Jail struct {
	AfterArrest float64            `toml:"after_arrest"`      // probability that an arrest leads to jail
	Stay        Quantity           `toml:"stay"`              // time until release
	Jailed      float64            `toml:"jailed"`            // share in jail at enrolment
	ActsOn      map[string]float64 `toml:"acts_on,omitempty"` // hazard ratios by [Scenario.Processes], while in jail
}

// Risk is risk events, such as sharing a syringe. They can happen any number of
// times.
type Risk struct {
	Rate Quantity `toml:"rate"` // when they happen
}

// Housing is having a stable home or not, as a process with two states.
type Housing struct {
	Housed float64            `toml:"housed"`            // share at enrolment
	Lose   Quantity           `toml:"lose"`              // when clients lose their homes
	Gain   Quantity           `toml:"gain"`              // when clients find a home
	ActsOn map[string]float64 `toml:"acts_on,omitempty"` // hazard ratios by [Scenario.Processes], while housed
}

// Employment is having a job or not, as a process with two states.
type Employment struct {
	Employed float64            `toml:"employed"`          // share at enrolment
	Lose     Quantity           `toml:"lose"`              // when clients lose their jobs
	Gain     Quantity           `toml:"gain"`              // when clients find a job
	ActsOn   map[string]float64 `toml:"acts_on,omitempty"` // hazard ratios by [Scenario.Processes], while employed
}

// Death is death of any cause. It ends everything else.
type Death struct {
	Rate Quantity `toml:"rate"` // when clients die
}

// Score is a number that is measured at visits and depends on the client's history:
//
//	mean + traits + points now in force + points a month spent in a state + sd * z
//
// where z is a standard normal number of the client, the same at each visit unless there
// is a correlation. The points now in force are those of states and of program effects. Health and
// satisfaction are scores.
type Score struct {
	Mean     float64            `toml:"mean"`                // mean at enrolment of clients without any trait that adds to it
	SD       float64            `toml:"sd"`                  // standard deviation between clients
	Traits   map[string]float64 `toml:"traits,omitempty"`    // points per unit of a trait, by trait
	Now      map[string]float64 `toml:"now,omitempty"`       // points while in a [Scenario.States], by state
	PerMonth map[string]float64 `toml:"per_month,omitempty"` // points for each month spent in a [Scenario.States] since enrolment, by state
	// Correlation is how alike a client's own number is at different visits; without it,
	// it is the same at each.
	Correlation *ScoreCorrelation `toml:"correlation,omitempty"`
}

// ScoreCorrelation is that of a client's own number z at two visits t days apart:
//
//	lasting + (1 - lasting) * ((value - lasting)/(1 - lasting))^(t/days_apart)
//
// With lasting = 0 it is autoregressive of the first order; with lasting = value it is the
// same between any two visits. The variance at each visit is that of the score.
type ScoreCorrelation struct {
	Value     float64 `toml:"value"`             // correlation at two visits days_apart days from each other
	DaysApart float64 `toml:"days_apart"`        // days from one visit to the other, as planned
	Lasting   float64 `toml:"lasting,omitempty"` // share of the variance between clients that stays, at most value
}

// Measure is a test for drug use on the day of the visit.
type Measure struct {
	Preset      string  `toml:"preset,omitempty"`     // the preset whose numbers hold where none is written
	Source      string  `toml:"source,omitempty"`     // where its numbers come from
	Confidence  string  `toml:"confidence,omitempty"` // "high", "moderate" or "low"
	Sensitivity float64 `toml:"sensitivity"`          // share of those using who are found to be using
	Specificity float64 `toml:"specificity"`          // share of those abstinent who are found to be abstinent
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
	for _, name := range sortedKeys(s.Events) {
		add(true, EventProcess(name))
	}
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
// that it is direct, beside events of the scenario's own.
var recoveryProcesses = []string{"quit", "relapse", "arrest", "risk", "lose_housing", "gain_housing",
	"lose_job", "gain_job", "death", "health"}
