package explain

import (
	"math"

	"caseload/results/report"
)

// example is a needle exchange's explanation with a bit of everything: a
// target, factors that lower and one that raises, the user's own, one that
// changes the question, a path and a dilution. The numbers are made up; steps
// and Shapley values sum to observed less ideal, 0.19 - 0.61.
func example() *Explanation {
	e := &Explanation{Scenario: "needle-exchange", Title: "Needle exchange", Seed: 1, Replicates: 2000, Clients: 245,
		Outcome: "days_in_treatment", Variable: "days_in_su", AtDays: 365, Cluster: "retention_su", Set: "itt", Subgroup: "all", Target: "high_need",
		Contrast: "sbcm - referral", Arm: "sbcm", Control: "referral", Unit: "days", SharedQueues: true, Worlds: 14, Orders: 200,
		Ideal:    Effect{0.61, 0.011, 67.1, 1.3, 133.2, 5.2},
		Observed: Effect{0.19, 0.012, 20.9, 1.5, 1369.2, 88},
		PerTrial: 0.188, PerTrialMC: 0.012}
	e.Factors = []Factor{
		exampleFactor("mix", "only 30 % of clients are in high_need", -0.15, 0.46, -0.17),
		exampleFactor("uptake", "15 % don't start", -0.08, 0.38, -0.07),
		exampleFactor("transport", "no lift to the clinic, which is two bus rides away from the exchange", -0.12, 0.26, -0.11),
		exampleFactor("contamination", "5 % of controls get the program", 0.03, 0.29, 0.04),
		exampleFactor("selection", "only those who entered are analysed", -0.10, 0.19, -0.11),
	}
	e.Factors[1].OrderError = 0.006
	e.Factors[2].Own = true
	e.Factors[4].NewEstimand = true
	e.Absent = []Absent{{"capacity", "there are slots and staff enough"}, {"competing", "nobody is jailed or dies"}}
	e.Path = &Path{Total: 41.3, TotalMCSE: 1.1, Replicates: 1000, Parts: []PathPart{
		examplePart("entering", 35.2, 0.9, 34.1, 0.8), examplePart("staying", 4.1, 0.6, 5.2, 0.5),
		examplePart("other_services", 0, 0, 0, 0), examplePart("direct", 2, 0.4, 2, 0.4)}}
	e.Path.shared()
	e.Dilution = &Shares{Subgroup: "high_need", Method: "welch", Interaction: "interaction", Measured: true, Replicates: 500, Shares: []Share{
		exampleShare(0.1, 0.14, 0.63, 6.8, 0.11), exampleShare(0.3, 0.30, 0.86, 20.1, 0.43), exampleShare(1, 0.9, 1, 68.1, 0.97)}}
	return e
}

// exampleFactor has units that are 110 times the SMD.
func exampleFactor(name, about string, step, after, shapley report.Number) Factor {
	const days = 110
	return Factor{Factor: name, About: about, Step: step, StepMCSE: 0.011, After: Effect{after, 0.012, after * days, 1.4, 31 / (after * after), 21},
		Shapley: shapley, ShapleyMCSE: 0.012, OrderError: 0.004, FromIdeal: step * 1.2, FromIdealMCSE: 0.013, FromReal: step * 0.8, FromRealMCSE: 0.014,
		UnitsStep: step * days, UnitsStepMCSE: 1.3, UnitsShapley: shapley * days, UnitsShapleyMCSE: 1.4,
		UnitsFromIdeal: step * days * 1.2, UnitsFromIdealMCSE: 1.5, UnitsFromReal: step * days * 0.8, UnitsFromRealMCSE: 1.6,
		IdealSDStep: step * 0.9, IdealSDStepMCSE: 0.011, Multiplies: 2.4, MultipliesMCSE: 0.21}
}

func exampleShare(share float64, measured, correct, days, power report.Number) Share {
	d := Diluted{days, 1.2, days + 0.4, 0.3, power, 0.02}
	return Share{share, measured, 0.002, correct, 0.003, d, Diluted{68, 2.1, 68.2, 0.9, 0.5, 0.02}, Diluted{67, 3.1, 68.2, 0.9, 0.31, 0.02}}
}

// linked is a plain explanation of a binary outcome: no target, one factor.
func linked() *Explanation {
	e := &Explanation{Scenario: "needle-exchange", Seed: 7, Replicates: 256, Clients: 245, Outcome: "linked_7d", Variable: "linked_su", AtDays: 7,
		Cluster: "linkage_su", Set: "itt", Subgroup: "all", Contrast: "sbcm - referral", Arm: "sbcm", Control: "referral", Unit: "proportion", Worlds: 2,
		Ideal:    Effect{0.35, 0.01, 0.14, 0.003, 190, 9.1},
		Observed: Effect{0.25, 0.01, 0.10, 0.003, 400, 31},
		PerTrial: report.Missing(), PerTrialMC: report.Missing()}
	f := exampleFactor("uptake", "15 % don't start", -0.10, 0.25, -0.10)
	f.UnitsStep, f.UnitsStepMCSE, f.After.Units, f.After.UnitsMCSE = -0.04, 0.003, 0.10, 0.003
	e.Factors = []Factor{f}
	return e
}

// over is the share that a is of b, its MCSE as if the two were independent.
func (a amount) over(b amount) amount {
	share := a.value / b.value
	return amount{share, report.Number(math.Hypot(float64(a.mcse), float64(share*b.mcse)) / math.Abs(float64(b.value)))}
}

// shared fills in the shares of a path.
func (p *Path) shared() *Path {
	for k := range p.Parts {
		part := &p.Parts[k]
		forward, backward := part.forward().over(p.total()), part.backward().over(p.total())
		part.ForwardShare, part.ForwardShareMCSE = forward.value, forward.mcse
		part.BackwardShare, part.BackwardShareMCSE = backward.value, backward.mcse
	}
	return p
}

func examplePart(name string, forward, forwardMCSE, backward, backwardMCSE report.Number) PathPart {
	return PathPart{Part: name, Forward: forward, ForwardMCSE: forwardMCSE, Backward: backward, BackwardMCSE: backwardMCSE}
}
