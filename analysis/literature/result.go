package literature

import (
	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/scenarios"
)

// Result summarizes what reviews of many simulated bodies find.
type Result struct {
	Scenario *scenarios.Scenario
	Seed     int64
	Bodies   int
	Wanted   int
	Partial  bool
	Rows     []Row     // by group
	Order    [][]Share // [a][b]: bodies in which group a's pooled effect is above group b's
	Tested   []Tested
	Levels   []LevelMean
	// Trials is the number of trials of a body, Published that of published ones on
	// average, and Effects that of effects in all trials of all bodies, of which
	// Failed, by status, could not be estimated.
	Trials    int
	Published float64
	Effects   int
	Failed    [estimate.Statuses]int
	First     []Trial // the first body
	FirstPool []Pooled
}

// Row summarizes what the reviews find in a group.
type Row struct {
	Group         string
	Studies       Interval // trials pooled
	SMD           Interval
	I2, Tau2      Interval
	Favourable    Share     // pooled SMD above 0, p below 0.05
	Adverse       Share     // below 0, p below 0.05
	Heterogeneous Share     // Cochran's Q, p below 0.05
	Values        []float64 // pooled SMDs by body, NaN where it failed
	I2s           []float64
	Failed        int // bodies whose meta-analysis failed
	Published     *scenarios.Published
	// Inside and I2Inside tell whether the published figure is within the middle
	// 95 % of bodies; P and I2P are twice the smaller share of bodies at least as far
	// to its side: small where the simulated literature would hardly give it.
	Inside, I2Inside *bool
	P, I2P           float64
	Rank             Interval // among the groups that have a published rank, 1 the largest
}

// LevelMean is the mean effect of the trials at a level of a moderator in a group,
// over all bodies and whether published or not.
type LevelMean struct {
	Moderator string         `json:"moderator"`
	Level     string         `json:"level"`
	Group     string         `json:"group"`
	Trials    measure.Number `json:"trials"` // a body, that measure the group
	Mean      measure.Number `json:"mean"`
	MCSE      measure.Number `json:"mcse"`
}

// Tested summarizes what the reviews find about a moderator.
type Tested struct {
	Test
	Slope       Interval
	AsPublished Share // the slope has the published sign
	Positive    Share // above 0, p below 0.05
	Negative    Share
	Failed      int
}
