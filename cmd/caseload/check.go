package main

import (
	"caseload/analysis/literature"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
	"io"

	"github.com/spf13/cobra"
)

func (e *env) checkCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "check SCENARIO",
		Short: "Check a scenario: every problem at once, or what it amounts to",
		Long: `Check reports everything that is wrong with a scenario, each with file, line,
what was found and what is wanted. If nothing is, it says so, and shows for each
quantity that was asked for what is reached: without queues, for which the rates
are solved, and with queues, from simulation; what each program's effects amount
to in each arm, and which do nothing; how programs begin, and who does them; and
whether numbers rest on reviews, on trials and other studies, or on judgements.

--full prints the whole scenario with all defaults on standard output, and the
answer on standard error. What it prints is itself a scenario that gives the
same results.`,
		Example: `  caseload check mine.toml
  caseload check mine.toml --full > full.toml
  caseload check needle-exchange --set trial.sites=2 --quiet`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.check(c, &f, args[0]) },
	}
	f.setFlag(c)
	f.seedFlag(c)
	f.alphaFlag(c)
	c.Flags().BoolVar(&f.brief, "brief", false, "only say whether there are problems")
	c.Flags().BoolVar(&f.full, "full", false, "print the scenario with all defaults, too")
	c.MarkFlagsMutuallyExclusive("brief", "full")
	f.quietFlag(c, "do not report what is asked and reached")
	return c
}

func (e *env) check(c *cobra.Command, f *flags, name string) error {
	sc, err := e.scenario(c, f, name)
	if err != nil {
		return err
	}
	m, err := e.checkDraws(c, sc)
	if err != nil {
		return err
	}
	if len(sc.Studies) > 0 { // what is wrong with studies shows when they are put together
		if _, err := literature.NewContext(c.Context(), sc, nil); err != nil {
			return whileSolving(c.Context(), err)
		}
	}
	out := e.stdout
	if f.full {
		text, err := sc.Encode()
		if err != nil {
			return failed(err)
		}
		if _, err := e.stdout.Write(text); err != nil {
			return failed(err)
		}
		out = e.stderr
	}
	if f.quiet {
		return nil
	}
	return failed(e.reached(out, m, f.level()))
}

// checkDraws compiles the scenario with its numbers as written, and sees whether what is
// uncertain can be drawn.
func (e *env) checkDraws(c *cobra.Command, sc *scenarios.Scenario) (*sim.Model, error) {
	written, err := asWritten(sc)
	if err != nil {
		return nil, err
	}
	m, err := compile(c.Context(), written)
	if err != nil || len(sc.Unknowns()) == 0 {
		return m, err
	}
	drawn, err := sc.With(scenarios.Setting{Key: "uncertainty.use", Value: true})
	if err != nil {
		return nil, err
	}
	_, err = m.VariantContext(c.Context(), drawn)
	return m, whileSolving(c.Context(), err)
}

// reached reports what is asked and reached.
func (e *env) reached(out io.Writer, m *sim.Model, l report.Level) error {
	// Some 200 trials, fewer of very large ones.
	const most, clients = 200, 1 << 20
	replicates := max(2, min(most, clients/m.Clients()))
	check := run.NewCheck(m, replicates, m.WithQueues(m.Scenario.Seed, replicates))
	return check.Document(l).Write(out, report.Text, tableWidth(out))
}
