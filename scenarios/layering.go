package scenarios

import (
	"maps"
	"reflect"
	"slices"

	"caseload/scenarios/layer"
)

// layering says how the layers of a scenario merge. Atomic are the tables that
// spell one quantity or design, of which a mix of two would mean nothing.
// Correlations are named by their pair of traits.
var layering = &layer.Rules{
	Root: reflect.TypeFor[Scenario](),
	What: "the scenario",
	Atomic: []reflect.Type{
		reflect.TypeFor[Quantity](), reflect.TypeFor[Accrual](), reflect.TypeFor[Randomization](),
		reflect.TypeFor[FirstContact](), reflect.TypeFor[Contacts](), reflect.TypeFor[Contamination](),
		reflect.TypeFor[ObservedTrait](), reflect.TypeFor[Prevalence](), reflect.TypeFor[Background](), reflect.TypeFor[Start](), reflect.TypeFor[ICC](), reflect.TypeFor[Prior](),
		reflect.TypeFor[Turnover](), reflect.TypeFor[Vacancy](), reflect.TypeFor[Learning](), reflect.TypeFor[Handover](),
		reflect.TypeFor[WindowRatio](), reflect.TypeFor[Brings](), reflect.TypeFor[SiteICC](), reflect.TypeFor[Missing](), reflect.TypeFor[Spending](),
		overType,               // one design; a key of it is set by itself with --set
		reflect.TypeFor[any](), // of an ideal, which doesn't say what its tables spell
	},
	Named: []reflect.Type{
		reflect.TypeFor[Site](), reflect.TypeFor[Arm](), reflect.TypeFor[Trait](), reflect.TypeFor[Correlation](),
		reflect.TypeFor[Subgroup](), reflect.TypeFor[Outcome](), reflect.TypeFor[Family](), reflect.TypeFor[Factor](), reflect.TypeFor[Design](),
		reflect.TypeFor[Decision](), reflect.TypeFor[Option](), reflect.TypeFor[Regime](), reflect.TypeFor[Moderator](), reflect.TypeFor[Level](), reflect.TypeFor[Study](),
	},
	Removable:   []reflect.Type{reflect.TypeFor[Service](), reflect.TypeFor[Program](), reflect.TypeFor[Measure](), reflect.TypeFor[Event]()},
	ByPath:      []reflect.Type{reflect.TypeFor[Ideal](), overType},
	ExamplePath: "trial.sites",
	Name:        elementName,
	Replace:     dropFollowing,
}

const setFile = "--set"

// parseSet reads one --set.
func parseSet(text string) (layer.Setting, *Problem) {
	return layer.ParseSetting(setFile, text, "trial.clients=500")
}

// dropFollowing forgets what another layer's value at a key makes wrong: where the
// number came from, and how sure it was, as a citation must not stand beside a
// value that is not in it; and levels of single outcomes, for a level of all.
func dropFollowing(t reflect.Type, block *layer.Node, key string) {
	if t == reflect.TypeFor[Scenario]() && key == "alpha" {
		dropLevels(block)
	}
	if t == reflect.TypeFor[Trait]() && key != "name" && key != "label" && key != "source" || t == reflect.TypeFor[Measure]() && (key == "sensitivity" || key == "specificity") {
		delete(block.Keys, "source")
		delete(block.Keys, "confidence")
	}
	if t == reflect.TypeFor[Program]() || t == reflect.TypeFor[Service]() {
		dropUncertain(block, key)
	}
	dropNote(block, "sources", key)
	dropNote(block, "confidences", key)
}

// dropUncertain takes from a program or service the priors of what is now written
// otherwise: they were about the number before.
func dropUncertain(block *layer.Node, key string) {
	list := block.Child("uncertain")
	if key == "uncertain" || list == nil || !list.List {
		return
	}
	kept := *list
	kept.Items = slices.DeleteFunc(slices.Clone(list.Items), func(n *layer.Node) bool {
		text, _ := n.Text("key")
		return firstKey(text) == key
	})
	block.Keys["uncertain"] = &kept
}

// dropLevels takes their own levels from outcomes and families, for a level of
// all of them, and that of looks.
func dropLevels(root *layer.Node) {
	if n := root.Child("interim"); n.IsTable() && n.Keys["alpha"] != nil {
		one := *n
		one.Keys = maps.Clone(n.Keys)
		delete(one.Keys, "alpha")
		root.Keys["interim"] = &one
	}
	for _, key := range []string{"outcome", "family"} {
		list := root.Child(key)
		if list == nil || !list.List {
			continue
		}
		kept := *list
		kept.Items = slices.Clone(list.Items)
		for i, n := range kept.Items {
			if n.IsTable() && n.Keys["alpha"] != nil {
				one := *n
				one.Keys = maps.Clone(n.Keys)
				delete(one.Keys, "alpha")
				kept.Items[i] = &one
			}
		}
		root.Keys[key] = &kept
	}
}

// dropNote takes a key out of a block's table of notes.
func dropNote(block *layer.Node, table, key string) {
	notes := block.Child(table)
	if key == table || !notes.IsTable() || notes.Keys[key] == nil {
		return
	}
	kept := layer.NewTable(notes.At)
	for k, text := range notes.Keys {
		if k != key {
			kept.Keys[k] = text
		}
	}
	block.Keys[table] = kept
}

// elementName returns what an element of a named list is called: its name, or
// the two names that a correlation ties, in order. "" if it has none.
func elementName(n *layer.Node) string {
	if name, ok := n.Text("name"); ok {
		return name
	}
	pair := n.Child("traits")
	if pair == nil || len(pair.Items) != 2 {
		return ""
	}
	a, okA := pair.Items[0].Value.(string)
	b, okB := pair.Items[1].Value.(string)
	if !okA || !okB {
		return ""
	}
	return pairName(a, b)
}

// pairName names a correlation, whichever of the two comes first.
func pairName(a, b string) string { return min(a, b) + "~" + max(a, b) }
