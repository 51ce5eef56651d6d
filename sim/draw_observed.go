package sim

import (
	"math"

	"caseload/scenarios"
	"caseload/sim/portable"
	"caseload/sim/stream"
)

// traitError is the error with which the trial measures a trait.
type traitError struct {
	trait   int
	purpose stream.Purpose
	// chance of being found to have a Bernoulli trait, without it and with it
	found [2]float64
	// of a normal trait, or the logarithm of a lognormal one: classical error,
	// independent of the true value. The reliability is that in the population
	// in which the trait has its SD; a trial that takes only some of it has the
	// same error and less true variance.
	sd float64
}

func (m *Model) compileTraitErrors(sc *scenarios.Scenario) {
	for t := range sc.Traits {
		tr := &sc.Traits[t]
		if tr.Observed == nil {
			continue
		}
		e := traitError{trait: t, purpose: stream.NewPurpose("observed." + tr.Name)}
		ratio := math.Sqrt(1/tr.Observed.Reliability - 1) // var(true)/var(observed) = reliability
		switch tr.Kind {
		case scenarios.Bernoulli:
			e.found = [2]float64{1 - tr.Observed.Specificity, tr.Observed.Sensitivity}
		case scenarios.Normal:
			e.sd = tr.SD * ratio
		case scenarios.Lognormal:
			e.sd = tr.LogSD * ratio
		}
		m.design.errors = append(m.design.errors, e)
	}
}

// measuredColumns makes room for what is measured with error; the rest is the
// truth itself.
func (w *Workspace) measuredColumns() (traits [][]float64, member [][]bool) {
	traits = append(traits, w.traits...)
	member = append(member, w.member...)
	for _, e := range w.m.design.errors {
		traits[e.trait] = make([]float64, w.n)
	}
	if len(w.m.design.errors) > 0 {
		for g := range member {
			member[g] = make([]bool, w.n)
		}
	}
	return traits, member
}

// measureTraits measures the cohort: what the trialist knows of clients when
// they are allocated and analysed. What happens to them depends on the truth.
func (w *Workspace) measureTraits() {
	if len(w.m.design.errors) == 0 {
		return
	}
	for i := range w.n {
		key := w.keyOf(i)
		for k := range w.m.design.errors {
			e := &w.m.design.errors[k]
			w.design.traits[e.trait][i] = w.measureTrait(e, w.traits[e.trait][i], key.Stream(e.purpose))
		}
		for t := range w.design.traits {
			w.design.values[t] = w.design.traits[t][i]
		}
		for g, e := range w.m.cohort.subgroups {
			w.design.member[g][i] = e.Eval(w.design.values)
		}
	}
}

// measureTrait returns the trait as measured, with an error from the stream.
func (w *Workspace) measureTrait(e *traitError, x float64, r stream.Stream) float64 {
	kind := w.m.cohort.traits[e.trait].Kind
	if kind == scenarios.Bernoulli {
		if r.Bernoulli(e.found[int(x)]) {
			return 1
		}
		return 0
	}
	w.sampler.Use(r)
	miss := float64(e.sd * w.sampler.Normal())
	if kind == scenarios.Lognormal {
		return float64(x * portable.Exp(miss))
	}
	return x + miss
}
