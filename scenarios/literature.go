package scenarios

// Literature is how a body of trials comes about and is reviewed. The trials are
// Scenario.Studies. It changes nothing that a single trial of the scenario
// simulates.
type Literature struct {
	Bodies int `toml:"bodies"` // how many are simulated

	// Effect multiplies the effects of all studies' programs, and EffectSD is the
	// standard deviation between studies of a program's log hazard ratio on
	// linkage (of the mean size of its log hazard ratios, if it has none there).
	// All effects of a study's programs are larger or smaller together.
	Effect   float64 `toml:"effect"`
	EffectSD float64 `toml:"effect_sd"` // between studies, of the log hazard ratio on linkage
	// ClientsLogSD spreads the sizes of studies about those written: the SD of
	// their logarithms. The clients of the whole body stay as many.
	ClientsLogSD float64 `toml:"clients_log_sd,omitempty"`
	// Manual is what it does to a study's programs that they have a manual.
	Manual Manual `toml:"manual"`

	Method       string `toml:"method"`                  // of PoolingMethods
	KnappHartung bool   `toml:"knapp_hartung,omitempty"` // its standard error and t distribution; with effects = "one"
	// Effects is "one", the first effect of a trial in each group, or "all", with a
	// variance that is robust to effects of one trial being alike (CR2).
	Effects string   `toml:"effects"`
	Groups  []string `toml:"groups,omitempty"` // that are pooled, of GroupNames; empty: all that are measured

	Publication Publication `toml:"publication"`
	// Reporting is the probability that of several measures of one cluster a trial
	// reports only the one that looks best.
	Reporting float64     `toml:"reporting,omitempty"`
	Published []Published `toml:"published,omitempty"` // figures to compare with
}

// Publication holds probabilities that a trial is published, by the test of the
// first outcome that it measures.
type Publication struct {
	Significant float64 `toml:"significant"` // in favour of case management
	Favourable  float64 `toml:"favourable"`  // in its favour and not significant
	Other       float64 `toml:"other"`       // against it
}

// Published is what a review reports of a group of outcomes. What it does not
// report is nil.
type Published struct {
	Group   string   `toml:"group"`             // a cluster of outcomes, or engagement, recovery, linkage, all
	Studies int      `toml:"studies,omitempty"` // in the group
	SMD     *float64 `toml:"smd,omitempty"`     // pooled
	Low     *float64 `toml:"low,omitempty"`     // 95 % interval
	High    *float64 `toml:"high,omitempty"`    // 95 % interval
	I2      *float64 `toml:"i2,omitempty"`      // percent
	Rank    int      `toml:"rank,omitempty"`    // among the groups that have one, 1 the largest
	Source  string   `toml:"source,omitempty"`  // where it is published
}

// Variation is what a study, or all studies at a level of a moderator, have of
// their own. What is empty is as in the base.
type Variation struct {
	Base         string // a built-in scenario; "": the scenario itself
	Arm          string // the case management arm; "": the first that is not control
	Clients      int
	Programs     []string // of case management, beside usual care
	Usual        []string // programs of both arms
	FollowUpDays []float64
	Manual       *bool
	Outcomes     []string // names of outcomes, or of groups; empty: all
	Set          Ideal    // further values by path
}

// Study is a trial of a body.
type Study struct {
	Name   string `toml:"name"`             // unique
	Year   int    `toml:"year,omitempty"`   // of publication
	Source string `toml:"source,omitempty"` // where its numbers come from

	Base         string    `toml:"base,omitempty"`           // a built-in scenario that it is a variation on; by default this one
	Arm          string    `toml:"arm,omitempty"`            // the case management arm; by default the first that is not control
	Clients      int       `toml:"clients,omitempty"`        // randomized
	Programs     []string  `toml:"programs,omitempty"`       // of case management, beside usual care
	Usual        []string  `toml:"usual,omitempty"`          // programs of both arms
	FollowUpDays []float64 `toml:"follow_up_days,omitempty"` // of its visits
	Manual       *bool     `toml:"manual,omitempty"`         // whether its programs have a manual
	Outcomes     []string  `toml:"outcomes,omitempty"`       // that it measures, by name or group; by default all
	Set          Ideal     `toml:"set,omitempty"`

	// Levels are those of moderators, by the moderator's name. Those not given are
	// dealt: see Moderator.
	Levels map[string]string `toml:"levels,omitempty"`
}

// Variation returns what the study has of its own.
func (s *Study) Variation() Variation {
	return Variation{s.Base, s.Arm, s.Clients, s.Programs, s.Usual, s.FollowUpDays, s.Manual, s.Outcomes, s.Set}
}

// Moderator is a feature in which studies differ. Where it is not known which
// study has which level, but how many have each, the levels are dealt anew to
// the studies of each simulated body, with the counts held.
type Moderator struct {
	Name   string  `toml:"name"`             // unique
	About  string  `toml:"about,omitempty"`  // in a few words
	Source string  `toml:"source,omitempty"` // where the counts come from
	Levels []Level `toml:"level"`
	// Published is the sign of the slope on the levels' scores as reviews report
	// it: "positive" or "negative"; "" if they do not.
	Published string `toml:"published,omitempty"`
}

// Level is one of a moderator.
type Level struct {
	Name   string  `toml:"name"`             // unique within its moderator
	Count  int     `toml:"count"`            // of studies, those that say so themselves included
	Score  float64 `toml:"score,omitempty"`  // what the moderator is regressed on
	Source string  `toml:"source,omitempty"` // where its numbers come from

	Base         string    `toml:"base,omitempty"`           // a built-in scenario that it is a variation on; by default this one
	Arm          string    `toml:"arm,omitempty"`            // the case management arm; by default the first that is not control
	Clients      int       `toml:"clients,omitempty"`        // randomized
	Programs     []string  `toml:"programs,omitempty"`       // of case management, beside usual care
	Usual        []string  `toml:"usual,omitempty"`          // programs of both arms
	FollowUpDays []float64 `toml:"follow_up_days,omitempty"` // of its visits
	Manual       *bool     `toml:"manual,omitempty"`         // whether its programs have a manual
	Outcomes     []string  `toml:"outcomes,omitempty"`       // that it measures, by name or group; by default all
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
