package scenarios

import "slices"

// Size is the question how many clients, or what else, a wanted power takes. It
// changes nothing that is simulated.
type Size struct {
	// Hold is what stays the same when clients are added: "accrual_rate", so that a
	// larger trial takes longer, or "duration", so that more clients come a month.
	Hold  string   `toml:"hold"`
	Scale []string `toml:"scale,omitempty"` // what grows in proportion to the clients: any of [Scalable]
	Power Numbers  `toml:"power"`           // power wanted, or several: each is answered
	// HalfWidth is the half width wanted of the outcome's confidence interval, in the unit
	// of its effect (0.05 for five percentage points, a logarithm for a ratio), in place of
	// a rejection. The power is then the share of trials that is to have an interval so
	// narrow.
	HalfWidth float64 `toml:"half_width,omitempty"`
	// Assurance is the assurance wanted, in place of a power: the share of trials that
	// reject in the direction that is good for clients, where each draws the numbers of
	// [[uncertain]].
	Assurance float64 `toml:"assurance,omitempty"`
	// Precision is the half width wanted of the 95 % interval of the answer, as a
	// share of the answer.
	Precision     float64 `toml:"precision"`
	MaxClients    int     `toml:"max_clients"`    // largest number of clients tried; by default 10,000, or ten times trial.clients if that is more
	MaxReplicates int     `toml:"max_replicates"` // largest number of trials that the search simulates
}

// What stays as it is in trials of other sizes.
const (
	HoldAccrualRate = "accrual_rate"
	HoldDuration    = "duration"
)

// Scalable is what may grow with the number of clients.
var Scalable = []string{"staff", "slots", "sites"}

// MaxClients is null in what is not complete: it follows trial.clients.
var defaultSize = Size{Hold: HoldAccrualRate, Power: Numbers{0.8}, Precision: 0.05, MaxReplicates: 20_000}

// Cost is what a trial costs, in any currency, and the designs to choose among. It
// changes nothing that is simulated.
type Cost struct {
	PerClient       float64 `toml:"per_client"`         // cost of each client recruited
	PerContactHour  float64 `toml:"per_contact_hour"`   // cost of an hour of contacts of the programs below
	PerManagerMonth float64 `toml:"per_manager_month"`  // cost of a month of each case manager of the programs below
	PerVisit        float64 `toml:"per_visit"`          // cost of each visit made
	Budget          float64 `toml:"budget,omitempty"`   // what the trial may cost; 0: no budget is given
	Currency        string  `toml:"currency,omitempty"` // what all of them are in, as it is to be written after an amount: "EUR"
	// Programs are those whose contacts and case managers the trial pays for; by
	// default those of other arms that the control arm does not have.
	Programs []string `toml:"programs"`
	Over     Over     `toml:"over,omitempty"`
}

func (s *Scenario) completeSize() {
	if !s.origin.has("size.max_clients") {
		s.Size.MaxClients = min(max(10_000, 10*max(0, min(s.Trial.Clients, maxClients))), maxClients)
	}
}

func (s *Scenario) completeCost() {
	if s.Cost == nil || s.origin.has("cost.programs") {
		return
	}
	var usual []string
	if c := s.Control(); c >= 0 {
		usual = s.Offered(c)
	}
	s.Cost.Programs = []string{}
	for a := range s.Arms {
		for _, name := range s.Offered(a) {
			if !slices.Contains(usual, name) && !slices.Contains(s.Cost.Programs, name) {
				s.Cost.Programs = append(s.Cost.Programs, name)
			}
		}
	}
}
