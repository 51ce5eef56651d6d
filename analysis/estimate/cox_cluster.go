package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// coxCluster is the log hazard ratio of cox (Efron's ties) with a standard error
// that allows for rows of a cluster being alike, for few clusters, too.
//
// At the maximum of the partial likelihood the martingale residuals, event less
// cumulative hazard, solve the score equations of a Poisson regression of the
// events with the log of the baseline's cumulative hazard as offset (Whitehead
// 1980, J R Stat Soc C 29:268). The sandwich CR2 of that regression (as in
// poisson_cluster), whose residuals are these martingale residuals, is multiplied
// by the ratio of the variances of the two models, so that it is the variance of
// the Cox model, on average, where rows are independent: the regression takes the
// shape of the baseline as known. Test and interval are t with its
// degrees of freedom, Satterthwaite's, bounded by clusterRobust.carefulDF where one
// arm alone has clusters. A row of cluster -1 is its own cluster. SMD is Value x
// sqrt(6)/pi.
//
// TooFewClusters as in cluster_robust; others as in cox.
type coxCluster struct{}

func (coxCluster) Method() Method {
	return Method{Name: "cox_cluster", Kinds: Time, Measure: measure.LogHR, Needs: Events | Clusters, Covariates: true, Clustered: true}
}

// model is the same without clusters.
func (coxCluster) model() cox { return cox{} }

// Shape of Model: the arm and the covariates.
func (c coxCluster) Shape(covariates int) (size, effect int) { return c.model().Shape(covariates) }

// Coefficients of Model.
func (c coxCluster) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	return c.model().Coefficients(d, w)
}

// Score of Model.
func (c coxCluster) Score(d *Data, beta, score, information []float64, w *Work) {
	c.model().Score(d, beta, score, information, w)
}

func (c coxCluster) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Events | Clusters)
	n := len(d.Y)
	value, model, status := c.model().adjusted(d, w)
	if status != OK {
		return failed(n, status)
	}
	if status = c.fitWorking(d, w); status != OK {
		return failed(n, status)
	}
	l := &w.linear
	variance, df, status := l.clustered(d)
	variance *= model / dot(l.ols.gamma, l.ols.gamma)
	if status == OK && !(variance > rounded*model) {
		status = ZeroVariance
	}
	if status != OK {
		return failed(n, status)
	}
	e := waldT(value, math.Sqrt(variance), df, n, alpha, w)
	e.SMD = e.Value / gumbelSD
	return e
}

// fitWorking fits the Poisson regression at the maximum of the Cox model that was
// fitted last.
func (c coxCluster) fitWorking(d *Data, w *Work) Status {
	k := &w.cox
	k.evaluateAt(k, k.beta)
	k.place = resize(k.place, k.n)
	for at := range k.n {
		k.place[w.times.rows[k.n-1-at]] = int32(at)
	}
	return w.linear.ols.fitWorking(k.n, k.p+1, 1, func(i int, z []float64) float64 {
		at := int(k.place[i])
		root := math.Sqrt(k.expected[at])
		z[0] = root
		for j, x := range k.rowAt(at) {
			z[1+j] = x * root
		}
		if root == 0 {
			return 0 // censored before the first event
		}
		return k.residual[at] / root
	})
}
