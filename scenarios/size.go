package scenarios

import "slices"

// Size is what is asked of a search for the number of clients that a wanted
// power takes. It changes nothing that is simulated.
type Size struct {
	// Hold is what stays as it is while clients are added: HoldAccrualRate, so that
	// a larger trial is a longer one, or HoldDuration, so that more come a month.
	Hold  string   `toml:"hold"`
	Scale []string `toml:"scale,omitempty"` // of Scalable: what grows in proportion with the clients
	Power float64  `toml:"power"`           // wanted
	// Precision is half the width wanted of the answer's 95 % interval, as a share
	// of the answer.
	Precision     float64 `toml:"precision"`
	MaxClients    int     `toml:"max_clients"`    // default: 10,000, or ten times trial.clients if that is more
	MaxReplicates int     `toml:"max_replicates"` // trials in all, at most
}

// What stays as it is in trials of other sizes.
const (
	HoldAccrualRate = "accrual_rate"
	HoldDuration    = "duration"
)

// Scalable is what may grow with the number of clients.
var Scalable = []string{"staff", "slots", "sites"}

// MaxClients is null in what is not complete: it follows trial.clients.
var defaultSize = Size{Hold: HoldAccrualRate, Power: 0.8, Precision: 0.05, MaxReplicates: 20_000}

// Cost is what a trial costs, in any currency, and the designs to choose among.
// It changes nothing that is simulated.
type Cost struct {
	PerClient       float64 `toml:"per_client"`        // recruited
	PerContactHour  float64 `toml:"per_contact_hour"`  // of contacts of the programs below
	PerManagerMonth float64 `toml:"per_manager_month"` // of case managers of the programs below
	PerVisit        float64 `toml:"per_visit"`         // made
	Budget          float64 `toml:"budget,omitempty"`  // 0: none is given
	// Programs are those whose contacts and case managers the trial pays for.
	// Default: those of other arms that the control arm lacks.
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
		usual = s.Arms[c].Programs
	}
	s.Cost.Programs = []string{}
	for _, a := range s.Arms {
		for _, name := range a.Programs {
			if !slices.Contains(usual, name) && !slices.Contains(s.Cost.Programs, name) {
				s.Cost.Programs = append(s.Cost.Programs, name)
			}
		}
	}
}
