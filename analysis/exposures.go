package analysis

import (
	"caseload/analysis/measure"
	"caseload/sim/trial"
)

// ByExposure is the true effect among clients who enrol at a site that has been in the arm for so
// many periods, in a trial whose sites change arms: of the world as randomized less that
// with everyone in control, in the measure of the analysis. Such effects differ where it takes an arm time to
// come into its own, or where queues build up (Kenny et al. 2022, Stat Med 41:4311).
type ByExposure struct {
	Periods int            `json:"periods"` // with that of the client's enrolment
	Truth   measure.Number `json:"truth"`
	MCSE    measure.Number `json:"truth_mcse"`
	N       measure.Number `json:"n"` // clients in a trial, on average
}

// exposuresOf returns for how many periods a site can be in an arm other than control, 0 in a
// trial whose sites do not change arms, and in a factorial one, whose effects are of several arms.
func (p *plan) exposuresOf() (most int) {
	if !p.sc.InPeriods() || p.sc.Factorial() {
		return 0
	}
	plan := p.sc.Schedule()
	for q, row := range plan.Arms {
		for k := range row {
			most = max(most, plan.Exposure(q, k, p.sc.Control()))
		}
	}
	return most
}

// byExposure reports whether the effect has truths by exposure.
func (e *effect) byExposure() bool { return e.among == everyone && !e.times }

// gatherExposed sums an outcome over the clients of the effect's arm by exposure: in the world as
// randomized, and in that with everyone in control.
func (e *effect) gatherExposed(out record, at []int, own, control *trial.Truth) {
	for _, k := range at {
		*out.sums(k) = sums{}
	}
	cx, cy := &own.Outcomes[e.outcome], &control.Outcomes[e.outcome]
	for i, arm := range own.Arm {
		if int(arm) != e.arm || own.Exposed[i] == 0 || !cx.In[i] || !e.group(own.Member, i) {
			continue
		}
		s := out.sums(at[own.Exposed[i]-1])
		if v := cx.Value[i]; v == v {
			n, square := e.weigh(cx, i, v)
			s.add(false, n, v, square)
		}
		if v := cy.Value[i]; v == v {
			n, square := e.weigh(cy, i, v)
			s.add(true, n, v, square)
		}
	}
}

// exposed returns the truths of an analysis by exposure, nil where it has none: a model's effect is
// not that of a group of clients, unless it is a difference.
func (f *accumulator) exposed(a *Analysis) (list []ByExposure) {
	of, known := momentTruths[a.Method.Measure]
	linear := a.Method.Measure == measure.MD || a.Method.Measure == measure.RD
	if f.opt.NoTruth || !known || a.rest >= 0 || a.model >= 0 && !linear || !f.p.effects[a.effect].byExposure() {
		return nil
	}
	for k := range f.p.exposures {
		x := &f.byExposure[a.effect*f.p.exposures+k]
		if x.mean[0] == 0 {
			continue
		}
		value, mcse := x.value(of)
		list = append(list, ByExposure{k + 1, measure.Number(value), measure.Number(mcse), measure.Number(x.mean[0])})
	}
	return list
}

// averages reports whether the effect of an analysis is the average of those after each number of
// periods in the arm.
func (p *plan) averages(a *Analysis) bool {
	return p.exposures > 0 && a.Method.ByExposure && p.effects[a.effect].byExposure()
}

// averageExposed returns the mean over numbers of periods of the effect after each. The effects are of
// other clients of the same trials: as if they erred together, the error is at most this.
func (f *accumulator) averageExposed(a *Analysis) (value, mcse float64) {
	n := 0.0
	for k := range f.p.exposures {
		x := &f.byExposure[a.effect*f.p.exposures+k]
		if x.mean[0] == 0 {
			continue
		}
		d, e := x.value(difference)
		value, mcse, n = value+d, mcse+e, n+1
	}
	return value / n, mcse / n
}

// averageOf is the same in one trial, over the numbers of periods after which it has clients.
func averageOf(out record, at []int) float64 {
	sum, n := 0.0, 0.0
	for _, k := range at {
		if d := difference(out.sums(k)); d == d {
			sum, n = sum+d, n+1
		}
	}
	return sum / n
}
