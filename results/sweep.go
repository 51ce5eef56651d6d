package results

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"caseload/analysis"
	"caseload/analysis/sweep"
	"caseload/scenarios"
)

// Sweep is what a set of designs shows: the JSON object of "caseload sweep".
// Measures of the form x_mcse are Monte Carlo standard errors.
type Sweep struct {
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
	Reference   int               `json:"reference"`
	AsWritten   bool              `json:"reference_as_written"`
	Keys        []SweepKey        `json:"keys"`
	Cells       []SweepCell       `json:"cells"` // that are finished, or can't be made
	Differences []SweepDifference `json:"differences"`
	Rankings    []SweepRanking    `json:"rankings"`

	Planned int `json:"-"` // cells
}

// SweepKey is a key that varies: over levels, or a range.
type SweepKey struct {
	Key    string `json:"key"`
	Label  string `json:"label"` // its end, enough to tell it from the others
	Levels []any  `json:"levels,omitempty"`
	From   Number `json:"from"`
	To     Number `json:"to"`
	Log    bool   `json:"log"`
}

// SweepCell is one design.
type SweepCell struct {
	Cell    int        `json:"cell"` // from 1
	Keys    SweepKeys  `json:"keys"`
	Hash    string     `json:"hash"`
	Clients int        `json:"clients"`
	Reason  string     `json:"reason"` // why it can't be made, else ""
	Failed  int        `json:"failed"` // fits of its rows
	Rows    []SweepRow `json:"rows"`

	Levels []int `json:"-"` // by key, -1 for none
}

// SweepRow is a row of a run, and its difference from the same row of the
// reference.
type SweepRow struct {
	Row
	PowerDifference     Number `json:"power_difference"`
	PowerDifferenceMCSE Number `json:"power_difference_mcse"`
	MeanDifference      Number `json:"mean_difference"`
	MeanDifferenceMCSE  Number `json:"mean_difference_mcse"`
}

// SweepKeys are the values of a cell by key, in the order of the keys.
type SweepKeys []SweepValue

// SweepValue is the value of one key.
type SweepValue struct {
	Key   string
	Value any
}

