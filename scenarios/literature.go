package scenarios

// Literature is how a body of trials comes about and is reviewed. The trials are
// those of [[study]]. It changes nothing that is simulated in a single trial.
type Literature struct {
	Bodies int `toml:"bodies"` // number of bodies of trials that are simulated

	Effect float64 `toml:"effect"` // factor of the effects of the programs of all studies
	// EffectSD is the standard deviation between studies of the log hazard ratio of
	// a program on linkage, or if it has none, of the mean size of its log hazard
	// ratios. All effects of the programs of a study are larger or smaller together.
	EffectSD float64 `toml:"effect_sd"`
	// ClientsLogSD is the standard deviation of the logarithms of the sizes of
	// studies about those written. The number of clients of the whole body stays the
	// same.
	ClientsLogSD float64 `toml:"clients_log_sd,omitempty"`
	// Manual is what a manual does to the programs of a study.
	Manual Manual `toml:"manual"`

	Method       string `toml:"method"`                  // estimate of the variance between studies: [PoolingMethods]
	KnappHartung bool   `toml:"knapp_hartung,omitempty"` // whether to use the standard error and t distribution of Knapp and Hartung; with effects = "one"
	// Effects is which effects of a trial are pooled in each group: "one", the first,
	// or "all", with a variance that allows for several effects of a trial (CR2).
	Effects string   `toml:"effects"`
	Groups  []string `toml:"groups,omitempty"` // groups that are pooled, from [GroupNames]; without it, all that are measured

	Publication Publication `toml:"publication"`
	// Reporting is the probability that a trial reports only the outcome that looks
	// best, of several outcomes in one cluster.
	Reporting float64     `toml:"reporting,omitempty"`
	Published []Published `toml:"published,omitempty"` // figures to compare with
}

// Publication is the probability that a trial is published, by the test of the
// first outcome that it measures.
type Publication struct {
	Significant float64 `toml:"significant"` // if the test is significant in favour of case management
	Favourable  float64 `toml:"favourable"`  // if the estimate is in its favour and not significant
	Other       float64 `toml:"other"`       // if the estimate is against it
}

// Published is what a review reports of a group of outcomes. What it does not
// report is left out.
type Published struct {
	Group   string   `toml:"group"`             // one of [GroupNames]
	Studies int      `toml:"studies,omitempty"` // number of studies in the group
	SMD     *float64 `toml:"smd,omitempty"`     // pooled standardized mean difference
	Low     *float64 `toml:"low,omitempty"`     // lower limit of its 95 % interval
	High    *float64 `toml:"high,omitempty"`    // upper limit of its 95 % interval
	I2      *float64 `toml:"i2,omitempty"`      // I2 in percent
	Rank    int      `toml:"rank,omitempty"`    // rank of the group among those that have one; 1 has the largest effect
	Source  string   `toml:"source,omitempty"`  // where it is published
}

// Variation is what a study, or all studies at a level of a moderator, have of
// their own. What is empty is as in the base.
type Variation struct {
	Base         string // a built-in scenario; "": the scenario itself
	Arm          string // the case management arm; "": the first that is not control
	Clients      int
	Programs     []string // programs of case management, beside usual care
	Usual        []string // programs of both arms
	FollowUpDays []float64
	Manual       *bool
	Outcomes     []string // names of outcomes, or of groups; empty: all
	Set          Ideal    // further values by path
}

// Study is a trial of a body.
type Study struct {
	Name   string `toml:"name"`             // unique
	Year   int    `toml:"year,omitempty"`   // year of publication
	Source string `toml:"source,omitempty"` // where its numbers come from

	Base         string    `toml:"base,omitempty"`           // a built-in scenario that is varied; by default this scenario
	Arm          string    `toml:"arm,omitempty"`            // the arm with case management; by default the first that is not control
	Clients      int       `toml:"clients,omitempty"`        // number of clients randomized
	Programs     []string  `toml:"programs,omitempty"`       // programs of case management, beside usual care
	Usual        []string  `toml:"usual,omitempty"`          // programs of both arms
	FollowUpDays []float64 `toml:"follow_up_days,omitempty"` // days of its visits
	Manual       *bool     `toml:"manual,omitempty"`         // whether its programs have a manual
	Outcomes     []string  `toml:"outcomes,omitempty"`       // outcomes that it measures, by name or group; by default all
	Set          Ideal     `toml:"set,omitempty"`

	// Levels is the level of each moderator, by the name of the moderator. A level
	// that is not given is assigned at random.
	Levels map[string]string `toml:"levels,omitempty"`
}

// Variation returns what the study has of its own.
func (s *Study) Variation() Variation {
	return Variation{s.Base, s.Arm, s.Clients, s.Programs, s.Usual, s.FollowUpDays, s.Manual, s.Outcomes, s.Set}
}

// Moderator is a feature in which studies differ. Where it is known how many studies
// have each level, but not which, the levels are assigned to studies at random in
// each simulated body, with the counts as given.
type Moderator struct {
	Name   string  `toml:"name"`             // unique
	About  string  `toml:"about,omitempty"`  // what it is, in a few words
	Source string  `toml:"source,omitempty"` // where the counts come from
	Levels []Level `toml:"level"`
	// Published is the sign of the slope on the scores of the levels, as reviews
	// report it: "positive" or "negative".
	Published string `toml:"published,omitempty"`
}

// Level is one level of a moderator.
type Level struct {
	Name   string  `toml:"name"`             // unique within its moderator
	Count  int     `toml:"count"`            // number of studies that have it, including those that name it
	Score  float64 `toml:"score,omitempty"`  // number on which effects are regressed
	Source string  `toml:"source,omitempty"` // where its numbers come from

	Base         string    `toml:"base,omitempty"`           // a built-in scenario that is varied; by default this scenario
	Arm          string    `toml:"arm,omitempty"`            // the arm with case management; by default the first that is not control
	Clients      int       `toml:"clients,omitempty"`        // number of clients randomized
	Programs     []string  `toml:"programs,omitempty"`       // programs of case management, beside usual care
	Usual        []string  `toml:"usual,omitempty"`          // programs of both arms
	FollowUpDays []float64 `toml:"follow_up_days,omitempty"` // days of its visits
	Manual       *bool     `toml:"manual,omitempty"`         // whether its programs have a manual
	Outcomes     []string  `toml:"outcomes,omitempty"`       // outcomes that it measures, by name or group; by default all
	Set          Ideal     `toml:"set,omitempty"`
}

// Variation returns what studies at the level have of their own.
func (l *Level) Variation() Variation {
	return Variation{l.Base, l.Arm, l.Clients, l.Programs, l.Usual, l.FollowUpDays, l.Manual, l.Outcomes, l.Set}
}

// How effects are pooled.
const (
	OneEffect  = "one" // a trial and group
	AllEffects = "all" // of a trial, robustly
)

// PoolingMethods are the estimates of the variance between studies.
var PoolingMethods = []string{"fe", "dl", "reml", "pm"}

// defaultLiterature reviews all trials as they are, with effects that vary only
// by chance.
var defaultLiterature = Literature{Bodies: 300, Effect: 1, Method: "reml", Effects: OneEffect,
	Manual:      Manual{Effect: 1.25, Spread: 0.5},
	Publication: Publication{Significant: 1, Favourable: 1, Other: 1}}

func (s *Scenario) completeLiterature() {
	if s.Literature == nil && len(s.Studies) > 0 {
		l := defaultLiterature
		s.Literature = &l
	}
}
