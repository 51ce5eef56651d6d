package validation_test

import (
	"fmt"
	"math"
	"testing"

	"caseload/analysis/explain"
)

// An obstacle is a trial in whose way something stands, and what theory knows of
// the explanation of one of its outcomes.
type obstacle struct {
	question  string // the outcome
	sets      []string
	relations func(t *testing.T, e *explain.Explanation) []relation
}

// obstacles are in the order of the table.
func obstacles() []obstacle {
	list := promises()
	for _, share := range []float64{0.1, 0.3, 0.6} {
		list = append(list, leaving(share, "linked", "mix", fmt.Sprintf("%g can respond", share), "-(1 - share) x effect", responding(share)...))
	}
	for _, share := range []float64{0.3, 0.7} {
		list = append(list, leaving(share, "linked", "uptake", fmt.Sprintf("%g take it up", share), "-(1 - share) x effect", takenUpBy(share)))
	}
	for _, share := range []float64{0.1, 0.3} {
		list = append(list, leaving(1-share, "linked", "contamination", fmt.Sprintf("%g of controls get it", share), "-share x effect", contaminating(share)))
	}
	list = append(list, unreliable(0.5), unreliable(0.8), mistaken(0.8, 0.9), mistaken(0.95, 0.7), mismeasuredMembers())
	list = append(list, missed(0.2), missed(0.4), dying(1))
	return append(list, threeFactors(0.2, 0.3, 0.6), room(), noEffect(), alike())
}

// responding is a trial in which such a share can respond.
func responding(share float64) []string {
	return []string{fmt.Sprint("trait.needy.prevalence=", share), "program.manager.effect[0].in=in_need"}
}

func takenUpBy(share float64) string { return fmt.Sprint("program.manager.uptake=", share) }

func contaminating(share float64) string {
	return fmt.Sprintf(`arm.usual.contamination={arm="case_management",probability=%v}`, share)
}

// times is a multiple of a number, with its error.
func times(factor float64, n explain.Number) explain.Number {
	return explain.Number{Value: factor * n.Value, MCSE: math.Abs(factor) * n.MCSE}
}

func exactly(x float64) explain.Number { return explain.Number{Value: x} }

// promises are the ideal effects themselves, from what the scenario asks for: with
// a hazard ratio h, 1 - (1 - p)^h link where p of controls do.
func promises() []obstacle {
	return []obstacle{
		{"linked", nil, func(_ *testing.T, e *explain.Explanation) []relation {
			return []relation{{"none", "linked: 1 - (1 - 0.3)^3 - 0.3", inPoints, exactly(linkedMore(3)), e.Ideal.Units}}
		}},
		{"health", nil, func(_ *testing.T, e *explain.Explanation) []relation {
			return []relation{{"none", "health: 6 points", inScorePoints, exactly(6), e.Ideal.Units}}
		}},
	}
}

// linkedMore is the effect of a hazard ratio on linkage where 0.3 of controls link.
func linkedMore(ratio float64) float64 { return 1 - math.Pow(0.7, ratio) - 0.3 }

// leaving is an obstacle that leaves a share of the effect.
func leaving(share float64, outcome, factor, what, says string, sets ...string) obstacle {
	return obstacle{outcome, sets, func(t *testing.T, e *explain.Explanation) []relation {
		return []relation{{what, factor + ": " + says, inPoints, times(share-1, e.Ideal.Units), factorIn(t, e, factor).Step.Units}}
	}}
}

// unreliable: errors leave the difference as it is and widen the spread.
func unreliable(reliability float64) obstacle {
	return obstacle{"health", []string{fmt.Sprint("outcome.health.reliability=", reliability)}, func(t *testing.T, e *explain.Explanation) []relation {
		f, what := factorIn(t, e, "measurement"), fmt.Sprintf("a reliability of %g", reliability)
		return []relation{
			{what, "measurement: -(1 - sqrt(reliability)) x effect", inSD, times(math.Sqrt(reliability)-1, e.Ideal.SMD), f.FromIdeal.SMD},
			{what, "measurement: no points", inScorePoints, exactly(0), f.FromIdeal.Units},
		}
	}}
}

