package calibrate

import (
	"fmt"
	"strconv"
	"strings"

	"caseload/scenarios"
)

// Question is a scenario's question to published figures.
type Question struct {
	Scenario *scenarios.Scenario
	Options  Options // what the scenario says of them
	Problem  *Problem
}

// New prepares a scenario's calibration. Baselines are solved once, on the scenario
// as written, and frozen: a parameter is all that its value changes. What is wrong
// with the scenario is a scenarios.Problems.
func New(sc *scenarios.Scenario) (*Question, error) {
	c := sc.Calibrate
	if c == nil {
		return nil, scenarios.Problems{sc.Problem("calibrate", "no [calibrate] table",
			"[[calibrate.parameter]] and [[calibrate.figure]] rows: what is asked, and what is published")}
	}
	q := &Question{Scenario: sc, Problem: &Problem{},
		Options: Options{Simulations: c.Simulations, Tolerance: c.Tolerance, Predictive: c.Predictive, Seed: sc.Seed}}
	for k := range c.Parameters {
		q.Problem.Priors = append(q.Problem.Priors, &c.Parameters[k].Prior)
	}
	for _, f := range c.Figures {
		q.Problem.Published = append(q.Problem.Published, f.Value)
	}
	var err error
	if c.OfBody() {
		q.Problem.Simulator, err = bodies(sc)
	} else {
		q.Problem.Simulator, err = trials(sc)
	}
	return q, err
}

// settings put parameters where they belong.
func settings(sc *scenarios.Scenario, theta []float64) []scenarios.Setting {
	list := make([]scenarios.Setting, len(theta))
	for k, x := range theta {
		list[k] = sc.Calibrate.Setting(k, x)
	}
	return list
}

// Why a draw from the priors has no figures.
const (
	noScenario = "the scenario cannot have these values"
	noBaseline = "no baseline gives what the scenario says with these values"
	noEstimate = "a figure could not be estimated"
)

// replay says what shows a simulation again: its number, the seed and the
// parameters.
func replay(what string, sc *scenarios.Scenario, theta []float64) func(r int) string {
	return func(r int) string {
		var sets []string
		for k, x := range theta {
			sets = append(sets, fmt.Sprintf("--set '%s=%s'", sc.Calibrate.Parameters[k].Key, scenarios.Show(x)))
		}
		return fmt.Sprintf("This is %s %d of seed %d with %s", what, r, sc.Seed, strings.Join(sets, " "))
	}
}

func figurePath(j int) string { return "calibrate.figure[" + strconv.Itoa(j) + "]" }
