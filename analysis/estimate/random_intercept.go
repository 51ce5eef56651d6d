package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// randomIntercept is the difference of means in a linear mixed model: the arm,
// covariates, and an intercept of each cluster that is random, by restricted
// maximum likelihood (Laird & Ware 1982, Biometrics 38:963). SE is that of
// generalized least squares at the estimated variances; test and interval are t
// with Satterthwaite degrees of freedom, as lmerTest has them. With kr, SE and
// degrees of freedom are Kenward and Roger's (1997), better with few clusters.
// A row of cluster -1 is its own cluster. SMD is Hedges g of the raw outcomes.
//
// Boundary where the variance between clusters is estimated as zero: that is
// least squares, with kr but for SE and degrees of freedom. TooFewClusters where an arm has rows in fewer than two;
// NotConverged; EmptyArm, TooFew, ZeroVariance as in ancova, the last also where
// nothing varies within clusters.
type randomIntercept struct{ kr bool }

func (r randomIntercept) Method() Method {
	name := "random_intercept"
	if r.kr {
		name += "_kr"
	}
	return Method{Name: name, Kinds: Numbers, Measure: measure.MD, Needs: Clusters, Linear: true, Covariates: true, Clustered: true}
}

func (r randomIntercept) Fit(d *Data, alpha float64, w *Work) Estimate {
	return w.linear.mixed(d, mixedModel{kr: r.kr}, alpha, w)
}

// partiallyNested is the difference of means where only the treated arm has
// clusters, such as the clients of case managers: a linear mixed model with
// the arm, covariates, a random intercept of each cluster in the treated arm and
// a residual variance for each arm, by restricted maximum likelihood (Roberts &
// Roberts 2005, Clin Trials 2:152; Baldwin et al. 2011, Psychol Methods 16:149).
// Data.Cluster of control is ignored; a treated row of cluster -1 is its own
// cluster. SE, test and interval as in randomIntercept.
//
// Boundary where the variance between clusters is estimated as zero, or no
// cluster has two rows: without covariates and kr that is Welch's test.
// TooFewClusters where the treated are in one cluster; others as in
// randomIntercept.
type partiallyNested struct {
	kr            bool
	homoscedastic bool // one residual variance
}

func (p partiallyNested) Method() Method {
	name := "partially_nested"
	if p.kr {
		name += "_kr"
	}
	return Method{Name: name, Kinds: Numbers, Measure: measure.MD, Needs: Clusters, Linear: true, Covariates: true,
		Clustered: true, Nested: true}
}

func (p partiallyNested) Fit(d *Data, alpha float64, w *Work) Estimate {
	return w.linear.mixed(d, mixedModel{kr: p.kr, nested: true, twoClasses: !p.homoscedastic}, alpha, w)
}

// mixedModel tells random intercepts apart: of the treated arm only, with a
// residual variance for each arm, and how their uncertainty is allowed for.
type mixedModel struct{ kr, nested, twoClasses bool }

func (l *linearWork) mixed(d *Data, m mixedModel, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	n := len(d.Y)
	columns, status := l.withArm(d, w)
	if status == OK {
		status = l.ols.fit(d.Y, columns)
	}
	if status != OK {
		return failed(n, status)
	}
	l.clusters.number(d.Cluster, d.Treated, m.nested)
	if l.clusters.inArm[1] < 2 || !m.nested && l.clusters.inArm[0] < 2 {
		return failed(n, TooFewClusters)
	}
	c := &l.components
	if status = c.load(&l.ols, &l.clusters, d.Treated, m.nested, m.twoClasses); status == OK {
		status = c.fit()
	}
	if status.Failed() {
		return failed(n, status)
	}
	value := c.contrast(&l.ols, l.ols.coefficient(0))
	variance, df, ok := c.uncertainty(status, m.kr)
	if !ok || !(variance > 0) || !(df > 0) {
		return failed(n, NotConverged)
	}
	e := waldT(value, math.Sqrt(variance), df, n, alpha, w)
	if !e.Status.Failed() {
		e.Status, e.SMD = status, rawSMD(d)
	}
	return e
}

// uncertainty returns the variance of the contrast asked last, and its degrees of
// freedom, by either method. At a variance of zero between clusters Satterthwaite's is
// that of least squares. Kenward and Roger's still allows for that variance being
// estimated, as pbkrtest does, unless no cluster tells of it.
func (c *components) uncertainty(status Status, kr bool) (variance, df float64, ok bool) {
	if kr {
		return c.kenwardRoger(variances[bit(c.within == 0):c.params])
	}
	return c.satterthwaite(variances[bit(status == Boundary):c.params])
}
