package scenarios

// A Scenario is one trial in natural units, complete and checked: every
// default is filled in and every name refers to something that exists.
// Its TOML form, printed by Encode, is again a scenario.
type Scenario struct {
	Title   string `toml:"title"`             // one line
	Source  string `toml:"source"`            // where the numbers come from
	Teaches string `toml:"teaches,omitempty"` // one paragraph: what a student learns from it

	World
	Questions

	origin origin // where each key was written, for Problem
	layers layers // what it was put together from, for With
}

// World is the trial: all that decides, with the seed, what is simulated, and the
// analyses that its protocol plans. Hash identifies it.
type World struct {
	Trial         Trial              `toml:"trial"`
	Arms          []Arm              `toml:"arm"`
	Traits        []Trait            `toml:"trait,omitempty"`
	Correlations  []Correlation      `toml:"correlation,omitempty"`
	Subgroups     []Subgroup         `toml:"subgroup,omitempty"`
	SubgroupShare map[string]float64 `toml:"subgroup_share,omitempty"` // subgroup -> share of clients in it: membership is drawn first, traits given it
	Services      map[string]Service `toml:"service,omitempty"`
	Programs      map[string]Program `toml:"program,omitempty"`
	Use           Use                `toml:"use"`
	Arrest        *Arrest            `toml:"arrest,omitempty"`
	Jail          *Jail              `toml:"jail,omitempty"`
	Risk          *Risk              `toml:"risk,omitempty"`
	Housing       *Housing           `toml:"housing,omitempty"`
	Employment    *Employment        `toml:"employment,omitempty"`
	Death         *Death             `toml:"death,omitempty"`
	Health        *Score             `toml:"health,omitempty"`
	Satisfaction  *Score             `toml:"satisfaction,omitempty"`
	Measures      map[string]Measure `toml:"measure,omitempty"`
	Attrition     Attrition          `toml:"attrition"`
	Outcomes      []Outcome          `toml:"outcome"`
	Families      []Family           `toml:"family,omitempty"`
}

// Trial is the design: who is enrolled, when, how often seen, how allocated.
type Trial struct {
	Clients       int           `toml:"clients"` // enrolled
	Accrual       Accrual       `toml:"accrual"`
	FollowUpDays  []float64     `toml:"follow_up_days"` // visits, days since enrolment, rising
	Randomization Randomization `toml:"randomization"`
	Sites         int           `toml:"sites"` // among which clients are spread evenly by chance
	// SiteSpread is the SD between sites of a process's log hazard, by process.
	SiteSpread map[string]float64 `toml:"site_spread,omitempty"`

	// Clients are those enrolled: of those screened, who is eligible (an
	// expression over traits; empty: everyone) and does not refuse.
	Eligible string             `toml:"eligible,omitempty"`
	Refusal  float64            `toml:"refusal,omitempty"`  // share of those eligible who refuse the trial
	Refusing map[string]float64 `toml:"refusing,omitempty"` // trait -> odds ratio of refusing

	// VisitWindowDays is how late a visit may be: it is made at a moment drawn
	// evenly between its day and so many days later.
	VisitWindowDays float64 `toml:"visit_window_days,omitempty"`

	EligibleExpr Expr `toml:"-"` // Eligible, compiled against Scenario.Traits
}

// Accrual is the rate at which clients enrol. Exactly one of the four
// is above zero; OverDays is the expected time to enrol all of them.
type Accrual struct {
	PerDay   float64 `toml:"per_day,omitempty"`   // clients a day; one of the four
	PerMonth float64 `toml:"per_month,omitempty"` // clients a month
	PerYear  float64 `toml:"per_year,omitempty"`  // clients a year
	OverDays float64 `toml:"over_days,omitempty"` // days until all are enrolled
	Pattern  string  `toml:"pattern"`             // "poisson" or "fixed" (evenly spaced)
}

// Contamination gives clients of an arm the programs of another one instead.
type Contamination struct {
	Arm         string  `toml:"arm"`         // whose programs they get
	Probability float64 `toml:"probability"` // of each client of this arm
}

// Arm is a list of programs done to the clients allocated to it.
type Arm struct {
	Name     string   `toml:"name"`     // unique
	Programs []string `toml:"programs"` // may be empty
	Control  bool     `toml:"control"`  // exactly one arm
	Ratio    int      `toml:"ratio"`    // allocation ratio, default 1

	Contamination *Contamination `toml:"contamination,omitempty"`
}

