package scenarios

import (
	"strings"

	"caseload/scenarios/layer"
)

// A preset says all that it is known to do. In a scenario that has no arrests,
// or no ancillary service, a part of it means nothing and is left out.

// general are the processes, and what else effects act on, that a preset can
// name without knowing the scenario: no service by its name.
var general = []string{"quit", "relapse", "arrest", "risk", "lose_housing", "gain_housing", "lose_job", "gain_job",
	"death", "loss", "linkage", "leaving", "return", "renege", "linkage_other", "leaving_other", "return_other",
	"renege_other"}

// partOf names the part of a scenario that a process, score or state belongs to.
var partOf = map[string]string{
	"arrest": "[arrest]", "risk": "[risk]", "death": "[death]", "loss": "attrition.loss",
	"lose_housing": "[housing]", "gain_housing": "[housing]", StateHoused: "[housing]",
	"lose_job": "[employment]", "gain_job": "[employment]", StateEmployed: "[employment]",
	"jail": "[jail]", StateJailed: "[jail]", "health": "[health]", "satisfaction": "[satisfaction]",
	"linkage": "substance-use service", "leaving": "substance-use service",
	"return": "substance-use service with return", "renege": "substance-use service with renege",
	"linkage_other": "ancillary service", "leaving_other": "ancillary service",
	"return_other": "ancillary service with return", "renege_other": "ancillary service with renege",
	StateInTreatment: "service",
}

// dropAbsent leaves out what presets do to what the scenario does not have. What
// the scenario says itself stays, to be reported.
func (s *Scenario) dropAbsent() {
	absent := map[string]bool{}
	for _, name := range general {
		absent[name] = true
	}
	for _, name := range s.Processes() {
		delete(absent, name)
	}
	s.dropEventActs(absent)
	for name, v := range s.Services {
		path := layer.Join("service", name) + ".acts_on"
		for process := range v.ActsOn {
			if inside := layer.Join(path, process); absent[process] && s.origin.preset(inside) {
				delete(v.ActsOn, process)
				delete(s.origin.places, inside)
			}
		}
		s.dropRates(layer.Join("service", name), &v, absent)
		s.Services[name] = v
		s.dropUnknowns(name, &v)
		s.Services[name] = v
	}
	for _, name := range []string{"jail", "health", "satisfaction"} {
		absent[name] = !s.has(name)
	}
	for name, p := range s.Programs {
		s.Programs[name] = s.dropEffects(p, layer.Join("program", name), absent)
	}
}

// dropEffects leaves out a preset's effects on what is absent, and what it does not know of
// them. The places of those behind them move up with them.
func (s *Scenario) dropEffects(p Program, program string, absent map[string]bool) Program {
	kept, path := make([]Effect, 0, len(p.Effects)), program+".effect"
	moved := map[string]string{} // by the key of an effect within the program
	for i, e := range p.Effects {
		if absent[e.On] && s.origin.preset(layer.At(path, i)+".on") {
			s.origin.move(layer.At(path, i), "")
			moved[layer.At("effect", i)] = ""
			continue
		}
		if k := len(kept); k < i {
			s.origin.move(layer.At(path, i), layer.At(path, k))
			moved[layer.At("effect", i)] = layer.At("effect", k)
		}
		kept = append(kept, e)
	}
	if len(kept) < len(p.Effects) {
		p.Effects = kept
		p.Uncertain = s.followEffects(p.Uncertain, program+".uncertain", moved)
	}
	return p
}

// followEffects lets a preset's rows of what is uncertain follow the effects that they
// are about.
func (s *Scenario) followEffects(rows []Uncertain, path string, moved map[string]string) (kept []Uncertain) {
	for i, u := range rows {
		effect, number, _ := strings.Cut(u.Key, ".")
		to, ok := moved[effect]
		switch {
		case !ok || !s.origin.preset(layer.At(path, i)+".key"):
		case to == "":
			s.origin.move(layer.At(path, i), "")
			continue
		default:
			u.Key = to + "." + number
		}
		if k := len(kept); k < i {
			s.origin.move(layer.At(path, i), layer.At(path, k))
		}
		kept = append(kept, u)
	}
	return kept
}

// preset reports whether a path was written in a preset.
func (o origin) preset(path string) bool {
	return strings.HasSuffix(o.find(path).File, presetLabel)
}

// move puts the places of an element of a list elsewhere, or forgets them.
func (o origin) move(from, to string) {
	moved := map[string]layer.Place{}
	for path, place := range o.places {
		if inside, ok := strings.CutPrefix(path, from); ok && (inside == "" || inside[0] == '.') {
			moved[inside] = place
			delete(o.places, path)
		}
	}
	if to == "" {
		return
	}
	for inside, place := range moved {
		o.places[to+inside] = place
	}
}
