package estimate

import "caseload/analysis/measure"

// poissonCluster is the log rate ratio of poisson with a standard error that
// allows for rows of a cluster being alike, and for counts that vary by more than
// a Poisson distribution does: the sandwich CR2 (Bell & McCaffrey 2002; for
// generalized linear models McCaffrey & Bell 2006, Stat Med 25:4081) with the
// Poisson model as the working model. Residuals of a cluster are adjusted by the
// inverse square root of I - H, with H the cluster's block of the hat matrix of the
// weighted regression. Test and interval are t with Satterthwaite degrees of
// freedom, bounded by clusterRobust.carefulDF where one arm alone has clusters. A
// row of cluster -1 is its own cluster. There is no SMD.
//
// TooFewClusters as in cluster_robust; others as in poisson.
type poissonCluster struct{ poisson }

func (poissonCluster) Method() Method {
	return Method{Name: "poisson_cluster", Kinds: Count, Measure: measure.LogIRR, Needs: Exposures | Clusters, Covariates: true,
		Clustered: true, Dispersed: true}
}

func (p poissonCluster) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Exposures | Clusters)
	if _, _, status := p.fit(d, w); status != OK {
		return failed(len(d.Y), status)
	}
	return p.model().clusterWorking(d, alpha, w)
}
