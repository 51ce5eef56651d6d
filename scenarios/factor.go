package scenarios

import (
	"maps"
	"slices"

	"caseload/scenarios/layer"
)

// Explain is the question where the effect of the trial gets lost. It changes
// nothing that is simulated.
type Explain struct {
	Target string `toml:"target,omitempty"` // the subgroup that the program is meant for; without it, everyone
	// Replicates is the number of trials of each world that are simulated; by default
	// 400, or the replicates of the scenario if they are fewer.
	Replicates int `toml:"replicates,omitempty"`
}

// Factor is an obstacle of the real world and its ideal, beside the standard ones.
type Factor struct {
	Name  string `toml:"name"`            // unique, and none of the standard [Factors]
	About string `toml:"about,omitempty"` // what stands in the way, in a few words
	// After is the factor that comes before it in the causal order: a standard one, or
	// another of the scenario. Without it, it comes first.
	After string `toml:"after,omitempty"`
	Ideal Ideal  `toml:"ideal,omitempty"` // values of keys in the ideal world; at least one
}

// Ideal is what a factor's ideal sets: values by the paths of their keys, as of
// --set. A value is an int64, float64, bool, string, []any or map[string]any.
type Ideal map[string]any

// Settings returns what the factor's ideal sets, by path, for Scenario.With.
func (f *Factor) Settings() []Setting {
	var sets []Setting
	for _, key := range slices.Sorted(maps.Keys(f.Ideal)) {
		sets = append(sets, Setting{Key: key, Value: f.Ideal[key], written: layer.Join(idealPath(f.Name), key)})
	}
	return sets
}

// The standard factors.
const (
	FactorMix           = "mix"           // effects that are only in the target subgroup
	FactorComparator    = "comparator"    // what the control arm gets
	FactorUptake        = "uptake"        // not everyone starts what is offered
	FactorDelivery      = "delivery"      // contacts late or left out, managers who differ
	FactorTurnover      = "turnover"      // case managers who leave
	FactorCapacity      = "capacity"      // slots and staff that run out
	FactorContamination = "contamination" // clients who get the other arm's programs
	FactorPersistence   = "persistence"   // effects that end after the contacts
	FactorPathway       = "pathway"       // clients who leave treatment again
	FactorCompeting     = "competing"     // jail and death
	FactorAttrition     = "attrition"     // who is lost, visits that are missed
	FactorMeasurement   = "measurement"   // error of what is measured
	FactorSelection     = "selection"     // only some of those randomized are analysed
)

var standardFactors = []string{FactorMix, FactorComparator, FactorUptake, FactorDelivery, FactorTurnover, FactorCapacity, FactorContamination,
	FactorPersistence, FactorPathway, FactorCompeting, FactorAttrition, FactorMeasurement, FactorSelection}

// Factors returns the names of the standard factors in causal order.
func Factors() []string { return slices.Clone(standardFactors) }

// FactorOrder returns the names of all factors, the standard ones and the
// scenario's, in causal order. Several behind the same one come in the order
// that they are written in.
func (s *Scenario) FactorOrder() []string {
	var order []string
	var put func(name string)
	behind := func(name string) {
		for _, f := range s.Factors {
			if f.After == name && f.Name != "" {
				put(f.Name)
			}
		}
	}
	put = func(name string) {
		order = append(order, name)
		behind(name)
	}
	behind("")
	for _, name := range standardFactors {
		put(name)
	}
	return order
}

// idealPath returns the path of a factor's ideal.
func idealPath(factor string) string { return layer.Join("factor", factor) + ".ideal" }

// factorNames returns those of all factors, for a message: in no causal order.
func (s *Scenario) factorNames() []string {
	names := Factors()
	for _, f := range s.Factors {
		if f.Name != "" && !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// ideal reads what a factor's ideal sets. What the values should be is only
// known where they are put: see tryIdeals.
func (d *decoder) ideal(n *layer.Node, path string) Ideal {
	if !n.IsTable() {
		d.fail(n, path, `a table of values by path, as in { "trial.sites" = 1 }`)
		return nil
	}
	out := make(Ideal, len(n.Keys))
	for _, key := range n.SortedKeys() {
		value, inside := n.Keys[key], layer.Join(path, key)
		d.places[inside] = value.At
		parts, ok := layer.ParsePath(key)
		switch {
		case !ok:
			d.refuse(value, inside, "no path", wantPath, "")
		case len(parts) == 1 && value.IsTable():
			// A path without quotes is nested tables in TOML. To take them for what they
			// would mean would add a misspelt program to the scenario.
			d.refuse(value, inside, "a table", `the whole path in quotes, as in "trial.sites" = 1`, value.AsOneKey(key))
		default:
			out[key] = value.Plain()
		}
	}
	return out
}

// anything prints a value of any type on one line.
func (e *encoder) anything(value any) string {
	n, ok := layer.FromValue(value, layer.Place{})
	if !ok {
		e.err = Problems{{Got: "a value for another key that TOML cannot say", Want: "one that it can"}}
		return ""
	}
	return n.TOML()
}
