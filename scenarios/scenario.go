package scenarios

// A Scenario is one trial in natural units, complete and checked: every
// default is filled in and every name refers to something that exists.
// Its TOML form, printed by Encode, is again a scenario.
type Scenario struct {
	Title      string `toml:"title"`
	Source     string `toml:"source"`
	Teaches    string `toml:"teaches,omitempty"` // one paragraph: what a student learns from it
	Replicates int    `toml:"replicates"`
	// Precision is the largest MCSE wanted on power. It wins over
	// Replicates; 0 means that Replicates decides.
	Precision float64 `toml:"precision,omitempty"`
	Seed      int64   `toml:"seed"`

	Trial         Trial              `toml:"trial"`
	Arms          []Arm              `toml:"arm"`
	Traits        []Trait            `toml:"trait,omitempty"`
	Correlations  []Correlation      `toml:"correlation,omitempty"`
	Subgroups     []Subgroup         `toml:"subgroup,omitempty"`
	SubgroupShare map[string]float64 `toml:"subgroup_share,omitempty"`
	Services      map[string]Service `toml:"service,omitempty"`
	Programs      map[string]Program `toml:"program,omitempty"`
	Use           Use                `toml:"use"`
	Attrition     Attrition          `toml:"attrition"`
	Outcomes      []Outcome          `toml:"outcome"`

	origin origin // where each key was written, for Problem
}

// Trial is the design: who is enrolled, when, how often seen, how allocated.
type Trial struct {
	Clients       int           `toml:"clients"`
	Accrual       Accrual       `toml:"accrual"`
	FollowUpDays  []float64     `toml:"follow_up_days"` // visits, days since enrolment, rising
	Randomization Randomization `toml:"randomization"`
	Sites         int           `toml:"sites"`
}

// Accrual is the rate at which clients enrol. Exactly one of the four
// is above zero; OverDays is the expected time to enrol all of them.
type Accrual struct {
	PerDay   float64 `toml:"per_day,omitempty"`
	PerMonth float64 `toml:"per_month,omitempty"`
	PerYear  float64 `toml:"per_year,omitempty"`
	OverDays float64 `toml:"over_days,omitempty"`
	Pattern  string  `toml:"pattern"` // "poisson" or "fixed" (evenly spaced)
}

// Randomization allocates clients to arms in the arms' ratio.
type Randomization struct {
	Method string   `toml:"method"`           // "simple" or "blocks" (permuted)
	Sizes  []int    `toml:"sizes,omitempty"`  // block sizes, each drawn with equal chance; multiples of the ratio's sum
	Strata []string `toml:"strata,omitempty"` // "site", or Bernoulli and categorical traits, or subgroups
}

// Arm is a list of programs done to the clients allocated to it.
type Arm struct {
	Name     string   `toml:"name"`
	Programs []string `toml:"programs"` // may be empty
	Control  bool     `toml:"control"`  // exactly one arm
	Ratio    int      `toml:"ratio"`    // allocation ratio, default 1
}

// Trait is a baseline characteristic. Exactly one of four forms:
// prevalence (0/1), mean and sd (normal), median and log_sd (lognormal),
// levels and shares (categorical).
type Trait struct {
	Name       string    `toml:"name"`
	Prevalence float64   `toml:"prevalence,omitempty"`
	Mean       float64   `toml:"mean,omitempty"`
	SD         float64   `toml:"sd,omitempty"`
	Median     float64   `toml:"median,omitempty"`
	LogSD      float64   `toml:"log_sd,omitempty"`
	Levels     []string  `toml:"levels,omitempty"`
	Shares     []float64 `toml:"shares,omitempty"`
	Source     string    `toml:"source,omitempty"`

	Kind TraitKind `toml:"-"`
}

// TraitKind says which form a trait was given in.
type TraitKind uint8

// The forms of a trait.
const (
	Bernoulli TraitKind = iota
	Normal
	Lognormal
	Categorical
)

// Correlation ties two traits (or a frailty, named "frailty.linkage.SERVICE")
// through a Gaussian copula. Rho is the correlation of the normal scores.
type Correlation struct {
	Traits []string `toml:"traits"` // two names
	Rho    float64  `toml:"rho"`
}

// Subgroup is an expression over traits.
type Subgroup struct {
	Name string `toml:"name"`
	When string `toml:"when"`

	Expr Expr `toml:"-"` // When, compiled against Scenario.Traits
}

// Service is a place with slots that clients seek, wait for, enter, leave
// and come back to.
type Service struct {
	Preset  string            `toml:"preset,omitempty"`
	Source  string            `toml:"source,omitempty"`
	Sources map[string]string `toml:"sources,omitempty"` // key of this block -> where its number comes from
	Kind    string            `toml:"kind"`              // "substance_use" (others come with the whole model)
	Slots   Limit             `toml:"slots"`

	Linkage   Quantity           `toml:"linkage"` // seeking, since enrolment
	FrailtySD float64            `toml:"frailty_sd"`
	Linking   map[string]float64 `toml:"linking,omitempty"` // trait -> hazard ratio of seeking (per unit of the trait)
	Stay      Quantity           `toml:"stay"`              // from admission to any exit
	Leaving   map[string]float64 `toml:"leaving,omitempty"` // trait -> hazard ratio of leaving
	Renege    *Quantity          `toml:"renege,omitempty"`  // giving up on the waiting list; nil: never
	Return    *Quantity          `toml:"return,omitempty"`  // seeking again after leaving; nil: never

	// ActsOn holds hazard ratios while in the service, by process: "quit", "relapse".
	ActsOn        map[string]float64 `toml:"acts_on,omitempty"`
	AfterFollowup string             `toml:"after_followup"` // "stay" or "leave": the slot after the client's last visit
}

