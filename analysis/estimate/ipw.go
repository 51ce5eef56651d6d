package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// ipw is the difference of means weighted by the inverse probability of being
// observed. Each client whose outcome was observed stands for 1/pi of those
// like them; the mean of an arm is the sum of weighted outcomes over the sum of
// weights (Hajek 1971; Seaman & White 2013, Stat Methods Med 22:278). It is
// consistent where, within an arm, being observed depends on the covariates
// alone and pi is right; where a few weights are large it takes many rows to be
// unbiased.
//
// pi is a logistic regression of being observed on the covariates, fitted
// within each arm: the model of arm, covariates and all their products. An arm
// in which all were observed has pi = 1. Earlier visits are not used.
//
// SE is the sandwich of the stacked estimating equations of means and
// coefficients, which allows for pi being estimated (Stefanski & Boos 2002;
// Lunceford & Davidian 2004, Stat Med 23:2937, equation 19, here for each
// arm), without small-sample correction; z interval and test. With nothing
// missing it is the difference of means with the sum of squares over n^2. SMD
// is Hedges g with the weighted standard deviation, or that of the weighted
// proportions if all outcomes are 0 or 1.
//
// EmptyArm; TooFew: fewer than two observed in an arm; Separated: covariates tell of
// all clients of an arm who is observed; NotConverged; ZeroVariance; BadData.
type ipw struct{}

func (ipw) Method() Method {
	return Method{Name: "ipw", Kinds: Binary | Numbers, Measure: measure.MD, Needs: Incomplete, Covariates: true, Linear: true}
}

func (ipw) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Incomplete)
	n, m := len(d.Y), &w.missing
	if status := m.split(d); status != OK {
		return failed(n, status)
	}
	var sums moments
	variance, weight := 0.0, 0.0
	for k, rows := range m.rows {
		if status := m.observe(d, rows); status != OK {
			return failed(n, status)
		}
		v, squares := m.weigh(d.Y, rows, &sums, k)
		variance, weight = variance+v, weight+squares
	}
	if rounding(variance, weight, largest(d.Y), n) {
		return failed(n, ZeroVariance)
	}
	e := waldZ(sums.difference(), math.Sqrt(variance), n, alpha, w)
	if e.Status != OK {
		return e
	}
	if e.SMD = sums.hedges(); dichotomous(d.Y) {
		e.SMD = logitSMD(sums.n[1]*sums.mean[1], sums.n[1], sums.n[0]*sums.mean[0], sums.n[0])
	}
	return e
}

// observe fits the probability of being observed, given the covariates, among
// the rows of an arm.
func (m *missingWork) observe(d *Data, rows []int32) Status {
	l := &m.logit
	l.resize(len(rows), 1+len(d.X))
	observed := 0
	for at, i := range rows {
		seen := bit(!math.IsNaN(d.Y[i]))
		l.column(0)[at], l.y[at], l.mean[at] = 1, float64(seen), 1
		observed += seen
	}
	if observed == len(rows) {
		return OK
	}
	for j, x := range d.X {
		mean := armMean(x, rows)
		column := l.column(1 + j)
		for at, i := range rows {
			column[at] = x[i] - mean
		}
	}
	l.asked = fittedMeans
	return l.logit(nil)
}

// weigh returns the variance of the weighted mean of an arm, whose
// probabilities are in m.logit, and puts the mean into sums, with as many rows
// as were observed and the sum of squares that gives the weighted variance. It also
// returns the sum of the squared weights of the outcomes in the mean.
func (m *missingWork) weigh(y []float64, rows []int32, sums *moments, arm int) (variance, weight float64) {
	l := &m.logit
	first, total, sum, seen := math.NaN(), 0.0, 0.0, 0
	for at, i := range rows {
		if l.y[at] == 0 {
			continue
		}
		if seen++; seen == 1 {
			first = y[i] // so that equal outcomes have a variance of exactly zero
		}
		total += 1 / l.mean[at]
		sum += (y[i] - first) / l.mean[at]
	}
	shift := sum / total
	m.residual = resize(m.residual, len(rows)) // weighted
	squares := 0.0
	for at, i := range rows {
		if m.residual[at] = 0; l.y[at] == 1 {
			dev := y[i] - first - shift
			m.residual[at] = dev / l.mean[at]
			squares += dev * dev / l.mean[at]
			weight += 1 / (l.mean[at] * l.mean[at])
		}
	}
	sums.n[arm], sums.mean[arm], sums.ss[arm] = float64(seen), first+shift, squares/total*float64(seen)
	if seen < len(rows) {
		m.estimated()
	}
	for _, r := range m.residual {
		variance += float64(r * r)
	}
	return variance / (total * total), weight / (total * total)
}

// estimated takes from the weighted residuals what the coefficients, being
// fitted to the same rows, account for.
func (m *missingWork) estimated() {
	l := &m.logit
	m.pull = resize(m.pull, l.p)
	clear(m.pull)
	for j := range m.pull {
		for at, v := range l.column(j) {
			m.pull[j] += float64(m.residual[at] * (1 - l.mean[at]) * v)
		}
	}
	l.info.Solve(m.pull)
	l.predict(l.eta, m.pull)
	for at, pulled := range l.eta {
		m.residual[at] -= float64((l.y[at] - l.mean[at]) * pulled)
	}
}
