package main

import (
	"context"
	"errors"
	"fmt"

	"caseload/analysis/compare"
	compareresults "caseload/results/compare"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// compareFlags are the flags of the compare command alone.
type compareFlags struct {
	flags
	designs []string
	out     string
}

func (e *env) compareCommand() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare SCENARIO",
		Short: "Compare designs: who is randomized, and what it takes",
		Long: `Compare runs the same trial in several designs: clients randomized one by one,
sites, case managers, or designs of your own. All have the same clients and the
same chances, so that differences are known better than the designs themselves.
Where sites are randomized, no client gets what another arm is given: an arm's
contamination is that of individual randomization within a site.

It prints which design a service would choose, what each finds beside the effect
of a rollout, and what it takes in clients, months and costs. --full also prints
what a formula with one intraclass correlation says.

The designs are those of --design, else of the scenario's [compare] table, else
all that the scenario allows. A [[design]] table makes one of your own:

  [[design]]
  name     = "sites_by_pairs"
  per_site = 2000                       beside the prices of [cost]
  [design.set]
  "trial.randomization" = { method = "cluster", by = "site" }

--out DIR keeps it: compare-OUTCOME.json, a table as CSV, the figure as SVG and
PNG, and the page report.html.`,
		Example: `  caseload compare mine.toml
  caseload compare mine.toml --design individual --design sites
  caseload compare mine.toml --outcome days_in_treatment --full
  caseload compare mine.toml --replicates 4000 --out results`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.compare(c, &f, args[0]) },
	}
	c.Flags().StringArrayVar(&f.designs, "design", nil, "compare this design; repeatable; the first is that with which the others\nare compared (default the scenario's, else all that it allows)")
	sets(c, "design", "compare.designs")
	f.countFlag(c, "replicates", "how many trials of each design (default the scenario's)", 2, tooFewForError)
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	c.Flags().StringArrayVar(&f.outcomes, "outcome", nil, "about this outcome only; repeatable (default the primary one, else the first;\nin JSON and CSV all)")
	c.Flags().StringArrayVar(&f.subgroups, "subgroup", nil, `among this subgroup only, "all" for everyone; repeatable`)
	setsAsked(c)
	f.alphaFlag(c)
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the comparison, its figure and its page in this folder")
	return c
}

func (e *env) compare(c *cobra.Command, f *compareFlags, name string) error {
	sc, err := e.compareScenario(c, f, name)
	if err != nil {
		return err
	}
	if err := compatible(f.out, sc); err != nil {
		return err
	}
	p, err := compare.New(sc)
	if err != nil {
		return flagProblems(c, err)
	}
	replicates, _ := wantedReplicates(sc)
	if replicates < 2 {
		return fmt.Errorf("replicates: got %d, want at least 2%s", replicates, tooFewForError)
	}
	if e.planned(sc, baseName(name), report.Counted(replicates, "replicate")+" of "+report.Counted(len(p.Designs), "design"), replicates*len(p.Designs)) {
		return nil
	}
	opt := compare.Options{Replicates: replicates, Workers: f.workers, Name: replayName(name, f.sets)}
	r, err := withProgress(e, &f.flags, "trials", 0, func(update func(done, want int)) (*compare.Result, error) {
		opt.Progress = update
		return compare.Run(c.Context(), p, opt)
	})
	switch {
	case err != nil && errors.Is(err, context.Cause(c.Context())), err == nil && len(r.Found) == 0:
		return notKeptIn(f.out, noDesignFinished)
	case err != nil:
		return explainError(err)
	}
	return e.concludeCompare(f, sc, r, baseName(name))
}

// compareScenario is the scenario with what the flags say.
func (e *env) compareScenario(c *cobra.Command, f *compareFlags, name string) (*scenarios.Scenario, error) {
	sc, err := e.load(c, &f.flags, name)
	if err != nil {
		return nil, err
	}
	if sc, err = with(c, sc); err != nil {
		return nil, err
	}
	if sc.Drawn() {
		return nil, errors.New("uncertainty.use: got true, want false for a comparison, whose designs differ in what is designed alone; what is not known makes power an assurance, which no design is compared by")
	}
	if sc.Interim != nil {
		return nil, errors.New("interim: got looks, want none for a comparison: designs are compared by what they find at their end")
	}
	_, err = askedRows(sc)
	return sc, err
}

// concludeCompare keeps and shows a comparison, and says if it is partial.
func (e *env) concludeCompare(f *compareFlags, sc *scenarios.Scenario, r *compare.Result, name string) error {
	all := compareresults.New(r, name, run.Filter{Outcomes: sc.Ask.Outcomes, Subgroups: sc.Ask.Subgroups})
	shown := all
	if !f.json && f.format != string(report.CSV) {
		shown = compareresults.New(r, name, shownRows(sc, false))
	}
	var cut error
	if r.Partial {
		cut = notKeptIn(f.out, showsDesigns)
	}
	return e.conclude(&f.flags, shown, func() error { return e.keepCompare(f, sc, compareresults.New(r, name, shownRows(sc, false)), all) }, cut)
}

// keepCompare puts a whole comparison into --out: what is asked about, with figures, and a table of
// all outcomes.
func (e *env) keepCompare(f *compareFlags, sc *scenarios.Scenario, x, all *compareresults.Comparison) error {
	if f.out == "" {
		return nil
	}
	table := folder.File{Name: "compare-" + x.Stem() + ".csv", Write: all.CSV}
	return e.keepAnnex(&f.flags, f.out, sc, folder.CompareFile(x.Stem()), x, compareFigures(x), table)
}

// compareFigures are the figures of a comparison.
func compareFigures(x *compareresults.Comparison) (files []folder.File) {
	for _, f := range figure.Designs(x) {
		files = append(files, figureFiles(f, f.Name)...)
	}
	return files
}
