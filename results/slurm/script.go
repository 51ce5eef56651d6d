package slurm

import (
	"fmt"
	"path/filepath"
	"strings"
)

// tasksScript is the script of the tasks, in the folder of that full name.
func (j *Job) tasksScript(dir string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("#!/bin/bash")
	line("# A shard a task: %s in %d shards.", j.Of, j.Shards)
	line("# Made by: %s", comment(Quote(j.Typed)))
	line("# Read it, change what your site wants otherwise, and send it from this folder:")
	line("#")
	for _, l := range j.Commands() {
		line("#   %s", l)
	}
	line("#")
	line("#SBATCH --job-name=%s", jobName(j.Scenario))
	line("#SBATCH --array=%s", j.Arrays(j.All())[0].Indexes)
	line("#SBATCH --cpus-per-task=%d", j.Workers)
	line("# One log a shard. A task that is sent again goes on in the log, too.")
	line("#SBATCH --output=%s", filepath.Join(dir, logsDir, logName(0, "%a")))
	line("#SBATCH --open-mode=append")
	line("# A task whose node fails, or that is preempted, begins again and goes on in its folder.")
	line("#SBATCH --requeue")
	line("# A minute before the time limit, so that what is finished is kept.")
	line("#SBATCH --signal=B:USR1@60")
	if len(j.Sbatch) > 0 {
		line("# Of your site.")
	}
	for _, s := range j.Sbatch {
		line("#SBATCH %s", s)
	}
	line("")
	line("cd %s || exit", quote(dir))
	if j.Shards > j.MaxArray {
		line("# Slurm here numbers tasks up to %d: arrays after the first are told which shard comes before theirs.", j.MaxArray)
	}
	line("shard=$((SLURM_ARRAY_TASK_ID + ${1:-0}))")
	line(`echo "Shard $shard of %d, on $(hostname) at $(date '+%%Y-%%m-%%d %%H:%%M:%%S'), job $SLURM_JOB_ID"`, j.Shards)
	line("# exec, so that Slurm's signals reach caseload itself.")
	line("exec %s %s %s%s --workers %d --shard \"$shard/%d\" --out \"%s/$shard\"", quote(j.Program), j.Command, quote("./"+j.Scenario), flagWords(j.Flags), j.Workers, j.Shards, shardsDir)
	return b.String()
}

// mergeScript is the script of the job that joins the shards.
func (j *Job) mergeScript(dir string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("#!/bin/bash")
	line("# Joins the %d shards into %s. If some are missing, it says which in the log, and what sends them again.", j.Shards, ResultsName)
	line("#SBATCH --job-name=%s-merge", jobName(j.Scenario))
	line("#SBATCH --cpus-per-task=1")
	line("#SBATCH --output=%s", filepath.Join(dir, logsDir, "merge.log"))
	line("#SBATCH --open-mode=append")
	line("#SBATCH --requeue")
	for _, s := range j.Sbatch {
		line("#SBATCH %s", s)
	}
	line("")
	line("cd %s || exit", quote(dir))
	line("exec %s merge . --workers 1", quote(j.Program))
	return b.String()
}

// Commands are those that send the whole job, from its folder.
func (j *Job) Commands() (list []string) {
	var ids string
	for k, a := range j.Arrays(j.All()) {
		id := fmt.Sprintf("tasks%d", k+1)
		list = append(list, fmt.Sprintf("%s=$(sbatch --parsable%s)", id, Words(a.Args("."))))
		ids += ":${" + id + "%%;*}"
	}
	return append(list, "sbatch --dependency=afterany"+ids+" "+MergeName)
}

// Args are the arguments of sbatch that send an array, from the folder of the job or
// another one.
func (a Array) Args(dir string) []string {
	args := []string{"--array=" + a.Indexes}
	if a.After > 0 {
		args = append(args, "--output="+filepath.Join(dir, logsDir, logName(a.After, "%a")))
	}
	args = append(args, filepath.Join(dir, TasksName))
	if a.After > 0 {
		args = append(args, fmt.Sprint(a.After))
	}
	return args
}

// Words are words for a shell, each after a space.
func Words(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + Quote(words)
}

func flagWords(words []string) string { return Words(words) }

// Quote writes words as a shell reads them.
func Quote(words []string) string {
	quoted := make([]string, len(words))
	for k, w := range words {
		quoted[k] = quote(w)
	}
	return strings.Join(quoted, " ")
}

const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// quote is a word as a shell reads it.
func quote(word string) string {
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// comment keeps a text on the line of a comment.
func comment(text string) string { return strings.ReplaceAll(text, "\n", " ") }

// jobName is a scenario's name as a job has it.
func jobName(scenario string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(plain, r) && r != '%' && r != '/' {
			return r
		}
		return '_'
	}, strings.TrimSuffix(scenario, ".toml"))
}
