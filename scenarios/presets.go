package scenarios

import (
	"reflect"
	"strconv"
)

// presetLabel ends what messages call a preset's file.
const presetLabel = " (preset)"

// assemble lays the scenario over the presets it uses and puts the
// settings on top. Settings may choose a preset or give an arm a program,
// so which presets are used is seen on a draft that has them already.
func (l *loader) assemble(tree *node, settings []setting) *node {
	final := withSettings(tree, settings)
	l.expand(tree, final, "program", reflect.TypeFor[Program](), programsOfArms(final))
	// Only now it is known where the programs start.
	final = withSettings(tree, settings)
	l.expand(tree, final, "service", reflect.TypeFor[Service](), servicesOfPrograms(final))
	l.expand(tree, final, "measure", reflect.TypeFor[Measure](), measuresOfOutcomes(final))
	for _, s := range settings {
		s.value = s.value.clone() // a later setting may change it in place
		l.set(tree, s)
	}
	l.sweep(tree, false)
	return tree
}

// withSettings is a draft of a tree that has the settings already. Their
// problems are not kept: they come again when the settings are put on top.
func withSettings(tree *node, settings []setting) *node {
	draft := &merger{}
	final := tree.clone()
	for _, s := range settings {
		s.value = s.value.clone()
		draft.set(final, s)
	}
	return final
}

// servicesOfPrograms maps the services that programs start in to where they
// say so.
func servicesOfPrograms(tree *node) map[string]place {
	named := map[string]place{}
	programs := tree.child("program")
	if !programs.table() {
		return named
	}
	for _, name := range programs.sorted() {
		program := programs.keys[name]
		start := program.child("start")
		if service, ok := start.text("in"); ok && !removed(program) {
			named[service] = start.child("in").at
		}
	}
	return named
}

// measuresOfOutcomes maps the measures that outcomes name to where they do.
func measuresOfOutcomes(tree *node) map[string]place {
	named := map[string]place{}
	if outcomes := tree.child("outcome"); outcomes != nil {
		for _, o := range outcomes.items {
			if name, ok := o.text("measured_by"); ok {
				named[name] = o.child("measured_by").at
			}
		}
	}
	return named
}

// programsOfArms maps the programs that arms name to where they do.
func programsOfArms(tree *node) map[string]place {
	named := map[string]place{}
	arms := tree.child("arm")
	if arms == nil {
		return named
	}
	for _, arm := range arms.items {
		programs := arm.child("programs")
		if programs == nil {
			continue
		}
		for _, p := range programs.items {
			if name, ok := p.value.(string); ok {
				named[name] = p.at
			}
		}
	}
	return named
}

// expand puts presets under the blocks (programs, services, measures) that use one:
// by preset = "NAME", by bearing a preset's name, or, without any block, by
// being called for.
func (l *loader) expand(tree, final *node, key string, t reflect.Type, called map[string]place) {
	for name, at := range called {
		if _, ok := presetText(key, name); ok && (tree.keys[key] == nil || tree.keys[key].table() && tree.keys[key].keys[name] == nil) {
			if tree.keys[key] == nil {
				tree.keys[key] = newTable(at)
			}
			tree.keys[key].keys[name] = newTable(at)
		}
	}
	blocks := tree.child(key)
	if !blocks.table() {
		return
	}
	for _, name := range blocks.sorted() {
		block := blocks.keys[name]
		if !block.table() {
			continue
		}
		preset := l.presetOf(key, name, block, final.child(key).child(name))
		if preset != nil {
			blocks.keys[name] = l.merge(t, preset, block)
		}
	}
}

// presetOf gives the preset under a block, or nil.
func (l *loader) presetOf(key, name string, block, final *node) *node {
	chosen, explicit := final.text("preset")
	if !explicit {
		chosen = name
	}
	text, ok := presetText(key, chosen)
	if !ok {
		if explicit && chosen != "" {
			known := presetNames(key)
			n := final.keys["preset"]
			p := n.at.problem(join(join(key, name), "preset"), strconv.Quote(brief(chosen)), `"" or `+oneOf(known))
			p.Hint = didYouMean(chosen, known)
			l.problems = append(l.problems, p)
		}
		return nil
	}
	tree, problems := parseTree(key+"."+chosen+presetLabel, text)
	l.problems = append(l.problems, problems...)
	preset := tree.child(key).child(chosen)
	if preset != nil && !explicit {
		preset.keys["preset"] = &node{value: chosen, at: block.at}
	}
	return preset
}
