package performance

import "caseload/analysis/measure"

// Assurance is what many trials show together where each has values of its own for what
// is not known: how often they reject in the direction that is good for clients
// (O'Hagan, Stevens & Campbell 2005, Pharm Stat 4:187-201).
type Assurance struct {
	Assurance     measure.Number `json:"assurance"` // share of trials that reject in the direction that is good for clients
	AssuranceMCSE measure.Number `json:"assurance_mcse"`
	AssuranceLow  measure.Number `json:"assurance_low"` // its 95 % Wilson interval
	AssuranceHigh measure.Number `json:"assurance_high"`
}

// Assurance returns the share of the samples so far, in which a fit that failed rejects
// nothing.
func (a *Accumulator) Assurance() (s Assurance) {
	s.Assurance, s.AssuranceMCSE = measure.Numbers(share(a.good, a.trials()))
	s.AssuranceLow, s.AssuranceHigh = measure.Numbers(wilson(a.good, a.trials()))
	return s
}

// Unconditional leaves out of the measures what is conditional on a scenario: where the
// truth differs between replicates there is no one number that intervals contain, that
// signs and sizes are held against, and no one power. A bias stays where each
// replicate has a truth of its own.
func (a *Accumulator) Unconditional(m Measures) Measures {
	none := measure.Missing()
	m.Power, m.PowerMCSE, m.PowerLow, m.PowerHigh, m.PowerFitted, m.PowerFittedMCSE = none, none, none, none, none, none
	m.Coverage, m.CoverageMCSE, m.BiasEliminated, m.BiasEliminatedMCSE = none, none, none, none
	m.TypeS, m.TypeSMCSE, m.TypeM, m.TypeMMCSE = none, none, none, none
	m.RelativeBias, m.RelativeBiasMCSE, m.RMSE, m.RMSEMCSE = none, none, none, none
	m.ModelSEError, m.ModelSEErrorMCSE = none, none
	if !a.ownTruths() {
		m.Bias, m.BiasMCSE = none, none
	}
	return m
}
