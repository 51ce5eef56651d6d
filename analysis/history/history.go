// Package history tells what happens over time in the trials of a scenario: the
// flow of clients, who is in which state, who is still without the event, how
// full caseloads and waiting lists are.
//
// It looks at the first replicates alone, each run again with every event on
// record, so that the many others cost nothing more. What it finds depends on
// the scenario, the seed and the number of replicates, and on nothing else.
package history

import (
	"context"
	"fmt"

	"caseload/analysis/replicate"
	"caseload/sim"
)

// History describes what happens in a trial, pooled over replicates.
type History struct {
	Replicates int
	Flow       []Count
	States     []State
	Survival   []Survival
	Loads      []Load
}

// Pooled is a number in each of several places: its mean over the replicates,
// with its Monte Carlo standard error, and the tenth and ninetieth percentiles
// of single trials. NaN where fewer than half of the trials have the number.
type Pooled struct{ Mean, MCSE, Low, High []float64 }

// Count is a number of clients in the flow. Arm is an index into the scenario's
// arms, -1 for all clients.
type Count struct {
	Arm    int
	Stage  string // of the trial: "screening", "allocation", "program", "service", "follow_up", "visit" or "analysis"
	Of     string // the program, service, visit day or outcome; else empty
	What   string
	First  int    // in the first replicate
	Pooled Pooled // one number
}

// State is the share of an arm's clients who are in a state, by days since
// enrolment. Those who have died stay among the clients.
type State struct {
	Arm   int
	State string // one of States
	Days  []float64
	Share Pooled
}

// Survival is the Kaplan-Meier estimate of an arm of an outcome that is a time,
// as its trialist has it, and the number of clients at risk.
type Survival struct {
	Outcome, Arm int
	Days         []float64
	Share        Pooled // without the event until then
	AtRisk       Pooled
}

// Load is how many people are served at once by a program's case managers or a
// service's slots, and how many wait for it, by days of the trial's calendar.
type Load struct {
	Program, Service string // one of them
	Capacity         int
	Days             []float64
	Served, Waiting  Pooled
}

// Most is how many replicates are looked at, at most.
const Most = 64

// mostClients bounds the clients of all replicates that are looked at: those of
// very large trials are few.
const mostClients = 1 << 18

// Replicates returns how many of a run's replicates are looked at.
func Replicates(m *sim.Model, run int) int {
	return max(1, min(run, Most, mostClients/m.Clients()))
}

// Options says how a history is made. Workers and Name don't change it.
type Options struct {
	Replicates int
	Seed       int64
	Workers    int    // 0: one a core
	Name       string // of the scenario, for the line that replays a replicate
}

// Run makes the history of the first replicates. It ends with a
// replicate.Interrupted if ctx is done before.
func Run(ctx context.Context, m *sim.Model, opt Options) (*History, error) {
	l := newLayout(m)
	rows := make([][]float64, opt.Replicates)
	o := replicate.Options{Workers: opt.Workers, Replay: func(r int) string {
		return fmt.Sprintf("To see this replicate: caseload trial %s --seed %d --replicate %d", opt.Name, opt.Seed, r)
	}}
	none := func() struct{} { return struct{}{} }
	done, err := replicate.Each(ctx, opt.Replicates, o, none, func(_ struct{}, r int) error {
		rows[r] = l.numbers(l.m.Show(opt.Seed, r))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if done < opt.Replicates {
		return nil, &replicate.Interrupted{Done: done, Want: opt.Replicates, Cause: context.Cause(ctx)}
	}
	return l.pool(rows), nil
}
