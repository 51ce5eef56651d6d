package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"caseload/analysis"
	"caseload/results/folder"

	"github.com/spf13/cobra"
)

func (e *env) mergeCommand() *cobra.Command {
	var f flags
	var out string
	c := &cobra.Command{
		Use:   "merge DIR...",
		Short: "Join the shards of a run, a sweep, data and others",
		Long: `Merge joins the folders of shards (--shard I/N of run, sweep, explain,
literature and data) into one, in any order. All of them must be there, and
whole. The result is the folder that one command would have made, to the byte
but for run.json, and can be extended like it.

DIR may be the folder of "caseload slurm" alone: then its shards are joined into
DIR/results. Where some are missing this is no failure: merge says which, and
what sends them again.`,
		Example: `  caseload run mine.toml --out shard-1 --shard 1/2
  caseload run mine.toml --out shard-2 --shard 2/2   perhaps elsewhere
  caseload merge shard-1 shard-2 --out results
  caseload report results
  caseload merge study               what caseload slurm --out study has made`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("merge: got 0 arguments, want the folders of all shards\nSee %s --help", c.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: folderWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.merge(c, &f, out, args) },
	}
	c.Flags().StringVar(&out, "out", "", "the folder to be made (required, but for the folder of caseload slurm)")
	f.workersFlag(c)
	f.quietFlag(c, "don't say what was joined")
	return c
}

// intact refuses a folder whose scenario cannot be read, or is not the one that was
// run: it would be found to be damaged where it has been copied to.
func intact(dir string) error {
	about, err := folder.Inspect(dir)
	if err != nil {
		return outError("", err)
	}
	sc, err := loadKept(dir)
	if err != nil {
		return err
	}
	if about.ModelVersion == analysis.ModelVersion && sc.Hash() != about.Hash {
		return fmt.Errorf("%s: got a scenario that is not the one that %s says was run: it was changed since, or is damaged",
			filepath.Join(dir, folder.ScenarioName), folder.ManifestName)
	}
	return nil
}

func (e *env) merge(c *cobra.Command, f *flags, out string, dirs []string) error {
	job, err := jobIn(dirs)
	switch {
	case err != nil:
		return err
	case job != nil:
		return e.mergeJob(c, f, job, out)
	case out == "":
		return errors.New("--out: got nothing, want the folder to be made")
	}
	return e.join(c, f, out, dirs)
}

// join joins shards, of whatever command the first one is.
func (e *env) join(c *cobra.Command, f *flags, out string, dirs []string) error {
	if folder.HoldsData(dirs[0]) {
		return e.joinData(c, f, out, dirs)
	}
	if q, err := folder.ReadQuestion(dirs[0]); q != nil || err != nil {
		return errors.Join(outError("", err), e.joinQuestion(c, f, out, dirs, q))
	}
	if d, err := folder.ReadDesign(dirs[0]); d != nil || err != nil {
		return errors.Join(outError("", err), e.joinSweep(c, f, out, dirs, d))
	}
	return e.joinRun(c, f, out, dirs)
}

// joinData joins shards of data. It computes the true effects, which a shard has not.
func (e *env) joinData(c *cobra.Command, f *flags, out string, dirs []string) error {
	about, err := folder.InspectData(dirs[0])
	if err != nil {
		return outError("", err)
	}
	sc, err := keptWithData(dirs[0], about)
	if err != nil {
		return err
	}
	whole, err := folder.MergeData(out, sc, dirs...)
	if err != nil {
		return outError("", err)
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	whole.CreatedBy = createdBy()
	return e.dataInto(c.Context(), f, out, m, whole)
}

func (e *env) joinRun(c *cobra.Command, f *flags, out string, dirs []string) (err error) {
	began := time.Now()
	for _, dir := range dirs {
		if err := intact(dir); err != nil {
			return err
		}
	}
	if err := folder.Merge(out, createdBy(), dirs...); err != nil {
		return outError("", err)
	}
	about, err := folder.Inspect(out)
	if err != nil {
		return outError("", err)
	}
	sc, err := loadKept(out)
	if err != nil {
		return err
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	id, err := identity(m, about.Scenario)
	if err != nil {
		return failed(err)
	}
	store, err := folder.Open(out, id)
	if err != nil {
		return outError("", err)
	}
	defer func() { err = errors.Join(err, failed(store.Close())) }()
	collector, err := newCollector(m)
	if err != nil {
		return failed(err)
	}
	r, err := analysis.Run(c.Context(), m, analysis.Options{Replicates: store.Replicates(), Seed: sc.Seed, Workers: f.workers, Store: store, Name: about.Scenario, Visit: collector.Visit})
	if err != nil {
		return failed(err)
	}
	if err := e.keep(c.Context(), store, f, r, &view{m: m, collector: collector}, began); err != nil {
		return err
	}
	e.infof(f, "Joined %d folders: %d replicates are in %s.", len(dirs), r.Replicates, out)
	return nil
}
