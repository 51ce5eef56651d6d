package scenarios

import "slices"

// Rates is a table of constant hazards that hold instead of those that the tables of the
// processes give. They are those of all clients together, with their traits and frailties,
// while nothing else acts. Hazard ratios of traits, sites, programs and other states
// multiply them as they do the others.
type Rates struct {
	Quit        *Quantity `toml:"quit,omitempty"`         // from using to abstinent
	Relapse     *Quantity `toml:"relapse,omitempty"`      // from abstinent to using
	Arrest      *Quantity `toml:"arrest,omitempty"`       // arrests
	Risk        *Quantity `toml:"risk,omitempty"`         // risk events
	LoseHousing *Quantity `toml:"lose_housing,omitempty"` // when clients lose their homes
	GainHousing *Quantity `toml:"gain_housing,omitempty"` // when clients find a home
	LoseJob     *Quantity `toml:"lose_job,omitempty"`     // when clients lose their jobs
	GainJob     *Quantity `toml:"gain_job,omitempty"`     // when clients find a job
	Death       *Quantity `toml:"death,omitempty"`        // death
}

// After is what holds after a stay in a service, from its end for a number of days,
// or until the client is admitted again: to the service, or to one that is not beside it.
// After a move to another service nothing of it holds.
type After struct {
	Days float64 `toml:"days,omitempty"` // how long it holds
	Rates
	// ActsOn holds hazard ratios by [Scenario.Processes].
	ActsOn map[string]float64 `toml:"acts_on,omitempty"`

	Completed *AfterEnd `toml:"completed,omitempty"` // what holds instead after stays that were completed as planned
	Left      *AfterEnd `toml:"left,omitempty"`      // what holds instead after stays that clients ended by themselves
}

// AfterEnd is what holds after stays that ended in one way, completed or left, instead of
// what holds after others.
type AfterEnd struct {
	Days float64 `toml:"days,omitempty"` // how long it holds
	Rates
	// ActsOn holds hazard ratios by [Scenario.Processes].
	ActsOn map[string]float64 `toml:"acts_on,omitempty"`
}

// Rate is a rate of a process.
type Rate struct {
	Process  string
	Quantity *Quantity
}

// List returns the rates that are given.
func (r *Rates) List() (list []Rate) {
	if r == nil {
		return nil
	}
	for _, p := range r.places() {
		if *p.at != nil {
			list = append(list, Rate{p.process, *p.at})
		}
	}
	return list
}

// ratePlace is where the rate of a process is kept.
type ratePlace struct {
	process string
	at      **Quantity
}

func (r *Rates) places() []ratePlace {
	return []ratePlace{{"quit", &r.Quit}, {"relapse", &r.Relapse}, {"arrest", &r.Arrest}, {"risk", &r.Risk},
		{"lose_housing", &r.LoseHousing}, {"gain_housing", &r.GainHousing}, {"lose_job", &r.LoseJob}, {"gain_job", &r.GainJob},
		{"death", &r.Death}}
}

// An OwnRates is a table of what holds in a service, or after a stay in it.
type OwnRates struct {
	Key    string  // of the table, within the service
	Days   float64 // after a stay; 0: it holds in the service
	Rates  *Rates
	ActsOn map[string]float64 // hazard ratios after a stay
}

// idle reports whether the table changes nothing: it has no rates, and ratios of 1.
func (t *OwnRates) idle() bool {
	for _, hr := range t.ActsOn {
		if hr != 1 {
			return false
		}
	}
	return len(t.Rates.List()) == 0
}

// OwnRates returns the tables of a service: that in the service, and those after stays.
func (v *Service) OwnRates() (tables []OwnRates) {
	if v.WhileIn != nil {
		tables = append(tables, OwnRates{"while_in", 0, v.WhileIn, nil})
	}
	a := v.After
	if a == nil {
		return tables
	}
	tables = append(tables, OwnRates{"after", a.Days, &a.Rates, a.ActsOn})
	if a.Completed != nil {
		tables = append(tables, OwnRates{"after.completed", a.Completed.Days, &a.Completed.Rates, a.Completed.ActsOn})
	}
	if a.Left != nil {
		tables = append(tables, OwnRates{"after.left", a.Left.Days, &a.Left.Rates, a.Left.ActsOn})
	}
	return tables
}

// AfterStays returns the tables after stays in a service that change something, or may as
// replicates draw them.
func (s *Scenario) AfterStays(name string) (tables []OwnRates) {
	v := s.Services[name]
	for _, t := range v.OwnRates() {
		drawn := func(u Unknown) bool {
			return u.Target.Kind == TargetActs && u.Target.Service == name && u.Target.Table == t.Key
		}
		if t.Days > 0 && (!t.idle() || s.Drawn() && slices.ContainsFunc(s.unknownRows(), drawn)) {
			tables = append(tables, t)
		}
	}
	return tables
}

// withoutIdle returns the service without what changes nothing after stays.
func (v Service) withoutIdle() Service {
	for _, t := range v.OwnRates() {
		if t.Days > 0 && !t.idle() {
			return v
		}
	}
	v.After = nil
	return v
}
