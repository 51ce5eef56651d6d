package main

import (
	"fmt"

	"caseload/analysis"
	"caseload/results"
	"caseload/sim"

	"github.com/spf13/cobra"
)

func (e *env) runCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Run the trial many times: power, bias and coverage of each analysis",
		Long: `Run simulates the scenario's trial many times and analyses each as its
trialist would. It prints what happens in each arm, what the trial would find
(power, and what significance does to estimates), and how far the analyses can
be trusted (bias, standard errors, coverage), each number with its Monte Carlo
standard error (MCSE).

Same scenario and seed give the same numbers, whatever the number of workers.
Ctrl-C stops and shows the replicates finished so far.`,
		Example: `  caseload run needle-exchange
  caseload run needle-exchange --outcome linked_7d --set trial.clients=500
  caseload run mine.toml --replicates 10000 --json > mine.json`,
		Args: oneArg(scenarioArg),
		RunE: func(c *cobra.Command, args []string) error { return e.run(c, &f, args[0]) },
	}
	c.Flags().IntVar(&f.count, "replicates", 0, "how many trials (default the scenario's)")
	f.seedFlag(c)
	c.Flags().IntVar(&f.workers, "workers", 0, "how many cores to use (default all)")
	f.setFlag(c)
	f.filterFlags(c)
	f.alphaFlag(c)
	f.jsonFlag(c)
	c.Flags().StringVar(&f.format, "format", string(results.Text), "how tables are written: text, markdown or csv")
	f.quietFlag(c, "no progress on standard error")
	c.MarkFlagsMutuallyExclusive("json", "format")
	return c
}

func (e *env) run(c *cobra.Command, f *flags, name string) error {
	format, err := f.tableFormat()
	if err != nil {
		return err
	}
	if f.workers < 0 {
		return fmt.Errorf("--workers: got %d, want at least 1, or 0 for all cores", f.workers)
	}
	sc, err := e.scenario(c, f, name)
	if err != nil {
		return err
	}
	opt := analysis.Options{Seed: sc.Seed, Workers: f.workers, Name: replayName(name, f.sets)}
	if opt.Replicates, opt.Precision, err = wantedReplicates(c, f, sc); err != nil {
		return err
	}
	m, err := sim.Compile(sc)
	if err != nil {
		return err
	}
	p := newProgress(e.stderr, f.quiet)
	opt.Progress = p.update
	r, err := analysis.Run(c.Context(), m, opt)
	p.finish()
	if err != nil {
		return failed(err)
	}
	if r.Replicates == 0 {
		return errNothing
	}
	out := results.NewRun(r, baseName(name), m.Shared(), results.Filter{Outcomes: f.outcomes, Subgroups: f.subgroups})
	if err := e.print(f, out, format); err != nil {
		return failed(err)
	}
	if r.Partial {
		return errInterrupted
	}
	return nil
}

// print writes a run as asked for.
func (e *env) print(f *flags, out *results.Run, format results.Format) error {
	if f.json {
		return out.JSON(e.stdout)
	}
	return out.Write(e.stdout, format, tableWidth(e.stdout))
}

// replayName is how to name the scenario to see a replicate of it again.
func replayName(name string, sets []string) string {
	for _, s := range sets {
		name += fmt.Sprintf(" --set %q", s)
	}
	return name
}
