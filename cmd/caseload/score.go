package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/report"
	runresults "caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

func (e *env) scoreCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "score DIR ESTIMATES.csv",
		Short: "Compare estimates of your own with the truth",
		Long: `Score compares estimates that you have made from the data in a folder of
"caseload data" with the true effects: bias, coverage, power, type S and type M
error, each with its Monte Carlo standard error, beside those of the scenario's
own methods on the same trials.

ESTIMATES.csv has a row an estimate: replicate, outcome, method, estimate, se,
lower, upper, p. All columns but the first two may be missing, and so may
numbers (empty or NA). Limits are at the scenario's level, and p is two-sided.
Where they are missing they are those of a normal estimate with that standard
error. A row without estimate and p is a fit that failed, and so is a trial
without a row. More columns may say more: measure (RD, log OR, log HR, ...;
default that of the outcome's first method), subgroup (default all) and contrast.

--out DIR keeps the results like "caseload run --out", with a page and figures.`,
		Example: `  caseload data needle-exchange --replicates 1000 --out data
  Rscript mine.R data estimates.csv
  caseload score data estimates.csv
  caseload score data estimates.csv --outcome linked_7d --full
  caseload score data estimates.csv --out results`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("score: got %s, want two: a folder that \"caseload data\" has made, and a CSV file of estimates\nSee %s --help", report.Counted(len(args), "argument"), c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return e.score(c, &f, args[0], args[1]) },
	}
	f.workersFlag(c)
	f.filterFlags(c)
	f.showFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the results in this folder, or go on in it")
	return c
}

func (e *env) score(c *cobra.Command, f *runFlags, dir, file string) error {
	about, m, err := e.loadData(c, &f.flags, dir)
	if err != nil {
		return err
	}
	shown, err := askedRows(m.Scenario)
	if err != nil {
		return err
	}
	if f.elsewhere, err = readElsewhere(file, about.Replicates); err != nil {
		return err
	}
	if err := e.checkElsewhere(&f.flags, m, f.elsewhere, file); err != nil {
		return err
	}
	f.showsElsewhere(&shown)
	opt := analysis.Options{Seed: m.Scenario.Seed, Workers: f.workers, Replicates: about.Replicates, Name: about.Scenario}
	if f.out != "" {
		return e.runInto(c, f, m, opt, folder.Shard{}, shown, about.Scenario)
	}
	opt.Outside, opt.Answer = f.elsewhere.Analyses, f.elsewhere.Answer
	r, err := e.simulate(c, &f.flags, m, opt, 0)
	if err != nil {
		return err
	}
	return e.concludeRun(&f.flags, r, m, shown, about.Scenario)
}

// showsElsewhere shows, where nothing else is asked for, the measures of the outcomes that
// the estimates are about.
func (f *runFlags) showsElsewhere(shown *runresults.Filter) {
	if len(shown.Outcomes) == 0 {
		for _, a := range f.elsewhere.Analyses {
			shown.Outcomes = append(shown.Outcomes, a.Outcome)
		}
	}
	if len(shown.Subgroups) == 0 {
		for _, a := range f.elsewhere.Analyses {
			shown.Subgroups = append(shown.Subgroups, a.Subgroup)
		}
	}
	if len(f.measures) == 0 && f.level() == report.Screen && !f.json && f.format != string(report.CSV) {
		f.measures = []string{"bias", "empirical_se", "model_se", "coverage", "power", "type_s", "type_m"}
	}
}

// loadData loads and compiles the scenario that a folder of data is of.
func (e *env) loadData(c *cobra.Command, f *flags, dir string) (*folder.DataAbout, *sim.Model, error) {
	about, err := folder.InspectData(dir)
	if err != nil {
		return nil, nil, outError("", err)
	}
	if about.Shard != "" {
		return nil, nil, fmt.Errorf("%s: got shard %s, want the data of all trials: join the shards first with caseload merge", dir, about.Shard)
	}
	sc, err := keptWithData(dir, about)
	if err != nil {
		return nil, nil, err
	}
	if err := f.checkNames(sc); err != nil {
		return nil, nil, err
	}
	if sc, err = with(c, sc); err != nil {
		return nil, nil, err
	}
	m, err := compile(c.Context(), sc)
	return about, m, err
}

// keptWithData loads the scenario that stands with data.
func keptWithData(dir string, about *folder.DataAbout) (*scenarios.Scenario, error) {
	sc, err := loadKept(dir)
	if err == nil && (sc.Hash() != about.Hash || sc.Seed != about.Seed) {
		err = fmt.Errorf("%s: got a scenario that is not the one that %s says the data are of: it was changed since, or is damaged",
			filepath.Join(dir, folder.ScenarioName), folder.DataName)
	}
	return sc, err
}

// readElsewhere reads a file of estimates of so many replicates.
func readElsewhere(name string, replicates int) (*outside.Estimates, error) {
	text, err := osFS{}.Open(filepath.ToSlash(name))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: got no such file, want a CSV file of estimates", name)
		}
		return nil, failed(err)
	}
	defer text.Close()
	all := replicate.Range{To: replicates}
	x := outside.New(all)
	if err := x.Add(name, text, all); err != nil {
		return nil, err
	}
	if len(x.Analyses) == 0 {
		return nil, fmt.Errorf("%s: got no rows, want a row an estimate", name)
	}
	return x, nil
}

// keptElsewhere reads the estimates made elsewhere that a result folder keeps, nil if
// there are none.
func keptElsewhere(dir string, replicates int) (*outside.Estimates, error) {
	name := filepath.Join(dir, outside.Name)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return readElsewhere(name, replicates)
}

// checkElsewhere refuses estimates of what the scenario does not ask, and says what is
// missing.
func (e *env) checkElsewhere(f *flags, m *sim.Model, x *outside.Estimates, name string) error {
	if _, err := analysis.Rows(m, x.Analyses); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if list := x.Unread(); len(list) > 0 {
		e.infof(f, "%s: not read: the columns %s.", name, strings.Join(list, ", "))
	}
	if n := x.Infinite(); n > 0 {
		e.infof(f, "%s: %s infinite or too large, taken as missing.", name, report.Counted(n, "number"))
	}
	for k, a := range x.Analyses {
		if n := x.Missing(k); n > 0 {
			e.infof(f, "%s: %s by %s has no row for %s of %s trials; they count as fits that failed.", name, a.Outcome, a.Method, report.Grouped(n), report.Grouped(x.Replicates()))
		}
	}
	return nil
}
