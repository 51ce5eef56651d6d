package scenarios

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// presetLabel ends what messages call a preset's file.
const presetLabel = " (preset)"

// assemble lays the scenario over the presets it uses and puts the
// settings on top. Settings may choose a preset or give an arm a program,
// so which presets are used is seen on a draft that has them already.
func (l *loader) assemble(tree *layer.Node, settings []layer.Setting) *layer.Node {
	final := withSettings(tree, settings)
	if addArms(tree, final) {
		final = withSettings(tree, settings)
	}
	l.expand(tree, final, "program", reflect.TypeFor[Program](), programsOfDecisions(final, programsOfArms(final)))
	// Only now it is known where the programs start.
	final = withSettings(tree, settings)
	l.expand(tree, final, "service", reflect.TypeFor[Service](), servicesOfPrograms(final))
	l.expand(tree, final, "measure", reflect.TypeFor[Measure](), namedByOutcomes(final, "measured_by"))
	l.expand(tree, final, "event", reflect.TypeFor[Event](), namedByOutcomes(final, "event"))
	for _, s := range settings {
		s.Value = s.Value.Clone() // a later setting may change it in place
		l.Set(tree, s)
	}
	l.DeleteRemoved(tree, false)
	return tree
}

// withSettings returns a draft of a tree that has the settings already. Their
// problems are not kept: they come again when the settings are put on top.
func withSettings(tree *layer.Node, settings []layer.Setting) *layer.Node {
	draft := layer.Merger{Rules: layering}
	final := tree.Clone()
	for _, s := range settings {
		s.Value = s.Value.Clone()
		draft.Set(final, s)
	}
	return final
}

// servicesOfPrograms maps the services that programs start in to where they
// say so.
func servicesOfPrograms(tree *layer.Node) map[string]layer.Place {
	named := map[string]layer.Place{}
	programs := tree.Child("program")
	if !programs.IsTable() {
		return named
	}
	for _, name := range programs.SortedKeys() {
		program := programs.Keys[name]
		start := program.Child("start")
		if service, ok := start.Text("in"); ok && !program.Removed() {
			named[service] = start.Child("in").At
		}
	}
	return named
}

// namedByOutcomes maps the measures, or events, that outcomes name under a key to where
// they do.
func namedByOutcomes(tree *layer.Node, key string) map[string]layer.Place {
	named := map[string]layer.Place{}
	if outcomes := tree.Child("outcome"); outcomes != nil {
		for _, o := range outcomes.Items {
			if name, ok := o.Text(key); ok {
				named[name] = o.Child(key).At
			}
		}
	}
	return named
}

// programsOfArms maps the programs that arms name to where they do.
func programsOfArms(tree *layer.Node) map[string]layer.Place {
	named := map[string]layer.Place{}
	arms := tree.Child("arm")
	if arms == nil {
		return named
	}
	for _, arm := range arms.Items {
		programs := arm.Child("programs")
		if programs == nil {
			continue
		}
		for _, p := range programs.Items {
			if name, ok := p.Value.(string); ok {
				named[name] = p.At
			}
		}
	}
	return named
}

// expand puts presets under the blocks (programs, services, measures, events) that use one:
// by preset = "NAME", by bearing a preset's name, or, without any block, by
// being called for.
func (l *loader) expand(tree, final *layer.Node, key string, t reflect.Type, called map[string]layer.Place) {
	for name, at := range called {
		if _, ok := presetText(key, name); ok && (tree.Keys[key] == nil || tree.Keys[key].IsTable() && tree.Keys[key].Keys[name] == nil) {
			if tree.Keys[key] == nil {
				tree.Keys[key] = layer.NewTable(at)
			}
			tree.Keys[key].Keys[name] = layer.NewTable(at)
		}
	}
	blocks := tree.Child(key)
	if !blocks.IsTable() {
		return
	}
	e := expansion{l, key, t, blocks, final.Child(key), map[string]bool{}}
	for _, name := range blocks.SortedKeys() {
		e.expand(name, nil)
	}
}

// An expansion puts presets under the blocks of a kind.
type expansion struct {
	*loader
	key           string // "program", "service", "measure" or "event"
	t             reflect.Type
	blocks, final *layer.Node
	done          map[string]bool
}

// expand puts its preset under a block, once. Above are the blocks that ask for it as
// theirs.
func (e *expansion) expand(name string, above []string) {
	block := e.blocks.Keys[name]
	if !block.IsTable() || e.done[name] {
		return
	}
	e.done[name] = true
	if preset := e.presetOf(name, block, append(above, name)); preset != nil {
		e.blocks.Keys[name] = e.Merge(e.t, preset, block)
	}
}

// presetOf returns the preset under a block, or nil: one of ours, or another program of
// the scenario, as that is before any setting.
func (e *expansion) presetOf(name string, block *layer.Node, path []string) *layer.Node {
	final := e.final.Child(name)
	chosen, explicit := final.Text("preset")
	if !explicit {
		chosen = name
	}
	if tree, problems, ok := presetTree(e.key, chosen); ok {
		e.Problems = append(e.Problems, problems...)
		preset := tree.Child(e.key).Child(chosen).Clone()
		if preset != nil && !explicit {
			preset.Keys["preset"] = &layer.Node{Value: chosen, At: block.At}
		}
		return preset
	}
	if !explicit || chosen == "" {
		return nil
	}
	at, from := final.Keys["preset"].At, layer.Join(layer.Join(e.key, name), "preset")
	own := e.blocks.Keys[chosen]
	switch {
	case e.key != "program" || !own.IsTable() || own.Removed():
		known := e.presets(name)
		p := at.Problem(from, strconv.Quote(layer.Shorten(chosen)), `"" or `+layer.OneOf(known))
		p.Hint = layer.DidYouMean(chosen, known)
		e.Problems = append(e.Problems, p)
		return nil
	case slices.Contains(path, chosen):
		e.Problems = append(e.Problems, at.Problem(from, strconv.Quote(chosen)+", which comes back to itself: "+
			strings.Join(append(path[slices.Index(path, chosen):], chosen), " -> "), "a program that is not over this one"))
		return nil
	}
	e.expand(chosen, path)
	base := e.blocks.Keys[chosen].Clone()
	delete(base.Keys, "label") // the other's name
	delete(base.Keys, "preset")
	return base
}

// presets returns what a block can name as its preset.
func (e *expansion) presets(name string) []string {
	known := presetNames(e.key)
	if e.key != "program" {
		return known
	}
	for _, other := range e.blocks.SortedKeys() {
		if other != name && !slices.Contains(known, other) {
			known = append(known, other)
		}
	}
	return known
}
