package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"caseload/analysis"
	"caseload/analysis/sweep"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/results/run"
	sweepresults "caseload/results/sweep"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// sweepFlags are the flags of the sweep command alone.
type sweepFlags struct {
	flags
	over        []string
	method      string
	samples     int
	recalibrate bool
	noTruth     bool
	out         string
	shard       string
}

func (e *env) sweepCommand() *cobra.Command {
	var f sweepFlags
	c := &cobra.Command{
		Use:   "sweep SCENARIO",
		Short: "Run a set of designs with common random numbers and compare them",
		Long: `Sweep runs the scenario with other values at some of its keys: every combination
of values (a grid), one key at a time, or a Latin hypercube. The keys and values
are those of the scenario's [sweep.over] table or of --over. All cells have
common random numbers, so that differences between them are known better than
the cells themselves; baselines stay those of the scenario as written.

It prints the power of each cell, and between which cells it varies. --full also
prints mean estimates, how power depends on each key, and which key moves it
most, each number with its Monte Carlo standard error (MCSE).

--out DIR keeps a run for each cell below DIR/cells ("caseload report" reads
them), sweep.json, cells.csv, differences.csv and figures. The same command goes
on where it was stopped or killed. --shard I/N runs one of N parts of the
replicates of each cell, each into a folder of its own; "caseload merge" joins
them.`,
		Example: `  caseload sweep mine.toml
  caseload sweep needle-exchange --over trial.clients=150,245,400 \
      --over program.strengths_based.caseload=10,20,40
  caseload sweep mine.toml --method one_at_a_time --json
  caseload sweep mine.toml --method latin_hypercube --samples 40 \
      --over 'trial.clients={ from = 100, to = 400 }' \
      --over 'attrition.missed={ from = 0.05, to = 0.3 }'
  caseload sweep mine.toml --out results`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.sweep(c, &f, args[0]) },
	}
	c.Flags().StringArrayVar(&f.over, "over", nil, "vary this key, as key=v1,v2,...; repeatable; instead of all keys in\n[sweep.over]. (To add one to those: --set 'sweep.over.\"key\"=[v1,v2]')")
	c.Flags().StringVar(&f.method, "method", "", "grid, one_at_a_time or latin_hypercube (default the scenario's, else grid)")
	c.Flags().IntVar(&f.samples, "samples", 0, "cells of a Latin hypercube (default the scenario's, else ten a key)")
	c.Flags().BoolVar(&f.recalibrate, "recalibrate", false, "solve natural quantities anew in each cell")
	c.Flags().BoolVar(&f.noTruth, "no-truth", false, "leave out truth, bias and coverage: 2 to 4 times faster; not with --out")
	for _, flag := range []string{"over", "method", "samples", "recalibrate"} {
		sets(c, flag, "sweep."+flag)
	}
	f.countFlag(c, "replicates", "how many trials of each cell (default the scenario's)", 1, "")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	c.Flags().StringArrayVar(&f.outcomes, "outcome", nil, "show this outcome only; repeatable (default the primary one's first\nmethod that holds, among everyone; in JSON, CSV and --out everything)")
	c.Flags().StringArrayVar(&f.subgroups, "subgroup", nil, `show this subgroup only, "all" for everyone; repeatable`)
	setsAsked(c)
	f.alphaFlag(c)
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the cells and what they show in this folder, or go on in it")
	shardFlag(c, &f.shard, "the replicates of each cell")
	c.MarkFlagsMutuallyExclusive("no-truth", "out") // a cell that is kept is a whole run
	return c
}

func (e *env) sweep(c *cobra.Command, f *sweepFlags, name string) error {
	sc, err := e.sweepScenario(c, f, name)
	if err != nil {
		return err
	}
	// All cells have the same replicates: what a precision asks for at most.
	replicates, _ := wantedReplicates(sc)
	return e.sweepOf(c, f, sc, replicates, name)
}

// sweepOf runs what of a sweep is not kept yet.
func (e *env) sweepOf(c *cobra.Command, f *sweepFlags, sc *scenarios.Scenario, replicates int, name string) error {
	opt := sweep.Options{Replicates: replicates, NoTruth: f.noTruth, Workers: f.workers, Name: replayName(name, f.sets)}
	shard, err := parseShard(f.shard, f.out, opt.Replicates, "replicates")
	if err != nil {
		return err
	}
	if shard.Of > 0 {
		opt.From, opt.To = shard.From(), shard.To()
	}
	d, err := sweep.New(sc)
	if err != nil {
		return err
	}
	cells := 0
	for i := range d.Cells {
		if d.Cells[i].Reason == "" {
			cells++
		}
	}
	if e.planned(sc, baseName(name), report.Counted(opt.Replicates, "replicate")+" of "+report.Counted(cells, "cell"), (opt.To-opt.From)*cells) {
		return nil
	}
	var into *sweepFolder
	if f.out != "" {
		if into, err = e.openSweep(f, d, baseName(name), opt.Replicates, shard); err != nil {
			return err
		}
		opt.Keep = into.keep
	}
	return errors.Join(e.runSweep(c, f, d, opt, into, baseName(name)), into.close())
}

