package calibrate

import (
	"math"
	"slices"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/scenarios"
	"caseload/sim"
)

// trials simulates the published figures of one trial: with other parameters, the
// scenario's trial, of the size and with the analyses that it has.
func trials(sc *scenarios.Scenario) (func() Simulate, error) {
	base, err := sim.Compile(sc)
	if err != nil {
		return nil, err
	}
	figures := sc.Calibrate.Figures
	return func() Simulate {
		return func(theta []float64, r int, out *Draw) (err error) {
			defer replicate.Catch(&err, r, replay("replicate", sc, theta))
			world, wrong := sc.Variant(settings(sc, theta)...)
			if wrong != nil {
				out.Failed = noScenario
				return nil
			}
			only := asked(world, figures)
			m, wrong := base.Variant(only)
			if wrong != nil {
				out.Failed = noBaseline
				return nil
			}
			w := m.NewWorkspace()
			w.Begin(sc.Seed, r)
			found, err := analysis.Once(m, w.Trial(), sc.Seed, r)
			if err != nil {
				return err
			}
			for j := range figures {
				if out.Values[j], out.SE[j] = figureOf(&figures[j], found); math.IsNaN(out.Values[j]) {
					out.Failed = noEstimate
				}
			}
			return nil
		}
	}, nil
}

// asked returns the scenario with the outcomes and methods alone that figures are of,
// and those that spreads are solved for.
func asked(sc *scenarios.Scenario, figures []scenarios.Figure) *scenarios.Scenario {
	var outcomes []scenarios.Outcome
	for _, o := range sc.Outcomes {
		o.Contrasts = nil // figures are of arms against control
		keep := false
		var methods scenarios.Strings
		for _, f := range figures {
			if f.Outcome == o.Name {
				keep = true
				if f.Method != "" && !slices.Contains(methods, f.Method) {
					methods = append(methods, f.Method)
				}
			}
		}
		for _, p := range sc.Programs {
			keep = keep || p.ICC != nil && p.ICC.Outcome == o.Name
		}
		if len(methods) > 0 {
			o.Methods = methods
		} else {
			o.Methods = o.Methods[:1] // for its means
		}
		if keep {
			outcomes = append(outcomes, o)
		}
	}
	return sc.Edit(func(only *scenarios.Scenario) { only.Outcomes, only.Families = outcomes, nil })
}

// figureOf returns the figure in what was found, with its standard error; NaN if
// there is none.
func figureOf(f *scenarios.Figure, found []analysis.Finding) (value, se float64) {
	nan := math.NaN()
	for k := range found {
		x := &found[k]
		if x.OutcomeSpec.Name != f.Outcome || x.SubgroupName != f.Subgroup || x.Method.Interaction {
			continue
		}
		switch {
		case f.Statistic == scenarios.StatisticEffect && x.Method.Name == f.Method && x.ArmName == f.Arm:
			if x.Estimate.Status.Failed() {
				return nan, nan
			}
			return x.Estimate.Value, x.Estimate.SE
		case f.Statistic == scenarios.StatisticMean && x.ArmName == f.Arm:
			return meanOf(x, x.Mean1, x.N1)
		case f.Statistic == scenarios.StatisticMean && x.ControlName == f.Arm:
			return meanOf(x, x.Mean0, x.N0)
		}
	}
	return nan, nan
}

// meanOf returns an arm's mean; of a share, with the binomial standard error.
func meanOf(x *analysis.Finding, mean, n float64) (value, se float64) {
	if v, ok := scenarios.LookupVariable(x.OutcomeSpec.Variable); ok && v.Kind == scenarios.Binary {
		return mean, math.Sqrt(mean * (1 - mean) / n)
	}
	return mean, math.NaN()
}
