package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// riskRatioCluster is the log risk ratio of the arm given the covariates in Data.X, by
// the modified Poisson regression: a Poisson regression of outcomes that are 0 or 1,
// with a standard error that holds whatever their variance (Zou 2004, Am J Epidemiol
// 159:702), here that of poisson_cluster, which allows for rows of a cluster being
// alike (Zou & Donner 2013, Stat Methods Med Res 22:661, with CR2 for few clusters).
// Without covariates the estimate is that of risk_ratio. A row of cluster -1 is its
// own cluster.
//
// EmptyCell: an arm has no event. ZeroVariance: the model fits every outcome.
// TooFewClusters as in cluster_robust; Separated, NotConverged, BadData as in poisson.
type riskRatioCluster struct{}

func (riskRatioCluster) model() regression { return regression{family: poissonLog, shares: true} }

func (riskRatioCluster) Method() Method {
	return Method{Name: "risk_ratio_cluster", Kinds: Binary, Measure: measure.LogRR, Needs: Clusters, Covariates: true, Clustered: true}
}

func (r riskRatioCluster) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	t, status := r.fit(d, w)
	if status != OK {
		return failed(len(d.Y), status)
	}
	e := r.model().clusterWorking(d, alpha, w)
	if !e.Status.Failed() {
		e.SMD = t.smd()
	}
	return e
}

// fit starts at the proportions of the arms.
func (r riskRatioCluster) fit(d *Data, w *Work) (t table, status Status) {
	t, status = count(d)
	switch {
	case status != OK:
		return t, status
	case t.x1 == 0 || t.x0 == 0:
		return t, EmptyCell
	case t.x1 == t.n1 && t.x0 == t.n0:
		return t, ZeroVariance
	}
	p1, p0 := float64(t.x1)/float64(t.n1), float64(t.x0)/float64(t.n0)
	return t, r.model().fit(d, portable.Log(p0), portable.Log(p1/p0), w)
}

// Shape of Model: intercept, arm, covariates.
func (riskRatioCluster) Shape(covariates int) (size, effect int) { return 2 + covariates, 1 }

// Coefficients of Model.
func (r riskRatioCluster) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	if _, status = r.fit(d, w); status != OK {
		return nil, 0, status
	}
	return w.glm.uncentred(), r.model().effect(), OK
}

// Score of Model.
func (r riskRatioCluster) Score(d *Data, beta, score, information []float64, w *Work) {
	r.model().score(d, beta, score, information, len(beta), 0, w)
}

// clusterWorking returns the effect of a model with a log link that has been fitted in
// w.glm, with the sandwich CR2 of its working model.
func (m regression) clusterWorking(d *Data, alpha float64, w *Work) Estimate {
	n, g, l := len(d.Y), &w.glm, &w.linear
	value, model, status := m.effectOf(g)
	if status != OK {
		return failed(n, status)
	}
	g.evaluate(g.beta)
	status = l.ols.fitWorking(n, g.p, m.effect(), func(i int, z []float64) float64 {
		root := math.Sqrt(g.mean[i])
		for j := range z {
			z[j] = g.column(j)[i] * root
		}
		return g.residual[i] / root
	})
	if status != OK {
		return failed(n, status)
	}
	variance, df, status := l.clustered(d)
	if status == OK && !(variance > settledScore*model) {
		status = ZeroVariance
	}
	if status != OK {
		return failed(n, status)
	}
	return waldT(value, math.Sqrt(variance), df, n, alpha, w)
}