// Program is something done to clients by staff.
type Program struct {
	Preset     string            `toml:"preset,omitempty"`
	Source     string            `toml:"source,omitempty"`
	Sources    map[string]string `toml:"sources,omitempty"`
	Confidence string            `toml:"confidence,omitempty"` // "high", "moderate" or "low"

	Uptake            float64      `toml:"uptake"`        // share of those offered who start
	FirstContact      FirstContact `toml:"first_contact"` // after the program starts for the client
	Contacts          Contacts     `toml:"contacts"`      // the rhythm after the first
	DurationDays      float64      `toml:"duration_days"` // no contact on or after this day of the program
	MinutesPerContact float64      `toml:"minutes_per_contact"`

	Staff        Limit   `toml:"staff"`          // case managers a site shares; "unlimited": nobody waits, no clustering
	HoursPerWeek float64 `toml:"hours_per_week"` // a manager's hours for contacts; 0: not limiting
	Caseload     Limit   `toml:"caseload"`       // clients a manager
	PerArm       bool    `toml:"per_arm"`        // own staff in each arm
	Spread       float64 `toml:"spread"`         // SD between managers of the log hazard ratio
	Manual       *Manual `toml:"manual,omitempty"`

	Effects []Effect `toml:"effect,omitempty"`
}

// FirstContact is when a program's first contact is due.
type FirstContact struct {
	Day float64 `toml:"day"`
}

// Contacts is the rhythm of a program: one of the two is above zero, or
// both are zero and the first contact is the only one.
type Contacts struct {
	PerMonth  float64 `toml:"per_month,omitempty"`
	EveryDays float64 `toml:"every_days,omitempty"`
}

// Manual marks a manualized program: it multiplies every log hazard
// ratio and the spread.
type Manual struct {
	Effect float64 `toml:"effect"`
	Spread float64 `toml:"spread"`
}

// Effect is what a contact does to a process. Exactly one of hazard_ratio
// (conditional, while active), reaches (a marginal quantity that the
// hazard ratio is solved for) and probability (the contact sets the event
// off at once with this chance).
type Effect struct {
	On          string    `toml:"on"` // "linkage", "linkage.SERVICE", "leaving.SERVICE", "return.SERVICE", "renege.SERVICE", "quit", "relapse"
	HazardRatio float64   `toml:"hazard_ratio,omitempty"`
	Reaches     *Quantity `toml:"reaches,omitempty"` // a probability by a day
	Probability float64   `toml:"probability,omitempty"`
	LastsDays   float64   `toml:"lasts_days,omitempty"` // window that each contact renews; not with probability
	In          string    `toml:"in,omitempty"`         // subgroup; empty: everyone
	Direct      bool      `toml:"direct,omitempty"`     // needed for quit and relapse: a contact acts on recovery itself
}

// Use is the two-state course of drug use.
type Use struct {
	Using   float64  `toml:"using"` // share using at enrolment
	Quit    Quantity `toml:"quit"`
	Relapse Quantity `toml:"relapse"`
}

// Attrition is loss to the study and missed visits.
type Attrition struct {
	Loss   *Quantity          `toml:"loss,omitempty"` // for good; nil: nobody is lost
	Traits map[string]float64 `toml:"traits,omitempty"`
	Ends   string             `toml:"ends"`   // "study": unobserved from then on; "all": leaves everything
	Missed float64            `toml:"missed"` // chance that a visit is missed, each on its own
}

// Outcome is one variable analysed at one time by one or more methods.
type Outcome struct {
	Name     string   `toml:"name"`
	Variable string   `toml:"variable"` // see Variables
	AtDays   float64  `toml:"at_days"`
	Methods  Strings  `toml:"method"`              // a string or a list, see Variables
	Set      string   `toml:"set"`                 // "itt" or "entered"
	Subgroup []string `toml:"subgroups,omitempty"` // analysed beside everyone
	Alpha    float64  `toml:"alpha"`               // two-sided
	Primary  bool     `toml:"primary,omitempty"`
}

// Quantity is how soon something happens, as people say it. Exactly one form:
//
//	{ probability = 0.26, by_days = 7 }
//	{ points = [{ probability = 0.26, by_days = 7 }, ...] }   piecewise-constant hazard
//	{ median_days = 240, shape = 1.3 }                        Weibull
//	{ per_day = 0.004 }, { per_month = ... }, { per_year = ... }   constant hazard
//	{ never = true }
//
// Probability and median hold marginally (over traits and frailties);
// a rate is the cohort's mean hazard at the start.
type Quantity struct {
	Probability float64 `toml:"probability,omitempty"`
	ByDays      float64 `toml:"by_days,omitempty"`
	Points      []Point `toml:"points,omitempty"`
	MedianDays  float64 `toml:"median_days,omitempty"`
	Shape       float64 `toml:"shape,omitempty"` // with median_days or probability/by_days; default 1
	PerDay      float64 `toml:"per_day,omitempty"`
	PerMonth    float64 `toml:"per_month,omitempty"`
	PerYear     float64 `toml:"per_year,omitempty"`
	Never       bool    `toml:"never,omitempty"`
	Under       string  `toml:"under,omitempty"` // arm in which it holds; default the control arm
	Among       string  `toml:"among,omitempty"` // "entered", for stays
}

// Point is one point of a cumulative distribution.
type Point struct {
	Probability float64 `toml:"probability"`
	ByDays      float64 `toml:"by_days"`
}

// DaysPerMonth and DaysPerYear turn rates into days.
const (
	DaysPerYear  = 365.25
	DaysPerMonth = DaysPerYear / 12
)
