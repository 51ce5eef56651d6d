package analysis

import (
	"caseload/analysis/estimate"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// A Sample gathers, trial after trial, what a method sees of one contrast.
type Sample struct {
	of   sample
	rows []int32
}

// NewSample is of a contrast in an outcome, in its own analysis set, among a subgroup or
// Everyone: all by index into the scenario. For a method that
// compares a subgroup with the rest it is of everyone, with who is a member. Of
// covariates it has the baseline, if the outcome's analyses adjust for it.
func NewSample(sc *scenarios.Scenario, outcome, subgroup int, c scenarios.Contrast, m estimate.Method) *Sample {
	o, groups := &sc.Outcomes[outcome], sc.Groups()
	var baseline []covariate
	if m.Covariates && sc.AdjustsForBaseline(o) {
		baseline = []covariate{{trait: -1, baseline: true}}
	}
	return &Sample{of: sample{covariates: baseline, outcome: outcome, subgroup: subgroup, arm: maskOf(groups[c.Arm].Arms), control: maskOf(groups[c.Control].Arms), set: o.Set,
		minContacts: int32(o.MinContacts), interaction: m.Interaction, needs: needsOf(sc, o, m), clusters: sc.Trial.Randomization.Clustered(), period: o.AtDays, assume: assumed(o),
		weighting: estimate.Weighting(o.Weights()), most: o.MostDays(), sides: sidesIn(groups, sc, c, m)}}
}

// Fill replaces the data by those of a trial.
func (s *Sample) Fill(d *estimate.Data, o *trial.Observed) { s.rows = s.of.fill(d, o, s.rows) }
