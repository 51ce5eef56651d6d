package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"caseload/results/folder"
	"caseload/results/report"
	"caseload/results/slurm"

	"github.com/spf13/cobra"
)

// jobIn is the job whose folder is the one given; nil where there is none.
func jobIn(dirs []string) (*slurm.Job, error) {
	for _, dir := range dirs {
		job, err := slurm.Open(dir)
		switch {
		case err != nil:
			return nil, outError("", err)
		case job != nil && len(dirs) > 1:
			return nil, fmt.Errorf("%s: got the folder of a job among others, want it alone, or the shards in it", dir)
		case job != nil:
			return job, nil
		}
	}
	return nil, nil
}

// mergeJob joins the shards of a job. That some are missing is no failure of the merge,
// which was sent to run after them whatever came of them.
func (e *env) mergeJob(c *cobra.Command, f *flags, job *slurm.Job, out string) error {
	list := job.Status(queue(c.Context()), time.Now())
	if rest := slices.DeleteFunc(job.All(), func(n int) bool { return list[n-1].State == slurm.Done }); len(rest) > 0 {
		_, err := fmt.Fprintf(e.stdout, "Nothing is joined yet: of %s, %s.\nNot done: %s. To send again what nobody works at:\n\n  %s\n",
			report.Counted(job.Shards, "shard"), slurm.Summary(list), slurm.Spans(rest), resubmit(job))
		return failed(err)
	}
	if out == "" {
		out = job.Results()
	}
	dirs := make([]string, job.Shards)
	for k := range dirs {
		dirs[k] = job.Shard(k + 1)
	}
	if err := e.join(c, f, out, dirs); err != nil {
		return err
	}
	_, err := fmt.Fprintf(e.stdout, "The results are in %s.\n", out)
	return failed(err)
}

// resubmit is the command that sends what is missing, from anywhere: a log says it, too.
func resubmit(job *slurm.Job) string {
	dir := job.Dir()
	if full, err := filepath.Abs(dir); err == nil {
		dir = full
	}
	return "caseload status " + slurm.Quote([]string{dir}) + " --resubmit"
}

func (e *env) statusCommand() *cobra.Command {
	var f flags
	var again bool
	c := &cobra.Command{
		Use:   "status DIR",
		Short: "Say how far a job of caseload slurm is, or send what is missing",
		Long: `Status tells which shards of a job are done, running, waiting, stopped before
their end, or missing. It reads the folder, and asks squeue if that is there;
without it, a shard counts as running if something was written in the last two
minutes.

--resubmit sends what is missing or stopped, and then the merge. What was
finished in a shard is not run again.`,
		Example: `  caseload status study
  caseload status study --resubmit`,
		Args: oneArg("the folder that caseload slurm --out has made"),
		RunE: func(c *cobra.Command, args []string) error { return e.status(c, &f, again, args[0]) },
	}
	c.Flags().BoolVar(&again, "resubmit", false, "send what is missing or stopped, and then the merge")
	f.jsonFlag(c)
	c.MarkFlagsMutuallyExclusive("resubmit", "json")
	return c
}

func (e *env) status(c *cobra.Command, f *flags, again bool, dir string) error {
	job, err := slurm.Open(dir)
	if err != nil {
		return outError("", err)
	}
	if job == nil {
		return fmt.Errorf("%s: got no folder with %s, want one that \"caseload slurm --out\" has made", dir, slurm.JobName)
	}
	list := job.Status(queue(c.Context()), time.Now())
	if f.json {
		j := json.NewEncoder(e.stdout)
		j.SetIndent("", "  ")
		return failed(j.Encode(struct {
			Joined bool          `json:"joined"`
			Shards []slurm.Shard `json:"shards"`
		}{joined(job), list}))
	}
	if again {
		return e.resubmit(c, job, list)
	}
	return failed(e.sayStatus(job, list))
}

// joined tells whether the results are there.
func joined(job *slurm.Job) bool {
	p, err := folder.ReadProgress(job.Results())
	if job.Command == "run" || job.Command == "data" {
		return err == nil && p.Whole
	}
	return folder.Holds(job.Results(), ".json")
}

func (e *env) sayStatus(job *slurm.Job, list []slurm.Shard) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s: %s.\n", job.Of, report.Counted(job.Shards, "shard"), slurm.Summary(list))
	const most = 20
	said := 0
	for _, s := range list {
		if s.State == slurm.Done {
			continue
		}
		if said++; said > most {
			continue
		}
		line := fmt.Sprintf("  shard %d: %s", s.Number, s.State)
		if s.Done > 0 {
			line += fmt.Sprintf(", %d of %d done", s.Done, job.Each)
		}
		if s.Why != "" {
			line += ": " + s.Why
		}
		if s.State != slurm.Missing {
			line += "; log: " + s.Log
		}
		b.WriteString(line + "\n")
	}
	if said > most {
		fmt.Fprintf(&b, "  and %d more\n", said-most)
	}
	switch {
	case joined(job):
		fmt.Fprintf(&b, "The results are in %s.\n", job.Results())
	case said == 0:
		fmt.Fprintf(&b, "The shards are not joined yet. To join them here: caseload merge %s\n", slurm.Quote([]string{job.Dir()}))
	case len(slurm.ToSend(list)) > 0:
		fmt.Fprintf(&b, "To send what is missing or stopped: %s\n", resubmit(job))
	}
	_, err := fmt.Fprint(e.stdout, report.Printable(b.String()))
	return err
}

// resubmit sends what is missing.
func (e *env) resubmit(c *cobra.Command, job *slurm.Job, list []slurm.Shard) error {
	send := slurm.ToSend(list)
	if len(send) == 0 && joined(job) {
		_, err := fmt.Fprintf(e.stdout, "Nothing is missing: the results are in %s.\n", job.Results())
		return failed(err)
	}
	if len(send) == 0 && len(slurm.In(list, slurm.Running, slurm.Waiting)) > 0 {
		_, err := fmt.Fprintf(e.stdout, "Nothing is missing that nobody works at: %s.\n", slurm.Summary(list))
		return failed(err)
	}
	var after []string // jobs that are still at work
	if len(slurm.In(list, slurm.Running, slurm.Waiting)) > 0 {
		for _, s := range job.Sent {
			after = append(after, s.ID)
		}
	}
	return errors.Join(e.send(c.Context(), job, send, after))
}
