package scenarios

import (
	"reflect"
	"strconv"

	"caseload/scenarios/layer"
)

// presetLabel ends what messages call a preset's file.
const presetLabel = " (preset)"

// assemble lays the scenario over the presets it uses and puts the
// settings on top. Settings may choose a preset or give an arm a program,
// so which presets are used is seen on a draft that has them already.
func (l *loader) assemble(tree *layer.Node, settings []layer.Setting) *layer.Node {
	final := withSettings(tree, settings)
	l.expand(tree, final, "program", reflect.TypeFor[Program](), programsOfArms(final))
	// Only now it is known where the programs start.
	final = withSettings(tree, settings)
	l.expand(tree, final, "service", reflect.TypeFor[Service](), servicesOfPrograms(final))
	l.expand(tree, final, "measure", reflect.TypeFor[Measure](), measuresOfOutcomes(final))
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

// measuresOfOutcomes maps the measures that outcomes name to where they do.
func measuresOfOutcomes(tree *layer.Node) map[string]layer.Place {
	named := map[string]layer.Place{}
	if outcomes := tree.Child("outcome"); outcomes != nil {
		for _, o := range outcomes.Items {
			if name, ok := o.Text("measured_by"); ok {
				named[name] = o.Child("measured_by").At
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

// expand puts presets under the blocks (programs, services, measures) that use one:
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
	for _, name := range blocks.SortedKeys() {
		block := blocks.Keys[name]
		if !block.IsTable() {
			continue
		}
		preset := l.presetOf(key, name, block, final.Child(key).Child(name))
		if preset != nil {
			blocks.Keys[name] = l.Merge(t, preset, block)
		}
	}
}

// presetOf returns the preset under a block, or nil.
func (l *loader) presetOf(key, name string, block, final *layer.Node) *layer.Node {
	chosen, explicit := final.Text("preset")
	if !explicit {
		chosen = name
	}
	text, ok := presetText(key, chosen)
	if !ok {
		if explicit && chosen != "" {
			known := presetNames(key)
			n := final.Keys["preset"]
			p := n.At.Problem(layer.Join(layer.Join(key, name), "preset"), strconv.Quote(layer.Shorten(chosen)), `"" or `+layer.OneOf(known))
			p.Hint = layer.DidYouMean(chosen, known)
			l.Problems = append(l.Problems, p)
		}
		return nil
	}
	tree, problems := layer.Parse(key+"."+chosen+presetLabel, text)
	l.Problems = append(l.Problems, problems...)
	preset := tree.Child(key).Child(chosen)
	if preset != nil && !explicit {
		preset.Keys["preset"] = &layer.Node{Value: chosen, At: block.At}
	}
	return preset
}