func (e *env) runSweep(c *cobra.Command, f *sweepFlags, d *sweep.Design, opt sweep.Options, into *sweepFolder, name string) error {
	r, err := withProgress(e, &f.flags, "trials", into.found(d), func(update func(done, want int)) (*sweep.Result, error) {
		opt.Progress = update
		return sweep.Run(c.Context(), d, opt)
	})
	switch {
	case err != nil && errors.Is(err, context.Cause(c.Context())):
		return f.noCell()
	case err != nil:
		return sweepError(err)
	}
	if into != nil && into.shard.Of > 0 {
		return into.shardDone(r)
	}
	return e.concludeSweep(f, r, into, name)
}

// shardDone says what a shard is good for.
func (s *sweepFolder) shardDone(r *sweep.Result) error {
	reached, made := 0, 0
	for i := range r.Cells {
		if r.Design.Cells[i].Reason == "" {
			made++
		}
		if r.Cells[i].Reached() {
			reached++
		}
	}
	if made == 0 {
		return fmt.Errorf("none of the %d cells can be made: %s", len(r.Cells), r.Design.Cells[0].Reason)
	}
	if !r.Partial {
		if err := s.folder.Done(); err != nil {
			return failed(err)
		}
	}
	_, err := fmt.Fprintf(s.e.stdout, "Shard %v: replicates %d to %d of %d of %d cells are in %s. Join the shards with caseload merge.\n",
		s.shard, s.shard.From(), s.shard.To()-1, reached, made, s.f.out)
	if err == nil && r.Partial {
		return keepsReplicates
	}
	return failed(err)
}

// sweepScenario is the scenario with what the flags say.
func (e *env) sweepScenario(c *cobra.Command, f *sweepFlags, name string) (*scenarios.Scenario, error) {
	sc, err := e.load(c, &f.flags, name)
	if err != nil {
		return nil, err
	}
	over, err := parseOver(f.over)
	if err != nil {
		return nil, err
	}
	var more []scenarios.Setting
	if len(over) > 0 {
		more = append(more, scenarios.Setting{Key: "sweep.over", Value: over, From: "--over"})
	}
	if sc, err = with(c, sc, more...); err != nil {
		return nil, err
	}
	if sc.Sweep == nil || len(sc.Sweep.Over) == 0 {
		return nil, fmt.Errorf("sweep: got no keys to vary, want --over key=v1,v2,... or a [sweep.over] table in the scenario")
	}
	if sc.Drawn() {
		return nil, errors.New("uncertainty.use: got true, want false for a sweep, whose cells differ in what is varied alone; what is not known makes power an assurance, which no cell is compared by. To see what a number does: caseload run --uncertain")
	}
	_, err = askedRows(sc)
	return sc, err
}

// parseOver reads all --over.
func parseOver(texts []string) (scenarios.Over, error) {
	over := scenarios.Over{}
	var all scenarios.Problems
	for _, text := range texts {
		v, err := scenarios.ParseVaried(text)
		if problems, ok := errors.AsType[scenarios.Problems](err); ok {
			all = append(all, problems...)
			continue
		}
		if slices.ContainsFunc(over, func(o scenarios.Varied) bool { return o.Key == v.Key }) {
			all = append(all, scenarios.Problem{File: "--over", Key: v.Key, Got: "it a second time", Want: "each key once, with all of its values: " + v.Key + "=v1,v2"})
			continue
		}
		over = append(over, v)
	}
	if len(all) > 0 {
		return nil, all
	}
	return over, nil
}

// noCell ends a sweep that has nothing to show yet.
func (f *sweepFlags) noCell() error {
	if f.out == "" {
		return noCellFinished
	}
	return fmt.Errorf("%w; the same command goes on", noCellFinished)
}

// sweepError tells what is wrong with the scenario or the folder from what broke.
func sweepError(err error) error {
	if _, ok := errors.AsType[scenarios.Problems](err); ok {
		return err
	}
	return outError("--out: ", err)
}

// concludeSweep keeps and shows a sweep, and says if it is partial.
func (e *env) concludeSweep(f *sweepFlags, r *sweep.Result, into *sweepFolder, name string) error {
	all := sweepresults.New(r, name, run.Filter{})
	if len(all.Cells) == all.CellsFailed {
		if r.Partial {
			return f.noCell()
		}
		return fmt.Errorf("none of the %d cells can be made: %s", len(all.Cells), all.Cells[0].Reason)
	}
	shown := sweepresults.New(r, name, shownRows(r.Design.Base, f.json || f.format == string(report.CSV)))
	kept := e.keepSweep(r, into, name)
	if err := errors.Join(kept, e.show(&f.flags, shown)); err != nil {
		return err
	}
	switch {
	case r.Partial && f.out != "":
		return fmt.Errorf("%w; the same command goes on with the rest", showsCells)
	case r.Partial:
		return showsCells
	case f.out != "":
		e.infof(&f.flags, "Wrote sweep.json, cells.csv, differences.csv and figures in %s; the page is %s.", f.out, filepath.Join(f.out, folder.PageName))
	}
	return nil
}

