package estimate

import "fmt"

// CoxFit fits a proportional hazards model with Efron's handling of ties by
// Newton's method with step halving: event times or censoring times, whether
// each is an event, and covariates x[covariate][row]. An iteration costs
// O(rows x covariates^2). Source: Cox 1972; Efron 1977.
//
// beta is the log hazard ratios and cov the inverse of the observed
// information. Both live in w until its next fit. A covariate that is constant
// or determined by those before it has NaN there, and the others are those of
// the model without it. Status is OK, NoEvents, ZeroVariance (no covariate
// varies among those at risk), NotConverged, Separated or BadData; beta and
// cov are nil unless it is OK. CoxFit panics if lengths differ.
func CoxFit(time []float64, event []bool, x [][]float64, w *Work) (beta []float64, cov [][]float64, status Status) {
	return fitCox(time, event, x, coxOptions{}, w)
}

// coxOptions are how a proportional hazards model may differ from CoxFit's.
type coxOptions struct {
	breslow  bool    // Breslow's handling of ties (Breslow 1974), and not Efron's
	strata   []int32 // a baseline hazard for each stratum, numbered from 0; nil for one
	asked    int     // 1 + the covariate whose coefficient alone is asked, so that others may be infinite; 0: all
	ordered  bool    // the times were put in order before
	clusters []int32 // the robust variance of rows alike within clusters; -1: alone; nil for the model's
}

// fitCox is CoxFit with options. Status can be TooFewClusters too, with clusters
// and fewer than two of them.
func fitCox(time []float64, event []bool, x [][]float64, o coxOptions, w *Work) (beta []float64, cov [][]float64, status Status) {
	c := &w.cox
	if status = c.prepare(time, event, x, o, w); status != OK {
		return nil, nil, status
	}
	if status = c.maximize(c); status != OK {
		return nil, nil, status
	}
	c.info.Invert(c.covRows)
	if o.clusters != nil {
		if status = c.makeRobust(); status != OK {
			return nil, nil, status
		}
	}
	c.dropAliased()
	return c.beta, c.cov, OK
}

// prepare orders the rows and loads them.
func (c *coxWork) prepare(time []float64, event []bool, x [][]float64, o coxOptions, w *Work) Status {
	if len(event) != len(time) {
		panic(fmt.Sprintf("estimate: %d times, %d events", len(time), len(event)))
	}
	for j := range x {
		if len(x[j]) != len(time) {
			panic(fmt.Sprintf("estimate: %d times, %d rows of covariate %d", len(time), len(x[j]), j))
		}
	}
	if !o.ordered && !w.times.sort(time) {
		return BadData
	}
	c.breslow = o.breslow
	in := coxRows{rows: w.times.rows, times: w.times.times}
	if o.strata != nil {
		s := &w.survival.strata
		s.arrange(&w.times, o.strata)
		in = coxRows{s.rows, s.times, s.ends}
	}
	if status := c.load(in, event, x); status != OK {
		return status
	}
	c.asked = o.asked - 1
	if o.clusters != nil {
		c.robust.load(in.rows, o.clusters)
	}
	return OK
}
