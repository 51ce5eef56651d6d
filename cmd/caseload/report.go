package main

import (
	"context"
	"fmt"
	"path/filepath"

	"caseload/analysis"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

const folderArg = `a folder that "--out" has made`

// reportFlags are the flags of the report command alone.
type reportFlags struct {
	flags
	out     string
	noFiles bool
}

func (e *env) reportCommand() *cobra.Command {
	var f reportFlags
	c := &cobra.Command{
		Use:   "report DIR",
		Short: "Show the results in a folder, at another level or measure",
		Long: `Report shows what --out DIR has kept, without simulating, and makes the page,
report.html, and its figures anew: of a run, explanations, plans, a sweep,
bodies of trials, meta-analyses and calibrations.

Of a run it shows the same report, or another view of it. With --alpha all tests
and intervals are made anew at that level; an interval that would need the data
is then missing. The page of a run has the explanations and plans that stand in
its folder, too. The files of another view (--alpha, --measure, --outcome,
--subgroup, --method) go into the folder that --out names and leave DIR as it
is; without --out such a view is printed alone.

A shard is refused, for its replicates alone are not the run: see caseload
merge.`,
		Example: `  caseload report results
  caseload report results --alpha 0.01 --outcome linked_7d
  caseload report results --alpha 0.01 --out strict
  caseload report results --measure bias --measure coverage --format markdown
  caseload report results --method welch --json`,
		Args:              oneArg(folderArg),
		ValidArgsFunction: folderWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.report(c, &f, args[0]) },
	}
	f.alphaFlag(c)
	f.filterFlags(c)
	c.Flags().StringArrayVar(&f.methods, "method", nil, "show this method only; repeatable (default all)")
	f.showFlags(c)
	c.Flags().StringVar(&f.out, "out", "", "write figures, page and performance.csv into this folder instead")
	c.Flags().BoolVar(&f.noFiles, "no-files", false, "print only")
	c.MarkFlagsMutuallyExclusive("out", "no-files")
	f.quietFlag(c, "don't say that a run was cut off, or what is written")
	return c
}

// another tells whether a view is asked for that is not the run's own.
func (f *reportFlags) another() bool {
	return f.alpha > 0 || len(f.measures)+len(f.outcomes)+len(f.subgroups)+len(f.methods) > 0
}

func (e *env) report(c *cobra.Command, f *reportFlags, dir string) error {
	if c.Flags().Changed("alpha") {
		if err := f.checkAlpha(); err != nil {
			return err
		}
	}
	if content, err := folder.ContentOf(dir); err != nil {
		return outError("", err)
	} else if content > folder.Run {
		return e.reportOther(c, f, dir, content)
	}
	about, err := folder.Inspect(dir)
	if err != nil {
		return outError("", err)
	}
	if about.Shard != "" {
		return fmt.Errorf("%s: got shard %s, want a whole run: the replicates of a shard are not the run. Join the shards first: caseload merge DIR... --out OUT", dir, about.Shard)
	}
	sc, err := loadKept(dir)
	if err != nil {
		return err
	}
	if err := f.checkNames(sc); err != nil {
		return err
	}
	m, baselines, err := compileKept(c.Context(), dir, about, sc)
	if err != nil {
		return err
	}
	elsewhere, err := keptElsewhere(dir, about.Replicates)
	if err != nil {
		return err
	}
	store, r, collector, err := e.rescore(c, dir, about, m, baselines, f.alpha, elsewhere)
	if err != nil {
		return err
	}
	if n := store.Replicates(); n > about.Replicates {
		e.infof(&f.flags, "The last run into %s was cut off: these are the %d replicates that it kept. To go on, give the same command again.", dir, n)
	}
	keep := run.Filter{Outcomes: f.outcomes, Subgroups: f.subgroups, Methods: f.methods}
	v := &view{m: m, collector: collector, whole: run.New(r, about.Scenario, m.Shared(), run.Filter{}), measures: f.measures, alpha: f.alpha}
	if err := e.concludeRun(&f.flags, r, m, keep, about.Scenario); err != nil {
		return err
	}
	if f.noFiles || f.another() && f.out == "" {
		return nil
	}
	return e.remake(f, dir, v, run.New(r, about.Scenario, m.Shared(), keep))
}

