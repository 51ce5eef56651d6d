package main

import (
	"errors"
	"fmt"

	"caseload/analysis"
	"caseload/results/folder"
	"caseload/results/outside"
	"caseload/results/report"
	runresults "caseload/results/run"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// runFlags are the flags of the run command alone.
type runFlags struct {
	flags
	out       string
	shard     string
	analyse   analyseFlags
	elsewhere *outside.Estimates // made elsewhere, to be scored; nil: none
}

func (e *env) runCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run SCENARIO",
		Short: "Run the trial many times: power, bias and coverage",
		Long: `Run simulates the scenario's trial many times and analyses each as its
trialist would. It prints how often a trial would detect the effect, a table of
all outcomes, and which analyses are not to be trusted. --full also prints what
significance does to estimates, bias, standard errors and coverage, with their
Monte Carlo standard errors (MCSE).

--uncertain draws the numbers of [[uncertain]] anew in each trial. In place of
power there is then assurance: the share of trials that reject in the direction
that is good for clients. Bias is about each trial's own truth; what is
conditional on one scenario (coverage, type S and M) is left out. 95 % of trials
report what lies between the predictive limits, and a table says what explains
how the true effect differs between trials.

Same scenario and seed give the same numbers, whatever the number of workers.
Ctrl-C stops and shows the replicates finished so far.

--out DIR keeps what the replicates leave: the estimates of each (Parquet and
CSV), their performance, the scenario. The same command goes on where it was
stopped or killed, and --replicates is the folder's total: only those that are
missing are run. --shard I/N runs one of N parts of the replicates, each into a
folder of its own; "caseload merge" joins them.

--analyse 'Rscript mine.R' has the trials analysed by a program of yours, too,
and shows its estimates beside the scenario's methods, see docs/data.md. It is
started once for each worker and asked about 64 trials at a time: a line of JSON
on its standard input, {"block", "first", "count", "seed", "data", "answer"}. It
reads clients.csv and visits.csv in the folder data, writes its estimates to the
file answer, as "caseload score" wants them, and prints {"block":7,"ok":true}.`,
		Example: `  caseload run needle-exchange
  caseload run needle-exchange --outcome linked_7d --set trial.clients=500
  caseload run needle-exchange --measure bias --measure coverage
  caseload run mine.toml --replicates 10000 --json > mine.json
  caseload run mine.toml --uncertain
  caseload run mine.toml --out results
  caseload run mine.toml --analyse 'Rscript mine.R' --out results
  caseload run mine.toml --replicates 20000 --out shard-1 --shard 1/4`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.run(c, &f, args[0]) },
	}
	f.countFlag(c, "replicates", "how many trials (default the scenario's)", 1, "")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	f.filterFlags(c)
	f.alphaFlag(c)
	f.uncertainFlag(c)
	f.showFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the results in this folder, or go on in it")
	shardFlag(c, &f.shard, "the replicates")
	f.analyse.add(c)
	for _, shown := range []string{"analyse", "outcome", "subgroup"} {
		c.MarkFlagsMutuallyExclusive("shard", shown) // a shard is not shown
	}
	return c
}

func (e *env) run(c *cobra.Command, f *runFlags, name string) error {
	sc, err := e.scenario(c, &f.flags, name)
	if err != nil {
		return err
	}
	shown, err := askedRows(sc)
	if err != nil {
		return err
	}
	opt := analysis.Options{Seed: sc.Seed, Workers: f.workers, Name: replayName(name, f.replay())}
	opt.Replicates, opt.Precision = wantedReplicates(sc)
	shard, err := f.wantedShard(&opt)
	if err != nil {
		return err
	}
	if err := f.checkAnalyse(c, sc, &opt); err != nil {
		return err
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	if e.planned(sc, baseName(name), report.Counted(opt.Replicates, "replicate"), opt.To-opt.From) {
		return nil
	}
	if f.out != "" {
		return e.runInto(c, f, m, opt, shard, shown, baseName(name))
	}
	if err := e.analyseAside(c.Context(), f, m, &opt, baseName(name)); err != nil {
		return err
	}
	r, err := e.simulate(c, &f.flags, m, opt, 0)
	if err != nil {
		return err
	}
	return e.concludeRun(&f.flags, r, m, shown, baseName(name))
}

// wantedShard is --shard, checked; the options get its replicates.
func (f *runFlags) wantedShard(opt *analysis.Options) (folder.Shard, error) {
	if f.shard != "" && f.out != "" && opt.Precision > 0 {
		return folder.Shard{}, errors.New("--shard: the scenario has a precision, which decides on the number of replicates while they are run: want a number that is known, --replicates")
	}
	s, err := parseShard(f.shard, f.out, opt.Replicates, "replicates")
	if err != nil || s.Of == 0 {
		return s, err
	}
	opt.From, opt.To = s.From(), s.To()
	return s, nil
}

// simulate runs what the options ask for and shows progress. So many replicates
// were found and need not be run.
func (e *env) simulate(c *cobra.Command, f *flags, m *sim.Model, opt analysis.Options, found int) (*analysis.Result, error) {
	r, err := withProgress(e, f, "replicates", found, func(update func(done, want int)) (*analysis.Result, error) {
		opt.Progress = update
		return analysis.Run(c.Context(), m, opt)
	})
	if err != nil {
		return nil, failed(err)
	}
	if r.Replicates == 0 {
		return nil, nothingFinished
	}
	return r, nil
}

// concludeRun shows a result as asked for, and says if it is partial.
func (e *env) concludeRun(f *flags, r *analysis.Result, m *sim.Model, shown runresults.Filter, name string) error {
	run := runresults.New(r, name, m.Shared(), shown)
	var a report.Answer = run
	if len(f.measures) > 0 {
		a = runresults.Measured{Run: run, Names: f.measures}
	}
	if r.Partial {
		return e.conclude(f, a, nil, showsReplicates)
	}
	return e.conclude(f, a, nil, nil)
}

// replayName is how to name the scenario to see a replicate of it again.
func replayName(name string, sets []string) string {
	for _, s := range sets {
		name += fmt.Sprintf(" --set %q", s)
	}
	return name
}