// MarshalJSON writes one object.
func (k SweepKeys) MarshalJSON() ([]byte, error) {
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
func (v *SweepValue) text() string { return ValueText(v.Value) }

// ValueText is a key's value as tables have it.
func ValueText(v any) string {
	switch x := v.(type) {
	case nil:
		return absent
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return scenarios.Show(v)
}

// SweepDifference is what a row of one cell has more than the same row of
// another, replicate by replicate.
type SweepDifference struct {
	From      int           `json:"from"` // cells
	To        int           `json:"to"`
	Relation  string        `json:"relation"` // "reference": from it; "neighbour": the level before
	Key       string        `json:"key"`      // in which neighbours differ, else ""
	Outcome   string        `json:"outcome"`
	Subgroup  string        `json:"subgroup"`
	Contrast  string        `json:"contrast"`
	Method    string        `json:"method"`
	Set       scenarios.Set `json:"set"`
	Power     Number        `json:"power"`
	PowerMCSE Number        `json:"power_mcse"`
	Mean      Number        `json:"mean"`
	MeanMCSE  Number        `json:"mean_mcse"`
}

// SweepRanking is how much each key moves the power of one row.
type SweepRanking struct {
	Outcome  string        `json:"outcome"`
	Subgroup string        `json:"subgroup"`
	Contrast string        `json:"contrast"`
	Method   string        `json:"method"`
	Set      scenarios.Set `json:"set"`
	Cells    int           `json:"cells"`
	Missing  int           `json:"missing"` // cells that it is not of
	SD       Number        `json:"sd"`      // of power between cells, without Monte Carlo noise
	SDMCSE   Number        `json:"sd_mcse"`
	R2       Number        `json:"r2"` // of the fit
	R2MCSE   Number        `json:"r2_mcse"`
	NoFit    string        `json:"no_fit"` // why there is none, else ""

	Keys []SweepEffect `json:"keys"` // the one that moves it most first

	Maps []SweepMap `json:"-"` // of a grid: of the keys that move it most
}

// SweepMap is the mean power of the cells that have two levels: Cells[a][b] is of
// level a of one key and level b of the other.
type SweepMap struct {
	A, B  int // of the sweep's keys
	Cells [][]SweepLevel
}

// SweepEffect is what one key does to a power.
type SweepEffect struct {
	Key        string       `json:"key"`
	Range      Number       `json:"range"` // largest less smallest mean power
	RangeMCSE  Number       `json:"range_mcse"`
	Share      Number       `json:"share"` // of the variance between cells
	ShareMCSE  Number       `json:"share_mcse"`
	Change     Number       `json:"change"` // of the fit, end less beginning of the range
	ChangeMCSE Number       `json:"change_mcse"`
	Levels     []SweepLevel `json:"levels"`

	Curve []SweepPoint `json:"-"` // of the fit, other keys at their means
	Index int          `json:"-"` // of the sweep's keys
}

// SweepPoint is a place on a fitted curve.
type SweepPoint struct{ Value, Power float64 }

// SweepLevel is the mean power of the cells that have a level.
type SweepLevel struct {
	Value any    `json:"value"`
	Power Number `json:"power"`
	MCSE  Number `json:"mcse"`
	Cells int    `json:"cells"`
}

// NewSweep puts a sweep into the form in which it is shown.
func NewSweep(r *sweep.Result, name string, keep Filter) *Sweep {
	d := r.Design
	s := &Sweep{Scenario: name, Title: d.Base.Title, Hash: d.Base.Hash(), Seed: d.Base.Seed, ModelVersion: analysis.ModelVersion,
		Replicates: r.Replicates, Method: d.Method, Recalibrate: d.Recalibrate, Partial: r.Partial,
		Reference: d.Cells[d.Reference].Number, AsWritten: d.AsWritten, Planned: len(d.Cells),
		Keys: []SweepKey{}, Cells: []SweepCell{}, Differences: []SweepDifference{}, Rankings: []SweepRanking{}}
	for _, k := range d.Keys {
		key := SweepKey{Key: k.Path, Label: k.Label, Levels: k.Levels, From: Missing(), To: Missing()}
		if k.Range != nil {
			key.From, key.To, key.Log = Number(k.Range.From), Number(k.Range.To), k.Range.Log
		}
		s.Keys = append(s.Keys, key)
	}
	for i := range d.Cells {
		s.addCell(r, i, keep)
	}
	s.addDifferences(r, keep)
	for k := range r.Rankings {
		if x := &r.Rankings[k]; keep.keepsRow(x.Row.Outcome, x.Row.Subgroup, x.Row.Method) {
			s.Rankings = append(s.Rankings, newSweepRanking(d, x))
		}
	}
	return s
}

func (s *Sweep) addCell(r *sweep.Result, i int, keep Filter) {
	c, o := &r.Design.Cells[i], &r.Cells[i]
	if c.Reason == "" && !o.Reached() {
		return
	}
	cell := SweepCell{Cell: c.Number, Hash: c.Hash, Clients: o.Clients, Reason: c.Reason, Rows: []SweepRow{}, Levels: c.Levels}
	for k := range r.Design.Keys {
		cell.Keys = append(cell.Keys, SweepValue{r.Design.Keys[k].Path, c.Values[k]})
	}
	for k := range o.Rows {
		row := &o.Rows[k]
		if !keep.keepsRow(row.OutcomeSpec.Name, row.SubgroupName, row.Method.Name) {
			continue
		}
		cell.Rows = append(cell.Rows, SweepRow{newRow(row), Missing(), Missing(), Missing(), Missing()})
		cell.Failed += row.Performance.Failed
		s.Fits += r.Replicates
	}
	if c.Reason != "" {
		s.CellsFailed++
	}
	s.Failed += cell.Failed
	s.Cells = append(s.Cells, cell)
}

func (s *Sweep) addDifferences(r *sweep.Result, keep Filter) {
	at := map[int]*SweepCell{}
	for i := range s.Cells {
		at[s.Cells[i].Cell] = &s.Cells[i]
	}
	for _, p := range r.Pairs {
		from, to := r.Design.Cells[p.From].Number, r.Design.Cells[p.To].Number
		for _, x := range p.Rows {
			if !keep.keepsRow(x.Key.Outcome, x.Key.Subgroup, x.Key.Method) {
				continue
			}
			d := SweepDifference{From: from, To: to, Relation: "reference", Outcome: x.Key.Outcome, Subgroup: x.Key.Subgroup,
				Contrast: x.Key.Contrast, Method: x.Key.Method, Set: x.Key.Set, Power: Number(x.Power), PowerMCSE: Number(x.PowerMCSE),
				Mean: Number(x.Mean), MeanMCSE: Number(x.MeanMCSE)}
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
func (c *SweepCell) differ(d *SweepDifference) {
	k := slices.IndexFunc(c.Rows, func(r SweepRow) bool {
		return r.Outcome == d.Outcome && r.Subgroup == d.Subgroup && r.Contrast == d.Contrast && r.Method == d.Method && r.Set == d.Set
	})
	if k >= 0 {
		c.Rows[k].PowerDifference, c.Rows[k].PowerDifferenceMCSE = d.Power, d.PowerMCSE
		c.Rows[k].MeanDifference, c.Rows[k].MeanDifferenceMCSE = d.Mean, d.MeanMCSE
	}
}

func newSweepRanking(d *sweep.Design, x *sweep.Ranking) SweepRanking {
	out := SweepRanking{Outcome: x.Row.Outcome, Subgroup: x.Row.Subgroup, Contrast: x.Row.Contrast, Method: x.Row.Method, Set: x.Row.Set,
		Cells: x.Cells, Missing: x.Missing, SD: Number(x.SD), SDMCSE: Number(x.SDMCSE), R2: Number(x.R2), R2MCSE: Number(x.R2MCSE), NoFit: x.NoFit}
	for _, m := range x.Maps {
		out.Maps = append(out.Maps, newSweepMap(&m))
	}
	for _, e := range x.Keys {
		key := SweepEffect{Key: d.Keys[e.Key].Path, Range: Number(e.Range), RangeMCSE: Number(e.RangeMCSE), Share: Number(e.Share), ShareMCSE: Number(e.ShareMCSE),
			Change: Number(e.Change), ChangeMCSE: Number(e.ChangeMCSE), Levels: newSweepLevels(e.Levels), Index: e.Key}
		for _, at := range e.Curve {
			key.Curve = append(key.Curve, SweepPoint(at))
		}
		out.Keys = append(out.Keys, key)
	}
	return out
}

func newSweepMap(m *sweep.Map) SweepMap {
	out := SweepMap{A: m.A, B: m.B}
	for _, row := range m.Cells {
		out.Cells = append(out.Cells, newSweepLevels(row))
	}
	return out
}

func newSweepLevels(levels []sweep.Level) []SweepLevel {
	out := []SweepLevel{}
	for _, l := range levels {
		out = append(out, SweepLevel{l.Value, Number(l.Power), Number(l.MCSE), l.Cells})
	}
	return out
}

// JSON writes the sweep as one object.
func (s *Sweep) JSON(w io.Writer) error { return writeJSON(w, s) }