// keepSweep writes what the whole sweep shows into its folder, if it has one.
func (e *env) keepSweep(r *sweep.Result, into *sweepFolder, name string) error {
	return into.conclude(sweepresults.New(r, name, run.Filter{}), sweepresults.New(r, name, shownRows(r.Design.Base, false)))
}

// shownRows are those asked for: unless all are wanted or some are named, the
// primary outcome's first method that holds, among everyone.
func shownRows(sc *scenarios.Scenario, all bool) run.Filter {
	keep := run.Filter{Outcomes: sc.Ask.Outcomes, Subgroups: sc.Ask.Subgroups}
	if len(keep.Outcomes) == 0 && !all {
		primary := &sc.Outcomes[sc.Primary()]
		keep.Outcomes = []string{primary.Name}
		if len(keep.Subgroups) == 0 {
			first := sc.FirstThatHoldsIn(primary, sc.Contrasts(primary)[0], false)
			keep.Subgroups, keep.Methods = []string{"all"}, []string{first}
		}
	}
	return keep
}

// sweepFolder is where a sweep is kept. A nil one keeps nothing.
type sweepFolder struct {
	e      *env
	f      *sweepFlags
	design *sweep.Design
	folder *folder.Sweep
	name   string

	replicates int          // wanted of each cell
	shard      folder.Shard // zero: all of them
}

// each is how many replicates of each cell are to be kept here.
func (s *sweepFolder) each() int {
	if s.shard.Of > 0 {
		return s.shard.To() - s.shard.From()
	}
	return s.replicates
}

// openSweep opens --out.
func (e *env) openSweep(f *sweepFlags, d *sweep.Design, name string, replicates int, shard folder.Shard) (*sweepFolder, error) {
	sc := d.Base
	want := folder.Design{Scenario: name, Hash: sc.Hash(), Seed: sc.Seed, Levels: sc.Levels(), ModelVersion: analysis.ModelVersion, Method: d.Method,
		Samples: sc.Sweep.Samples, Recalibrate: d.Recalibrate, CreatedBy: createdBy()}
	for _, v := range sc.Sweep.Over {
		want.Over = append(want.Over, folder.DesignKey{Key: v.Key, Values: v.Text()})
	}
	if shard.Of > 0 {
		want.Shard, want.Total = shard.String(), shard.Total
	}
	s, err := folder.OpenSweep(f.out, want, sc)
	if err != nil {
		return nil, outError("--out: ", err)
	}
	return &sweepFolder{e, f, d, s, name, replicates, shard}, nil
}

func (s *sweepFolder) close() error {
	if s == nil {
		return nil
	}
	return failed(s.folder.Close())
}

// found is how many trials are kept already.
func (s *sweepFolder) found(d *sweep.Design) int {
	if s == nil {
		return 0
	}
	n := 0
	for i := range d.Cells {
		if about, err := folder.Inspect(s.folder.Cell(d.Cells[i].Number)); err == nil {
			n += min(about.Replicates, s.each())
		}
	}
	if n > 0 {
		s.e.infof(&s.f.flags, "Found %d of %d trials in %s.", n, s.each()*len(d.Cells), s.f.out)
	}
	return n
}

// keep is where a cell is kept.
func (s *sweepFolder) keep(cell int, m *sim.Model) (sweep.Keeper, error) {
	id, err := identity(m, s.name)
	if err != nil {
		return nil, err
	}
	if !s.design.Recalibrate {
		id.Baselines = s.design.Base
	}
	id.Shard = s.shard
	dir := s.folder.Cell(s.design.Cells[cell].Number)
	before := 0
	if about, err := folder.Inspect(dir); err == nil {
		before = about.Replicates
	}
	store, err := folder.Open(dir, id)
	if err != nil {
		return nil, err
	}
	if there := store.End(); there > s.replicates {
		return nil, errors.Join(folder.Refused{Reason: fmt.Sprintf("%s has %d replicates, more than the %d asked for: "+
			"ask for at least as many with --replicates, or give another folder", dir, there, s.replicates)}, store.Close())
	}
	return &cellKeeper{Folder: store, s: s, finished: before, began: time.Now()}, nil
}

// cellKeeper is the folder of a cell's run.
type cellKeeper struct {
	*folder.Folder
	s        *sweepFolder
	finished int // replicates that the files beside the parts are of already
	began    time.Time
}

// Finish writes the files of the cell's run, unless they are there.
func (k *cellKeeper) Finish(m *sim.Model, r *analysis.Result) error {
	if k.finished == r.Replicates {
		return nil
	}
	if k.s.shard.Of > 0 {
		return failed(k.Folder.Finish(r.Replicates, k.s.e.runRecord(&k.s.f.flags, k.began)))
	}
	whole := run.New(r, k.Manifest().Scenario, m.Shared(), run.Filter{})
	// A cell has no figures and no page until a report makes them: there may be
	// hundreds of cells.
	return failed(k.Folder.Finish(r.Replicates, k.s.e.runRecord(&k.s.f.flags, k.began), performance(whole), folder.Dictionary(trial.AskedIn(whole))))
}
