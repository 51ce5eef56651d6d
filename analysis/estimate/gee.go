package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// geeLogistic is the log odds ratio of the arm among all clients, given the
// covariates, by generalized estimating equations (Liang & Zeger 1986, Biometrika
// 73:13) with exchangeable working correlation: rows of a cluster are taken to be
// correlated by one number, which moments of the Pearson residuals estimate. The
// estimate is that of geepack::geeglm(corstr = "exchangeable"); a correlation below 0
// is taken no farther than half of the way to where the largest cluster's would be
// impossible. A row of cluster -1 is its own cluster.
//
// SE is the sandwich with the residuals of a cluster times the inverse square root of
// I - H, H the cluster's block of the hat matrix of the last step (Kauermann & Carroll
// 2001, J Am Stat Assoc 96:1387), and test and interval are t with Satterthwaite
// degrees of freedom (McCaffrey & Bell 2006, Stat Med 25:4081), bounded by
// clusterRobust.carefulDF where one arm alone has clusters. With md the residuals are
// times the inverse of I - H (Mancl & DeRouen 2001, Biometrics 57:126), and the
// degrees of freedom are the clusters less the coefficients, with the same bound.
//
// TooFewClusters as in cluster_robust, or with md where no degree of freedom is left;
// NotConverged; others as in logistic.
type geeLogistic struct {
	logistic
	md bool
}

func (e geeLogistic) Method() Method {
	return Method{Name: mdName("gee_logistic", e.md), Kinds: Binary, Measure: measure.LogOR, Needs: Clusters, Covariates: true, Clustered: true}
}

func mdName(name string, md bool) string {
	if md {
		name += "_md"
	}
	return name
}

func (e geeLogistic) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	t, status := count(d)
	if status == OK {
		status = e.logistic.fit(d, t, w)
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	got := e.model().estimated(d, e.md, alpha, w)
	if !got.Status.Failed() {
		got.SMD = t.smd()
	}
	return got
}

// geePoisson is the log rate ratio of the arm, by the equations of geeLogistic with
// the mean, variance and exposures of poisson; without an SMD. Rows that vary by more
// than Poisson's distribution are allowed for.
type geePoisson struct {
	poisson
	md bool
}

func (e geePoisson) Method() Method {
	return Method{Name: mdName("gee_poisson", e.md), Kinds: Count, Measure: measure.LogIRR, Needs: Exposures | Clusters, Covariates: true,
		Clustered: true, Dispersed: true}
}

func (e geePoisson) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Exposures | Clusters)
	if _, _, status := e.fit(d, w); status != OK {
		return failed(len(d.Y), status)
	}
	return e.model().estimated(d, e.md, alpha, w)
}

// estimated solves the equations of a model that has been fitted in w.glm with
// independent rows.
func (m regression) estimated(d *Data, md bool, alpha float64, w *Work) Estimate {
	n, g, e, l := len(d.Y), &w.glm, &w.gee, &w.linear
	if g.aliased(m.effect()) {
		return failed(n, ZeroVariance)
	}
	l.clusters.number(d.Cluster, d.Treated, false)
	if min(l.clusters.inArm[0], l.clusters.inArm[1]) < 2 {
		return failed(n, TooFewClusters)
	}
	status := e.solve(g, &l.clusters)
	if status == OK {
		status = l.ols.fitWorking(n, g.p, m.effect(), func(i int, z []float64) float64 { return e.whiten(g, &l.clusters, i, z) })
	}
	if status != OK {
		return failed(n, status)
	}
	variance, df, status := l.clustered(d)
	if status == OK && md {
		variance = l.robust.cr3(&l.ols)
		df = min(float64(l.robust.clusters-l.ols.rank), l.robust.carefulDF(&l.ols, &l.clusters))
		if !(df > 0) {
			status = TooFewClusters
		}
	}
	if status == OK && !(variance > settledScore*dot(l.ols.gamma, l.ols.gamma)) {
		status = ZeroVariance
	}
	if status != OK {
		return failed(n, status)
	}
	return waldT(g.beta[m.effect()], math.Sqrt(variance), df, n, alpha, w)
}
