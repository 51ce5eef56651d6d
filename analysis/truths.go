package analysis

import (
	"math"

	"caseload/analysis/estimate"
	"caseload/analysis/lifetable"
	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// mean is a running mean with its standard error.
type mean struct{ n, mean, squares float64 }

func (m *mean) add(x float64) {
	if x != x {
		return
	}
	m.n++
	d := x - m.mean
	m.mean += d / m.n
	m.squares += float64(d * (x - m.mean))
}

func (m *mean) value() (mean, mcse float64) {
	if m.n == 0 {
		return nan, nan
	}
	return m.mean, math.Sqrt(m.squares / (m.n - 1) / m.n)
}

// truthOf returns the pooled truth of analysis k in its own measure. Rounding is no effect: a
// truth that is nothing else, as of a model that is fitted where there is none, is 0.
func (f *accumulator) truthOf(k int, rollout bool) (value, mcse float64) {
	value, mcse = f.pooledTruth(k, rollout)
	if math.Abs(value) < measure.Negligible && !(mcse >= measure.Negligible) {
		return 0, mcse
	}
	return value, mcse
}

func (f *accumulator) pooledTruth(k int, rollout bool) (value, mcse float64) {
	a := &f.p.analyses[k]
	switch {
	case f.opt.NoTruth:
		return nan, nan
	case f.p.averages(a):
		return f.averageExposed(a)
	case a.model >= 0:
		if rollout && f.p.shared {
			return nan, nan // the model was fitted to the trial alone
		}
		return f.models[a.model].truth(&f.p.models[a.model])
	case a.Method.Measure.Truth() == measure.Pairs:
		if rollout && f.p.shared {
			return nan, nan
		}
		return f.ranks[k].value()
	}
	value, mcse = f.effectTruth(a, a.effect, rollout)
	if a.rest >= 0 {
		// Other clients, so that the two are all but independent.
		rest, error := f.effectTruth(a, a.rest, rollout)
		return value - rest, portable.Hypot(mcse, error)
	}
	return value, mcse
}

func (f *accumulator) effectTruth(a *Analysis, k int, rollout bool) (value, mcse float64) {
	if a.Method.Measure.Truth() == measure.LifeTables {
		return f.lifeTruth(&f.p.effects[k], rollout, lifeTruth(a.Method))
	}
	moments := &f.truth[k]
	if rollout {
		moments = &f.rollout[k]
	}
	return moments.value(momentTruths[a.Method.Measure])
}

// momentTruths are the true values of measures by the pooled moments of the arms.
var momentTruths = map[measure.Measure]func(*sums) float64{
	measure.RD:    difference,
	measure.MD:    difference,
	measure.LogRR: logRisks,
	measure.LogOR: logOdds,
	measure.SMD:   smd,
}

// lifeTruths are the true values of measures by the pooled life table.
var lifeTruths = map[measure.Measure]func(*lifetable.Table) float64{
	measure.LogHR:  (*lifetable.Table).LogHazardRatio,
	measure.RMSTD:  (*lifetable.Table).RestrictedMean,
	measure.Median: (*lifetable.Table).Median,
	measure.CIFD:   (*lifetable.Table).Survival,
}

// lifeTruth returns the one for a method: where it tells competing events apart, they
// are not censored in the truth, either.
func lifeTruth(m estimate.Method) func(*lifetable.Table) float64 {
	if m.Measure == measure.CIFD && m.Needs&estimate.Competing != 0 {
		return (*lifetable.Table).Incidence
	}
	return lifeTruths[m.Measure]
}

// lifeTruth returns a function of the pooled daily counts of an effect on a time.
func (f *accumulator) lifeTruth(e *effect, rollout bool, of func(*lifetable.Table) float64) (value, mcse float64) {
	tau := f.p.sc.Outcomes[e.outcome].AtDays
	if f.p.shared && e.among == everyone && !rollout {
		return f.dTruth[e.hazard].Value(1, tau, of)
	}
	return f.dRollout[e.hazard].Value(f.p.ratio(e), tau, of)
}
