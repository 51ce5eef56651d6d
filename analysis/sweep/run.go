package sweep

import (
	"context"
	"errors"
	"fmt"

	"caseload/analysis"
	"caseload/scenarios"
	"caseload/sim"
)

// Options says how a sweep is run. None of it but Replicates and NoTruth changes
// its numbers.
type Options struct {
	Replicates int  // of each cell
	From, To   int  // of these the replicates of a shard, To excluded; 0, 0: all
	NoTruth    bool // leave out truths, which take most of the time; not with Keep
	Workers    int  // 0: one a core
	Name       string
	// Progress is told how many trials of all cells are done. It must be quick, and
	// may be nil.
	Progress func(done, want int)
	// Decisions tells to return what each replicate of each cell decided and estimated. It is for
	// few cells, and not for a shard.
	Decisions bool
	// Keep gives the place where the replicates of a cell are kept; nil: nowhere.
	Keep func(cell int, m *sim.Model) (Keeper, error)
}

// shard reports whether some replicates are run alone, by which cells are not compared.
func (o *Options) shard() bool { return o.To > 0 }

// each is how many replicates of each cell are run.
func (o *Options) each() int {
	if o.shard() {
		return o.To - o.From
	}
	return o.Replicates
}

// Keeper keeps what a cell's replicates leave.
type Keeper interface {
	analysis.Store
	// Finish ends a cell with its result, which is partial where it was interrupted.
	Finish(m *sim.Model, r *analysis.Result) error
	Close() error
}

// Result holds the results of all cells of a sweep.
type Result struct {
	Design     *Design
	Replicates int
	Partial    bool
	Cells      []CellResult // by cell of the design
	Pairs      []Pair
	Rankings   []Ranking
	Decisions  []*analysis.Decisions // by cell, where they are asked for
}

// CellResult is the result of one cell.
type CellResult struct {
	Title   string
	Clients int
	Arms    []analysis.ArmRow
	Rows    []analysis.Row    // nil where the cell could not be made, or was not reached
	Failed  int               // fits that came to nothing
	Interim *analysis.Interim // what comes of looks; nil where there are none
}

// Reached reports whether the cell was run.
func (o *CellResult) Reached() bool { return o.Rows != nil }

// Run runs the cells one after the other, each over all workers. Interrupted, it
// gives those that are finished. A cell whose model can't be compiled gets a
// reason, as one that can't be made.
func Run(ctx context.Context, d *Design, opt Options) (*Result, error) {
	base, err := sim.CompileContext(ctx, d.Base)
	if err != nil {
		return nil, err
	}
	r := &runner{design: d, base: base, opt: opt, traces: make([]*analysis.Decisions, len(d.Cells)),
		result: &Result{Design: d, Replicates: opt.Replicates, Cells: make([]CellResult, len(d.Cells))}}
	r.plan()
	for i := range d.Cells {
		if d.Cells[i].Reason != "" {
			continue
		}
		done, err := r.cell(ctx, i)
		if err != nil {
			return nil, err
		}
		if !done {
			r.result.Partial = true
			break
		}
		if !opt.shard() {
			r.compare(i)
		}
	}
	if !opt.shard() && len(d.Keys) > 0 {
		r.result.Rankings = r.rank()
	}
	if opt.Decisions {
		r.result.Decisions = r.traces
	}
	return r.result, nil
}

type runner struct {
	design *Design
	base   *sim.Model
	opt    Options
	result *Result
	traces []*analysis.Decisions // by cell
	uses   []int                 // by cell: pairs that its estimates are still needed for
	done   int                   // cells
}

// cell runs a cell. It tells whether it is finished.
func (r *runner) cell(ctx context.Context, i int) (done bool, err error) {
	sc, err := r.design.Scenario(i)
	if err != nil {
		return false, err
	}
	m, err := r.compile(ctx, sc)
	if err == nil {
		r.traces[i], err = analysis.NewDecisions(m, nil)
	}
	if problems, ok := errors.AsType[scenarios.Problem](err); ok {
		err = scenarios.Problems{problems}
	}
	if _, bad := errors.AsType[scenarios.Problems](err); bad {
		r.design.Cells[i].Reason, r.traces[i] = reason(err), nil
		return true, nil
	}
	if err != nil && ctx.Err() != nil {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", r.design.Name(i), err)
	}
	x, err := r.simulate(ctx, i, m)
	if err != nil {
		return false, fmt.Errorf("%s: %w", r.design.Name(i), err)
	}
	if x.Partial || x.Replicates == 0 {
		r.traces[i] = nil
		return false, nil
	}
	r.result.Cells[i] = CellResult{Title: sc.Title, Clients: sc.Trial.Clients, Arms: x.Arms, Rows: x.Rows, Failed: x.Failed, Interim: x.Interim}
	r.done++
	return true, nil
}

// compile compiles a cell's scenario with the baselines of the base, unless the
// sweep recalibrates.
func (r *runner) compile(ctx context.Context, sc *scenarios.Scenario) (*sim.Model, error) {
	if r.design.Recalibrate {
		return sim.CompileContext(ctx, sc)
	}
	return r.base.VariantContext(ctx, sc)
}

// simulate runs a cell's model, and keeps what there is a place for.
func (r *runner) simulate(ctx context.Context, i int, m *sim.Model) (x *analysis.Result, err error) {
	opt := analysis.Options{Replicates: r.opt.Replicates, From: r.opt.From, To: r.opt.To, Seed: r.design.Base.Seed, Workers: r.opt.Workers, Name: r.opt.Name, NoTruth: r.opt.NoTruth}
	if r.opt.Progress != nil {
		want := 0
		for k := range r.design.Cells {
			if r.design.Cells[k].Reason == "" {
				want += r.opt.each()
			}
		}
		opt.Progress = func(done, _ int) { r.opt.Progress(r.done*r.opt.each()+done, want) }
	}
	var keeper Keeper
	if r.opt.Keep != nil {
		if keeper, err = r.opt.Keep(i, m); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, keeper.Close()) }()
		opt.Store = keeper
	}
	if !r.opt.shard() {
		if r.traces[i], err = analysis.NewDecisions(m, opt.Store); err != nil {
			return nil, err
		}
		opt.Store = r.traces[i]
	}
	x, err = analysis.Run(ctx, m, opt)
	if err == nil && keeper != nil && x.Replicates > 0 {
		err = keeper.Finish(m, x)
	}
	return x, err
}
