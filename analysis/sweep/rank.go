package sweep

import (
	"cmp"
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/scenarios"
)

// Ranking is how much each key moves the power of one analysis, under the names
// that it has in JSON.
type Ranking struct {
	analysis.Key
	Cells   int `json:"cells"`   // that the numbers are of
	Missing int `json:"missing"` // cells that could not be made, or don't have the analysis
	// SD is the standard deviation of power between cells, without what is Monte
	// Carlo noise; missing where that is all that there is.
	SD     measure.Number `json:"sd"`
	SDMCSE measure.Number `json:"sd_mcse"`
	// R2 is the share of the variance between the cells of a Latin hypercube that
	// the fit explains; missing for other layouts, and where there is no fit.
	R2     measure.Number `json:"r2"`
	R2MCSE measure.Number `json:"r2_mcse"`
	NoFit  string         `json:"no_fit"` // why there is none

	Keys []KeyEffect `json:"keys"` // the one that moves it most first
	Maps []Map       `json:"-"`    // of a grid: mean powers by two of the keys that move it most
}

// Map is the mean power of the cells that have two levels: Cells[a][b] is of
// level a of key A and b of key B, in the order of the design.
type Map struct {
	A, B  int // keys
	Cells [][]Level
}

// mapped is how many of the keys have maps with each other.
const mapped = 4

// KeyEffect describes what one key does to a power.
type KeyEffect struct {
	Key string `json:"key"`
	// Range is the largest less the smallest power over the levels, other keys
	// averaged; of a fit, over the key's range.
	Range     measure.Number `json:"range"`
	RangeMCSE measure.Number `json:"range_mcse"`
	// Share is the part of the variance between cells that is between the levels of
	// this key, without Monte Carlo noise; missing but for a whole grid.
	Share     measure.Number `json:"share"`
	ShareMCSE measure.Number `json:"share_mcse"`
	// Change is the power that the fit has at the end of the range less that at its
	// beginning; missing without a fit.
	Change     measure.Number `json:"change"`
	ChangeMCSE measure.Number `json:"change_mcse"`
	Levels     []Level        `json:"levels"`
	Curve      []Point        `json:"-"` // of the fit, other keys at their means
	Index      int            `json:"-"` // of the key in the design
}

// newEffect returns that of a key of which nothing is known yet.
func (d *Design) newEffect(key int) KeyEffect {
	none := measure.Missing()
	return KeyEffect{Key: d.Keys[key].Path, Range: none, RangeMCSE: none, Share: none, ShareMCSE: none, Change: none, ChangeMCSE: none,
		Levels: []Level{}, Index: key}
}

// Level is a level of a key, and the mean power of the cells that have it.
type Level struct {
	Value any            `json:"value"`
	Power measure.Number `json:"power"`
	MCSE  measure.Number `json:"mcse"`
	Cells int            `json:"cells"`
}

// Point is a place on a fitted curve.
type Point struct{ Value, Power float64 }

var nan = math.NaN()

// rank ranks the keys for each analysis that a finished cell has. A sweep that
// was cut off has no ranking: what is there of it is no layout.
func (r *runner) rank() []Ranking {
	if r.result.Partial {
		return nil
	}
	var rows []analysis.Key
	for _, t := range r.traces {
		if t == nil {
			continue
		}
		for _, key := range t.Keys {
			if !slices.Contains(rows, key) {
				rows = append(rows, key)
			}
		}
	}
	var out []Ranking
	for _, key := range rows {
		p := r.powers(key)
		none := measure.Missing()
		rank := Ranking{Key: key, Cells: len(p.cells), Missing: len(r.design.Cells) - len(p.cells), SD: none, SDMCSE: none, R2: none, R2MCSE: none}
		switch {
		case len(p.cells) == 0 || p.n < 3:
			continue
		case r.design.Method == scenarios.LatinHypercube:
			rank.fit(r.design, p)
		default:
			rank.levels(r.design, p)
		}
		slices.SortStableFunc(rank.Keys, func(a, b KeyEffect) int { return cmp.Compare(orZero(float64(b.Range)), orZero(float64(a.Range))) })
		if r.design.Method == scenarios.Grid {
			rank.maps(r.design, p)
		}
		out = append(out, rank)
	}
	return out
}

func orZero(x float64) float64 {
	if x != x {
		return 0
	}
	return x
}

// powers hold what the replicates of the cells that have an analysis add to its
// power.
type powers struct {
	n     int   // replicates
	cells []int // of the design
	items []item
}

// item is one cell: its power and, by replicate, its pseudo-value: the power and
// the replicate's influence on it. Their mean is the power, and their standard
// error that of the power.
type item struct {
	power float64
	at    func(r int) float64
}

// newItem returns the item of a power that so many of n replicates count for.
func newItem(of ratio, power float64, count int) item {
	weight := float64(of.n) / float64(count)
	return item{power, func(r int) float64 {
		if x, counts := of.item(r); counts {
			return power + float64(weight*(x-power))
		}
		return power
	}}
}

