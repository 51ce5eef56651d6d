package sweep

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"caseload/analysis"
	"caseload/analysis/sweep"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

// Sweep is what a set of designs shows: the JSON object of "caseload sweep".
// Measures of the form x_mcse are Monte Carlo standard errors.
type Sweep struct {
	Labels scenarios.Labels `json:"-"` // what people read for the names

	Scenario     string `json:"scenario"`
	Title        string `json:"title"`
	Hash         string `json:"hash"` // of the scenario as written
	Seed         int64  `json:"seed"`
	ModelVersion int    `json:"model_version"`
	Replicates   int    `json:"replicates"` // of each cell
	Method       string `json:"method"`
	Recalibrate  bool   `json:"recalibrate"`
	Partial      bool   `json:"partial"`
	Fits         int    `json:"fits"`
	Failed       int    `json:"failed"`       // of the fits
	CellsFailed  int    `json:"cells_failed"` // that can't be made
	// Reference is the cell that others are compared with: the scenario as written
	// if it is one of them.
	Reference   int          `json:"reference"`
	AsWritten   bool         `json:"reference_as_written"`
	Keys        []Key        `json:"keys"`
	Cells       []Cell       `json:"cells"` // that are finished, or can't be made
	Differences []Difference `json:"differences"`
	Rankings    []Ranking    `json:"rankings"`

	Planned int `json:"-"` // cells

	notes, survivors []string // what outcomes are for clients to whom events come
}

// SweepKey is a key that varies: over levels, or a range.
type Key struct {
	Key    string        `json:"key"`
	Label  string        `json:"label"` // its end, enough to tell it from the others
	Levels []any         `json:"levels,omitempty"`
	From   report.Number `json:"from"`
	To     report.Number `json:"to"`
	Log    bool          `json:"log"`
}

// SweepCell is one design.
type Cell struct {
	Cell    int    `json:"cell"` // from 1
	Keys    Keys   `json:"keys"`
	Hash    string `json:"hash"`
	Clients int    `json:"clients"`
	Reason  string `json:"reason"` // why it can't be made, else ""
	Failed  int    `json:"failed"` // fits of its rows
	Rows    []Row  `json:"rows"`
	// Interim is what comes of looks before the end; absent where there are none.
	Interim *analysis.Interim `json:"interim,omitempty"`

	Levels []int `json:"-"` // by key, -1 for none
}

// SweepRow is a row of a run, and its difference from the same row of the
// reference.
type Row struct {
	run.Row
	PowerDifference     report.Number `json:"power_difference"`
	PowerDifferenceMCSE report.Number `json:"power_difference_mcse"`
	MeanDifference      report.Number `json:"mean_difference"`
	MeanDifferenceMCSE  report.Number `json:"mean_difference_mcse"`
}

// SweepKeys are the values of a cell by key, in the order of the keys.
type Keys []Value

// SweepValue is the value of one key.
type Value struct {
	Key   string
	Value any
}

