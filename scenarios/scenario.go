package scenarios

// A Scenario is one trial in natural units, complete and checked: every default
// is filled in, and every name refers to something that exists. Written as TOML,
// it is again a scenario.
type Scenario struct {
	Title   string `toml:"title"`             // one line
	Source  string `toml:"source"`            // where the numbers come from
	Teaches string `toml:"teaches,omitempty"` // what a student learns from it, in one paragraph

	World
	Questions

	origin origin // where each key was written, for Problem
	layers layers // what it was put together from, for With
}

// World is the trial: all that decides, with the seed, what is simulated, and the
// analyses that its protocol plans. Hash identifies it.
type World struct {
	Trial         Trial              `toml:"trial"`
	Sites         []Site             `toml:"site,omitempty"`
	Arms          []Arm              `toml:"arm"`
	Traits        []Trait            `toml:"trait,omitempty"`
	Correlations  []Correlation      `toml:"correlation,omitempty"`
	Subgroups     []Subgroup         `toml:"subgroup,omitempty"`
	SubgroupShare map[string]float64 `toml:"subgroup_share,omitempty"` // share of clients in each subgroup: membership is drawn first, and then the traits given the membership
	Services      map[string]Service `toml:"service,omitempty"`
	Programs      map[string]Program `toml:"program,omitempty"`
	Decisions     []Decision         `toml:"decision,omitempty"`
	Regimes       []Regime           `toml:"regime,omitempty"`
	Use           Use                `toml:"use"`
	Arrest        *Arrest            `toml:"arrest,omitempty"`
	Jail          *Jail              `toml:"jail,omitempty"`
	Risk          *Risk              `toml:"risk,omitempty"`
	Housing       *Housing           `toml:"housing,omitempty"`
	Employment    *Employment        `toml:"employment,omitempty"`
	Death         *Death             `toml:"death,omitempty"`
	Events        map[string]Event   `toml:"event,omitempty"`
	Health        *Score             `toml:"health,omitempty"`
	Satisfaction  *Score             `toml:"satisfaction,omitempty"`
	Measures      map[string]Measure `toml:"measure,omitempty"`
	Attrition     Attrition          `toml:"attrition"`
	Outcomes      []Outcome          `toml:"outcome"`
	Families      []Family           `toml:"family,omitempty"`
	Interim       *Interim           `toml:"interim,omitempty"`

	Uncertain   []Uncertain `toml:"uncertain,omitempty"`   // numbers that nobody knows exactly
	Uncertainty Uncertainty `toml:"uncertainty,omitempty"` // whether they are drawn
}

