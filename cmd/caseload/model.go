package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"caseload/scenarios"
	"caseload/sim"
)

// compile solves a scenario's hazards, which can be interrupted.
func compile(ctx context.Context, sc *scenarios.Scenario) (*sim.Model, error) {
	m, err := sim.CompileContext(ctx, sc)
	return m, whileSolving(ctx, err)
}

// whileSolving tells an interruption of what solves hazards from what was wrong.
func whileSolving(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nothingSolved
	}
	return err
}

// remember keeps how to see a trial of the scenario in work again.
func (e *env) remember(name string, sets []string, seed int64, replicate int) {
	e.replay = fmt.Sprintf("caseload trial %s --seed %d --replicate %d", replayName(name, sets), seed, replicate)
}

// rescue turns a broken invariant, which no replicate has caught, into an error: the
// user is told what broke and how to see it again, and not where in the program.
func (e *env) rescue(err *error) {
	cause := recover()
	if cause == nil {
		return
	}
	again := e.replay
	if again == "" {
		again = "caseload " + strings.Join(e.args, " ")
	}
	*err = failed(fmt.Errorf("%v\nThis is a bug in caseload: please report this message. To see it again: %s", cause, again))
}
