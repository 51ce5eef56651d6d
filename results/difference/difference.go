package difference

import (
	"io"
	"strconv"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// A Difference is what two scenarios assume differently and, where both were run,
// find differently: the JSON object of "caseload diff".
type Difference struct {
	A        string    `json:"a"` // the name of the first scenario
	B        string    `json:"b"` // and of the second
	HashA    string    `json:"hash_a"`
	HashB    string    `json:"hash_b"`
	Keys     []Key     `json:"keys"`
	Runs     *Runs     `json:"runs,omitempty"`
	Outcomes []Outcome `json:"outcomes,omitzero"` // of the runs

	tables []string         // of the keys
	labels scenarios.Labels // of the first scenario
}

// A Key is a key of which the scenarios have different values, as they are written
// in a scenario. The value is null where a scenario has no such key.
type Key struct {
	Key string  `json:"key"`
	A   *string `json:"a"`
	B   *string `json:"b"`
	// Matters is false of titles, notes, labels and what is asked about the trial.
	Matters bool `json:"matters"`
}

// New compares two scenarios.
func New(a, b *scenarios.Scenario, nameA, nameB string) (*Difference, error) {
	all, err := a.Differences(b)
	if err != nil {
		return nil, err
	}
	d := &Difference{A: nameA, B: nameB, HashA: a.Hash(), HashB: b.Hash(), Keys: []Key{}, labels: a.Labels()}
	for k := range all {
		x := &all[k]
		d.Keys = append(d.Keys, Key{x.Path(), value(x.A), value(x.B), x.Matters()})
		d.tables = append(d.tables, x.Table)
	}
	return d, nil
}

func value(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// mattering counts the keys that matter.
func (d *Difference) mattering() (n int) {
	for k := range d.Keys {
		if d.Keys[k].Matters {
			n++
		}
	}
	return n
}

// JSON writes the difference as one object.
func (d *Difference) JSON(w io.Writer) error { return report.WriteJSON(w, d) }

// CSV writes a line for each key or, of runs, for each number that both have.
func (d *Difference) CSV(w io.Writer) error {
	if d.Runs != nil {
		return d.outcomesCSV(w)
	}
	var rows [][]string
	for k := range d.Keys {
		x := &d.Keys[k]
		rows = append(rows, []string{x.Key, text(x.A, ""), text(x.B, ""), strconv.FormatBool(x.Matters)})
	}
	return report.WriteCSV(w, []string{"key", "a", "b", "matters"}, rows)
}

func text(value *string, absent string) string {
	if value == nil {
		return absent
	}
	return *value
}

// block is the table of the scenario that a key belongs to, in a sentence: lists
// and the tables in them go by the name of the list.
func block(table string) string {
	parts := strings.Split(table, ".")
	switch {
	case table == "":
		return "the scenario as a whole"
	case len(parts) > 1 && (parts[0] == "program" || parts[0] == "service" || parts[0] == "measure" || parts[0] == "event"):
		return parts[0] + "." + parts[1]
	}
	return parts[0]
}
