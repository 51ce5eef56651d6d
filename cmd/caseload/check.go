package main

import (
	"caseload/analysis/literature"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/sim"

	"github.com/spf13/cobra"
)

func (e *env) checkCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "check SCENARIO",
		Short: "Check a scenario: every problem at once, or what it amounts to",
		Long: `Check reports everything that is wrong with a scenario, each with file, line,
what was found and what is wanted. If nothing is, it prints the full scenario
with all defaults on standard output, which is itself a scenario that gives the
same results, and on standard error for each natural quantity what was asked
for and what is reached: without queues, for which the hazards are solved, and
with them, from simulation; and what each program's effects amount to.`,
		Example: `  caseload check mine.toml
  caseload check mine.toml > full.toml
  caseload check needle-exchange --set trial.sites=2 --quiet`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.check(c, &f, args[0]) },
	}
	f.setFlag(c)
	f.seedFlag(c)
	f.alphaFlag(c)
	f.quietFlag(c, "don't report what is asked and reached")
	return c
}

func (e *env) check(c *cobra.Command, f *flags, name string) error {
	sc, err := e.scenario(c, f, name)
	if err != nil {
		return err
	}
	m, err := sim.Compile(sc)
	if err != nil {
		return err
	}
	if len(sc.Studies) > 0 { // what is wrong with studies shows when they are put together
		if _, err := literature.New(sc, nil); err != nil {
			return err
		}
	}
	text, err := sc.Encode()
	if err != nil {
		return failed(err)
	}
	if _, err := e.stdout.Write(text); err != nil || f.quiet {
		return failed(err)
	}
	return failed(e.reached(m))
}

// reached reports what is asked and reached.
func (e *env) reached(m *sim.Model) (err error) {
	defer recoverEngine(&err)
	// Some 200 trials, fewer of very large ones.
	const most, clients = 200, 1 << 20
	replicates := max(2, min(most, clients/m.Clients()))
	check := run.NewCheck(m, replicates, m.WithQueues(m.Scenario.Seed, replicates))
	return check.Document(report.Full).Write(e.stderr, report.Text, tableWidth(e.stderr))
}
