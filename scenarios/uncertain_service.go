package scenarios

import (
	"strings"

	"caseload/scenarios/layer"
)

// What of a service may be uncertain beside its natural quantities: hazard ratios while
// clients are in it, and rates of its own.

// serviceTarget finds a number of a service that is none of a quantity.
func (s *Scenario) serviceTarget(path []string) (Target, string) {
	name := path[1]
	v, ok := s.Services[name]
	switch {
	case !ok:
		return Target{}, "no such service"
	case len(path) > 3 && path[len(path)-2] == "acts_on":
		t := Target{Kind: TargetActs, Service: name, Table: strings.Join(path[2:len(path)-2], "."), Process: path[len(path)-1], Effect: -1}
		if t.Written = v.ratios(t.Table)[t.Process]; t.Written > 0 {
			return t, ""
		}
		return Target{}, "no hazard ratio that the service has as written"
	case path[2] == "while_in" || path[2] == "after":
		return Target{}, "no number of a rate that the service has as written"
	}
	return Target{}, "of a service only numbers of linkage, stay, renege, return, acts_on and rates of its own are drawn: others are of its structure, or other quantities would be solved again"
}

// ratios returns the hazard ratios of a table of the service, nil if it has none.
func (v *Service) ratios(table string) map[string]float64 {
	if table == "" {
		return v.ActsOn
	}
	for _, t := range v.OwnRates() {
		if t.Key == table {
			return t.ActsOn
		}
	}
	return nil
}

// Ratios returns the hazard ratios among which a TargetActs is.
func (s *Scenario) Ratios(t *Target) map[string]float64 {
	v := s.Services[t.Service]
	return v.ratios(t.Table)
}

// solvedTogether says why a rate of a service is not drawn: its opposite is solved for the
// share in a state that both have.
func (s *Scenario) solvedTogether(t *Target) string {
	for name, v := range s.Services {
		for _, table := range v.OwnRates() {
			before := layer.Join("service", name) + "." + table.Key + "."
			process, ok := strings.CutPrefix(t.Quantity, before)
			for _, r := range table.Rates.List() {
				if ok && r.Quantity.Prevalence != nil && Opposite(r.Process) == process {
					return "a rate beside " + before + r.Process + ", which is solved together with it for the share in a state"
				}
			}
		}
	}
	return ""
}

// dropUnknowns leaves out a preset's rows on hazard ratios and rates of processes that are
// absent, which the service has lost.
func (s *Scenario) dropUnknowns(name string, v *Service) {
	path := layer.Join("service", name)
	kept := make([]Uncertain, 0, len(v.Uncertain))
	for i, u := range v.Uncertain {
		at, table := layer.At(path+".uncertain", i), firstKey(u.Key)
		if _, why := s.TargetOf(path + "." + u.Key); why != "" && s.origin.preset(at+".key") && (table == "acts_on" || table == "while_in" || table == "after") {
			s.origin.move(at, "")
			continue
		}
		if k := len(kept); k < i {
			s.origin.move(at, layer.At(path+".uncertain", k))
		}
		kept = append(kept, u)
	}
	if len(kept) < len(v.Uncertain) {
		v.Uncertain = kept
	}
}