// Trial is the design: who is enrolled and when, how often clients are seen, and
// how they are allocated.
type Trial struct {
	Clients       int           `toml:"clients"` // number of clients enrolled
	Accrual       Accrual       `toml:"accrual"`
	FollowUpDays  []float64     `toml:"follow_up_days"` // days of the visits since enrolment, in rising order; 0 is the baseline visit, made by all at enrolment before anything else happens
	Randomization Randomization `toml:"randomization"`
	Sites         int           `toml:"sites"` // number of sites; each client is at any of them with the same probability, unless size_cv, cluster_size or [[site]] says otherwise
	// SiteSpread is the standard deviation between sites of the log hazard of a
	// [Scenario.Processes], by process.
	SiteSpread map[string]float64 `toml:"site_spread,omitempty"`
	// SiteICC is what the standard deviations of site_spread, in proportion to what is
	// written there, are solved for.
	SiteICC *SiteICC `toml:"site_icc,omitempty"`
	// PeriodCorrelation is the correlation of a site's log hazards in one period with those in
	// another (the cluster autocorrelation), in a trial whose sites change arms. By default it is 1: what
	// differs between sites stays. site_icc is the intraclass correlation within a period.
	PeriodCorrelation *float64 `toml:"period_correlation,omitempty"`
	// Trend holds hazard ratios a year of a [Scenario.Processes], by process: the hazards of a client who
	// enrols a year after day 0 of the trial's calendar are that many times those of one who enrols
	// then, throughout. Rates that are solved for hold on day 0.
	Trend map[string]float64 `toml:"trend,omitempty"`
	// SizeCV is the coefficient of variation of the shares of the clients that sites get
	// on average, drawn anew in each replicate from a gamma distribution. Without it,
	// all shares are the same.
	SizeCV      float64 `toml:"size_cv,omitempty"`
	ClusterSize int     `toml:"cluster_size,omitempty"` // number of clients that each site gets, no more and no fewer; without it, chance decides
	// RecruitByDays is the day of the trial's calendar on which enrolment closes with those
	// who have come, so that fewer may be enrolled than trial.clients. Without it, enrolment
	// goes on until all are; with trial.ends_day, that day.
	RecruitByDays float64 `toml:"recruit_by_days,omitempty"`
	// EndsDay is the day of the trial's calendar on which follow-up ends: visits due later
	// are not made, times are censored, and outcomes from records that are due later
	// are missing. The truth is that of the full follow-up.
	EndsDay float64 `toml:"ends_day,omitempty"`

	// Eligible is an expression over traits: of the people screened, those are
	// enrolled for whom it holds and who do not refuse. Without it, everyone is
	// eligible.
	Eligible string             `toml:"eligible,omitempty"`
	Refusal  float64            `toml:"refusal,omitempty"`  // share of eligible people who refuse the trial
	Refusing map[string]float64 `toml:"refusing,omitempty"` // odds ratios of refusing, by trait

	// VisitWindowDays is how late a visit may be: the time of the visit is uniform
	// between its day and this number of days later.
	VisitWindowDays float64 `toml:"visit_window_days,omitempty"`

	// Factors are the programs of a factorial trial: arms differ in which of them they
	// offer. Two or more are compared by their main effects, each the arms with a program
	// less those without it, and not arm by arm. Without [[arm]], an arm is made for each
	// of their combinations: none is the control arm.
	Factors []string `toml:"factors,omitempty"`
	// CommonPrograms are the programs that all arms made of trial.factors offer beside them.
	CommonPrograms []string `toml:"common_programs,omitempty"`
	// Interactions are "pairs", how the effect of each factor differs between clients with and
	// without each other one, or "none". By default, they are "pairs" for two factors.
	Interactions string `toml:"interactions,omitempty"`

	EligibleExpr Expr `toml:"-"` // Eligible, compiled against Scenario.Traits
}

// Trait is a baseline characteristic of clients. It has exactly one of four forms:
// a prevalence (yes or no), a mean and an SD (normal), a median and the SD of the
// logarithm (lognormal), or levels and their shares (categorical).
type Trait struct {
	Name       string    `toml:"name"`                 // unique
	Label      string    `toml:"label,omitempty"`      // how people read the name; by default the name with spaces for underscores
	Prevalence float64   `toml:"prevalence,omitempty"` // share of clients who have the trait
	Mean       float64   `toml:"mean,omitempty"`       // mean of a normal trait
	SD         float64   `toml:"sd,omitempty"`         // standard deviation of a normal trait
	Median     float64   `toml:"median,omitempty"`     // median of a lognormal trait
	LogSD      float64   `toml:"log_sd,omitempty"`     // standard deviation of the logarithm of a lognormal trait
	Levels     []string  `toml:"levels,omitempty"`     // levels of a categorical trait
	Shares     []float64 `toml:"shares,omitempty"`     // share of clients at each level
	Source     string    `toml:"source,omitempty"`     // where its numbers come from
	// ActsOn holds hazard ratios by [Scenario.Processes], per unit of the trait.
	ActsOn map[string]float64 `toml:"acts_on,omitempty"`
	// Observed is how well the trial measures the trait; without it, perfectly.
	Observed *ObservedTrait `toml:"observed,omitempty"`

	Kind TraitKind `toml:"-"`
}

