package scenarios

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// ThisScenario is the source of a number that a scenario has put in the place of one
// with a source, and says nothing of its own about.
const ThisScenario = "this scenario"

// notes are the keys of a block that are about its numbers.
var notes = []string{"preset", "label", "source", "sources", "confidence", "confidences"}

// completeSources notes the sources of numbers that are not from where the source of
// their block is: a block over a preset has numbers of both.
func (s *Scenario) completeSources() {
	for name, v := range s.Services {
		v.Sources = s.credited("service", name, v.Source, v.Sources, reflect.ValueOf(v))
		s.Services[name] = v
	}
	for name, e := range s.Events {
		e.Sources = s.credited("event", name, e.Source, e.Sources, reflect.ValueOf(e))
		s.Events[name] = e
	}
	for name, p := range s.Programs {
		p.Sources = s.credited("program", name, p.Source, p.Sources, reflect.ValueOf(p))
		s.Programs[name] = p
	}
}

// credited adds notes on single keys to those of a block.
func (s *Scenario) credited(kind, name, source string, byKey map[string]string, block reflect.Value) map[string]string {
	path := layer.Join(kind, name)
	if source == "" {
		return byKey
	}
	of, all := s.origin.find(path+".source").File, maps.Clone(byKey)
	start := reflect.Zero(block.Type())
	if d, ok := defaults[block.Type()]; ok {
		start = reflect.ValueOf(d)
	}
	for _, f := range layer.Fields(block.Type()) {
		key := layer.FieldKey(f)
		if _, noted := byKey[key]; noted || slices.Contains(notes, key) ||
			reflect.DeepEqual(block.FieldByIndex(f.Index).Interface(), start.FieldByIndex(f.Index).Interface()) {
			continue // no source says what is so where nothing is written
		}
		at := s.writer(layer.Join(path, key), of)
		if at == of {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[key] = sourceIn(at, kind, key)
	}
	return all
}

// writer returns the file that has written a key, or something within it, if that is
// another one than the file of the source; else that file.
func (s *Scenario) writer(path, of string) string {
	for inside, at := range s.origin.places {
		rest, below := strings.CutPrefix(inside, path)
		if below && at.File != of && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			if own := s.origin.find(path).File; own != of {
				return own
			}
			return at.File
		}
	}
	return of
}

// sourceIn returns what the preset that a file's label names says of a key; of any
// other file, that the number is its own.
func sourceIn(label, kind, key string) string {
	if name, ok := strings.CutSuffix(label, presetLabel); ok {
		name = strings.TrimPrefix(name, kind+".")
		if tree, _, ok := presetTree(kind, name); ok {
			block := tree.Child(kind).Child(name)
			if note, ok := block.Child("sources").Text(key); ok {
				return note
			}
			if note, ok := block.Text("source"); ok {
				return note
			}
		}
	}
	return ThisScenario
}