// Trait is a baseline characteristic. Exactly one of four forms:
// prevalence (0/1), mean and sd (normal), median and log_sd (lognormal),
// levels and shares (categorical).
type Trait struct {
	Name       string    `toml:"name"`                 // unique
	Prevalence float64   `toml:"prevalence,omitempty"` // of a trait that one has or not
	Mean       float64   `toml:"mean,omitempty"`       // of a normal trait
	SD         float64   `toml:"sd,omitempty"`         // of a normal trait
	Median     float64   `toml:"median,omitempty"`     // of a lognormal trait
	LogSD      float64   `toml:"log_sd,omitempty"`     // SD of a lognormal trait's logarithm
	Levels     []string  `toml:"levels,omitempty"`     // of a categorical trait
	Shares     []float64 `toml:"shares,omitempty"`     // of the levels
	Source     string    `toml:"source,omitempty"`     // where its numbers come from
	// ActsOn holds hazard ratios by process, per unit of the trait.
	ActsOn map[string]float64 `toml:"acts_on,omitempty"`
	// Observed is how well the trial measures the trait; nil: perfectly.
	Observed *ObservedTrait `toml:"observed,omitempty"`

	Kind TraitKind `toml:"-"`
}

// ObservedTrait is the error with which a trait is measured: sensitivity and
// specificity of a Bernoulli trait, reliability of a normal or lognormal one
// (the share of the variance of the observed trait, or its logarithm, that is
// true).
type ObservedTrait struct {
	Sensitivity float64 `toml:"sensitivity,omitempty"` // share found of those who have it
	Specificity float64 `toml:"specificity,omitempty"` // share found free of those who have not
	Reliability float64 `toml:"reliability,omitempty"` // of a number: share of its variance that is true
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
	Rho    float64  `toml:"rho"`    // of the normal scores behind the two
}

// Subgroup is an expression over traits.
type Subgroup struct {
	Name string `toml:"name"` // unique
	When string `toml:"when"` // an expression over traits: and, or, not, comparisons, parentheses

	Expr Expr `toml:"-"` // When, compiled against Scenario.Traits
}

// Service is a place with slots that clients seek, wait for, enter, leave
// and come back to.
type Service struct {
	Preset  string            `toml:"preset,omitempty"`  // whose numbers hold where none is written; by default that of the same name
	Source  string            `toml:"source,omitempty"`  // where its numbers come from
	Sources map[string]string `toml:"sources,omitempty"` // key of this block -> where its number comes from
	// Confidence in the numbers: "high", "moderate" or "low"; Confidences by key
	// where it differs.
	Confidence  string            `toml:"confidence,omitempty"`
	Confidences map[string]string `toml:"confidences,omitempty"` // by key, where it differs

	Kind  string `toml:"kind"`  // see ServiceKinds
	Slots Limit  `toml:"slots"` // places
	// Priority is a subgroup that is served before others on the waiting list.
	Priority string `toml:"priority,omitempty"`
	// Occupied is the share of the slots that others fill at day 0, and Background
	// those who come beside the trial's clients. They are drawn from the same
	// population and are in no arm.
	Occupied   float64     `toml:"occupied,omitempty"`
	Background *Background `toml:"background,omitempty"`

	Linkage   Quantity           `toml:"linkage"`           // seeking, since enrolment
	FrailtySD float64            `toml:"frailty_sd"`        // SD of the log frailty of seeking: how readiness to come differs beyond the traits
	Linking   map[string]float64 `toml:"linking,omitempty"` // trait -> hazard ratio of seeking (per unit of the trait)
	Stay      Quantity           `toml:"stay"`              // from admission to any exit
	Leaving   map[string]float64 `toml:"leaving,omitempty"` // trait -> hazard ratio of leaving
	// PlannedDays is the length after which a stay is completed; 0: it has no
	// planned end. Stay is then about leaving before it.
	PlannedDays float64   `toml:"planned_days,omitempty"`
	Renege      *Quantity `toml:"renege,omitempty"` // giving up on the waiting list; nil: never
	Return      *Quantity `toml:"return,omitempty"` // seeking again after leaving; nil: never

	// ActsOn holds hazard ratios while in the service, by process.
	ActsOn        map[string]float64 `toml:"acts_on,omitempty"`
	AfterFollowup string             `toml:"after_followup"` // "stay" or "leave": the slot after the client's last visit
}

