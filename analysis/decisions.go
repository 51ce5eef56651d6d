package analysis

import (
	"math"

	"caseload/sim"
)

// Decisions is a Store that records what each analysis of each replicate
// decided and estimated, so that runs that share their chances can be compared
// replicate by replicate. It passes blocks on to another store, if there is one.
//
// It takes two bits for each analysis of a replicate and, while estimates are
// kept, eight bytes.
type Decisions struct {
	Keys []Key // of the analyses

	layout   *Layout
	tests    []Test
	untested []bool // by analysis: there are fits without a test
	drawn    bool   // replicates draw what is not known: a rejection counts in the good direction alone
	under    Store
	n        int
	tested   []bits // by analysis
	rejected []bits
	values   [][]float64
}

var _ Store = (*Decisions)(nil)

// NewDecisions returns the decisions of a run of the model from replicate 0 on, at
// the scenario's own levels. The store below may be nil.
func NewDecisions(m *sim.Model, under Store) (*Decisions, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	d := &Decisions{layout: p.layout(), under: under, drawn: len(p.unknowns) > 0}
	d.Keys = d.layout.Keys
	for k := range p.analyses {
		d.tests = append(d.tests, p.analyses[k].Test)
	}
	d.tested, d.rejected = make([]bits, len(d.Keys)), make([]bits, len(d.Keys))
	d.values, d.untested = make([][]float64, len(d.Keys)), make([]bool, len(d.Keys))
	return d, nil
}

// Read returns a block of the store below.
func (d *Decisions) Read(k int) (*Block, error) {
	if d.under == nil {
		return nil, nil
	}
	b, err := d.under.Read(k)
	if err == nil && b != nil {
		d.take(b)
	}
	return b, err
}

// Keep takes a block, and passes it on.
func (d *Decisions) Keep(k int, b *Block) error {
	d.take(b)
	if d.under == nil {
		return nil
	}
	return d.under.Keep(k, b)
}

// Checkpoint passes a block that is not complete on to a store that can keep it. Its
// replicates are recorded when it is.
func (d *Decisions) Checkpoint(k int, b *Block) error {
	if c, ok := d.under.(Checkpointer); ok {
		return c.Checkpoint(k, b)
	}
	return nil
}

// take records a block. What is there of it already is the same.
func (d *Decisions) take(b *Block) {
	for j, row := range b.Rows {
		r := b.First + j
		for k := range d.tests {
			fit := d.layout.Fit(row, k)
			ok := !fit.Status.Failed()
			tested := fit.Status.Tested() && !math.IsNaN(d.tests[k].P(&fit))
			d.tested[k] = d.tested[k].put(r, tested || !ok)
			d.untested[k] = d.untested[k] || ok && !tested
			rejected := d.tests[k].Rejects(&fit)
			if d.drawn {
				rejected = d.tests[k].Favours(&fit)
			}
			d.rejected[k] = d.rejected[k].put(r, rejected)
			if d.values == nil {
				continue
			}
			value := fit.Value
			if !ok {
				value = nan
			}
			if r == len(d.values[k]) {
				d.values[k] = append(d.values[k], value)
			}
			d.values[k][r] = value
		}
	}
	d.n = max(d.n, b.First+len(b.Rows))
}

// Replicates returns the number of replicates recorded.
func (d *Decisions) Replicates() int { return d.n }

// Tested reports whether replicate r counts for the power of analysis k: whether it
// came to a test, or failed, which rejects nothing.
func (d *Decisions) Tested(k, r int) bool { return !d.untested[k] && d.tested[k].at(r) }

// Rejected reports whether it rejected its null hypothesis; where replicates draw what
// is not known, in the direction that is good for clients.
func (d *Decisions) Rejected(k, r int) bool { return d.rejected[k].at(r) }

// Value returns its estimate; NaN where the fit failed, or estimates are not kept.
func (d *Decisions) Value(k, r int) float64 {
	if d.values == nil {
		return nan
	}
	return d.values[k][r]
}

// DropValues forgets the estimates, which take most of the memory.
func (d *Decisions) DropValues() { d.values = nil }

// bits are truth values, 64 to a word.
type bits []uint64

func (b bits) put(at int, x bool) bits {
	for len(b) <= at/64 {
		b = append(b, 0)
	}
	if x {
		b[at/64] |= 1 << (at % 64)
	}
	return b
}

func (b bits) at(k int) bool { return b[k/64]>>(k%64)&1 == 1 }
