package analysis

import (
	"math"

	"caseload/analysis/lifetable"
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

// truthOf is the pooled truth of analysis k in its own measure.
func (f *accumulator) truthOf(k int, rollout bool) (value, mcse float64) {
	a := &f.p.analyses[k]
	switch {
	case f.opt.NoTruth:
		return nan, nan
	case a.model >= 0:
		if rollout && f.p.shared {
			return nan, nan // the model was fitted to the trial alone
		}
		return f.models[a.model].truth(&f.p.models[a.model])
	case a.Method.Measure == "Cliff's delta":
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
	e := &f.p.effects[k]
	moments := &f.truth[k]
	if rollout {
		moments = &f.rollout[k]
	}
	switch a.Method.Measure {
	case "RD", "MD":
		return moments.value(difference)
	case "log RR":
		return moments.value(logRisks)
	case "log OR":
		return moments.value(logOdds)
	case "SMD":
		return moments.value(smd)
	case "log HR":
		return f.lifeTruth(e, rollout, (*lifetable.Table).LogHazardRatio)
	case "RMSTD":
		return f.lifeTruth(e, rollout, (*lifetable.Table).RestrictedMean)
	case "median":
		return f.lifeTruth(e, rollout, (*lifetable.Table).Median)
	case "CIFD":
		if a.Method.Name == "cumulative_incidence" {
			return f.lifeTruth(e, rollout, (*lifetable.Table).Incidence)
		}
		return f.lifeTruth(e, rollout, (*lifetable.Table).Survival)
	}
	panic("no truth for the measure " + a.Method.Measure)
}

// lifeTruth is a function of the pooled daily counts of an effect on a time.
func (f *accumulator) lifeTruth(e *effect, rollout bool, of func(*lifetable.Table) float64) (value, mcse float64) {
	tau := f.p.sc.Outcomes[e.outcome].AtDays
	if f.p.shared && e.among == everyone && !rollout {
		return f.dTruth[e.hazard].Value(1, tau, of)
	}
	arms := f.p.sc.Arms
	return f.dRollout[e.hazard].Value(float64(arms[e.arm].Ratio)/float64(arms[f.p.control].Ratio), tau, of)
}
