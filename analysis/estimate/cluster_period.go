package estimate

import "caseload/analysis/measure"

// clusterPeriod is the difference of means in a trial whose clusters may change arms: a linear
// mixed model of the arm, covariates, which are to have an indicator of each period but one, and random intercepts of each cluster
// and of each period of a cluster, by restricted maximum likelihood (Hooper et al. 2016,
// Stat Med 35:4718; Girling & Hemming 2016, Stat Med 35:2149), as lme4 fits y ~ period + arm +
// (1 | cluster/period). Clients of a cluster in one period have the correlation that the sum of the two variances is of
// all; those in different periods that of the first. Of outcomes that are 0 or 1 it is
// the difference of risks. SE, test and interval are those of randomIntercept, with kr Kenward and Roger's. SMD is
// that of the raw outcomes.
//
// Boundary where either variance is estimated as zero, or cannot be told: that of periods where
// no period of a cluster has two rows, that of clusters where none has two periods.
// TooFewClusters where there is one cluster, where an arm has rows in one period of one
// cluster, or where the columns leave too little to tell the two variances apart, as in a crossover of two
// clusters. ZeroVariance also where covariates determine the arm, as when all clusters
// begin in one period. Others as in randomIntercept.
type clusterPeriod struct{ kr bool }

func (c clusterPeriod) Method() Method {
	return Method{Name: withKR("cluster_period", c.kr), Kinds: Binary | Numbers, Measure: measure.MD, Needs: Clusters | Periods, Linear: true,
		Covariates: true, Clustered: true}
}

// withKR returns the name of a method, or of the same with the errors of Kenward and Roger.
func withKR(name string, kr bool) string {
	if kr {
		return name + "_kr"
	}
	return name
}

func (c clusterPeriod) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters | Periods)
	l := &w.linear
	if _, status := l.withArm(d, w); status != OK {
		return failed(len(d.Y), status)
	}
	l.columns = append(append(l.columns[:0], d.X...), l.arm)
	return l.periods(d, 1, c.kr, alpha, w)
}

// periods fits the model of clusterPeriod with the columns of l, of which the last few have the
// effects whose average is asked.
func (l *linearWork) periods(d *Data, effects int, kr bool, alpha float64, w *Work) Estimate {
	status := l.loadPeriods(d)
	value, told := 0.0, false
	if status == OK {
		if value, told = l.ols.average(len(l.columns) - effects); !told {
			status = ZeroVariance
		} else if !l.components.distinct() {
			status = TooFewClusters
		}
	}
	if status != OK {
		return failed(len(d.Y), status)
	}
	return l.nested(d, value, kr, alpha, w)
}

// loadPeriods fits the columns of l by least squares, and sums up the residuals by the periods of
// each cluster.
func (l *linearWork) loadPeriods(d *Data) Status {
	status := l.ols.fit(d.Y, l.columns)
	if status == OK {
		status = l.numberPeriods(d)
	}
	if status == OK {
		status = l.components.loadSites(&l.ols, &l.clusters, l.siteOf)
	}
	return status
}

// mostPeriods is more than a trial has, so that a cluster and a period make one number.
const mostPeriods = 1 << 10

// numberPeriods numbers the periods of each cluster as clusters, and the clusters as sites.
func (l *linearWork) numberPeriods(d *Data) Status {
	l.sites.number(d.Cluster, d.Treated, false)
	l.names = resize(l.names, len(d.Y))
	for i, k := range l.sites.of {
		l.names[i] = k*mostPeriods + d.When[i]%mostPeriods
	}
	return l.numberInner(d)
}

// average makes the average of the coefficients from a column on the contrast asked, and returns it, and
// whether the columns before do not determine any of theirs.
func (l *leastSquares) average(from int) (value float64, told bool) {
	clear(l.gamma)
	share := 1 / float64(l.p-from)
	for j := from; j < l.p; j++ {
		if l.cross.Aliased[j] {
			return 0, false
		}
		l.gamma[1+j] = share
		value += float64(share * l.beta[j])
	}
	l.weigh(0)
	return value, true
}

// distinct reports whether the data tell apart the variances that they have several rows of: the
// expected information on them is regular.
func (c *components) distinct() bool {
	told := c.separable()
	theta := [3]float64{1: 1}
	for _, j := range told {
		theta[j] += 0.1
	}
	if !c.evaluate(theta) {
		return false
	}
	c.derive()
	c.informed(told, &c.expected)
	c.hessian.Alias()
	return c.hessian.Rank == len(told)
}
