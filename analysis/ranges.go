package analysis

import (
	"context"
	"errors"
	"math"
	"slices"

	"caseload/analysis/replicate"
	"caseload/sim"
)

// Ranges runs ranges of the replicates of a run, one after another, where Together puts
// them together: in programs that share no memory, as the workers of a page do. It is for
// one goroutine.
type Ranges struct {
	m       *sim.Model
	p       *plan
	opt     Options
	w       *worker
	b       *block
	piloted bool
}

// NewRanges prepares for ranges of the run that the options describe. Of these it heeds
// Replicates, Seed, NoTruth and Name.
func NewRanges(m *sim.Model, opt Options) (*Ranges, error) {
	p, err := newPlan(m)
	if err != nil {
		return nil, err
	}
	return &Ranges{m: m, p: p, opt: opt, w: newWorker(m, p, opt), b: newBlock(p, !opt.NoTruth)}, nil
}

// Layout says how the rows of the blocks are laid out.
func (g *Ranges) Layout() *Layout { return g.p.layout() }

// Analysis describes the analysis of key k of the layout.
func (g *Ranges) Analysis(k int) *Analysis { return &g.p.analyses[k] }

// Fit returns analysis k of the row of a replicate, with the p value of its test and
// whether that rejects.
func (g *Ranges) Fit(row []float64, k int) (fit Fit, p float64, rejects bool) {
	fit = record(row).fit(k)
	test := &g.p.analyses[k].Test
	return fit, test.P(&fit), test.Rejects(&fit)
}

// Run runs some replicates of one block of the run, and returns what they leave. It ends
// with the error of ctx once that is done; progress, unless nil, is told of each replicate.
func (g *Ranges) Run(ctx context.Context, of replicate.Range, progress func(done, want int)) (*Block, error) {
	if of.From < 0 || of.To <= of.From || of.To > g.opt.Replicates || (of.To-1)/BlockSize != of.From/BlockSize {
		return nil, errors.New("analysis: a range has replicates of one block of the run")
	}
	if !g.piloted {
		g.p.pilot(g.w)
		g.piloted = true
	}
	clear(g.b.counts)
	out := &Block{First: of.From, Pilot: g.p.pilotNumbers()}
	for r := of.From; r < of.To; r++ {
		row := g.b.rows[r%BlockSize]
		if err := g.run(r, row); err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, slices.Clone(row))
		if progress != nil {
			progress(len(out.Rows), of.To-of.From)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	out.Counts = slices.Clone(g.b.counts)
	return out, nil
}

func (g *Ranges) run(r int, row record) (err error) {
	defer replicate.Catch(&err, r, g.opt.replay)
	g.w.replicate(r, row, g.b)
	return nil
}

// Together holds blocks, or parts of blocks, that Ranges have left.
type Together struct {
	blocks map[int][]replicate.Piece[*Block] // by their number in the run
}

// Add adds a block, in any order.
func (t *Together) Add(b *Block) {
	if t.blocks == nil {
		t.blocks = map[int][]replicate.Piece[*Block]{}
	}
	k := b.First / BlockSize
	t.blocks[k] = append(t.blocks[k], replicate.Piece[*Block]{Range: replicate.Range{From: b.First, To: b.First + len(b.Rows)}, Of: b})
}

// Replicates returns how many are there, counted from the first of the run to the first
// that is missing.
func (t *Together) Replicates() int {
	var have []replicate.Range
	for _, pieces := range t.blocks {
		for _, p := range pieces {
			have = append(have, p.Range)
		}
	}
	return replicate.Gaps(replicate.Range{To: math.MaxInt}, have)[0].From
}

// Result returns the result of those replicates: what Run gives of so many.
func (t *Together) Result(m *sim.Model, opt Options) (*Result, error) {
	opt.Replicates, opt.Precision, opt.From, opt.To = t.Replicates(), 0, 0, 0
	opt.Store = together{t, opt.Replicates}
	return Run(context.Background(), m, opt)
}

// together is a Store of the first so many replicates.
type together struct {
	*Together
	replicates int
}

func (t together) Keep(int, *Block) error {
	return errors.New("analysis: a replicate that is there was run again")
}

func (t together) Read(k int) (*Block, error) {
	whole := replicate.Range{From: k * BlockSize, To: min((k+1)*BlockSize, t.replicates)}
	pieces := slices.DeleteFunc(slices.Clone(t.blocks[k]), func(p replicate.Piece[*Block]) bool { return p.From >= whole.To })
	row, _, err := replicate.Merge(whole, pieces)
	if err != nil {
		return nil, err
	}
	out := &Block{First: whole.From, Counts: slices.Clone(row[0].Of.Counts), Pilot: row[0].Of.Pilot}
	out.Rows = slices.Clone(row[0].Of.Rows)
	for _, p := range row[1:] {
		if !out.Append(p.Of) {
			return nil, errors.New("analysis: blocks of different runs")
		}
	}
	return out, nil
}

// Append adds the rows that follow, and their counts. It refuses what is of another run.
func (b *Block) Append(next *Block) bool {
	same := slices.EqualFunc(next.Pilot, b.Pilot, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
	if !same || len(next.Counts) != len(b.Counts) || next.First != b.First+len(b.Rows) {
		return false
	}
	b.Rows = append(b.Rows, next.Rows...)
	for k, n := range next.Counts {
		b.Counts[k] += n
	}
	return true
}
