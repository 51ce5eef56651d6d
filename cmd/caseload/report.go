package main

import (
	"fmt"
	"path/filepath"

	"caseload/analysis"
	"caseload/results/folder"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

const folderArg = `a folder that "caseload run --out" has made`

func (e *env) reportCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "report DIR",
		Short: "Show the results in a folder, at another level or by other measures",
		Long: `Report shows what "caseload run --out DIR" has kept, without simulating: the
same report, or another view of it. With --alpha all tests and intervals are
made anew at that level; an interval that would need the data is then missing.

A shard is refused, for its replicates alone are not the run: see caseload
merge. Nothing in the folder is changed.`,
		Example: `  caseload report results
  caseload report results --alpha 0.01 --outcome linked_7d
  caseload report results --measure bias --measure coverage --format markdown
  caseload report results --method welch --json`,
		Args: oneArg(folderArg),
		RunE: func(c *cobra.Command, args []string) error { return e.report(c, &f, args[0]) },
	}
	f.alphaFlag(c)
	f.filterFlags(c)
	c.Flags().StringArrayVar(&f.methods, "method", nil, "show this method only; repeatable (default all)")
	f.showFlags(c)
	f.quietFlag(c, "don't say that a run was cut off")
	return c
}

func (e *env) report(c *cobra.Command, f *flags, dir string) error {
	if err := f.checkShown(); err != nil {
		return err
	}
	if c.Flags().Changed("alpha") {
		if err := f.checkAlpha(); err != nil {
			return err
		}
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
	m, baselines, err := compileKept(dir, about, sc)
	if err != nil {
		return err
	}
	store, r, err := e.rescore(c, dir, about, m, baselines, f.alpha)
	if err != nil {
		return err
	}
	if n := store.Replicates(); n > about.Replicates {
		e.say(f, "The last run into %s was cut off: these are the %d replicates that it kept. To go on, give the same command again.", dir, n)
	}
	return e.conclude(f, r, m, about.Scenario)
}

// compileKept compiles the scenario of a folder. A cell of a sweep has the
// baselines of another one, which is kept beside it.
func compileKept(dir string, about *folder.Manifest, sc *scenarios.Scenario) (*sim.Model, *scenarios.Scenario, error) {
	if about.Baselines == "" {
		m, err := sim.Compile(sc)
		return m, nil, err
	}
	base, err := scenarios.Load(working{}, filepath.ToSlash(filepath.Join(dir, folder.BaselinesName)), nil)
	if err != nil {
		return nil, nil, err
	}
	m, err := sim.Compile(base)
	if err == nil {
		m, err = m.Variant(sc)
	}
	return m, base, err
}

// rescore computes the performance of what a folder keeps; alpha 0 is the
// scenario's own.
func (e *env) rescore(c *cobra.Command, dir string, about *folder.Manifest, m *sim.Model, baselines *scenarios.Scenario, alpha float64) (*folder.Folder, *analysis.Result, error) {
	id, err := identity(m, about.Scenario)
	if err != nil {
		return nil, nil, failed(err)
	}
	id.Baselines = baselines
	store, err := folder.View(dir, id)
	if err != nil {
		return nil, nil, outError("", err)
	}
	n := store.Replicates()
	switch {
	case n < about.Replicates:
		return nil, nil, failed(fmt.Errorf("%s lacks parts: %d of its %d replicates are there; run again to make the others anew", dir, n, about.Replicates))
	case n == 0:
		return nil, nil, fmt.Errorf("%s: got a folder without replicates: its run was cut off before the first were kept; give the same command again", dir)
	}
	r, err := analysis.Run(c.Context(), m, analysis.Options{Replicates: n, Seed: m.Scenario.Seed, Store: store, Alpha: alpha, Name: about.Scenario})
	return store, r, failed(err)
}
