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
// clusterRobust.carefulDF where one arm alone has clusters. Of manclDeRouen the residuals
// are times the inverse of I - H (Mancl & DeRouen 2001, Biometrics 57:126), of
// fayGraubard the scores of a cluster are scaled (geeWork.fayGraubard); the degrees of
// freedom of both are the clusters less the coefficients, with the same bound.
//
// TooFewClusters as in cluster_robust, or where no degree of freedom is left;
// NotConverged; others as in logistic.
type geeLogistic struct {
	logistic
	correct geeCorrection
}

// geeCorrection says how the sandwich allows for residuals that are too small.
type geeCorrection uint8

const (
	kauermannCarroll geeCorrection = iota
	manclDeRouen
	fayGraubard
)

// named returns the name of a method with the correction.
func (c geeCorrection) named(name string) string { return name + [...]string{"", "_md", "_fg"}[c] }

func (e geeLogistic) Method() Method {
	return Method{Name: e.correct.named("gee_logistic"), Kinds: Binary, Measure: measure.LogOR, Needs: Clusters, Covariates: true, Clustered: true}
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
	got := e.model().estimated(d, e.correct, alpha, w)
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
	correct geeCorrection
}

func (e geePoisson) Method() Method {
	return Method{Name: e.correct.named("gee_poisson"), Kinds: Count, Measure: measure.LogIRR, Needs: Exposures | Clusters, Covariates: true,
		Clustered: true, Dispersed: true}
}

func (e geePoisson) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Exposures | Clusters)
	if _, _, status := e.fit(d, w); status != OK {
		return failed(len(d.Y), status)
	}
	return e.model().estimated(d, e.correct, alpha, w)
}

// estimated solves the equations of a model that has been fitted in w.glm with
// independent rows.
func (m regression) estimated(d *Data, correct geeCorrection, alpha float64, w *Work) Estimate {
	n := len(d.Y)
	variance, df, status := m.equations(d, correct, w)
	if status != OK {
		return failed(n, status)
	}
	return waldT(w.glm.beta[m.effect()], math.Sqrt(variance), df, n, alpha, w)
}

// equations solves them in w.glm.beta, and returns the variance of the effect and its
// degrees of freedom.
func (m regression) equations(d *Data, correct geeCorrection, w *Work) (variance, df float64, status Status) {
	g, e, l := &w.glm, &w.gee, &w.linear
	if g.aliased(m.effect()) {
		return 0, 0, ZeroVariance
	}
	l.clusters.number(d.Cluster, d.Treated, false)
	if min(l.clusters.inArm[0], l.clusters.inArm[1]) < 2 {
		return 0, 0, TooFewClusters
	}
	status = e.solve(g, &l.clusters)
	if status == OK {
		status = l.ols.fitWorking(len(d.Y), g.p, m.effect(), func(i int, z []float64) float64 { return e.whiten(g, &l.clusters, i, z) })
	}
	if status != OK {
		return 0, 0, status
	}
	variance, df, status = l.clustered(d)
	if status == OK && correct != kauermannCarroll {
		if variance = l.robust.cr3(&l.ols); correct == fayGraubard {
			variance = e.fayGraubard(g, &l.clusters, m.effect())
		}
		df = min(float64(l.robust.clusters-l.ols.rank), l.robust.carefulDF(&l.ols, &l.clusters))
		if !(df > 0) {
			status = TooFewClusters
		}
	}
	if status == OK && !(variance > settledScore*dot(l.ols.gamma, l.ols.gamma)) {
		status = ZeroVariance
	}
	return variance, df, status
}
