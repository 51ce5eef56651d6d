package scenarios

import (
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// ownRates checks the rates that hold in a service, and after stays in it.
func (c *checker) ownRates(path string, v Service) {
	for _, t := range v.OwnRates() {
		table := path + "." + t.Key
		rates := t.Rates.List()
		inside := t.Key == "while_in"
		if nested := t.Key == "after" && (v.After.Completed != nil || v.After.Left != nil); len(rates)+len(t.ActsOn) == 0 && !nested {
			c.problem(table, "no rate", "at least one of "+strings.Join(rateNames(), ", "), "")
		}
		c.actsOn(table+".acts_on", t.ActsOn, false)
		for _, r := range rates {
			key := layer.Join(table, r.Process)
			if c.present(key, r.Process, c.rated()) {
				c.constantRate(key, r.Quantity)
			}
			ratios := t.ActsOn
			if inside {
				ratios = v.ActsOn
			}
			if hr, acts := ratios[r.Process]; acts && hr != 1 {
				c.problem(key, "this key beside acts_on."+r.Process, "acts_on."+r.Process+" = 1 or none, where the service has a rate of its own", "")
			}
		}
		if !inside {
			c.afterDays(table+".days", t, len(rates)+len(t.ActsOn))
		}
	}
}

// afterDays checks how long rates and ratios hold after a stay.
func (c *checker) afterDays(path string, t OwnRates, holding int) {
	if holding > 0 {
		c.must(t.Days > 0 && t.Days <= maxVisit, path, t.Days, "more than 0 and at most 20,000 days")
	} else if c.s.origin.has(path) {
		c.must(false, path, t.Days, "rates beside it that hold for these days")
	}
}

// constantRate checks a quantity that a constant hazard is to give.
func (c *checker) constantRate(path string, q *Quantity) {
	c.quantity(path, q, "")
	refuse := func(key, want string) {
		if c.s.origin.has(path + "." + key) {
			c.problem(path+"."+key, "this key", want, "")
		}
	}
	refuse("points", "probability and by_days, median_days or a rate, since the hazard is constant")
	refuse("under", "none: while nothing else acts, it is the same in all arms")
	if c.s.origin.has(path + ".shape") {
		c.must(q.Shape == 1, path+".shape", q.Shape, "1, or none, since the hazard is constant")
	}
}

// rated are the processes of the scenario that can have rates of their own in a service.
func (c *checker) rated() []string {
	return slices.DeleteFunc(rateNames(), func(name string) bool { return !slices.Contains(c.processes, name) })
}

// rateNames are the processes that can have rates of their own in a service.
func rateNames() (names []string) {
	for _, p := range new(Rates).places() {
		names = append(names, p.process)
	}
	return names
}

// completeRates fills in the shape of what has one, and the arms of shares in states.
func (s *Scenario) completeRates(path string, v *Service) {
	for _, t := range v.OwnRates() {
		for _, r := range t.Rates.List() {
			if q := r.Quantity; (q.Probability > 0 || q.MedianDays > 0) && q.Shape == 0 {
				q.Shape = 1
			} else if q.Prevalence != nil {
				s.completePrevalence(q.Prevalence, path+"."+t.Key+"."+r.Process)
			}
		}
	}
}

// dropRates leaves out a preset's rates of processes that are absent, and the tables
// that are then empty.
func (s *Scenario) dropRates(path string, v *Service, absent map[string]bool) {
	dropped := false
	for _, t := range v.OwnRates() {
		for process := range t.ActsOn {
			if key := layer.Join(path+"."+t.Key+".acts_on", process); absent[process] && s.origin.preset(key) {
				delete(t.ActsOn, process)
				delete(s.origin.places, key)
				dropped = true
			}
		}
		for _, p := range t.Rates.places() {
			key := path + "." + t.Key + "." + p.process
			if *p.at != nil && absent[p.process] && s.origin.preset(key) {
				*p.at = nil
				delete(s.origin.places, key)
				dropped = true
			}
		}
	}
	if !dropped {
		return
	}
	if len(v.WhileIn.List()) == 0 {
		v.WhileIn = nil
	}
	if a := v.After; a != nil && len(a.List())+len(a.ActsOn) == 0 {
		a.Days = 0
		delete(s.origin.places, path+".after.days")
		if a.Completed == nil && a.Left == nil {
			v.After = nil
		}
	}
}
