package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"caseload/results/report"
	"caseload/results/slurm"
	"caseload/scenarios"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// plan is what a command would do in a shard. A command that is planned checks all
// that it is given, and ends before it simulates anything.
type plan struct {
	sc   *scenarios.Scenario // with all settings
	name string
	of   string // what the shards are of, in words
	each int    // how many of it one shard has, or one has more
}

// planned takes a plan, and tells whether there is one to be made.
func (e *env) planned(sc *scenarios.Scenario, name, of string, each int) bool {
	if e.plan != nil {
		*e.plan = plan{sc, name, of, each}
	}
	return e.plan != nil
}

// slurmFlags are the flags of the slurm command alone.
type slurmFlags struct {
	tasks  int
	sbatch []string
	submit bool
}

func (e *env) slurmCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "slurm COMMAND SCENARIO",
		Short: "Share a run, sweep, data and others out over a cluster",
		Long: `Slurm writes the scripts that share a command's work out over the tasks of a
Slurm array job, each a shard, and join the shards at the end. They are plain
sbatch scripts, to be read and changed. The flags of the command are those that
it has without slurm; flags of your site go into --sbatch as they are.

DIR gets the scripts, the scenario as it is now, and later the shards, a log of
each, and DIR/results, which has the bytes that one command would have given.
"caseload status DIR" tells how far it is, and sends again what is missing.`,
		Example: `  caseload slurm run mine.toml --replicates 1000000 --tasks 64 --out study
  caseload slurm run mine.toml --tasks 64 --out study --submit \
      --sbatch='--partition=short --time=2:00:00' --sbatch=--account=trials
  caseload status study
  caseload status study --resubmit`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("slurm: got no command, want one of run, sweep, explain, literature, data\nSee %s --help", c.CommandPath())
			}
			return fmt.Errorf("slurm: got %q, want one of run, sweep, explain, literature, data%s\nSee %s --help", args[0],
				didYouMean(args[0], []string{"run", "sweep", "explain", "literature", "data"}), c.CommandPath())
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	for _, shared := range []*cobra.Command{e.runCommand(), e.sweepCommand(), e.explainCommand(), e.literatureCommand(), e.dataCommand()} {
		c.AddCommand(e.onSlurm(shared))
	}
	return c
}

// shownOnly are the flags that say how results are shown, which tasks don't do.
var shownOnly = []string{"json", "format", "brief", "full", "measure", "quiet", "shard"}

// notShared are the flags of a command that its tasks can't have: what is shown of a run, and
// a sealed trial, which is one.
var notShared = map[string][]string{"run": {"outcome", "subgroup"}, "data": {"seal", "truth", "students"}}

// onSlurm makes a command one that shares its work out.
func (e *env) onSlurm(c *cobra.Command) *cobra.Command {
	var f slurmFlags
	work := c.RunE
	refused := slices.Concat(notShared[c.Name()], shownOnly)
	for _, name := range append([]string{"no-truth"}, refused...) { // which --out refuses
		if flag := c.Flags().Lookup(name); flag != nil {
			flag.Hidden = true
		}
	}
	c.Short = "Share the work of caseload " + c.Name() + " out over a cluster"
	c.Long = "The flags are those of caseload " + c.Name() + ", and of caseload slurm: see there."
	c.Example = "  caseload slurm " + c.Name() + " mine.toml --tasks 64 --out study"
	c.Flags().IntVar(&f.tasks, "tasks", 0, "how many tasks share the work (required)")
	c.Flags().StringArrayVar(&f.sbatch, "sbatch", nil, "flags of sbatch that your site wants, as '--partition=x --time=1:00:00'; repeatable")
	c.Flags().BoolVar(&f.submit, "submit", false, "send the job at once")
	c.Flags().Lookup("out").Usage = "the folder of the job (required)"
	c.Flags().Lookup("workers").Usage = "cores of each task (default 1)"
	before(c, func() error {
		if err := f.check(c, refused); err != nil {
			return err
		}
		return c.Flags().Set("shard", fmt.Sprintf("1/%d", f.tasks))
	})
	c.RunE = func(c *cobra.Command, args []string) error {
		if args[0] == "-" {
			return errors.New("slurm: got a scenario from standard input, want a file or a built-in name")
		}
		var p plan
		e.plan = &p
		err := work(c, args)
		e.plan = nil
		if err != nil {
			return tasksForShards(err, f.tasks)
		}
		return e.createJob(c, &f, &p)
	}
	return c
}