// remake writes a view's figures and page: the run's own into its folder.
func (e *env) remake(f *reportFlags, dir string, v *view, shown *run.Run) (err error) {
	if v.history, err = folder.ReadHistory(dir, v.m.Scenario.Hash(), v.m.Scenario.Seed); err != nil {
		return failed(err)
	}
	if v.history == nil {
		v.missing = append(v.missing, fmt.Sprintf("The flow of clients and what happens over time are not shown: %s is not there.", folder.HistoryName))
		e.infof(&f.flags, "%s is not in %s: without it there is no flow of clients and nothing over time. To make it, give the command of the run again.", folder.HistoryName, dir)
	}
	also, err := readAnnexes(dir, v.m.Scenario.Labels())
	if err != nil {
		return err
	}
	if f.out == "" {
		sheet, err := e.keptSheet(dir, v.m.Scenario, also.plans)
		if err != nil {
			return failed(err)
		}
		if err := folder.WriteFiles(dir, v.whole.Hash, append(v.files(also), sheet...)...); err != nil {
			return outError("", fmt.Errorf("%w\nThe report above is whole; to print it without writing files: --no-files", err))
		}
		return nil
	}
	v.run = shown
	if err := folder.Create(f.out, append(v.files(also), performance(shown))...); err != nil {
		return outError("--out: ", err)
	}
	e.infof(&f.flags, "Wrote %s, its figures and performance.csv into %s.", folder.PageName, f.out)
	return nil
}

// compileKept compiles the scenario of a folder. A cell of a sweep has the
// baselines of another one, which is kept beside it.
func compileKept(ctx context.Context, dir string, about *folder.Manifest, sc *scenarios.Scenario) (*sim.Model, *scenarios.Scenario, error) {
	if about.Baselines == "" {
		m, err := compile(ctx, sc)
		return m, nil, err
	}
	base, err := scenarios.Load(osFS{}, filepath.ToSlash(filepath.Join(dir, folder.BaselinesName)), nil)
	if err != nil {
		return nil, nil, err
	}
	m, err := compile(ctx, base)
	if err == nil {
		m, err = m.VariantContext(ctx, sc)
		err = whileSolving(ctx, err)
	}
	return m, base, err
}

// rescore computes the performance of what a folder keeps; alpha 0 is the
// scenario's own.
func (e *env) rescore(c *cobra.Command, dir string, about *folder.Manifest, m *sim.Model, baselines *scenarios.Scenario, alpha float64, elsewhere *outside.Estimates) (*folder.Folder, *analysis.Result, *run.Collector, error) {
	id, err := identity(m, about.Scenario)
	if err != nil {
		return nil, nil, nil, failed(err)
	}
	id.Baselines = baselines
	store, err := folder.View(dir, id)
	if err != nil {
		return nil, nil, nil, outError("", err)
	}
	n := store.Replicates()
	switch {
	case n < about.Replicates:
		return nil, nil, nil, failed(fmt.Errorf("%s lacks parts: %d of its %d replicates are there; run again to make the others anew", dir, n, about.Replicates))
	case n == 0:
		return nil, nil, nil, fmt.Errorf("%s: got a folder without replicates: its run was cut off before the first were kept; give the same command again", dir)
	}
	opt := analysis.Options{Replicates: n, Seed: m.Scenario.Seed, Store: store, Alpha: alpha, Name: about.Scenario}
	if elsewhere != nil {
		opt.Outside, opt.Answer = elsewhere.Analyses, elsewhere.Answer
	}
	collector, err := newCollector(m, opt.Outside...)
	if err != nil {
		return nil, nil, nil, failed(err)
	}
	opt.Visit = collector.Visit
	r, err := analysis.Run(c.Context(), m, opt)
	return store, r, collector, failed(err)
}
