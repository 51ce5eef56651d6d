package estimate

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// threeLevel is the difference of means in a linear mixed model of clients within case
// managers within sites: the arm, covariates, and random intercepts of each site and of
// each manager, by restricted maximum likelihood (Goldstein 2011, Multilevel Statistical
// Models, chapter 2), as lme4 fits y ~ arm + (1 | site/manager). SE, test and interval as
// in randomIntercept, with kr Kenward and Roger's. A row without a manager (-1) is one of
// its own. A manager of two sites is one at each. SMD is Hedges g of the raw outcomes.
//
// Boundary where either variance is estimated as zero, or cannot be told: that of managers
// where none has two rows, that of sites where none has two managers. The estimate is then that of a
// model without it, with kr but for SE and degrees of freedom. TooFewClusters where there is one
// site, or an arm has rows of fewer than two managers; others as in randomIntercept.
type threeLevel struct{ kr bool }

func (t threeLevel) Method() Method {
	name := "three_level"
	if t.kr {
		name += "_kr"
	}
	return Method{Name: name, Kinds: Numbers, Measure: measure.MD, Needs: Levels, Linear: true, Covariates: true, Clustered: true}
}

func (t threeLevel) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Levels)
	l := &w.linear
	columns, status := l.withArm(d, w)
	if status == OK {
		status = l.ols.fit(d.Y, columns)
	}
	if status == OK {
		status = l.numberManagers(d)
	}
	if status == OK {
		status = l.components.loadSites(&l.ols, &l.clusters, l.siteOf)
	}
	if status.Failed() {
		return failed(len(d.Y), status)
	}
	return l.nested(d, l.ols.coefficient(0), t.kr, alpha, w)
}

// nested finds the variances of a model of two levels of clusters that has been loaded, and returns the
// estimate of the contrast that was asked last, whose value by least squares is given.
func (l *linearWork) nested(d *Data, value float64, kr bool, alpha float64, w *Work) Estimate {
	c, n := &l.components, len(d.Y)
	status := c.fitSites()
	if status.Failed() {
		return failed(n, status)
	}
	value = c.contrast(&l.ols, value)
	variance, df, ok := c.satterthwaite(c.free)
	if kr {
		variance, df, ok = c.kenwardRoger(c.separable())
	}
	if !ok || !(variance > 0) || !(df > 0) {
		return failed(n, NotConverged)
	}
	e := waldT(value, math.Sqrt(variance), df, n, alpha, w)
	if !e.Status.Failed() {
		e.Status, e.SMD = status, rawSMD(d)
	}
	return e
}

// mostManagers is more than a site has, so that a site and a manager make one number.
const mostManagers = 1 << 22

// numberManagers numbers the managers of each site as clusters, and the sites.
func (l *linearWork) numberManagers(d *Data) Status {
	l.names = resize(l.names, len(d.Y))
	for i, m := range d.Manager {
		l.names[i] = -1
		if m >= 0 {
			l.names[i] = d.Site[i]*mostManagers + m%mostManagers
		}
	}
	l.sites.number(d.Site, d.Treated, false)
	return l.numberInner(d)
}

// numberInner numbers the clusters within the sites, which have been numbered, by their names.
func (l *linearWork) numberInner(d *Data) Status {
	l.clusters.number(l.names, d.Treated, false)
	if len(l.sites.size) < 2 || min(l.clusters.inArm[0], l.clusters.inArm[1]) < 2 {
		return TooFewClusters
	}
	l.siteOf = resize(l.siteOf, len(l.clusters.size))
	for i, k := range l.clusters.of {
		l.siteOf[k] = l.sites.of[i]
	}
	return OK
}

