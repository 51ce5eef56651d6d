package slurm

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSpans(t *testing.T) {
	for _, x := range []struct {
		numbers []int
		want    string
	}{{[]int{1}, "1"}, {[]int{1, 2, 3, 4}, "1-4"}, {[]int{7, 3, 9, 10, 12}, "3,7,9-10,12"}, {nil, ""}} {
		if got := Spans(x.numbers); got != x.want {
			t.Errorf("%v: %q, want %q", x.numbers, got, x.want)
		}
	}
}

// No array has a task beyond the largest, and every shard is in one.
func TestArraysObeyTheLargest(t *testing.T) {
	j := &Job{Shards: 25, MaxArray: 10}
	want := []Array{{0, "1-10"}, {10, "1-10"}, {20, "1-5"}}
	if got := j.Arrays(j.All()); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	want = []Array{{0, "10"}, {10, "1"}, {20, "4-5"}}
	if got := j.Arrays([]int{10, 11, 24, 25}); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if a, b := filepath.Base(j.Log(10)), filepath.Base(j.Log(11)); a != "10.log" || b != "10+1.log" {
		t.Errorf("the logs are %s and %s", a, b)
	}
}

func TestWordsAsAShellReadsThem(t *testing.T) {
	for word, want := range map[string]string{"--set=trial.clients=5": "--set=trial.clients=5", "": "''", "a b": "'a b'", "it's $x": `'it'\''s $x'`, "*": "'*'"} {
		if got := Quote([]string{word}); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

// A task that Slurm knows is where Slurm has it; without Slurm, somebody is at work
// where something was written lately.
func TestWhereAShardIs(t *testing.T) {
	dir := t.TempDir()
	j := &Job{Command: "run", Shards: 4, MaxArray: 2, dir: dir, Sent: []Sent{{"11", 0}, {"12", 2}}}
	states := func(q Queue, now time.Time) (list []State) {
		for _, s := range j.Status(q, now) {
			list = append(list, s.State)
		}
		return list
	}
	q := ReadQueue("11 1 R\n11 2 PD\n12 1 CG\n99 2 R\n13 N/A PD\nnonsense\n")
	now := time.Now()
	if got, want := states(q, now), []State{Running, Waiting, Running, Missing}; !slices.Equal(got, want) {
		t.Errorf("with a queue: %v, want %v", got, want)
	}
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(j.Log(3), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := states(nil, now), []State{Missing, Missing, Running, Missing}; !slices.Equal(got, want) {
		t.Errorf("without one: %v, want %v", got, want)
	}
	if got := states(nil, now.Add(3*time.Minute)); got[2] != Missing {
		t.Errorf("three minutes later: %v, want that nobody works", got)
	}
	if got := states(Queue{}, now); got[2] != Missing {
		t.Errorf("a queue without the task: %v, want that nobody works", got)
	}
	if err := os.MkdirAll(j.Shard(4), 0o777); err != nil {
		t.Fatal(err)
	}
	for whole, want := range map[string]State{"false": Stopped, "true": Done} {
		text := `{"command": "explain", "hash": "x", "shard": "4/4", "total": 5, "done": 3, "want": 5, "whole": ` + whole + `}`
		if err := os.WriteFile(filepath.Join(j.Shard(4), "shard.json"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if s := j.Status(Queue{}, now)[3]; s.State != want || s.Done != 3 {
			t.Errorf("a shard that is whole: %s: %+v, want that it is %s with 3 done", whole, s, want)
		}
	}
	list := []Shard{{Number: 1, State: Done}, {Number: 2, State: Stopped}, {Number: 3, State: Running}, {Number: 4, State: Damaged}}
	if got := ToSend(list); !slices.Equal(got, []int{2, 4}) || Summary(list) != "1 done, 1 running, 1 stopped, 1 damaged" {
		t.Errorf("%v are sent again of %s", got, Summary(list))
	}
}

// The scripts have the site's flags after ours, and what they run is on one line.
func TestScripts(t *testing.T) {
	j := &Job{Command: "run", Scenario: "my trial.toml", Flags: []string{"--arm=x y"}, Shards: 3, Of: "30 replicates", MaxArray: 2, Workers: 4,
		Sbatch: []string{"--partition=short --time=1:00"}, Program: "/opt/a b/caseload", Typed: []string{"caseload", "slurm", "a\nb"}}
	text := j.tasksScript("/data/the study")
	for _, want := range []string{"#!/bin/bash\n", "#SBATCH --array=1-2\n", "#SBATCH --cpus-per-task=4\n", "#SBATCH --job-name=my_trial\n", "#SBATCH --partition=short --time=1:00\n\n",
		"\ncd '/data/the study' || exit\n", "shard=$((SLURM_ARRAY_TASK_ID + ${1:-0}))\n",
		"\nexec '/opt/a b/caseload' run './my trial.toml' '--arm=x y' --workers 4 --shard \"$shard/3\" --out \"shards/$shard\"\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the script lacks %q:\n%s", want, text)
		}
	}
	if commands := j.Commands(); len(commands) != 3 || commands[2] != "sbatch --dependency=afterany:${tasks1%%;*}:${tasks2%%;*} merge.sbatch" {
		t.Errorf("it is sent by %q", commands)
	}
	if text := j.mergeScript("/data"); !strings.HasSuffix(text, "\nexec '/opt/a b/caseload' merge . --workers 1\n") || !strings.Contains(text, "--partition=short") {
		t.Errorf("the merge is\n%s", text)
	}
}