// tasksForShards says --tasks where an error says --shard.
func tasksForShards(err error, tasks int) error {
	if text, ok := strings.CutPrefix(err.Error(), "--shard: "); ok {
		text, _, _ = strings.Cut(text, ", such as ") // a shard
		text = strings.Replace(text, "I/N with N at most", "at most", 1)
		return errors.New("--tasks: " + strings.Replace(text, fmt.Sprintf(`"1/%d"`, tasks), fmt.Sprint(tasks), 1))
	}
	return err
}

// check refuses flags that a job cannot have.
func (f *slurmFlags) check(c *cobra.Command, refused []string) error {
	var errs []error
	if !c.Flags().Changed("tasks") {
		errs = append(errs, errors.New("--tasks: got nothing, want how many tasks share the work"))
	} else if f.tasks < 1 {
		errs = append(errs, fmt.Errorf("--tasks: got %d, want at least 1", f.tasks))
	}
	if c.Flags().Lookup("out").Value.String() == "" {
		errs = append(errs, errors.New("--out: got nothing, want the folder of the job"))
	}
	for _, name := range refused {
		if c.Flags().Changed(name) {
			why := "whose tasks show nothing: show the results later, from DIR/results"
			if slices.Contains(notShared["data"], name) {
				why = "which shares out the data of many trials: seal one without it"
			}
			errs = append(errs, fmt.Errorf("--%s: got it with slurm, %s", name, why))
		}
	}
	for _, s := range f.sbatch {
		errs = append(errs, checkSbatch(s))
	}
	return errors.Join(errs...)
}

// ownSbatch are the flags of sbatch that the job needs as they are.
var ownSbatch = []string{"--array", "-a", "--dependency", "-d", "--output", "-o", "--chdir", "-D", "--wrap"}

func checkSbatch(text string) error {
	switch {
	case !strings.HasPrefix(text, "-"):
		return fmt.Errorf("--sbatch: got %q, want flags of sbatch, such as --sbatch='--partition=short'", text)
	case strings.ContainsAny(text, "\n\r"):
		return fmt.Errorf("--sbatch: got %q, want one line", text)
	}
	for _, word := range strings.Fields(text) {
		name, _, _ := strings.Cut(word, "=")
		for _, own := range ownSbatch {
			if name == own {
				return fmt.Errorf("--sbatch: got %s, which the job sets itself: change it in %s, if you must", own, slurm.TasksName)
			}
		}
	}
	return nil
}

// createJob writes the folder of a job, and sends it if that is asked for.
func (e *env) createJob(c *cobra.Command, f *slurmFlags, p *plan) error {
	program, err := installed()
	if err != nil {
		return failed(err)
	}
	text, err := p.sc.Encode()
	if err != nil {
		return failed(err)
	}
	workers := 1
	if n, _ := c.Flags().GetInt("workers"); n > 0 {
		workers = n
	}
	dir := c.Flags().Lookup("out").Value.String()
	job := &slurm.Job{Command: c.Name(), Scenario: p.name + ".toml", Flags: unset(c), Shards: f.tasks, Of: p.of, Each: p.each, Workers: workers, Sbatch: f.sbatch,
		MaxArray: maxArray(c.Context()), Program: program, Typed: append([]string{"caseload"}, e.args...), CreatedBy: createdBy()}
	if err := slurm.Create(dir, job, text); err != nil {
		return outError("--out: ", err)
	}
	fl := &flags{}
	e.infof(fl, "Wrote %s and %s in %s: %s in %s.", slurm.TasksName, slurm.MergeName, dir, p.of, report.Counted(f.tasks, "shard"))
	if f.submit {
		return e.send(c.Context(), job, job.All(), nil)
	}
	_, err = fmt.Fprintf(e.stdout, "To send it:\n\n  cd %s\n  %s\n\nor, which caseload status can follow: caseload status %s --resubmit\n", slurm.Quote([]string{dir}), strings.Join(job.Commands(), "\n  "), slurm.Quote([]string{dir}))
	return failed(err)
}

// unset are the flags given that are no settings of the scenario: which those are, the
// job's scenario has.
func unset(c *cobra.Command) []string {
	words := []string{}
	c.Flags().Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "out", "shard", "tasks", "sbatch", "submit", "workers", "set":
			return
		}
		if keyOf(f) != "" {
			return
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			for _, x := range list.GetSlice() {
				words = append(words, "--"+f.Name+"="+x)
			}
			return
		}
		words = append(words, "--"+f.Name+"="+f.Value.String())
	})
	return words
}

// installed is where the program is, which the tasks start.
func installed() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if at := filepath.ToSlash(self); strings.Contains(at, "/go-build") && strings.Contains(at, "/exe/") {
		return "", errors.New("this program was started by go run, and is removed when it ends: install it (go install ./cmd/caseload), so that tasks can start it")
	}
	return self, nil
}
