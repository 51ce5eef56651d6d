package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// An Assumption is one number, or set of numbers, that a scenario rests on, and
// where it comes from.
type Assumption struct {
	Block      string // the table it stands in, such as "service.clinic"; "trial" for the design
	Key        string
	Value      string // as it is written in a scenario
	Source     string // empty: none but the scenario's own
	Confidence string // "high", "moderate", "low", or empty
	Evidence   Evidence
}

// Assumptions lists what the scenario assumes, in the order in which it is
// printed: every key with a number, but for those of the analysis plan and of
// what is asked about the trial.
func (s *Scenario) Assumptions() ([]Assumption, error) {
	text, err := s.Encode()
	if err != nil {
		return nil, err
	}
	var out []Assumption
	block, list := "", map[string]int{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if header, ok := strings.CutPrefix(line, "[["); ok {
			header = strings.TrimSuffix(header, "]]")
			list[header]++
			block = fmt.Sprintf("%s %d", header, list[header])
			continue
		}
		if header, ok := strings.CutPrefix(line, "["); ok {
			block = strings.TrimSuffix(header, "]")
			continue
		}
		key, value, found := strings.Cut(line, " = ")
		if !found || block == "" {
			continue
		}
		if key == "name" { // of an entry of a list, whose name comes first
			block = block[:strings.LastIndexByte(block, ' ')] + "." + strings.Trim(value, `"`)
			continue
		}
		if !isAssumption(block, key, value) {
			continue
		}
		a := Assumption{Block: block, Key: key, Value: value}
		if a.Source, a.Confidence = s.sourceOf(block, key); !s.noted(block, key) && isUnset(block, key, value) {
			a.Source, a.Confidence = "", ""
		}
		a.Evidence = EvidenceOf(a.Source)
		out = append(out, a)
	}
	return out, nil
}

// isAssumption reports whether a key is a number, and not a name, note or switch.
func isAssumption(block, key, value string) bool {
	for _, table := range []string{"outcome", "family", "explain", "factor", "subgroup."} {
		if strings.HasPrefix(block, table) {
			return false
		}
	}
	if strings.HasSuffix(block, "sources") || strings.HasSuffix(block, "confidences") {
		return false
	}
	if slices.Contains([]string{"preset", "label", "source", "confidence", "key", "group", "opposite", "kind", "on", "in", "while", "team", "per_arm", "direct", "priority", "control", "programs"}, key) {
		return false
	}
	return !slices.Contains([]string{"false", `""`, "[]", "{}"}, value)
}

// sourceOf returns what a block says about one of its keys, or about all of them. A
// table or list within a block goes by its name there.
func (s *Scenario) sourceOf(block, key string) (source, confidence string) {
	parts := strings.SplitN(strings.ReplaceAll(block, " ", "."), ".", 3)
	if len(parts) < 2 {
		return "", ""
	}
	if len(parts) == 3 {
		key, _, _ = strings.Cut(parts[2], ".") // of the table within
	}
	one := func(all string, byKey map[string]string) string {
		if text, ok := byKey[key]; ok {
			return text
		}
		return all
	}
	switch name := parts[1]; parts[0] {
	case "service":
		v := s.Services[name]
		source, confidence = one(v.Source, v.Sources), one(v.Confidence, v.Confidences)
	case "program":
		p := s.Programs[name]
		source, confidence = one(p.Source, p.Sources), one(p.Confidence, p.Confidences)
	case "event":
		e := s.Events[name]
		source, confidence = one(e.Source, e.Sources), one(e.Confidence, e.Confidences)
	case "measure":
		return s.Measures[name].Source, s.Measures[name].Confidence
	case "trait":
		for _, t := range s.Traits {
			if t.Name == name {
				return t.Source, ""
			}
		}
	}
	if source == ThisScenario {
		confidence = "" // it was that of another number
	}
	return source, confidence
}

// noted reports whether a block has a note on the key itself.
func (s *Scenario) noted(block, key string) bool {
	kind, name, _ := strings.Cut(block, ".")
	_, service := s.Services[name].Sources[key]
	_, program := s.Programs[name].Sources[key]
	_, event := s.Events[name].Sources[key]
	return kind == "service" && service || kind == "program" && program || kind == "event" && event
}

// isUnset reports whether a key of a service or program has the value that it has where
// nothing is written: no source has said so.
func isUnset(block, key, value string) bool {
	var start any
	switch kind, name, _ := strings.Cut(block, "."); {
	case strings.Contains(name, "."):
		return false // a table within
	case kind == "service":
		start = defaults[reflect.TypeFor[Service]()]
	case kind == "program":
		start = defaults[reflect.TypeFor[Program]()]
	default:
		return false
	}
	v := reflect.ValueOf(start)
	for _, f := range layer.Fields(v.Type()) {
		if layer.FieldKey(f) == key && plainDefault(v.FieldByIndex(f.Index)) {
			return showDefault(v.FieldByIndex(f.Index)) == value
		}
	}
	return value == `"unlimited"`
}
