package slurm

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"caseload/results/folder"
)

// State says where a shard is.
type State string

// The states.
const (
	Done    State = "done"
	Running State = "running"
	Waiting State = "waiting" // in the queue
	Stopped State = "stopped" // begun, and nobody is at work
	Missing State = "missing" // not begun
	Damaged State = "damaged"
)

// A Shard is what is known of one.
type Shard struct {
	Number int    `json:"shard"`
	State  State  `json:"state"`
	Done   int    `json:"done"` // of Want, in what the job shares out
	Want   int    `json:"want"`
	Why    string `json:"why,omitempty"` // of what is damaged
	Log    string `json:"log"`
}

// recently is how long ago somebody at work has left a sign: every half minute there is
// a checkpoint, and a line in the log.
const recently = 2 * time.Minute

// Queue is what Slurm says of tasks; nil where it says nothing.
type Queue map[Task]State

// Task is a task of an array that was sent.
type Task struct {
	ID    string // of the job
	Index int
}

// ReadQueue reads what squeue -h -r -o '%F %K %t' prints. Tasks that are about to end
// count as running.
func ReadQueue(text string) Queue {
	q := Queue{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		index, err := strconv.Atoi(fields[1])
		if err != nil {
			continue // no array
		}
		state := Running
		switch fields[2] {
		case "PD", "RQ", "RH", "RF", "SE", "RD", "RV":
			state = Waiting
		}
		q[Task{fields[0], index}] = state
	}
	return q
}

// Status finds out where the shards are: from their folders, then from the queue if
// it is known, else from when something was last written.
func (j *Job) Status(q Queue, now time.Time) []Shard {
	list := make([]Shard, j.Shards)
	for k := range list {
		list[k] = j.shard(k+1, q, now)
	}
	return list
}

func (j *Job) shard(n int, q Queue, now time.Time) Shard {
	s := Shard{Number: n, State: Missing, Log: j.Log(n)}
	dir := j.Shard(n)
	p, err := folder.ReadProgress(dir)
	s.Done = p.Done
	switch {
	case err != nil:
		s.State, s.Why = Damaged, err.Error()
		return s
	case p.Whole:
		s.State, s.Want = Done, p.Done
		return s
	case p.There:
		s.State = Stopped
	}
	if state, queued := j.queued(n, q); queued {
		s.State = state
	} else if (q == nil || len(j.Sent) == 0) && touched(now, j.Log(n), dir, filepath.Join(dir, "parts"), filepath.Join(dir, "cells")) {
		s.State = Running
	}
	return s
}

// queued is where Slurm has the task of a shard.
func (j *Job) queued(n int, q Queue) (State, bool) {
	for _, sent := range j.Sent {
		if state, ok := q[Task{sent.ID, n - sent.After}]; ok && n > sent.After && n <= sent.After+j.MaxArray {
			return state, true
		}
	}
	return "", false
}

// touched tells whether something was written to one of the places lately.
func touched(now time.Time, places ...string) bool {
	for _, p := range places {
		if info, err := os.Stat(p); err == nil && now.Sub(info.ModTime()) < recently {
			return true
		}
	}
	return false
}

// In are the numbers of the shards in some states.
func In(list []Shard, states ...State) (numbers []int) {
	for _, s := range list {
		for _, state := range states {
			if s.State == state {
				numbers = append(numbers, s.Number)
			}
		}
	}
	return numbers
}

// ToSend are the shards that have to be sent again.
func ToSend(list []Shard) []int { return In(list, Missing, Stopped, Damaged) }

// Summary counts the shards by state, in words.
func Summary(list []Shard) string {
	var parts []string
	for _, state := range []State{Done, Running, Waiting, Stopped, Missing, Damaged} {
		if n := len(In(list, state)); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	return strings.Join(parts, ", ")
}
