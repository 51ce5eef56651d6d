package scenarios

import (
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// Prevalence is the share of clients who are using, housed or employed on a day, for which
// one of the two rates of that state is solved: that of the key at which it stands. The
// other rate is given, or a time constant. It holds without queues, among those who are alive and
// in another state on that day, with all that brings them there and takes them away.
type Prevalence struct {
	Share  float64 `toml:"share"`           // share of them who are using, housed or employed
	AtDays float64 `toml:"at_days"`         // the day since enrolment
	While  string  `toml:"while,omitempty"` // those in this [Scenario.States] on the day; without it, everyone alive
	Under  string  `toml:"under,omitempty"` // arm in which it holds; by default the control arm
	// TimeConstantDays is the time in which the distance from the balance falls to 1/e, for a client
	// whom nothing acts on: one over the sum of both rates. With it, both are solved.
	TimeConstantDays float64 `toml:"time_constant_days,omitempty"`
}

// pairs are the processes that begin and end a state.
var pairs = [][2]string{{"relapse", "quit"}, {"gain_housing", "lose_housing"}, {"gain_job", "lose_job"}}

// Opposite returns the process that undoes what another does to a state, "" if none does.
func Opposite(process string) string {
	for _, p := range pairs {
		if i := slices.Index(p[:], process); i >= 0 {
			return p[1-i]
		}
	}
	return ""
}

// statePaths are the keys of rates that begin and end states, by process.
var statePaths = map[string]string{"relapse": "use.relapse", "quit": "use.quit", "gain_housing": "housing.gain", "lose_housing": "housing.lose",
	"gain_job": "employment.gain", "lose_job": "employment.lose"}

// processAt returns the process whose rate a prevalence at the path can be solved for, and whether
// it is one in a service.
func processAt(path string) (process string, inside bool) {
	for name, at := range statePaths {
		switch {
		case path == at:
			return name, false
		case strings.HasSuffix(path, ".while_in."+name):
			return name, true
		}
	}
	return "", false
}

// quantityAt returns the quantity at the path of a process's own rate, nil if it is not written.
func (s *Scenario) quantityAt(process string) *Quantity {
	if !s.origin.has(statePaths[process]) {
		return nil
	}
	switch process {
	case "quit":
		return &s.Use.Quit
	case "relapse":
		return &s.Use.Relapse
	case "lose_housing":
		return &s.Housing.Lose
	case "gain_housing":
		return &s.Housing.Gain
	case "lose_job":
		return &s.Employment.Lose
	}
	return &s.Employment.Gain
}

// prevalence checks the share that a rate is solved for.
func (c *checker) prevalence(path string, q *Quantity) {
	p, at := q.Prevalence, path+".prevalence"
	process, inside := processAt(path)
	if process == "" {
		c.problem(at, "this key", "another form: only the rates at which clients quit, relapse, lose and find homes or jobs are solved for a share in a state", "")
		return
	}
	c.must(p.Share > 0 && p.Share < 1, at+".share", p.Share, "a share above 0 and below 1")
	c.must(p.AtDays > 0 && p.AtDays <= maxVisit, at+".at_days", p.AtDays, "more than 0 and at most 20,000 days")
	c.above0(at+".time_constant_days", p.TimeConstantDays)
	if p.While != "" && c.present(at+".while", p.While, c.states) {
		own := map[string]string{"use": StateUsing, "housing": StateHoused, "employment": StateEmployed}[firstKey(statePaths[process])]
		c.must(p.While != own, at+".while", p.While, "another state than the one whose share it is")
	}
	if c.aimed(at); c.s.origin.has(at + ".under") {
		c.known(at+".under", p.Under, c.s.armNames())
	}
	if c.s.origin.has(path + ".under") {
		c.problem(path+".under", "this key", "under within prevalence", "")
	}
	c.determined(path, process, inside, p)
}

// above0 checks a number above 0 where it is written.
func (c *checker) above0(path string, x float64) {
	if c.s.origin.has(path) {
		c.above(path, x, 0)
	}
}

// determined checks that a share determines the rate: the other one is given, or a time
// constant, and is not itself solved for a share.
func (c *checker) determined(path, process string, inside bool, p *Prevalence) {
	other := Opposite(process)
	given := c.s.quantityAt(other)
	if inside {
		if at := layer.Join(layer.ParentPath(path), other); c.s.origin.has(at) {
			c.once(path, at)
			given = &Quantity{}
		}
		c.must(!(p.TimeConstantDays > 0), path+".prevalence.time_constant_days", p.TimeConstantDays, "none: in a service "+other+" is given")
	}
	if given != nil && !inside {
		c.once(path, statePaths[other])
		c.must(!(p.TimeConstantDays > 0) || given.Never, path+".prevalence.time_constant_days", p.TimeConstantDays, "none, since "+statePaths[other]+" is given")
	}
	if given == nil && !(p.TimeConstantDays > 0) {
		c.problem(path+".prevalence", "a share alone, which does not determine two rates", statePaths[other]+" beside it, or time_constant_days", "")
	}
}

// once refuses that two rates are solved for shares in one state.
func (c *checker) once(path, other string) {
	if c.s.origin.has(other+".prevalence") && path > other {
		c.problem(path+".prevalence", "a share, as "+other+" has", "a share for one of the two rates, and a rate for the other", "")
	}
}

// completePrevalence fills in the arm in which a share holds.
func (s *Scenario) completePrevalence(p *Prevalence, path string) {
	if c := s.Control(); c >= 0 && !s.origin.has(path+".prevalence.under") {
		p.Under = s.Arms[c].Name
	}
}
