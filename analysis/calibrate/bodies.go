package calibrate

import (
	"math"
	"slices"
	"strings"

	"caseload/analysis/literature"
	"caseload/analysis/replicate"
	"caseload/scenarios"
)

// bodies simulates the published figures of a review: with other parameters, the
// scenario's body of trials.
func bodies(sc *scenarios.Scenario) (func() Simulate, error) {
	engine, err := literature.New(sc, nil)
	if err != nil {
		return nil, err
	}
	figures := sc.Calibrate.Figures
	group := make([]int, len(figures))
	var problems scenarios.Problems
	for j, f := range figures {
		if group[j] = slices.Index(engine.Groups, f.Group); group[j] < 0 {
			problems = append(problems, sc.Problem(figurePath(j)+".group", "a group that is not pooled: "+f.Group,
				"one of "+strings.Join(engine.Groups, ", ")))
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	// Numbers of the literature table need no study laid out anew.
	light := !slices.ContainsFunc(sc.Calibrate.Parameters, func(p scenarios.Parameter) bool { return !strings.HasPrefix(p.Key, "literature.") })
	return func() Simulate {
		b := &bodyBench{sc: sc, engine: engine, group: group, light: light, body: new(literature.Body)}
		return b.simulate
	}, nil
}

// bodyBench simulates bodies of trials, one after the other.
type bodyBench struct {
	sc     *scenarios.Scenario
	engine *literature.Engine // of the scenario as written
	group  []int              // of each figure
	light  bool               // parameters need no study laid out anew
	body   *literature.Body
}

// simulate is a Simulate.
func (b *bodyBench) simulate(theta []float64, r int, out *Draw) (err error) {
	defer replicate.Catch(&err, r, replay("body", b.sc, theta))
	world, wrong := b.sc.Variant(settings(b.sc, theta)...)
	if wrong != nil {
		out.Failed = noScenario
		return nil
	}
	var e *literature.Engine
	if b.light {
		e = b.engine.Varied(world)
	} else if e, wrong = literature.New(world, b.engine); wrong != nil {
		out.Failed = noBaseline
		return nil
	}
	if err := e.NewWorker().Body(b.sc.Seed, r, b.body); err != nil {
		return err
	}
	for j, f := range b.sc.Calibrate.Figures {
		p := &b.body.Pooled[b.group[j]]
		out.Values[j], out.SE[j] = float64(p.Estimate), float64(p.SE)
		if f.Statistic == scenarios.StatisticI2 {
			out.Values[j], out.SE[j] = float64(p.I2), math.NaN()
		}
		if math.IsNaN(out.Values[j]) {
			out.Failed = noEstimate
		}
	}
	return nil
}
