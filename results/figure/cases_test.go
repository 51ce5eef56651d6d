package figure

import (
	"maps"
	"math"

	"caseload/results/explain"
	"caseload/results/report"
)

// figures are the cases that every figure has to stand, by what they try.
func figures() map[string]*Figure {
	all := map[string]*Figure{}
	for _, cases := range []map[string]*Figure{plainCases(), oddCases(), sharesCases(), sweepCases(), metaCases(), runCases(), powerCases(), tornadoCases(), calibrateCases(), designCases()} {
		maps.Copy(all, cases)
	}
	return all
}

// plainCases differ in their numbers alone.
func plainCases() map[string]*Figure {
	nan := math.NaN()
	return map[string]*Figure{
		"typical":      Waterfall(typical()),
		"full":         Waterfall(full()),
		"one factor":   Waterfall(explanation(0.5, -0.3)),
		"no factor":    Waterfall(explanation(0.5)),
		"harm":         Waterfall(explanation(-0.1, -0.2, 0.05, -0.3)),
		"through zero": Waterfall(explanation(0.3, -0.5, 0.4, -0.4)),
		"gains":        Waterfall(explanation(0.1, 0.2, 0.1)),
		"all zero":     Waterfall(explanation(0, 0, 0, 0)),
		"all missing":  Waterfall(explanation(nan, nan, nan)),
		"tiny":         Waterfall(explanation(3e-7, -1e-7, 5e-8)),
		"tiny steps":   Waterfall(explanation(0.5, -0.0004, 0.0002, -0.00001)),
		"huge":         Waterfall(explanation(4e9, -3e9)),
	}
}

// oddCases are waterfalls with something out of the ordinary.
func oddCases() map[string]*Figure {
	long := full()
	long.Scenario = "a_scenario_whose_name_is_longer_than_anybody_would_ever_choose_for_one_that_is_to_be_typed_again_and_again"
	long.Title = "A title that goes on and on: needle exchange, outreach, probation and residential care, each with and without case management of all six kinds, in fourteen sites, over five years"
	long.Subgroup, long.Set, long.Partial, long.Orders = "high_need", "entered", true, 64
	infinite := typical()
	infinite.Observed.SMD, infinite.Factors[1].Step, infinite.Factors[1].StepMCSE = report.Number(math.Inf(1)), report.Number(math.Inf(-1)), report.Number(math.Inf(1))
	noisy := typical()
	noisy.Factors[0].StepMCSE = 3
	midway := typical()
	f := &midway.Factors[1]
	f.Step, f.After.SMD, f.Shapley, f.UnitsStep = report.Missing(), report.Missing(), report.Missing(), report.Missing()
	unnamed := explanation(0.5, -0.3)
	unnamed.Unit, unnamed.Scenario, unnamed.Title, unnamed.Outcome, unnamed.Factors[0].Factor, unnamed.Factors[0].About = "", "", "", "", "", ""
	return map[string]*Figure{
		"long names":  Waterfall(long),
		"one missing": Waterfall(midway),
		"infinite":    Waterfall(infinite),
		"noisy":       Waterfall(noisy),
		"markup":      Waterfall(markup()),
		"no names":    Waterfall(unnamed),
	}
}

// sharesCases are dilutions.
func sharesCases() map[string]*Figure {
	bare := diluted()
	bare.Dilution.Shares, bare.Dilution.Interaction = nil, ""
	lost := diluted()
	lost.Dilution.Measured = true
	for k := range lost.Dilution.Shares {
		none := report.Missing()
		lost.Dilution.Shares[k].Overall = explain.Diluted{Effect: none, EffectMCSE: none, Theory: none, Power: none, PowerMCSE: none}
	}
	long := diluted()
	long.Dilution.Subgroup = "clients_who_have_neither_a_home_nor_work_nor_anybody_to_turn_to_and_inject_every_day_of_the_week_and_more"
	return map[string]*Figure{
		"dilution":        Dilution(diluted()),
		"dilution markup": Dilution(markup()),
		"no shares":       Dilution(bare),
		"lost overall":    Dilution(lost),
		"long subgroup":   Dilution(long),
	}
}

// markup has what XML can't hold as it is, or not at all.
func markup() *explain.Explanation {
	e := diluted()
	e.Title, e.Factors[0].About = "Fish & chips <b> \"quoted\"", "tab\tand bell\a and \x01 in <about> & \uFFFE"
	e.Factors[1].Factor, e.Unit, e.Scenario = "<factor & \x02>", "da\x01ys <&>", "a \"<b>\""
	e.Dilution.Measured = true
	return e
}
