package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// A Difference is a key that two scenarios set to different values, or that only
// one of them has.
type Difference struct {
	Table string // the table it stands in, such as "service.clinic"; "" for the scenario as a whole
	Key   string // its name in the table
	A, B  string // the values, as they are written in a scenario; "" where there is no such key
}

// Path returns the path of the key from the top of the scenario.
func (d *Difference) Path() string { return strings.TrimPrefix(d.Table+"."+d.Key, ".") }

// Matters tells whether the key is of the trial that is simulated or of its tests:
// the others are notes, labels, and what is asked about the trial.
func (d *Difference) Matters() bool {
	path := d.Path()
	return Simulated(path) || d.Key == "alpha" && Asked(path) == ""
}

// Differences lists the keys, with all defaults, in which other differs from the
// scenario, in the order in which Encode prints them.
func (s *Scenario) Differences(other *Scenario) ([]Difference, error) {
	a, err := s.Encode()
	if err != nil {
		return nil, err
	}
	b, err := other.Encode()
	if err != nil {
		return nil, err
	}
	return DifferencesOfTexts(a, b), nil
}

// DifferencesOfTexts is Differences for scenarios as Encode has printed them.
func DifferencesOfTexts(a, b []byte) []Difference {
	first, second := entriesOf(a), entriesOf(b)
	all := slices.Clone(first)
	at := 0 // where in all the next key of the second belongs
	known := map[string]bool{}
	for _, e := range first {
		known[e.path()] = true
	}
	for _, e := range second {
		if known[e.path()] {
			at = 1 + slices.IndexFunc(all, func(x entry) bool { return x.path() == e.path() })
			continue
		}
		all = slices.Insert(all, at, e)
		at++
	}
	values, others := valuesOf(first), valuesOf(second)
	var out []Difference
	for _, e := range all {
		if d := (Difference{e.table, e.key, values[e.path()], others[e.path()]}); d.A != d.B {
			out = append(out, d)
		}
	}
	return out
}

// entry is a key of a scenario, the table in which it stands, and its value.
type entry struct{ table, key, value string }

func (e entry) path() string { return e.table + "." + e.key }

func valuesOf(entries []entry) map[string]string {
	values := map[string]string{}
	for _, e := range entries {
		values[e.path()] = e.value
	}
	return values
}

// entriesOf reads a scenario as Encode prints it, which is a key a line under the
// headers of tables. Entries of lists go by their names, else by their numbers:
// arm.control, effect.2.
func entriesOf(text []byte) (out []entry) {
	counts := map[string]int{}   // of the entries of each list, so far
	names := map[string]string{} // of the entry of each list that is being read
	table, list := "", ""        // being read; list: its header, before its first key
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if header, ok := strings.CutPrefix(line, "[["); ok {
			list = strings.TrimSuffix(header, "]]")
			base := withNames(list, names)
			counts[base]++
			table = fmt.Sprintf("%s.%d", base, counts[base])
			names[list] = table
			continue
		}
		if header, ok := strings.CutPrefix(line, "["); ok {
			table, list = withNames(strings.TrimSuffix(header, "]"), names), ""
			continue
		}
		key, value, found := strings.Cut(line, " = ")
		if !found {
			continue
		}
		if key == "name" && list != "" {
			table = table[:strings.LastIndexByte(table, '.')+1] + strings.Trim(value, `"`)
			names[list] = table
		}
		out = append(out, entry{table, key, value})
		list = ""
	}
	return out
}

// withNames puts the name of the entry that is being read in place of the list's
// name that a header begins with.
func withNames(header string, names map[string]string) string {
	for end := len(header); end > 0; end = strings.LastIndexByte(header[:end], '.') {
		if name, ok := names[header[:end]]; ok && end < len(header) {
			return name + header[end:]
		}
	}
	return header
}