// loadSites sums up the residuals of l by manager and by site, of which each manager has one.
func (c *components) loadSites(l *leastSquares, managers *clusterIndex, site []int32) Status {
	c.reset(l, len(managers.size), 3)
	q := c.r + 1
	for i, k := range managers.of {
		c.read(l, i)
		if managers.size[k] > 1 {
			addProduct(c.cross[:q*q], c.row, 1)
		}
		for j, v := range c.row {
			c.sums[int(k)*q+j] += v
		}
	}
	for k, size := range managers.size {
		if size > 1 {
			c.pools[0].count += float64(size - 1)
			c.within += float64(size - 1)
			addProduct(c.cross[:q*q], c.sums[k*q:(k+1)*q], -1/float64(size))
		}
	}
	reflect(c.cross[:q*q], q)
	c.sites.arrange(site, managers.size, c.sums, q)
	c.theta = [3]float64{0, 1, 0}
	if c.within > 0 && c.cross[q*q-1] <= cancelled*float64(l.n) {
		return ZeroVariance
	}
	return OK
}

// fitSites finds the variances. It begins with the most likely ones of a few ratios, and
// leaves out a variance that goes to zero, until the likelihood does not rise as one that is left
// out does. Boundary is without one of them.
func (c *components) fitSites() Status {
	if !c.bestRatios() {
		return NotConverged
	}
	for range 6 {
		if !c.maximize(c.positive()) {
			return NotConverged
		}
		c.free = c.positive()
		switch {
		case c.leaveZero():
		case len(c.free) < 3:
			return Boundary
		default:
			return OK
		}
	}
	return NotConverged
}

// vanishing is the ratio to the residual variance below which a variance is zero. That of
// lme4 is the same.
const vanishing = 1e-8

// leaveZero moves variances away from zero with which the likelihood rises, and reports
// whether there are any.
func (c *components) leaveZero() (any bool) {
	for _, j := range [2]int{0, 2} {
		if c.theta[j] == 0 && c.score[j] > vanishing*c.expected[j][j] && slices.Contains(c.separable(), j) {
			c.theta[j], any = 1e-3, true
		}
	}
	return any
}

// vanish sets variances to zero that are about to go below it, so that they do not shorten the step of the
// others, and reports whether there are any.
func (c *components) vanish() (any bool) {
	if len(c.sites.sites) == 0 {
		return false
	}
	for _, j := range [2]int{0, 2} {
		if c.theta[j] > 0 && c.theta[j] < vanishing*c.theta[1] && c.newtonStep[j] < 0 {
			c.theta[j], any = 0, true
		}
	}
	if any {
		c.free = c.positive()
	}
	return any
}

// bestRatios sets the variances to the most likely ones of some ratios to the residual
// variance. Of given ratios, the size that fits best has a closed form.
func (c *components) bestRatios() (found bool) {
	var to [3]float64
	best, free := math.Inf(-1), c.within-float64(c.r)+float64(len(c.sites.order))
	told := c.separable()
	for _, u := range [...]float64{0, 0.1, 0.6} {
		for _, v := range [...]float64{0, 0.1, 0.6} {
			if u > 0 && !slices.Contains(told, 0) || v > 0 && !slices.Contains(told, 2) || !c.evaluate([3]float64{u, 1, v}) {
				continue
			}
			size := c.squares / free
			if l := c.loglik + float64(0.5*(c.squares-float64(free*(portable.Log(size)+1)))); l > best {
				best, found = l, true
				to = [3]float64{float64(size * u), size, float64(size * v)}
			}
		}
	}
	c.theta = to
	return found
}

// Sets of variances.
var (
	variances    = []int{0, 1, 2}
	residualOnly = []int{1}
	ofManagers   = []int{0, 1}
	ofSites      = []int{1, 2}
)

// separable lists the variances that can be told from each other: that of managers needs one with two
// rows, and that of sites one with two managers.
func (c *components) separable() []int {
	several := len(c.sites.order) > len(c.sites.sites)
	switch {
	case c.within > 0 && several:
		return variances
	case c.within > 0:
		return ofManagers
	case several:
		return ofSites
	}
	return residualOnly
}

// positive lists the variances that are above zero.
func (c *components) positive() []int {
	switch {
	case c.theta[0] > 0 && c.theta[2] > 0:
		return variances
	case c.theta[0] > 0:
		return ofManagers
	case c.theta[2] > 0:
		return ofSites
	}
	return residualOnly
}
