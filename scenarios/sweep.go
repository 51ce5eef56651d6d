package scenarios

import (
	"iter"
	"math"
	"reflect"
	"strconv"

	"caseload/scenarios/layer"
	"caseload/sim/portable"
)

// Sweep is a set of designs, each the scenario with other values at some keys.
// It changes nothing that is simulated.
type Sweep struct {
	Method string `toml:"method"` // one of [SweepMethods]
	// Samples is the number of designs of a Latin hypercube; by default ten for each
	// key (Loeppky, Sacks & Welch 2009).
	Samples int `toml:"samples,omitempty"`
	// Recalibrate is whether hazards are solved anew in each design. Otherwise the
	// baseline hazards are those of the scenario itself.
	Recalibrate bool `toml:"recalibrate"`
	Over        Over `toml:"over,omitempty"`
}

// How designs are laid out over the keys.
const (
	Grid           = "grid"          // every combination of values
	OneAtATime     = "one_at_a_time" // one key changed, the others as the scenario has them
	LatinHypercube = "latin_hypercube"
)

// SweepMethods are the layouts that there are.
var SweepMethods = []string{Grid, OneAtATime, LatinHypercube}

func (s *Scenario) completeSweep() {
	const perKey = 10
	if w := s.Sweep; w != nil && w.Method == LatinHypercube && !s.origin.has("sweep.samples") {
		w.Samples = perKey * len(w.Over)
	}
}

// Over is what designs differ in, in the order in which it is written.
type Over []Varied

// Varied is a key, by its path as of --set, and what is put there: one of
// several values, or any within a range.
type Varied struct {
	Key    string
	Values []any // each as a Setting's value; nil with a range
	Range  *Range
}

// Range bounds the values of a key. It is for a Latin hypercube.
type Range struct {
	From, To float64
	Log      bool // the logarithm is spread evenly, not the value
	Whole    bool // the key takes whole numbers
}

// sound reports whether there are values within.
func (r *Range) sound() bool { return r.From < r.To && (!r.Log || r.From > 0) }

// At returns the value at a share of a range: 0 is From, 1 is To. Each whole number
// of a range has the same part of it.
func (r *Range) At(share float64) any {
	low, high := r.From, r.To
	if r.Whole {
		low, high = low-0.5, high+0.5
	}
	x := low + float64(share*(high-low))
	if r.Log {
		x = low * portable.Pow(high/low, share)
	}
	if r.Whole {
		return int64(min(max(math.Round(x), r.From), r.To))
	}
	return min(max(x, r.From), r.To)
}

// Setting returns the setting that puts value i of a key there, for Scenario.With.
// What is wrong with it is reported where a scenario of this design has it.
func (w *Sweep) Setting(key, i int) Setting { return w.Over[key].setting("sweep.over", i) }

// Setting returns the setting that puts value i of a key there, as that of a Sweep.
func (c *Cost) Setting(key, i int) Setting { return c.Over[key].setting("cost.over", i) }

func (v Varied) setting(table string, i int) Setting {
	return Setting{Key: v.Key, Value: v.Values[i], written: layer.At(layer.Join(table, v.Key), i)}
}

var overType = reflect.TypeFor[Over]()

const wantOver = `a list of values, as in [10, 20, 40], or for a Latin hypercube a range { from = 10, to = 40 }`

// over reads the keys that designs differ in. What the values should be is only
// known where they are put: see tryDesigns.
func (d *decoder) over(n *layer.Node, path string) Over {
	if !n.IsTable() {
		d.fail(n, path, `a table of lists by path, as in { "trial.sites" = [1, 2] }`)
		return nil
	}
	out := make(Over, 0, len(n.Keys))
	for _, key := range n.OrderedKeys() {
		value, inside := n.Keys[key], layer.Join(path, key)
		d.places[inside] = value.At
		_, ok := layer.ParsePath(key)
		switch {
		case !ok:
			d.refuse(value, inside, "no path", wantPath, "")
		case value.List:
			v := Varied{Key: key, Values: make([]any, len(value.Items))}
			for i, item := range value.Items {
				d.places[layer.At(inside, i)] = item.At
				v.Values[i] = item.Plain()
			}
			out = append(out, v)
		case value.IsTable() && value.Keys["from"] == nil && value.Keys["to"] == nil:
			// A path without quotes is nested tables in TOML.
			d.refuse(value, inside, "a table", wantOver+`, with the whole path in quotes, as in "trial.sites" = [1, 2]`, value.AsOneKey(key))
		case value.IsTable():
			out = append(out, Varied{Key: key, Range: d.span(value, inside, isWholeNumber(layering.TypeAt(key)))})
		default:
			d.fail(value, inside, wantOver)
		}
	}
	return out
}

// span reads a range.
func (d *decoder) span(n *layer.Node, path string, whole bool) *Range {
	r := Range{Whole: whole}
	read := func(key string, v reflect.Value) {
		inside := layer.Join(path, key)
		switch {
		case n.Keys[key] == nil:
			d.refuse(n, inside, "nothing", "a number", "")
		case whole && v.Kind() == reflect.Float64:
			var i int64
			d.into(reflect.ValueOf(&i).Elem(), n.Keys[key], inside)
			v.SetFloat(float64(i))
		default:
			d.into(v, n.Keys[key], inside)
		}
	}
	read("from", reflect.ValueOf(&r.From).Elem())
	read("to", reflect.ValueOf(&r.To).Elem())
	if n.Keys["log"] != nil {
		read("log", reflect.ValueOf(&r.Log).Elem())
	}
	known := []string{"from", "to", "log"}
	for _, key := range n.SortedKeys() {
		if key != "from" && key != "to" && key != "log" {
			p := n.Keys[key].At.Problem(layer.Join(path, layer.Shorten(key)), "an unknown key", layer.OneOf(known))
			p.Hint = layer.DidYouMean(key, known)
			d.problems = append(d.problems, p)
		}
	}
	return &r
}

// isWholeNumber reports whether the numbers of a type are whole.
func isWholeNumber(t reflect.Type) bool {
	return t != nil && (t.Kind() == reflect.Int || t.Kind() == reflect.Int64 || t == reflect.TypeFor[Limit]())
}

// Entries yields the keys and what stands at them in TOML, in order.
func (o Over) Entries() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, v := range o {
			if !yield(v.Key, v.value()) {
				return
			}
		}
	}
}

func (r *Range) table() map[string]any {
	t := map[string]any{"from": r.From, "to": r.To}
	if r.Whole {
		t["from"], t["to"] = int64(r.From), int64(r.To)
	}
	if r.Log {
		t["log"] = true
	}
	return t
}

// value returns what stands at the key in TOML.
func (v *Varied) value() any {
	if v.Range != nil {
		return v.Range.table()
	}
	return v.Values
}

// Text returns what stands at the key in a scenario.
func (v *Varied) Text() string { return Show(v.value()) }

// over writes a table of designs.
func (e *encoder) over(path string, o Over) {
	e.WriteString("\n[" + path + "]\n")
	for _, v := range o {
		e.WriteString(layer.QuoteKey(v.Key) + " = " + e.anything(v.value()) + "\n")
	}
}

// Show spells a value as a scenario would.
func Show(value any) string {
	n, ok := layer.FromValue(value, layer.Place{})
	if !ok {
		return strconv.Quote("?")
	}
	return n.TOML()
}
