package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// clusterPermutation is the difference of means in a trial of randomized clusters, whether they change arms or not, with
// a test by permutation of what was randomized: which sequence of arms each cluster has
// (Wang & De Gruttola 2017, Stat Med 36:2831; Ji et al. 2017, Ann Appl Stat 11:1). All allocations of the observed sequences are
// taken to be equally likely.
//
// The statistic is that of the score test of the arm z in the model of clusterPeriod, z'Py/sqrt(z'Pz), with P = V^-1 -
// V^-1 X (X'V^-1 X)^-1 X'V^-1 and V the covariance of the rows by that model without the arm, so that it
// depends on no allocation (Braun & Feng 2001, J Am Stat Assoc 96:1424, use such weights). P is the share of allocations with a
// statistic of at least the size of the one observed: of all of them if there are at most 10,000, else
// of 10,000 that are drawn and the one observed (Phipson & Smyth 2010, Stat Appl Genet Mol Biol 9:39). Under no effect on anybody it is exact with any number
// of clusters and whether or not the model is right.
//
// Value is the coefficient of generalized least squares z'Py/z'Pz, SE 1/sqrt(z'Pz), which is too large if there is
// an effect, and Stat their ratio. The limits are the effects b of which the
// test of y - bz, with the same V, does not reject. SMD is that of the raw outcomes.
//
// The arm of a cluster in a period without rows is the treated one if Data.Exposed in its next
// period says that it was, else that of the period before, in the first control.
//
// TooFewClusters where even the most extreme allocation would not reject, and as in
// clusterPeriod. BadData also where rows of a cluster in one period are in both arms. Others as in clusterPeriod.
type clusterPermutation struct{}

func (clusterPermutation) Method() Method {
	return Method{Name: "cluster_permutation", Kinds: Binary | Numbers, Measure: measure.MD, Needs: Clusters | Periods | Draws, Linear: true,
		Covariates: true, Clustered: true, NullTest: true, Limits: Own}
}

func (c clusterPermutation) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters | Periods | Draws)
	l, p, n := &w.linear, &w.permuted, len(d.Y)
	status := c.withoutArm(d, w)
	if status == OK && !p.sequences(d, l) {
		status = BadData
	}
	if status != OK {
		return failed(n, status)
	}
	p.tabulate(&l.components)
	p.run(d.Source)
	low, high, ok := p.interval(alpha)
	if !ok {
		return failed(n, TooFewClusters)
	}
	scale := l.components.scale
	e := Estimate{Value: scale * p.score / p.size / p.size, SE: scale / p.size, Low: scale * low, High: scale * high,
		Stat: p.score / p.size, DF: math.NaN(), P: p.share(), SMD: math.NaN(), N: n}.orBad()
	if !e.Status.Failed() {
		e.SMD = rawSMD(d)
	}
	return e
}

// withoutArm fits the model without the arm, if there is one with it.
func (clusterPermutation) withoutArm(d *Data, w *Work) Status {
	l := &w.linear
	if _, status := l.withArm(d, w); status != OK {
		return status
	}
	l.columns = append(append(l.columns[:0], d.X...), l.arm)
	if status := l.ols.fit(d.Y, l.columns); status != OK {
		return status
	}
	if _, told := l.ols.average(len(d.X)); !told {
		return ZeroVariance
	}
	l.columns = l.columns[:len(d.X)]
	if status := l.loadPeriods(d); status != OK {
		return status
	}
	if !l.components.distinct() {
		return TooFewClusters
	}
	if l.components.fitSites().Failed() {
		return NotConverged
	}
	return OK
}