// MarshalJSON writes one object.
func (k Keys) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, v := range k {
		if b.WriteByte(','); i == 0 {
			b.Reset()
			b.WriteByte('{')
		}
		name, err := json.Marshal(v.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(v.Value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	if b.Len() == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// text is a value as tables have it.
func (v *Value) text() string { return ValueText(v.Value) }

// ValueText is a key's value as tables have it.
func ValueText(v any) string {
	switch x := v.(type) {
	case nil:
		return report.Absent
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return scenarios.Show(v)
}

// SweepDifference is what a row of one cell has more than the same row of
// another, replicate by replicate.
type Difference struct {
	From     int    `json:"from"` // cells
	To       int    `json:"to"`
	Relation string `json:"relation"` // "reference": from it; "neighbour": the level before
	Key      string `json:"key"`      // in which neighbours differ, else ""
	sweep.Difference
}

// What a ranking consists of.
type (
	Ranking = sweep.Ranking
	Map     = sweep.Map
	Effect  = sweep.KeyEffect
	Point   = sweep.Point
	Level   = sweep.Level
)

// NewSweep puts a sweep into the form in which it is shown.
func New(r *sweep.Result, name string, keep run.Filter) *Sweep {
	d := r.Design
	s := &Sweep{Labels: d.Base.Labels(), Scenario: name, Title: d.Base.Title, Hash: d.Base.Hash(), Seed: d.Base.Seed, ModelVersion: analysis.ModelVersion,
		Replicates: r.Replicates, Method: d.Method, Recalibrate: d.Recalibrate, Partial: r.Partial,
		Reference: d.Cells[d.Reference].Number, AsWritten: d.AsWritten, Planned: len(d.Cells),
		Keys: []Key{}, Cells: []Cell{}, Differences: []Difference{}, Rankings: []Ranking{}}
	kept := func(outcome string) bool { return keep.Keeps(outcome, report.Everyone) }
	s.notes, s.survivors = report.Notes(d.Base, kept), report.SurvivorsNotes(d.Base, kept)
	for _, k := range d.Keys {
		key := Key{Key: k.Path, Label: k.Label, Levels: k.Levels, From: report.Missing(), To: report.Missing()}
		if k.Range != nil {
			key.From, key.To, key.Log = report.Number(k.Range.From), report.Number(k.Range.To), k.Range.Log
		}
		s.Keys = append(s.Keys, key)
	}
	for i := range d.Cells {
		s.addCell(r, i, keep)
	}
	s.addDifferences(r, keep)
	for k := range r.Rankings {
		if x := &r.Rankings[k]; keep.KeepsRow(x.Outcome, x.Subgroup, x.Method) {
			s.Rankings = append(s.Rankings, *x)
		}
	}
	return s
}

func (s *Sweep) addCell(r *sweep.Result, i int, keep run.Filter) {
	c, o := &r.Design.Cells[i], &r.Cells[i]
	if c.Reason == "" && !o.Reached() {
		return
	}
	cell := Cell{Cell: c.Number, Hash: c.Hash, Clients: o.Clients, Reason: c.Reason, Rows: []Row{}, Levels: c.Levels}
	for k := range r.Design.Keys {
		cell.Keys = append(cell.Keys, Value{r.Design.Keys[k].Path, c.Values[k]})
	}
	if x := o.Interim; x != nil && keep.Keeps(x.Outcome, report.Everyone) {
		cell.Interim = x
	}
	for k := range o.Rows {
		row := &o.Rows[k]
		if !keep.KeepsRow(row.OutcomeSpec.Name, row.SubgroupName, row.Method.Name) {
			continue
		}
		cell.Rows = append(cell.Rows, Row{run.NewRow(row), report.Missing(), report.Missing(), report.Missing(), report.Missing()})
		cell.Failed += row.Performance.Failed
		s.Fits += r.Replicates
	}
	if c.Reason != "" {
		s.CellsFailed++
	}
	s.Failed += cell.Failed
	s.Cells = append(s.Cells, cell)
}

func (s *Sweep) addDifferences(r *sweep.Result, keep run.Filter) {
	at := map[int]*Cell{}
	for i := range s.Cells {
		at[s.Cells[i].Cell] = &s.Cells[i]
	}
	for _, p := range r.Pairs {
		from, to := r.Design.Cells[p.From].Number, r.Design.Cells[p.To].Number
		for _, x := range p.Rows {
			if !keep.KeepsRow(x.Outcome, x.Subgroup, x.Method) {
				continue
			}
			d := Difference{From: from, To: to, Relation: "reference", Difference: x}
			if p.Key >= 0 {
				d.Relation, d.Key = "neighbour", r.Design.Keys[p.Key].Path
			}
			s.Differences = append(s.Differences, d)
			if p.Key < 0 {
				at[to].differ(&d)
			}
		}
	}
}

// differ puts a difference from the reference beside the row that it is of.
func (c *Cell) differ(d *Difference) {
	k := slices.IndexFunc(c.Rows, func(r Row) bool { return r.Key() == d.Difference.Key })
	if k >= 0 {
		c.Rows[k].PowerDifference, c.Rows[k].PowerDifferenceMCSE = d.Power, d.PowerMCSE
		c.Rows[k].MeanDifference, c.Rows[k].MeanDifferenceMCSE = d.Mean, d.MeanMCSE
	}
}

// JSON writes the sweep as one object.
func (s *Sweep) JSON(w io.Writer) error { return report.WriteJSON(w, s) }
