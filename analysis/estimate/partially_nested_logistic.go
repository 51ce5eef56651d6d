package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// partiallyNestedLogistic is the log odds ratio of the arm among all clients where only
// the treated arm has clusters, such as the clients of case managers: the model of
// logistic_mixed with intercepts of the clusters of the treated arm alone (as for means
// Roberts & Roberts 2005, Clin Trials 2:152). Data.Cluster of control is ignored; a
// treated row of cluster -1 is its own cluster.
//
// The model's own coefficient compares a treated client whose cluster is average with a
// control client, and is not zero where as many of both arms have the event. So the
// effect is that of the treated arm's probability averaged over the clusters, by
// quadrature, at the mean of the covariates. SE is by the delta method from the observed
// information on all coefficients and the standard deviation.
//
// Test and interval are t, with Satterthwaite's degrees of freedom for the sum of two
// variances: that of control on its rows less one, and the rest on the clusters of the
// treated less one.
//
// Boundary, Separated, NotConverged as in logistic_mixed. TooFewClusters where the
// treated are in fewer than two; others as in logistic.
type partiallyNestedLogistic struct{ logistic }

func (partiallyNestedLogistic) Method() Method {
	return Method{Name: "partially_nested_logistic", Kinds: Binary, Measure: measure.LogOR, Needs: Clusters, Covariates: true, Clustered: true, Nested: true}
}

func (l partiallyNestedLogistic) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	n := len(d.Y)
	t, status := count(d)
	if status == OK {
		status = w.fitMixedLogit(d, t, true)
	}
	if status.Failed() {
		return failed(n, status)
	}
	m, index := &w.mixed, &w.linear.clusters
	if index.inArm[1] < 2 {
		return failed(n, TooFewClusters)
	}
	value, variance := m.beta[m.asked], w.glm.modelVariance(l.model().effect())
	if status == OK {
		value = m.average(m.trial)
		variance = m.info.Forward(m.trial)
	}
	e := waldT(value, math.Sqrt(variance), m.satterthwaiteNested(index, variance), n, alpha, w)
	if !e.Status.Failed() {
		e.Status, e.SMD = status, t.smd()
	}
	return e
}

// average returns the log odds of the treated, averaged over the intercepts, less those
// of control, where the columns are at their means, and sets gradient to its
// derivatives. The intercept is the first coefficient.
func (m *mixedLogit) average(gradient []float64) float64 {
	const rootPi = 1.77245385090551602729816748334114518
	sd, treated := m.beta[m.r], m.beta[0]+m.beta[m.asked]
	mean, slope, bySD := 0.0, 0.0, 0.0
	for k, x := range hermite.at {
		u := float64(math.Sqrt2 * x)
		weight := hermite.weight[k] * portable.Exp(-x*x) / rootPi
		p, q := chances(treated + float64(sd*u))
		mean += float64(weight * p)
		slope += float64(weight * p * q)
		bySD += float64(weight * p * q * u)
	}
	variance := mean * (1 - mean)
	clear(gradient)
	gradient[0] = slope/variance - 1
	gradient[m.asked] = slope / variance
	gradient[m.r] = bySD / variance
	return portable.Log(mean/(1-mean)) - m.beta[0]
}