// Background are people who come to a service beside the trial's clients.
type Background struct {
	PerMonth float64 `toml:"per_month"` // others who come
}

// Program is something done to clients by staff.
type Program struct {
	Preset  string            `toml:"preset,omitempty"`  // whose numbers hold where none is written; by default that of the same name
	Source  string            `toml:"source,omitempty"`  // where its numbers come from
	Sources map[string]string `toml:"sources,omitempty"` // key of this block -> where its number comes from
	// Confidence in the numbers: "high", "moderate" or "low"; Confidences by key
	// where it differs.
	Confidence  string            `toml:"confidence,omitempty"`
	Confidences map[string]string `toml:"confidences,omitempty"` // by key, where it differs

	// Start is how clients begin who take the program up.
	Start *Start `toml:"start,omitempty"`

	Uptake            float64      `toml:"uptake"`              // share of those offered who start
	FirstContact      FirstContact `toml:"first_contact"`       // after the program starts for the client
	Contacts          Contacts     `toml:"contacts"`            // the rhythm after the first
	DurationDays      float64      `toml:"duration_days"`       // no contact on or after this day of the program
	MinutesPerContact float64      `toml:"minutes_per_contact"` // of a case manager's time

	Staff        Limit   `toml:"staff"`          // case managers a site shares; "unlimited": nobody waits, no clustering
	HoursPerWeek float64 `toml:"hours_per_week"` // a manager's hours for contacts; 0: not limiting
	Caseload     Limit   `toml:"caseload"`       // clients a manager
	Team         bool    `toml:"team,omitempty"` // the staff share all clients and their time
	PerArm       bool    `toml:"per_arm"`        // own staff in each arm
	Spread       float64 `toml:"spread"`         // SD between managers of the log hazard ratio, or of points
	ICC          *ICC    `toml:"icc,omitempty"`  // what the spread is solved for; not beside spread
	Manual       *Manual `toml:"manual,omitempty"`

	Effects []Effect `toml:"effect,omitempty"`
}

// Start is where and how clients are who begin a program.
type Start struct {
	In    string   `toml:"in,omitempty"`    // a service, whose slot or waiting list they take
	Using *float64 `toml:"using,omitempty"` // share using; nil: as use.using has it
}

// ICC is the intraclass correlation of an outcome between the case managers of
// a program, among the clients who have one.
type ICC struct {
	Outcome string  `toml:"outcome"` // an outcome by name
	Value   float64 `toml:"value"`   // to be reached
}

// FirstContact is when a program's first contact is due.
type FirstContact struct {
	Day float64 `toml:"day"` // since the program began
}

// Contacts is the rhythm of a program: one of the two is above zero, or
// both are zero and the first contact is the only one.
type Contacts struct {
	PerMonth  float64 `toml:"per_month,omitempty"`  // contacts a month
	EveryDays float64 `toml:"every_days,omitempty"` // days between contacts
}

// Manual marks a manualized program: it multiplies every log hazard
// ratio and the spread.
type Manual struct {
	Effect float64 `toml:"effect"` // factor of every log hazard ratio
	Spread float64 `toml:"spread"` // factor of the spread
}

// Effect is what a contact does to a process or score. Exactly one of
// hazard_ratio (conditional, while active), reaches (a marginal quantity that
// the hazard ratio is solved for), probability (the contact sets the event off
// at once with this chance: linkage, or jail as a sanction) and points (added to
// a score while active).
type Effect struct {
	On          string    `toml:"on"`                     // see Processes; or "jail", "health", "satisfaction"
	HazardRatio float64   `toml:"hazard_ratio,omitempty"` // while active, of a client
	Reaches     *Quantity `toml:"reaches,omitempty"`      // a probability by a day
	Probability float64   `toml:"probability,omitempty"`  // that a contact sets it off at once
	Points      float64   `toml:"points,omitempty"`       // added to a score while active
	LastsDays   float64   `toml:"lasts_days,omitempty"`   // window that each contact renews; not with probability
	// HalfLifeDays is the time without a contact in which the log hazard ratio, or
	// the points, fall by half, in steps of so many days; 0: they last in full.
	HalfLifeDays float64 `toml:"half_life_days,omitempty"`
	While        string  `toml:"while,omitempty"`  // with probability: only in this state
	In           string  `toml:"in,omitempty"`     // subgroup; empty: everyone
	Direct       bool    `toml:"direct,omitempty"` // needed for recovery: a contact acts on it itself
}

