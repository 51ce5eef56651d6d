package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"caseload/results/slurm"
)

// askSlurm runs a program of Slurm and returns what it prints. It never waits long.
func askSlurm(ctx context.Context, program string, args ...string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	c := exec.CommandContext(ctx, program, args...)
	c.WaitDelay = time.Second
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	err := c.Run()
	if text := strings.TrimSpace(complaint.String()); err != nil && text != "" {
		err = fmt.Errorf("%w: %s", err, text)
	}
	return out.String(), err
}

// defaultMaxArray is what Slurm has unless its site says otherwise: MaxArraySize is
// 1001, and numbers are below it.
const defaultMaxArray = 1000

// maxArray is the largest number that a task of an array may have here.
func maxArray(ctx context.Context) int {
	text, err := askSlurm(ctx, "scontrol", "show", "config")
	if err != nil {
		return defaultMaxArray
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, "=")
		if strings.TrimSpace(key) != "MaxArraySize" {
			continue
		}
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n > 1 {
			return n - 1
		}
	}
	return defaultMaxArray
}

// queue is what Slurm says of our tasks; nil where it says nothing.
func queue(ctx context.Context) slurm.Queue {
	text, err := askSlurm(ctx, "squeue", "-h", "-r", "-o", "%F %K %t")
	if err != nil {
		return nil
	}
	return slurm.ReadQueue(text)
}

// send sends the tasks of some shards, and the merge after them and after those that
// are at work already.
func (e *env) send(ctx context.Context, job *slurm.Job, shards []int, after []string) error {
	dir, err := filepath.Abs(job.Dir())
	if err != nil {
		return failed(err)
	}
	for _, a := range job.Arrays(shards) {
		id, err := e.sbatch(ctx, a.Args(dir))
		if err != nil {
			return err
		}
		if err := job.Note(slurm.Sent{ID: id, After: a.After}); err != nil {
			return failed(err)
		}
		after = append(after, id)
	}
	args := []string{filepath.Join(dir, slurm.MergeName)}
	if len(after) > 0 {
		args = append([]string{"--dependency=afterany:" + strings.Join(after, ":")}, args...)
	}
	_, err = e.sbatch(ctx, args)
	return err
}

// sbatch sends a job, says how, and returns its number.
func (e *env) sbatch(ctx context.Context, args []string) (string, error) {
	text, err := askSlurm(ctx, "sbatch", append([]string{"--parsable"}, args...)...)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", failed(errors.New("sbatch is not here: send the job from a computer of the cluster"))
	case err != nil:
		return "", failed(fmt.Errorf("sbatch%s: %w", slurm.Words(args), err))
	}
	id, _, _ := strings.Cut(strings.TrimSpace(text), ";")
	_, err = fmt.Fprintf(e.stdout, "sbatch%s: job %s\n", slurm.Words(args), id)
	return id, failed(err)
}
