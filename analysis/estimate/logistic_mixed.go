package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// logisticMixed is the log odds ratio of the arm among clients of one cluster, given
// the covariates: a logistic regression with an intercept of each cluster that is
// normal, by maximum likelihood with adaptive Gauss-Hermite quadrature, as
// lme4::glmer(nAGQ = 15) has it. SE is from the observed information on the
// coefficients and the standard deviation of the intercepts. A row of cluster -1 is
// its own cluster.
//
// It is farther from 0 than the odds ratio of all clients, by about sqrt(1 + 0.346
// variance) (Zeger, Liang & Albert 1988, Biometrics 44:1049), so that its truth is
// that of Model.
//
// Test and interval are t. Its degrees of freedom are between-within ones (Schluchter
// & Elashoff 1990, J Stat Comput Simul 37:69; Li & Redden 2015, BMC Med Res Methodol
// 15:38): where no cluster has both arms the number of clusters less that of the
// coefficients of what varies between them only, otherwise the number of rows less
// that of clusters and of the other coefficients.
//
// Boundary where the standard deviation of the intercepts is estimated as zero: that
// is logistic but for the degrees of freedom. TooFewClusters where an arm has rows in
// fewer than two, or no degree of freedom is left. Separated also where the standard
// deviation of the intercepts grows for ever, as with clusters that have the event to
// a client or not at all; others as in logistic.
type logisticMixed struct{ logistic }

func (logisticMixed) Method() Method {
	return Method{Name: "logistic_mixed", Kinds: Binary, Measure: measure.LogOR, Needs: Clusters, Covariates: true, Clustered: true, Conditional: true}
}

func (l logisticMixed) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Clusters)
	n := len(d.Y)
	t, status := count(d)
	if status == OK {
		status = w.fitMixedLogit(d, t, false)
	}
	if status.Failed() {
		return failed(n, status)
	}
	m, index := &w.mixed, &w.linear.clusters
	df := m.betweenWithin(index)
	if min(index.inArm[0], index.inArm[1]) < 2 || !(df > 0) {
		return failed(n, TooFewClusters)
	}
	value, variance := m.beta[m.asked], w.glm.modelVariance(l.model().effect())
	if status == OK {
		clear(m.trial)
		m.trial[m.asked] = 1
		variance = m.info.Forward(m.trial)
	}
	e := waldT(value, math.Sqrt(variance), df, n, alpha, w)
	if !e.Status.Failed() {
		e.Status, e.SMD = status, t.smd()
	}
	return e
}

// fitMixedLogit fits the model in w.mixed, from the logistic regression in w.glm. Where
// nested is true only the treated have clusters.
func (w *Work) fitMixedLogit(d *Data, t table, nested bool) Status {
	l := logistic{}
	if status := l.fit(d, t, w); status != OK {
		return status
	}
	g, m := &w.glm, &w.mixed
	if g.aliased(l.model().effect()) {
		return ZeroVariance
	}
	m.columns, m.keep = m.columns[:0], m.keep[:0]
	for j := range g.p {
		if !g.aliased(j) {
			m.columns, m.keep = append(m.columns, g.column(j)), append(m.keep, j)
		}
	}
	m.load(d, &w.linear.clusters, nested)
	m.asked = 1 // the intercept is never left out
	for k, j := range m.keep {
		m.beta[k] = g.beta[j]
	}
	m.beta[m.r] = 0
	return m.maximize()
}

// Shape of Model: intercept, arm, covariates, standard deviation of the intercepts.
func (logisticMixed) Shape(covariates int) (size, effect int) { return 3 + covariates, 1 }

// Coefficients of Model.
func (l logisticMixed) Coefficients(d *Data, w *Work) (beta []float64, effect int, status Status) {
	t, status := count(d)
	if status == OK {
		status = w.fitMixedLogit(d, t, false)
	}
	if status.Failed() {
		return nil, 0, status
	}
	g, m := &w.glm, &w.mixed
	for k, j := range m.keep {
		g.beta[j] = m.beta[k]
	}
	raw := append(g.uncentred(), m.beta[m.r])
	g.raw = raw[:len(raw)-1]
	return raw, l.model().effect(), OK
}

// Score of Model. Without intercepts it is that of the logistic regression, and says
// nothing of them.
func (l logisticMixed) Score(d *Data, beta, score, information []float64, w *Work) {
	d.check(Clusters)
	size := len(beta)
	if beta[size-1] == 0 {
		l.model().score(d, beta[:size-1], score, information, size, 0, w)
		return
	}
	m, lin := &w.mixed, &w.linear
	_, _ = lin.withArm(d, w)
	m.ones = resize(m.ones, len(d.Y))
	for i := range m.ones {
		m.ones[i] = 1
	}
	m.columns = append(append(m.columns[:0], m.ones), lin.columns...)
	m.load(d, &lin.clusters, false)
	m.asked = allCoefficients
	m.evaluate(beta)
	for j, s := range m.score {
		score[j] += s
		for k := range j {
			information[j*size+k] += m.observed[j*size+k]
			information[k*size+j] += m.observed[j*size+k]
		}
		information[j*size+j] += m.observed[j*size+j]
	}
}