// mistaken: a test that errs.
func mistaken(sensitivity, specificity float64) obstacle {
	return leaving(sensitivity+specificity-1, "abstinent", "measurement", fmt.Sprintf("a test with sensitivity %g, specificity %g", sensitivity, specificity),
		"-(2 - sensitivity - specificity) x effect", "outcome.abstinent.measured_by=swab",
		fmt.Sprint("measure.swab.sensitivity=", sensitivity), fmt.Sprint("measure.swab.specificity=", specificity))
}

// mismeasuredMembers: everyone gains by a hazard ratio of 1.5, members of the
// target by twice that, and who is a member is measured with error.
func mismeasuredMembers() obstacle {
	const sensitivity, specificity = 0.8, 0.9
	sets := []string{fmt.Sprintf("trait.needy.observed={sensitivity=%v,specificity=%v}", sensitivity, specificity),
		`program.manager.effect=[{on="linkage",hazard_ratio=1.5,lasts_days=400},{on="linkage",hazard_ratio=2.0,lasts_days=400,in="in_need"}]`}
	return obstacle{"linked", sets, func(t *testing.T, e *explain.Explanation) (list []relation) {
		members, others := linkedMore(3), linkedMore(1.5)
		for _, share := range []float64{0.2, 0.5} {
			right := sensitivity * share / (sensitivity*share + (1-specificity)*(1-share))
			wrong := (1 - sensitivity) * share / ((1-sensitivity)*share + specificity*(1-share))
			row, what := shareOf(t, e.Dilution, share), fmt.Sprintf("%g in the target, measured with error", share)
			list = append(list,
				relation{what, "among measured members: PPV x E1 + (1 - PPV) x E0", inPoints, exactly(right*members + (1-right)*others), row.Member.Effect},
				relation{what, "interaction: (PPV + NPV - 1) x (E1 - E0)", inPoints, exactly((right - wrong) * (members - others)), row.Interaction.Effect})
		}
		return list
	}}
}

func shareOf(t *testing.T, d *explain.Dilution, share float64) *explain.Share {
	t.Helper()
	for k := range d.Shares {
		if d.Shares[k].Share == share {
			return &d.Shares[k]
		}
	}
	t.Fatalf("no share %v", share)
	return nil
}

// missed: visits missed completely at random cost clients alone.
func missed(share float64) obstacle {
	return seldomSeen("attrition", share, fmt.Sprintf("%g of visits missed", share), fmt.Sprint("attrition.missed=", share))
}

// dying: so many deaths a year, of clients like all others, cost clients alone
// where the outcome is a score of who is alive.
func dying(rate float64) obstacle {
	return seldomSeen("competing", -math.Expm1(-rate*90/365.25), fmt.Sprintf("deaths, %g a year", rate), fmt.Sprintf("death.rate={per_year=%v}", rate))
}

func seldomSeen(factor string, unseen float64, what, set string) obstacle {
	return obstacle{"health", []string{set}, func(t *testing.T, e *explain.Explanation) []relation {
		f := factorIn(t, e, factor)
		return []relation{
			{what, factor + ": no points", inScorePoints, exactly(0), f.FromIdeal.Units},
			{what, factor + ": times as many clients, 1/(1 - share unseen)", asRatio, exactly(1 / (1 - unseen)), f.Multiplies},
		}
	}}
}

// threeFactors are some that multiply what is left. Each leaves little, so that
// Shapley values are well apart from plain means over what others are real.
func threeFactors(share, uptake, contaminated float64) obstacle {
	sets := append(responding(share), takenUpBy(uptake), contaminating(contaminated))
	return obstacle{"linked", sets, func(t *testing.T, e *explain.Explanation) []relation {
		what := fmt.Sprintf("%g respond, %g take it up, %g of controls get it", share, uptake, contaminated)
		left := []float64{share, uptake, 1 - contaminated}
		list := []relation{{what, "observed: effect x product of what each leaves", inPoints, times(left[0]*left[1]*left[2], e.Ideal.Units), e.Observed.Units}}
		before := 1.0
		for k, name := range []string{"mix", "uptake", "contamination"} {
			list = append(list, relation{what, name + ": what it takes of what is left", inPoints, times(before*(left[k]-1), e.Ideal.Units), factorIn(t, e, name).Step.Units})
			before *= left[k]
		}
		for k, name := range []string{"mix", "uptake", "contamination"} {
			list = append(list, relation{what, name + ": Shapley value", inPoints, times(shapleyOfProduct(left, k), e.Ideal.Units), factorIn(t, e, name).Shapley.Units})
		}
		return list
	}}
}
