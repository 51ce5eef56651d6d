package explorer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios"
)

// Back is the way back to the desk: how the command line gives the numbers of the page.
type Back struct {
	Command string `json:"command"` // of a shell
	TOML    string `json:"toml"`    // a scenario that says what differs
}

// Back returns how to get what the page shows without it.
func (s *Session) Back() *Back {
	name := cmp.Or(s.req.Scenario, "scenario")
	if s.req.Text != "" {
		name += ".toml"
	}
	command := "caseload run " + name
	file := fmt.Sprintf("title      = %s\nextends    = %s\nreplicates = %d\n", scenarios.Show(s.sc.Title), scenarios.Show(name), s.replicates())
	if s.req.Seed != 0 {
		command += fmt.Sprintf(" --seed %d", s.sc.Seed)
		file += fmt.Sprintf("seed       = %d\n", s.sc.Seed)
	}
	var changed []string
	for i := range s.base.Explore.Sliders {
		v := &s.base.Explore.Sliders[i]
		x, moved := s.req.Sliders[v.Key]
		if !moved {
			continue
		}
		for _, set := range v.Settings(x) {
			command += fmt.Sprintf(" --set %s=%s", set.Key, strings.Trim(scenarios.Show(set.Value), `"`))
			changed = append(changed, set.Key)
		}
	}
	return &Back{Command: command + fmt.Sprintf(" --replicates %d --json", s.replicates()), TOML: file + s.tables(changed)}
}

// lists are those whose entries go by their names.
var lists = []string{"arm", "trait", "subgroup", "outcome", "site", "family"}

// tables writes what the scenario has at some keys, a table each for those that stand in
// one. A value within an inline table is written with that table, which would else be
// replaced by the one key.
func (s *Session) tables(keys []string) string {
	var order []string
	lines := map[string][]string{}
	for _, key := range keys {
		table, key := split(key)
		if !slices.Contains(order, table) {
			order = append(order, table)
		}
		if line := key + " = " + scenarios.Show(s.sc.Value(table+"."+key)); !slices.Contains(lines[table], line) {
			lines[table] = append(lines[table], line)
		}
	}
	var text strings.Builder
	for _, table := range order {
		list, name, _ := strings.Cut(table, ".")
		if slices.Contains(lists, list) {
			fmt.Fprintf(&text, "\n[[%s]]\nname = %s\n", list, scenarios.Show(name))
		} else {
			fmt.Fprintf(&text, "\n[%s]\n", table)
		}
		for _, line := range lines[table] {
			text.WriteString(line + "\n")
		}
	}
	return text.String()
}

// split returns the table that a key stands in, of those with headers, and its first name
// there.
func split(path string) (table, key string) {
	parts := strings.Split(path, ".")
	n := 1
	if slices.Contains(append([]string{"program", "service", "measure"}, lists...), parts[0]) {
		n = 2
	}
	n = min(n, len(parts)-1)
	return strings.Join(parts[:n], "."), parts[n]
}
