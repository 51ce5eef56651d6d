package main

import (
	"errors"
	"fmt"

	"caseload/analysis"
	"caseload/results/difference"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// diffFlags are the flags of the diff command alone.
type diffFlags struct {
	flags
	run bool
}

func (e *env) diffCommand() *cobra.Command {
	var f diffFlags
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Show what two scenarios assume differently",
		Long: `Diff compares two scenarios with all their defaults and shows the keys that have
different values, or that only one of them has. Titles, notes, labels and what
is asked about the trial, such as its seed, are shown with --full only.

--run simulates both and shows, for each outcome and contrast that both have
among everyone, the true effect, the mean estimate and the power of both, the
difference, and whether it is more than three Monte Carlo standard errors
(MCSE). That of a difference takes the runs as independent. Runs with the same
seed may vary together; it is then usually too large.

The exit code is 0 whether they differ or not.`,
		Example: `  caseload diff needle-exchange needle-exchange-benefit
  caseload diff needle-exchange mine.toml --full
  caseload diff needle-exchange mine.toml --run --replicates 400
  caseload show needle-exchange | caseload diff - mine.toml --json`,
		Args:              twoScenarios,
		ValidArgsFunction: twoScenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.diff(c, &f, args[0], args[1]) },
	}
	c.Flags().BoolVar(&f.run, "run", false, "run both, and compare what their trials find")
	f.countFlag(c, "replicates", "with --run: how many trials of each (default each scenario's)", 1, "")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	c.Flags().StringArrayVar(&f.outcomes, "outcome", nil, "with --run: compare this outcome only; repeatable (default all)")
	sets(c, "outcome", "ask.outcome")
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	return c
}

// twoScenarios refuses all but two scenarios.
func twoScenarios(c *cobra.Command, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%s: got %s, want two scenarios, each %s\nSee %s --help", c.Name(), report.Counted(len(args), "argument"), scenarioArg, c.CommandPath())
	}
	if args[0] == "-" && args[1] == "-" {
		return errors.New(`diff: got "-" twice, want one scenario from standard input at most`)
	}
	return nil
}

// twoScenarioWords offers scenarios for two arguments.
func twoScenarioWords(c *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 1 {
		args = nil
	}
	return scenarioWords(c, args, typed)
}

func (e *env) diff(c *cobra.Command, f *diffFlags, a, b string) error {
	if err := f.checkIdle(c); err != nil {
		return err
	}
	first, second, err := e.bothScenarios(c, f, a, b)
	if err != nil {
		return err
	}
	d, err := difference.New(first, second, baseName(a), baseName(b))
	if err != nil {
		return failed(err)
	}
	if d.A == d.B { // two files of one name in different folders
		d.A, d.B = a, b
	}
	if !f.run {
		return e.show(&f.flags, d)
	}
	runA, err := e.runOne(c, f, first, a)
	if err != nil {
		return err
	}
	runB, err := e.runOne(c, f, second, b)
	if err != nil {
		return err
	}
	d.Compare(runA, runB)
	return e.show(&f.flags, d)
}

// checkIdle refuses flags of runs where none is asked for.
func (f *diffFlags) checkIdle(c *cobra.Command) error {
	var errs []error
	for _, name := range []string{"replicates", "seed", "workers", "outcome"} {
		if c.Flags().Changed(name) && !f.run {
			errs = append(errs, fmt.Errorf("--%s: makes no difference without --run", name))
		}
	}
	return errors.Join(errs...)
}

// bothScenarios loads two scenarios. The problems of both are shown at once.
func (e *env) bothScenarios(c *cobra.Command, f *diffFlags, a, b string) (first, second *scenarios.Scenario, err error) {
	first, errA := e.scenario(c, &f.flags, a)
	second, errB := e.scenario(c, &f.flags, b)
	if errA != nil && errB != nil && errA.Error() == errB.Error() { // of a flag
		return nil, nil, errA
	}
	return first, second, errors.Join(errA, errB)
}

// runOne runs one of the scenarios. Two runs of which one was cut off are not
// compared.
func (e *env) runOne(c *cobra.Command, f *diffFlags, sc *scenarios.Scenario, name string) (*run.Run, error) {
	sc, err := asWritten(sc)
	if err != nil {
		return nil, err
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return nil, err
	}
	opt := analysis.Options{Seed: sc.Seed, Workers: f.workers, Name: replayName(name, f.sets)}
	opt.Replicates, opt.Precision = wantedReplicates(sc)
	r, err := e.simulate(c, &f.flags, m, opt, 0)
	switch {
	case err != nil:
		return nil, err
	case r.Partial:
		return nil, nothingShown
	}
	return run.New(r, baseName(name), m.Shared(), run.Filter{Outcomes: sc.Ask.Outcomes}), nil
}
