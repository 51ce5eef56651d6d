package sweep

import (
	"fmt"
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// A fit to the cells of a Latin hypercube is additive: a constant, for each key
// of numbers a slope and a curvature over its range scaled to -1 to 1 (its
// logarithm if the range is one), and for each other key a step for each level
// but the first. Least squares: Box & Draper 2007, Response Surfaces, chapter 3.
type fit struct {
	d       *Design
	p       *powers
	terms   []term
	columns int
	inverse []float64 // [cell][column] coefficients by power
	middle  []float64 // the columns' means over the cells
}

// A term is the part of the fitted power that is due to a key.
type term struct {
	key       int
	first     int // column
	columns   int
	low, high float64 // of numbers
	log       bool
	levels    int // of others; 0: numbers
}

// fit ranks the keys by a fit.
func (rank *Ranking) fit(d *Design, p *powers) {
	f := newFit(d, p)
	for k := range d.Keys {
		rank.Keys = append(rank.Keys, d.newEffect(k))
	}
	if len(p.cells) <= f.columns {
		rank.NoFit = fmt.Sprintf("%d cells for %d coefficients: more samples are needed", len(p.cells), f.columns)
		return
	}
	if !f.invert() {
		rank.NoFit = "the keys cannot be told apart in these cells: more samples are needed"
		return
	}
	power := make([]float64, len(p.items))
	for at := range p.items {
		power[at] = p.items[at].power
	}
	b, left := f.coefficients(power), f.leaveOneOut(power)
	rank.R2, rank.R2MCSE = measure.Numbers(f.r2(power, b), left.r2.mcse())
	for k := range f.terms {
		e, t := &rank.Keys[k], &f.terms[k]
		e.Range, e.RangeMCSE = measure.Numbers(t.span(b), left.ranges[k].mcse())
		if t.levels == 0 {
			e.Change, e.ChangeMCSE = measure.Numbers(t.change(b), left.changes[k].mcse())
			e.Curve = f.curve(t, b)
		} else {
			e.Levels = f.steps(t, b, left.steps[k])
		}
	}
}

// jackknives hold what a fit gives with each replicate left out, by term.
type jackknives struct {
	r2              jackknife
	ranges, changes []jackknife
	steps           [][]jackknife // by level
}

// leaveOneOut fits the powers again without each replicate.
func (f *fit) leaveOneOut(power []float64) (left jackknives) {
	left.ranges, left.changes = make([]jackknife, len(f.terms)), make([]jackknife, len(f.terms))
	left.steps = make([][]jackknife, len(f.terms))
	for k := range f.terms {
		left.steps[k] = make([]jackknife, f.terms[k].levels)
	}
	without := make([]float64, len(power))
	n := float64(f.p.n)
	for r := range f.p.n {
		for at := range power {
			without[at] = (float64(n*power[at]) - f.p.items[at].at(r)) / (n - 1)
		}
		c := f.coefficients(without)
		left.r2.add(f.r2(without, c))
		for k := range f.terms {
			left.ranges[k].add(f.terms[k].span(c))
			left.changes[k].add(f.terms[k].change(c))
			for l := range left.steps[k] {
				left.steps[k][l].add(f.step(&f.terms[k], c, l))
			}
		}
	}
	return left
}

func newFit(d *Design, p *powers) *fit {
	f := &fit{d: d, p: p, columns: 1}
	for k := range d.Keys {
		t := term{key: k, first: f.columns}
		if key := &d.Keys[k]; key.Range != nil {
			t.low, t.high, t.log, t.columns = key.Range.From, key.Range.To, key.Range.Log, 2
		} else {
			t.numbers(key.Levels)
		}
		f.columns += t.columns
		f.terms = append(f.terms, t)
	}
	return f
}

// numbers makes a term of a list of levels: a curve if they are numbers, three or
// more, a line for two, else steps.
func (t *term) numbers(levels []any) {
	t.low, t.high = math.Inf(1), math.Inf(-1)
	for _, v := range levels {
		x, ok := number(v)
		if !ok {
			t.levels, t.columns = len(levels), len(levels)-1
			return
		}
		t.low, t.high = min(t.low, x), max(t.high, x)
	}
	t.columns = min(len(levels), 3) - 1
}

// number returns a value's number, if it is one.
func number(v any) (float64, bool) {
	switch x := v.(type) {
	case int64:
		return float64(x), true
	case int:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// place scales a value to -1 to 1.
func (t *term) place(v any) float64 {
	x, _ := number(v)
	low, high := t.low, t.high
	if t.log {
		x, low, high = portable.Log(x), portable.Log(low), portable.Log(high)
	}
	return 2*(x-low)/(high-low) - 1
}

// row is a cell's columns.
func (f *fit) row(cell int, out []float64) {
	clear(out)
	out[0] = 1
	c := &f.d.Cells[f.p.cells[cell]]
	for k := range f.terms {
		t := &f.terms[k]
		switch {
		case t.levels > 0:
			if l := c.Levels[t.key]; l > 0 {
				out[t.first+l-1] = 1
			}
		case t.columns > 0:
			z := t.place(c.Values[t.key])
			out[t.first] = z
			if t.columns > 1 {
				out[t.first+1] = z * z
			}
		}
	}
}

// invert solves the least squares of every cell at once. It fails where columns
// depend on each other.
func (f *fit) invert() bool {
	var products numeric.Symmetric
	products.Reset(f.columns)
	f.middle = make([]float64, f.columns)
	f.inverse = make([]float64, len(f.p.cells)*f.columns)
	for i := range f.p.cells {
		row := f.inverse[i*f.columns:][:f.columns]
		f.row(i, row)
		for k, v := range row {
			f.middle[k] += v / float64(len(f.p.cells))
			for j, u := range row[:k+1] {
				products.A[k*f.columns+j] += float64(v * u)
			}
		}
	}
	if products.Alias(); products.Rank < f.columns {
		return false
	}
	for i := range f.p.cells {
		products.Solve(f.inverse[i*f.columns:][:f.columns])
	}
	return true
}

func (f *fit) coefficients(power []float64) []float64 {
	b := make([]float64, f.columns)
	for i, x := range power {
		for k := range b {
			b[k] += float64(f.inverse[i*f.columns+k] * x)
		}
	}
	return b
}

// r2 returns one less the residual over the total sum of squares; NaN where all
// powers are the same.
func (f *fit) r2(power, b []float64) float64 {
	mean, rest, total := 0.0, 0.0, 0.0
	for _, x := range power {
		mean += x / float64(len(power))
	}
	row := make([]float64, f.columns)
	for i, x := range power {
		f.row(i, row)
		at := 0.0
		for k := range b {
			at += float64(b[k] * row[k])
		}
		rest += float64((x - at) * (x - at))
		total += float64((x - mean) * (x - mean))
	}
	if total <= 1e-20 {
		return nan
	}
	return 1 - rest/total
}

// at returns what a term of numbers adds at a place.
func (t *term) at(b []float64, z float64) float64 {
	switch t.columns {
	case 0:
		return 0
	case 1:
		return b[t.first] * z
	}
	return float64(b[t.first]*z) + float64(b[t.first+1]*z*z)
}

// change returns the end of the range less its beginning.
func (t *term) change(b []float64) float64 {
	if t.levels > 0 {
		return nan
	}
	return t.at(b, 1) - t.at(b, -1)
}

// span returns the largest less the smallest that a term adds.
func (t *term) span(b []float64) float64 {
	if t.levels > 0 {
		low, high := 0.0, 0.0
		for _, x := range b[t.first : t.first+t.columns] {
			low, high = min(low, x), max(high, x)
		}
		return high - low
	}
	low, high := min(t.at(b, -1), t.at(b, 1)), max(t.at(b, -1), t.at(b, 1))
	if t.columns == 2 {
		if top := -b[t.first] / (2 * b[t.first+1]); math.Abs(top) < 1 {
			low, high = min(low, t.at(b, top)), max(high, t.at(b, top))
		}
	}
	return high - low
}

// curve returns the power along a key with all other keys at their mean over the
// cells.
func (f *fit) curve(t *term, b []float64) []Point {
	const points = 41
	rest := f.others(t, b)
	var out []Point
	r := scenarios.Range{From: t.low, To: t.high, Log: t.log}
	for i := range points {
		x := r.At(float64(i) / (points - 1)).(float64)
		out = append(out, Point{x, rest + t.at(b, t.place(x))})
	}
	return out
}

// step returns the power at a level of a key, likewise.
func (f *fit) step(t *term, b []float64, level int) float64 {
	x := f.others(t, b)
	if level > 0 {
		x += b[t.first+level-1]
	}
	return x
}

// others returns what all but one term add, on average over the cells.
func (f *fit) others(t *term, b []float64) float64 {
	sum := 0.0
	for k := range b {
		if k < t.first || k >= t.first+t.columns {
			sum += float64(b[k] * f.middle[k])
		}
	}
	return sum
}

// steps returns the levels of a key with their powers and errors.
func (f *fit) steps(t *term, b []float64, errors []jackknife) []Level {
	var out []Level
	for l, v := range f.d.Keys[t.key].Levels {
		x := Level{Value: v}
		x.Power, x.MCSE = measure.Numbers(f.step(t, b, l), errors[l].mcse())
		for _, c := range f.p.cells {
			if f.d.Cells[c].Levels[t.key] == l {
				x.Cells++
			}
		}
		out = append(out, x)
	}
	return out
}
