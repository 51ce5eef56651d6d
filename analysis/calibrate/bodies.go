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
		body := new(literature.Body)
		return func(theta []float64, r int, out *Draw) (err error) {
			defer replicate.Catch(&err, r, replay("body", sc, theta))
			world, wrong := sc.With(settings(sc, theta)...)
			if wrong != nil {
				out.Failed = noScenario
				return nil
			}
			var e *literature.Engine
			if light {
				e = engine.Varied(world)
			} else if e, wrong = literature.New(world, engine); wrong != nil {
				out.Failed = noBaseline
				return nil
			}
			if err := e.NewWorker().Body(sc.Seed, r, body); err != nil {
				return err
			}
			for j := range figures {
				p := &body.Pooled[group[j]]
				out.Values[j], out.SE[j] = p.SMD, p.SE
				if figures[j].Statistic == scenarios.StatisticI2 {
					out.Values[j], out.SE[j] = p.I2, math.NaN()
				}
				if math.IsNaN(out.Values[j]) {
					out.Failed = noEstimate
				}
			}
			return nil
		}
	}, nil
}