// ObservedTrait is the error with which a trait is measured: sensitivity and
// specificity of a trait that clients have or not, reliability of a normal or
// lognormal trait.
type ObservedTrait struct {
	Sensitivity float64 `toml:"sensitivity,omitempty"` // share of those who have the trait that is found to have it
	Specificity float64 `toml:"specificity,omitempty"` // share of those who do not have it that is found not to
	Reliability float64 `toml:"reliability,omitempty"` // share of the variance of the measured trait, or of its logarithm, that is true
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

// Correlation is that of two traits, or of a trait and a frailty (named
// "frailty.linkage.SERVICE"), in a Gaussian copula.
type Correlation struct {
	Traits []string `toml:"traits"` // names of the two
	Rho    float64  `toml:"rho"`    // correlation of their normal scores
}

// Subgroup is the clients for whom an expression over traits holds.
type Subgroup struct {
	Name  string `toml:"name"`            // unique
	Label string `toml:"label,omitempty"` // how people read the name; by default the name with spaces for underscores
	When  string `toml:"when"`            // the expression, with and, or, not, comparisons and parentheses

	Expr Expr `toml:"-"` // When, compiled against Scenario.Traits
}

// Service is a place with slots. Clients seek it, wait for a slot, are admitted,
// leave, and may come back.
type Service struct {
	Label   string            `toml:"label,omitempty"`   // how people read its name; by default the name with spaces for underscores
	Preset  string            `toml:"preset,omitempty"`  // the preset whose numbers hold where none is written; by default the one of the same name
	Source  string            `toml:"source,omitempty"`  // where its numbers come from
	Sources map[string]string `toml:"sources,omitempty"` // where single numbers come from, by key
	// Confidence is how certain the numbers are: "high", "moderate" or "low".
	Confidence  string            `toml:"confidence,omitempty"`
	Confidences map[string]string `toml:"confidences,omitempty"` // the same for single numbers, by key

	Kind  string `toml:"kind"`  // one of [ServiceKinds]; "substance_use" is treatment, the others are ancillary
	Slots Limit  `toml:"slots"` // number of people who can be in the service at once
	// Beside names substance-use services that clients can be in at the same time as in
	// this one, as counselling is given beside medication. It holds both ways. In others a client is
	// in one at a time: while in it, a client does not seek another, and moves if a place on a waiting list comes up.
	Beside []string `toml:"beside,omitempty"`
	// Priority is a subgroup that is admitted from the waiting list before others.
	Priority string `toml:"priority,omitempty"`
	// Occupied is the share of the slots that people outside the trial fill on day 0.
	Occupied   float64     `toml:"occupied,omitempty"`
	Background *Background `toml:"background,omitempty"`

	Linkage   Quantity           `toml:"linkage"`           // when clients seek the service by themselves, since enrolment
	FrailtySD float64            `toml:"frailty_sd"`        // standard deviation of the log frailty of seeking: how readiness to come differs between clients beyond their traits
	Linking   map[string]float64 `toml:"linking,omitempty"` // hazard ratios of seeking per unit of a trait, by trait
	Stay      Quantity           `toml:"stay"`              // time from admission to any exit
	Leaving   map[string]float64 `toml:"leaving,omitempty"` // hazard ratios of leaving per unit of a trait, by trait
	// PlannedDays is the length of a completed stay; 0: a stay has no planned end.
	// With a planned end, the time of a stay is that of those who leave before it.
	PlannedDays float64   `toml:"planned_days,omitempty"`
	Renege      *Quantity `toml:"renege,omitempty"` // when clients on the waiting list give up; without it, never
	Return      *Quantity `toml:"return,omitempty"` // when clients who have left seek the service again; without it, never

	// ActsOn holds hazard ratios by [Scenario.Processes], while in the service.
	ActsOn        map[string]float64 `toml:"acts_on,omitempty"`
	WhileIn       *Rates             `toml:"while_in,omitempty"` // rates of clients' own while in the service, instead of acts_on; of two services, those of the one entered last
	After         *After             `toml:"after,omitempty"`    // rates after a stay
	AfterFollowup string             `toml:"after_followup"`     // whether clients keep their slots after their last visit: "stay" or "leave"

	// Uncertain are numbers of the service that differ from trial to trial, or that
	// nobody knows exactly; their keys are those within the service.
	Uncertain []Uncertain `toml:"uncertain,omitempty"`
}

// Background is the people outside the trial who come to a service. They are drawn
// from the same population as clients, and are in no arm.
type Background struct {
	PerMonth float64 `toml:"per_month"` // number who come in a month
}

// Program is what staff do for clients: a kind of case management, or of usual
// care.
type Program struct {
	Label   string            `toml:"label,omitempty"`   // how people read its name; by default the name with spaces for underscores
	Preset  string            `toml:"preset,omitempty"`  // the preset, or another program of the scenario, whose numbers hold where none is written; by default the preset of the same name
	Source  string            `toml:"source,omitempty"`  // where its numbers come from
	Sources map[string]string `toml:"sources,omitempty"` // where single numbers come from, by key
	// Confidence is how certain the numbers are: "high", "moderate" or "low".
	Confidence  string            `toml:"confidence,omitempty"`
	Confidences map[string]string `toml:"confidences,omitempty"` // the same for single numbers, by key

	// Start is the state in which clients begin the program.
	Start *Start `toml:"start,omitempty"`

	Uptake            float64      `toml:"uptake"`                 // share of the clients offered the program who start it
	FirstContact      FirstContact `toml:"first_contact"`          // when the first contact is due
	Contacts          Contacts     `toml:"contacts"`               // how often contacts follow the first
	DurationDays      float64      `toml:"duration_days"`          // length of the program: there is no contact on or after this day
	MaxContacts       int          `toml:"max_contacts,omitempty"` // number of contacts after which there are no more; 0: no limit
	MinutesPerContact float64      `toml:"minutes_per_contact"`    // minutes of a case manager's time that a contact takes

	Staff        Limit   `toml:"staff"`          // number of case managers at each site; "unlimited": nobody waits and clients are independent
	HoursPerWeek float64 `toml:"hours_per_week"` // hours a week that a case manager has for contacts; 0: no limit
	Caseload     Limit   `toml:"caseload"`       // largest number of clients a case manager has at once
	Team         bool    `toml:"team,omitempty"` // whether the staff share all clients and their time
	PerArm       bool    `toml:"per_arm"`        // whether each arm has staff of its own
	Spread       float64 `toml:"spread"`         // standard deviation between case managers of the log hazard ratio, around a mean hazard ratio that is the effect's own; or of points
	ICC          *ICC    `toml:"icc,omitempty"`  // the intraclass correlation that the spread is solved for; instead of spread
	Manual       *Manual `toml:"manual,omitempty"`

	Staffing *Staffing `toml:"staffing,omitempty"`

	Effects []Effect `toml:"effect,omitempty"`
	// Reference is the delivery under which a published share or ratio was found.
	Reference *Reference `toml:"reference,omitempty"`

	// Uncertain are numbers of the program that differ from trial to trial, or that
	// nobody knows exactly; their keys are those within the program.
	Uncertain []Uncertain `toml:"uncertain,omitempty"`
}

// Start is the state in which clients begin a program.
type Start struct {
	In    string   `toml:"in,omitempty"`    // a service: they take one of its slots, or a place on its waiting list
	Using *float64 `toml:"using,omitempty"` // share who are using; without it, that of use.using
	Share *float64 `toml:"share,omitempty"` // with in: share of the program's clients who begin so, and the others as clients do without it; by default all
}

// ICC is the intraclass correlation of an outcome within case managers of a
// program, among clients who have a case manager.
type ICC struct {
	Outcome string  `toml:"outcome"` // name of the outcome
	Value   float64 `toml:"value"`   // the intraclass correlation wanted
}

// FirstContact is when a program's first contact is due.
type FirstContact struct {
	Day float64 `toml:"day"` // days since the client began the program
}

// Contacts is how often contacts follow the first. One of the two keys is given;
// with neither, the first contact is the only one.
type Contacts struct {
	PerMonth  float64 `toml:"per_month,omitempty"`  // contacts a month
	EveryDays float64 `toml:"every_days,omitempty"` // days between contacts
}

// Manual is what a manual does to a program: it multiplies every log hazard ratio,
// and the spread between case managers.
type Manual struct {
	Effect float64 `toml:"effect"` // factor of every log hazard ratio
	Spread float64 `toml:"spread"` // factor of the spread
}

// Outcome is one variable at one time, analysed by one or more methods.
type Outcome struct {
	Name     string   `toml:"name"`                // unique
	Label    string   `toml:"label,omitempty"`     // how people read the name; by default the name with spaces for underscores
	Variable string   `toml:"variable"`            // one of the [Variables]
	AtDays   float64  `toml:"at_days"`             // days since enrolment, or since entry into a service; by default the last visit
	Methods  Strings  `toml:"method"`              // one or more of the [VarKind.Methods] for a variable of its kind; by default one that keeps its level in the design
	Set      Set      `toml:"set"`                 // who is analysed: [Set]
	Subgroup []string `toml:"subgroups,omitempty"` // subgroups that are analysed in addition to everyone
	Primary  bool     `toml:"primary,omitempty"`   // whether commands are about this outcome unless told otherwise
	Question string   `toml:"question,omitempty"`  // the question, in one sentence, that this outcome answers; the page of a run asks it

	// Contrasts are comparisons of arms other than control, beside those of each arm
	// with control: [["b", "a"]] is arm b less arm a. In a factorial trial they are of any two
	// arms, beside the main effects. They may name regimes, and options of a decision as
	// "decision.option", which are compared among those whom it randomizes.
	Contrasts [][]string `toml:"contrasts,omitempty"`

	// Covariates are traits, as measured, "site", "baseline", the outcome's own variable
	// as measured at the visit on day 0, and "period", that of a trial whose sites change arms.
	Covariates []string `toml:"covariates,omitempty"`
	// PeriodEffects is whether analyses with covariates have an effect of each period, in a trial whose
	// sites change arms. By default they have.
	PeriodEffects *bool    `toml:"period_effects,omitempty"`
	Strata        []string `toml:"strata,omitempty"` // strata of a stratified method: "site", traits, subgroups
	// Weighting is how much each event counts by the method fleming_harrington. Without it
	// late events count more: rho = 0 and gamma = 1.
	Weighting *Weighting `toml:"weighting,omitempty"`
	// MinContacts is the number of contacts from which on a client was treated as
	// planned, for the set "per_protocol".
	MinContacts int `toml:"min_contacts,omitempty"`

	// KeepAbove is how large, turned so that more is better, the estimated main effect of a
	// factor of trial.factors must be for it to be kept, in the unit of the effect. Without
	// it a factor is kept if its effect is significant and good.
	KeepAbove float64 `toml:"keep_above,omitempty"`

	// Alpha is the level of the test, by default that of the scenario. With two
	// sides the confidence level is 1 - alpha. With one side, in the direction that
	// is good for clients, it is 1 - 2 alpha.
	Alpha float64 `toml:"alpha"`
	Sides int     `toml:"sides"` // number of sides of the test: 2 or 1
	Test  string  `toml:"test"`  // "superiority", "non_inferiority" or "equivalence"
	// Margin is that of a test of non-inferiority or equivalence. It is above 0 and
	// in the unit of the effect: a proportion for a risk difference, the logarithm
	// for a ratio.
	Margin float64 `toml:"margin,omitempty"`

	// Service is what an outcome of linkage or retention is about: a service, or several of
	// which any will do; without it, any of its kind.
	Service Strings `toml:"service,omitempty"`
	// When is what the variable "condition" asks of a client at the visit: an expression over
	// [Scenario.States], "abstinent" and traits, as "abstinent and housed". A name of both a state and a
	// trait is the state. Traits are as they truly are.
	When     string `toml:"when,omitempty"`
	WhenExpr Expr   `toml:"-"`
	// Event is the event that event_count, event_any and time_to_event are about: the name
	// of an [event.NAME].
	Event string `toml:"event,omitempty"`

	MeasuredBy  string  `toml:"measured_by,omitempty"` // the test that finds who is using; without it, there is no error
	Reliability float64 `toml:"reliability,omitempty"` // share of the variance within the control arm that is true, the squared correlation of what is measured with it; days and counts stay in their range; 0: there is no error

	// Change is whether the outcome is the change from baseline: the value less the one on
	// day 0, both as measured. It is for scores.
	Change bool `toml:"change,omitempty"`

	// Missing is what analyses take a missing outcome for. "failure" counts it as the
	// bad outcome, such as using, of proportions found at visits. "reference" and
	// { delta = ... } are for the method multiple_imputation: with "reference" clients
	// of the treated arm who are missing are imputed as if they had gone over to the
	// control arm after the last visit that they made (jump to reference); with a delta
	// imputed values of the treated arm are shifted by it, in the unit of the outcome, of
	// a proportion in log odds. Without it, or with "available", nothing is supposed.
	Missing Missing `toml:"missing,omitempty"`
	// Tipping is whether the smallest shift of the imputed values of the treated arm, in
	// the direction that is bad for clients, is searched for at which a finding in favour of
	// the arm goes. It is for the method multiple_imputation.
	Tipping bool `toml:"tipping,omitempty"`

	Intercurrent *Intercurrent `toml:"intercurrent,omitempty"`
}