func (r *runner) powers(key analysis.Key) *powers {
	p := &powers{n: r.opt.Replicates}
	for c, t := range r.traces {
		if t == nil {
			continue
		}
		k := slices.Index(t.Keys, key)
		if k < 0 {
			continue
		}
		share := powerOf(t, k)
		power, count := share.value()
		if count == 0 {
			continue
		}
		p.cells = append(p.cells, c)
		p.items = append(p.items, newItem(share, power, count))
	}
	return p
}

// group is the cells whose mean is taken, as positions in powers.
type group struct {
	level int // -1: the scenario as written, of which the key has no level
	at    []int
}

// groups returns the cells of each level of a key: of a grid all, one at a time those
// that are as the scenario is but for the key.
func (d *Design) groups(p *powers, key int) []group {
	var out []group
	single := d.Method == scenarios.OneAtATime
	for level := -1; level < len(d.Keys[key].Levels); level++ {
		g := group{level: level}
		for at, c := range p.cells {
			if d.Cells[c].Levels[key] != level || single && !d.onlyIn(c, key) {
				continue
			}
			g.at = append(g.at, at)
		}
		if len(g.at) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// onlyIn reports whether a cell is as the first one in all keys but one.
func (d *Design) onlyIn(cell, key int) bool {
	for k, level := range d.Cells[cell].Levels {
		if k != key && level != d.Cells[0].Levels[k] {
			return false
		}
	}
	return true
}

// levels ranks the keys of a grid, or of cells one at a time.
func (rank *Ranking) levels(d *Design, p *powers) {
	var all []group
	first := make([]int, len(d.Keys)+1)
	for k := range d.Keys {
		all = append(all, d.groups(p, k)...)
		first[k+1] = len(all)
	}
	v := newVariances(p, all)
	for k := range d.Keys {
		groups := all[first[k]:first[k+1]]
		e := d.newEffect(k)
		low, high := -1, -1
		for j, g := range groups {
			l := Level{Cells: len(g.at), Value: d.valueAt(p, k, g)}
			l.Power, l.MCSE = measure.Numbers(p.contrast(g, group{}))
			e.Levels = append(e.Levels, l)
			if low < 0 || l.Power < e.Levels[low].Power {
				low = j
			}
			if high < 0 || l.Power > e.Levels[high].Power {
				high = j
			}
		}
		if len(groups) > 1 {
			e.Range, e.RangeMCSE = measure.Numbers(p.contrast(groups[high], groups[low]))
		}
		rank.Keys = append(rank.Keys, e)
	}
	if d.Method == scenarios.Grid && rank.Missing == 0 && len(p.cells) > 1 {
		v.shares(rank, first)
	}
}

// valueAt returns the value of a key in a group.
func (d *Design) valueAt(p *powers, key int, g group) any {
	return d.Cells[p.cells[g.at[0]]].Values[key]
}

// contrast returns the mean power of some cells, less that of others if there are
// any, and its MCSE, replicate by replicate: that of a power, for a single cell.
func (p *powers) contrast(plus, minus group) (value, mcse float64) {
	at := func(f func(i *item) float64) float64 {
		return p.mean(plus, f) - p.mean(minus, f)
	}
	value = at(func(i *item) float64 { return i.power })
	squares := 0.0
	for r := range p.n {
		x := at(func(i *item) float64 { return i.at(r) }) - value
		squares += float64(x * x)
	}
	return value, math.Sqrt(squares) / float64(p.n)
}

func (p *powers) mean(g group, f func(i *item) float64) float64 {
	if len(g.at) == 0 {
		return 0
	}
	sum := 0.0
	for _, at := range g.at {
		sum += f(&p.items[at])
	}
	return sum / float64(len(g.at))
}

// maps are of every two of the first keys.
func (rank *Ranking) maps(d *Design, p *powers) {
	first := rank.Keys[:min(mapped, len(rank.Keys))]
	for i := range first {
		for j := range first[:i] {
			rank.Maps = append(rank.Maps, newMap(d, p, first[j].Index, first[i].Index))
		}
	}
}

func newMap(d *Design, p *powers, a, b int) Map {
	m := Map{A: a, B: b}
	for i := range d.Keys[a].Levels {
		var row []Level
		for j := range d.Keys[b].Levels {
			var g group
			for at, c := range p.cells {
				if l := d.Cells[c].Levels; l[a] == i && l[b] == j {
					g.at = append(g.at, at)
				}
			}
			l := Level{Value: d.Keys[b].Levels[j], Power: measure.Missing(), MCSE: measure.Missing(), Cells: len(g.at)}
			if len(g.at) > 0 {
				l.Power, l.MCSE = measure.Numbers(p.contrast(g, group{}))
			}
			row = append(row, l)
		}
		m.Cells = append(m.Cells, row)
	}
	return m
}
