package sweep

import (
	"fmt"
	"strings"

	"caseload/scenarios"
)

// Design is the cells of a sweep.
type Design struct {
	Base        *scenarios.Scenario // the scenario as written
	Method      string
	Recalibrate bool
	Keys        []Key
	Cells       []Cell
	// Reference is the cell that the others are compared with: the scenario as
	// written, if it is one of them, else the first that can be made.
	Reference int
	AsWritten bool // the reference is the scenario as written
}

// Key is a key that varies.
type Key struct {
	Path   string // as of --set
	Levels []any  // its values; nil: a range
	Range  *scenarios.Range
	// Label is the path without the parts that no other key needs to be told by.
	Label string
}

// Cell is one design.
type Cell struct {
	Number int   // from 1
	Values []any // by key; nil: the scenario writes nothing there
	Levels []int // by key: which of its levels; -1: none of them
	Hash   string
	Reason string // why it can't be made; "" if it can

	settings []scenarios.Setting
	made     *scenarios.Scenario // where it is given, and not a variant by settings
	name     string              // of one that is given
}

// New lays out the sweep that the scenario asks for, and tries every cell. One
// that can't be made is a cell with a reason. Its errors are
// scenarios.Problems.
func New(sc *scenarios.Scenario) (*Design, error) {
	w := sc.Sweep
	if w == nil || len(w.Over) == 0 {
		return nil, scenarios.Problems{sc.Problem("sweep.over", "nothing", `keys to vary, as in "program.strengths_based.caseload" = [10, 20, 40]`)}
	}
	d := &Design{Base: sc, Method: w.Method, Recalibrate: w.Recalibrate}
	for _, v := range w.Over {
		d.Keys = append(d.Keys, Key{Path: v.Key, Levels: v.Values, Range: v.Range})
	}
	d.label()
	switch w.Method {
	case scenarios.Grid:
		d.grid()
	case scenarios.OneAtATime:
		d.oneAtATime()
	default:
		d.latinHypercube(w.Samples)
	}
	return d, d.try()
}

// Of returns designs that are given, each by its name: a sweep whose cells differ in no keys. The
// first is the reference. They are of the base's clients, whose baselines they have.
func Of(base *scenarios.Scenario, names []string, list []*scenarios.Scenario) *Design {
	d := &Design{Base: base}
	for i, sc := range list {
		d.add(Cell{Hash: sc.Hash(), made: sc, name: names[i]})
	}
	return d
}

// label gives each key its label.
func (d *Design) label() {
	var paths []string
	for k := range d.Keys {
		paths = append(paths, d.Keys[k].Path)
	}
	for k, text := range Labels(paths) {
		d.Keys[k].Label = text
	}
}

// Labels returns the shortest ends of the paths of keys that tell each from the
// others.
func Labels(paths []string) (labels []string) {
	end := func(path string, parts int) string {
		all := strings.Split(path, ".")
		return strings.Join(all[max(0, len(all)-parts):], ".")
	}
	for k, path := range paths {
		label := path
		for parts := 1; !strings.ContainsAny(path, `"[`); parts++ {
			label = end(path, parts)
			alone := true
			for j := range paths {
				alone = alone && (j == k || end(paths[j], parts) != label)
			}
			if alone {
				break
			}
		}
		labels = append(labels, label)
	}
	return labels
}

// grid is every combination of levels. The last key changes fastest.
func (d *Design) grid() {
	levels := make([]int, len(d.Keys))
	for {
		c := Cell{Levels: append([]int(nil), levels...)}
		for k := range d.Keys {
			c.put(d.Base, k, levels[k])
		}
		d.add(c)
		k := len(levels) - 1
		for ; k >= 0; k-- {
			if levels[k]++; levels[k] < len(d.Keys[k].Levels) {
				break
			}
			levels[k] = 0
		}
		if k < 0 {
			return
		}
	}
}

// oneAtATime is the scenario as written, and every level of every key in it. A
// level that the scenario has already is that first cell.
func (d *Design) oneAtATime() {
	written := Cell{Values: make([]any, len(d.Keys)), Levels: make([]int, len(d.Keys))}
	for k := range d.Keys {
		written.Values[k], written.Levels[k] = d.Base.Value(d.Keys[k].Path), -1
		for i := range d.Keys[k].Levels {
			if world, err := d.Base.Variant(d.Base.Sweep.Setting(k, i)); err == nil && world.Same(d.Base) {
				written.Levels[k] = i
				written.Values[k] = d.Keys[k].Levels[i]
			}
		}
	}
	d.add(written)
	for k := range d.Keys {
		for i := range d.Keys[k].Levels {
			if i == written.Levels[k] {
				continue
			}
			c := Cell{Values: append([]any(nil), written.Values...), Levels: append([]int(nil), written.Levels...)}
			c.settings = []scenarios.Setting{d.Base.Sweep.Setting(k, i)}
			c.Values[k], c.Levels[k] = d.Keys[k].Levels[i], i
			d.add(c)
		}
	}
}

// put puts a level of a key into a cell.
func (c *Cell) put(base *scenarios.Scenario, key, level int) {
	set := base.Sweep.Setting(key, level)
	c.settings, c.Values = append(c.settings, set), append(c.Values, set.Value)
}

func (d *Design) add(c Cell) {
	c.Number = len(d.Cells) + 1
	d.Cells = append(d.Cells, c)
}

// try makes every cell once, and finds the reference.
func (d *Design) try() error {
	d.Reference = -1
	var last error
	for i := range d.Cells {
		c := &d.Cells[i]
		sc, err := d.Scenario(i)
		if err != nil {
			c.Reason, last = reason(err), fmt.Errorf("none of %d cells can be made; the last is\n%s:\n%w", len(d.Cells), d.Name(i), err)
			continue
		}
		c.Hash = sc.Hash()
		if !d.AsWritten && sc.Same(d.Base) {
			d.Reference, d.AsWritten = i, true
		}
		if d.Reference < 0 {
			d.Reference = i
		}
	}
	if d.Reference < 0 {
		return last
	}
	return nil
}

// Scenario returns that of a cell. What is asked of the base beside is left out.
func (d *Design) Scenario(cell int) (*scenarios.Scenario, error) {
	sc, err := d.Cells[cell].made, error(nil)
	if sc == nil {
		sc, err = d.Base.Variant(d.Cells[cell].settings...)
	}
	if err != nil {
		return nil, err
	}
	return sc.Edit(func(sc *scenarios.Scenario) { sc.Sweep, sc.Cost, sc.Factors = nil, nil, nil }), nil
}

// reason returns what is wrong with a cell, on one line.
func reason(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// Name says which cell it is: its keys and their values.
func (d *Design) Name(cell int) string {
	if d.Cells[cell].made != nil {
		return d.Cells[cell].name
	}
	var parts []string
	for k := range d.Keys {
		parts = append(parts, fmt.Sprintf("%s = %s", d.Keys[k].Path, scenarios.Show(d.Cells[cell].Values[k])))
	}
	return strings.Join(parts, ", ")
}
