package main

import (
	"caseload/results/report"
	"caseload/scenarios"
)

// sayLooksAreLeftOut tells, for a command that takes every trial to its end, that the
// scenario's looks do not end any: what it shows could otherwise be taken for what
// "caseload run" shows of the same scenario.
func (e *env) sayLooksAreLeftOut(f *flags, sc *scenarios.Scenario, what string) {
	if sc.Interim != nil {
		e.infof(f, "%s", report.LooksLeftOut(what))
	}
}
