package sweep

import (
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/measure"
)

// Pair is two cells that are compared: To less From.
type Pair struct {
	From, To int // cells
	Key      int // the one in which neighbours differ; -1: From is the reference
	Rows     []Difference
}

// Difference is of one analysis that both cells have. An error is the standard
// error of a mean difference of pairs: of the replicates' own shares in the
// power, or in the mean estimate (their influence). Where no fit failed these
// are the replicates' decisions and estimates themselves.
type Difference struct {
	analysis.Key
	Power     measure.Number `json:"power"`
	PowerMCSE measure.Number `json:"power_mcse"`
	Mean      measure.Number `json:"mean"`
	MeanMCSE  measure.Number `json:"mean_mcse"`
}

// plan says which cells are compared: each with the reference, and with the
// level before it of each key, all else equal.
func (r *runner) plan() {
	d := r.design
	for i := range d.Cells {
		if i != d.Reference {
			r.pair(d.Reference, i, -1)
		}
	}
	for k := range d.Keys {
		r.neighbours(k)
	}
	r.uses = make([]int, len(d.Cells))
	for _, p := range r.result.Pairs {
		r.uses[p.From]++
		r.uses[p.To]++
	}
}

func (r *runner) pair(from, to, key int) {
	if r.design.Cells[from].Reason == "" && r.design.Cells[to].Reason == "" {
		r.result.Pairs = append(r.result.Pairs, Pair{From: from, To: to, Key: key})
	}
}

// neighbours pairs cells of which one has the level of a key that comes after
// the other's.
func (r *runner) neighbours(key int) {
	d := r.design
	if d.Keys[key].Range != nil || d.Method == "latin_hypercube" {
		return
	}
	index := map[string]int{}
	for i := range d.Cells {
		index[spell(d.Cells[i].Levels)] = i
	}
	for i := range d.Cells {
		before := slices.Clone(d.Cells[i].Levels)
		if before[key]--; before[key] < 0 {
			continue
		}
		if j, ok := index[spell(before)]; ok {
			r.pair(j, i, key)
		}
	}
}

func spell(levels []int) string {
	out := make([]rune, len(levels))
	for k, l := range levels {
		out[k] = rune(l + 1)
	}
	return string(out)
}

// compare works out the pairs of which cell i is the later one to be finished,
// and forgets the estimates that no other needs.
func (r *runner) compare(i int) {
	for k := range r.result.Pairs {
		p := &r.result.Pairs[k]
		if p.From != i && p.To != i || r.traces[p.From] == nil || r.traces[p.To] == nil || p.Rows != nil {
			continue
		}
		p.Rows = differences(r.traces[p.From], r.traces[p.To])
		for _, c := range []int{p.From, p.To} {
			if r.uses[c]--; r.uses[c] == 0 && !r.opt.Decisions {
				r.traces[c].DropValues()
			}
		}
	}
}

// differences returns the differences for the analyses that two cells share.
func differences(from, to *analysis.Decisions) []Difference {
	out := []Difference{}
	for k, key := range to.Keys {
		j := slices.Index(from.Keys, key)
		if j < 0 {
			continue
		}
		out = append(out, Compare(from, j, to, k))
	}
	return out
}

// Compare returns what analysis k of one cell has more than analysis j of another, replicate by
// replicate. They may be different analyses: their powers can be compared, and their means where they
// are on one scale. The key is that of analysis k.
func Compare(from *analysis.Decisions, j int, to *analysis.Decisions, k int) Difference {
	x := Difference{Key: to.Keys[k]}
	x.Power, x.PowerMCSE = measure.Numbers(paired(powerOf(from, j), powerOf(to, k), 0))
	x.Mean, x.MeanMCSE = measure.Numbers(paired(meanOf(from, j), meanOf(to, k), 1))
	return x
}

// ratio is a mean over the replicates that count: by replicate, what each adds to
// the sum, and whether it counts.
type ratio struct {
	n    int
	item func(r int) (x float64, counts bool)
}

func powerOf(d *analysis.Decisions, k int) ratio {
	return ratio{d.Replicates(), func(r int) (float64, bool) {
		x := 0.0
		if d.Rejected(k, r) {
			x = 1
		}
		return x, d.Tested(k, r)
	}}
}

func meanOf(d *analysis.Decisions, k int) ratio {
	return ratio{d.Replicates(), func(r int) (float64, bool) {
		x := d.Value(k, r)
		return x, x == x
	}}
}

// value returns the mean, and how many count.
func (a *ratio) value() (mean float64, count int) {
	sum := 0.0
	for r := range a.n {
		if x, ok := a.item(r); ok {
			sum += x
			count++
		}
	}
	return sum / float64(count), count
}

// paired returns the difference of two means over the same replicates and its Monte
// Carlo standard error: the standard deviation, over replicates, of the
// difference of their influences (item less mean, over the share that counts),
// over the square root of their number. Source: a ratio estimator's
// linearization, Cochran 1977, Sampling Techniques, section 6.3; where all
// count it is that of paired differences. The variance is over n less so many: 1
// for means, 0 for powers, as it is for a power by itself, p (1 - p) / n.
func paired(from, to ratio, less int) (difference, mcse float64) {
	n := min(from.n, to.n)
	m0, n0 := from.value()
	m1, n1 := to.value()
	if n0 == 0 || n1 == 0 {
		return math.NaN(), math.NaN()
	}
	w0, w1 := float64(n)/float64(n0), float64(n)/float64(n1)
	squares := 0.0
	for r := range n {
		influence := 0.0
		if x, ok := to.item(r); ok {
			influence += float64(w1 * (x - m1))
		}
		if x, ok := from.item(r); ok {
			influence -= float64(w0 * (x - m0))
		}
		squares += float64(influence * influence)
	}
	if n < 2 {
		return m1 - m0, math.NaN()
	}
	return m1 - m0, math.Sqrt(squares / float64(n-less) / float64(n))
}
