package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"caseload/analysis"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// identity is what the folder of a run must be of.
func identity(m *sim.Model, name string) (folder.Identity, error) {
	layout, err := analysis.NewLayout(m)
	return folder.Identity{Name: name, Scenario: m.Scenario, Layout: layout, CreatedBy: createdBy()}, err
}

func createdBy() string { return "caseload " + version() }

// outError is an error about a result folder: of the user's, if it is the wrong
// one, else of what went wrong with it.
func outError(flag string, err error) error {
	if err == nil {
		return nil
	}
	if _, refused := errors.AsType[folder.Refused](err); refused {
		return fmt.Errorf("%s%w", flag, err)
	}
	return failed(err)
}

// compatible refuses an --out that holds results of another scenario, before there is
// anything to put there.
func compatible(out string, sc *scenarios.Scenario) error {
	if out == "" {
		return nil
	}
	if err := folder.CheckCompatible(out, sc.Hash()); err != nil {
		return outError("--out: ", err)
	}
	return outError("--out: ", folder.Tidy(out))
}

// forReviews refuses an --out that holds anything but reviews.
func forReviews(out string) error {
	if out == "" {
		return nil
	}
	if err := folder.CheckReviews(out); err != nil {
		return outError("--out: ", err)
	}
	return outError("--out: ", folder.Tidy(out))
}

// runInto runs into a folder the replicates that it lacks.
func (e *env) runInto(c *cobra.Command, f *runFlags, m *sim.Model, opt analysis.Options, shard folder.Shard, shown run.Filter, name string) (err error) {
	began := time.Now()
	id, err := identity(m, name)
	if err != nil {
		return failed(err)
	}
	id.Shard = shard
	store, err := folder.Open(f.out, id)
	if err != nil {
		return outError("--out: ", err)
	}
	defer func() { err = errors.Join(err, failed(store.Close())) }()
	if there := store.End(); there > opt.Replicates {
		return tooFew(f.out, there, opt.Replicates)
	}
	want, found := opt.Replicates, store.Replicates()
	if shard.Of > 0 {
		want = opt.To - opt.From
	}
	if found > 0 {
		e.infof(&f.flags, "Found %d of %d replicates in %s.", min(found, want), want, f.out)
	}
	opt.Store = store
	if err := e.analysed(c.Context(), f, m, &opt, f.out, name); err != nil {
		return err
	}
	collector, err := newCollector(m, opt.Outside...)
	if err != nil {
		return failed(err)
	}
	opt.Visit = collector.Visit
	r, err := e.simulate(c, &f.flags, m, opt, found)
	if err != nil {
		return err
	}
	if there := store.End(); !r.Partial && shard.Of == 0 && there > r.Replicates {
		return tooFew(f.out, there, r.Replicates) // the precision is reached before
	}
	if err := e.keep(c.Context(), store, &f.flags, r, &view{m: m, collector: collector, elsewhere: f.elsewhere}, began); err != nil {
		return err
	}
	if shard.Of > 0 {
		return e.shardDone(f.out, shard, r)
	}
	if err := e.concludeRun(&f.flags, r, m, shown, name); err != nil {
		return err
	}
	e.infof(&f.flags, "Kept in %s; the page is %s.", f.out, filepath.Join(f.out, folder.PageName))
	return nil
}

// tooFew refuses to make a folder smaller than it is.
func tooFew(dir string, there, wanted int) error {
	return fmt.Errorf("--out: %s has %d replicates, more than the %d asked for: ask for at least as many with --replicates, or give another folder", dir, there, wanted)
}

// keep ends a run into a folder: what it found is written there. A run that was
// interrupted is not shown there: whoever stops it doesn't want to wait.
func (e *env) keep(ctx context.Context, store *folder.Folder, f *flags, r *analysis.Result, v *view, began time.Time) error {
	about := store.Manifest()
	files := []folder.File{e.runRecord(f, began)}
	if v.elsewhere != nil {
		files = append(files, folder.File{Name: outside.Name, Write: v.elsewhere.CSV})
	}
	if about.Shard == "" {
		v.whole = run.New(r, about.Scenario, v.m.Shared(), run.Filter{})
		files = append(files, performance(v.whole), folder.Dictionary(trial.AskedIn(v.whole)))
	}
	if about.Shard == "" && !r.Partial {
		var err error
		if v.history, err = newHistory(ctx, v.m, about.Scenario, r.Replicates, f.workers); err != nil {
			if ctx.Err() != nil {
				return failed(errors.Join(store.Finish(r.Replicates, files...), keepsReplicates))
			}
			return failed(err)
		}
		also, err := readAnnexes(store.Dir(), v.m.Scenario.Labels())
		if err != nil {
			return err
		}
		files = append(files, folder.File{Name: folder.HistoryName, Write: v.history.JSON})
		files = append(files, v.files(also)...)
	}
	return failed(store.Finish(r.Replicates, files...))
}

// performance is the file of the measures of every row.
func performance(all *run.Run) folder.File {
	return folder.File{Name: "performance.csv", Write: func(w io.Writer) error { return all.CSV(w) }}
}

// runRecord is how the run was done: what may differ between runs of the same
// numbers.
func (e *env) runRecord(f *flags, began time.Time) folder.File {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	workers := f.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	record := struct {
		Host        string   `json:"host"`
		OS          string   `json:"os"`
		Arch        string   `json:"arch"`
		Go          string   `json:"go"`
		WallSeconds float64  `json:"wall_seconds"`
		Workers     int      `json:"workers"`
		Command     []string `json:"command"`
	}{host, runtime.GOOS, runtime.GOARCH, runtime.Version(), 0, workers, append([]string{"caseload"}, e.args...)}
	return folder.File{Name: "run.json", Write: func(w io.Writer) error {
		record.WallSeconds = time.Since(began).Seconds()
		j := json.NewEncoder(w)
		j.SetEscapeHTML(false)
		j.SetIndent("", "  ")
		return j.Encode(record)
	}}
}

// shardDone says what a shard is good for: by itself it is not shown.
func (e *env) shardDone(dir string, shard folder.Shard, r *analysis.Result) error {
	_, err := fmt.Fprintf(e.stdout, "Shard %v: %d of its %d replicates are in %s. Join the shards with caseload merge.\n",
		shard, r.Replicates, shard.To()-shard.From(), dir)
	if err == nil && r.Partial {
		return keepsReplicates
	}
	return failed(err)
}

// infof tells on standard error what is going on; if that fails there is nobody
// to tell.
func (e *env) infof(f *flags, format string, args ...any) {
	if !f.quiet {
		_, _ = fmt.Fprint(e.stderr, report.Printable(fmt.Sprintf(format+"\n", args...)))
	}
}

// loadKept loads the scenario that a result folder is of.
func loadKept(dir string) (*scenarios.Scenario, error) {
	return scenarios.Load(osFS{}, filepath.ToSlash(filepath.Join(dir, folder.ScenarioName)), nil)
}
