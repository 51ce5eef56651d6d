package scenarios

// Attrition is loss to the study and missed visits.
type Attrition struct {
	Loss   *Quantity          `toml:"loss,omitempty"`   // when clients are lost for good; without it, nobody is lost
	Traits map[string]float64 `toml:"traits,omitempty"` // hazard ratios of loss per unit of a trait, by trait
	Arms   map[string]float64 `toml:"arms,omitempty"`   // hazard ratios of loss, by arm
	// HidesRecords says whether the study sees no records of clients whom it has lost: times
	// are then censored at the loss, and outcomes from records that are due later are missing.
	HidesRecords bool `toml:"hides_records,omitempty"`

	Ends   string  `toml:"ends"`   // what a client who is lost leaves: "study", so that visits are missed from then on, or "all", services and programs, too
	Missed float64 `toml:"missed"` // share of visits that are missed in the control arm, independently of each other
	// MissedOdds holds odds ratios of missing a visit, by arm, trait (per unit) or
	// [Scenario.States] on the day. Without any, visits are missing completely at
	// random; with arms and traits, at random; with states, not at random.
	MissedOdds map[string]float64 `toml:"missed_odds,omitempty"`
}