// Attrition is loss to the study and missed visits.
type Attrition struct {
	Loss   *Quantity          `toml:"loss,omitempty"`   // for good; nil: nobody is lost
	Traits map[string]float64 `toml:"traits,omitempty"` // trait -> hazard ratio of loss
	Arms   map[string]float64 `toml:"arms,omitempty"`   // arm -> hazard ratio of loss
	Ends   string             `toml:"ends"`             // "study": unobserved from then on; "all": leaves everything
	Missed float64            `toml:"missed"`           // share of the visits missed under the control arm, each on its own
	// MissedOdds holds odds ratios of missing a visit by arm, trait (a unit of
	// it) or state on the day. Without any, what is missing is so completely at
	// random; with arms and traits, at random; with states, not at random.
	MissedOdds map[string]float64 `toml:"missed_odds,omitempty"`
}

// Outcome is one variable analysed at one time by one or more methods.
type Outcome struct {
	Name     string   `toml:"name"`                // unique
	Variable string   `toml:"variable"`            // see Variables
	AtDays   float64  `toml:"at_days"`             // days since enrolment, or from entry; by default the last visit
	Methods  Strings  `toml:"method"`              // a string or a list, see VarKind.Methods
	Set      Set      `toml:"set"`                 // see Sets
	Subgroup []string `toml:"subgroups,omitempty"` // analysed beside everyone
	Primary  bool     `toml:"primary,omitempty"`   // the one that commands are about unless told otherwise

	// Covariates are traits as measured, and "site"; Strata are those of a
	// stratified method, as in Randomization.
	Covariates []string `toml:"covariates,omitempty"`
	Strata     []string `toml:"strata,omitempty"` // of a stratified method: "site", traits, subgroups
	// MinContacts is the least number of contacts of a client who was treated as
	// planned: set "per_protocol".
	MinContacts int `toml:"min_contacts,omitempty"`

	// The test is at level Alpha, by default that of the scenario. With two sides
	// the interval is at 1 - Alpha, with
	// one side, in the direction that is good for clients, at 1 - 2 Alpha.
	// Margin, above 0, is in the unit of the effect: a proportion for a risk
	// difference, the logarithm of a ratio.
	Alpha  float64 `toml:"alpha"`
	Sides  int     `toml:"sides"`            // 2 or 1
	Test   string  `toml:"test"`             // Superiority, NonInferiority or Equivalence
	Margin float64 `toml:"margin,omitempty"` // of a test of non-inferiority or equivalence

	Service     string  `toml:"service,omitempty"`     // the one that a linkage or retention outcome is about; empty: any of its kind
	MeasuredBy  string  `toml:"measured_by,omitempty"` // the measure that finds out who is using; empty: no error
	Reliability float64 `toml:"reliability,omitempty"` // share of the variance within the control arm that is true; 0: no error
}

// A Family is a set of outcomes whose tests are corrected for their number: the
// first method of each, among everyone.
type Family struct {
	Name     string   `toml:"name"`     // unique
	Outcomes []string `toml:"outcomes"` // by name
	Method   string   `toml:"method"`   // see Corrections
	Alpha    float64  `toml:"alpha"`    // of the family; by default the scenario's
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
	Probability float64 `toml:"probability,omitempty"` // by by_days
	ByDays      float64 `toml:"by_days,omitempty"`     // with probability
	Points      []Point `toml:"points,omitempty"`
	MedianDays  float64 `toml:"median_days,omitempty"` // half by then
	Shape       float64 `toml:"shape,omitempty"`       // with median_days or probability/by_days; default 1
	PerDay      float64 `toml:"per_day,omitempty"`     // constant hazard
	PerMonth    float64 `toml:"per_month,omitempty"`   // constant hazard
	PerYear     float64 `toml:"per_year,omitempty"`    // constant hazard
	Never       bool    `toml:"never,omitempty"`       // true: it does not happen
	Under       string  `toml:"under,omitempty"`       // arm in which it holds; default the control arm
	Among       string  `toml:"among,omitempty"`       // "entered", for stays
}

// Point is one point of a cumulative distribution.
type Point struct {
	Probability float64 `toml:"probability"` // by by_days, above that of the point before
	ByDays      float64 `toml:"by_days"`     // rising
}

// DaysPerMonth and DaysPerYear turn rates into days.
const (
	DaysPerYear  = 365.25
	DaysPerMonth = DaysPerYear / 12
)
