package meta

import (
	"math"

	"caseload/analysis/measure"
)

// Clustered is a regression (or, without moderators, a pooled effect) of effects
// some of which are of the same trial, with a variance that is robust to how they
// depend on each other.
type Clustered struct {
	K, Clusters  int
	Coefficients []Coefficient // robust, the intercept first
	// Seen is, by coefficient, the mean of its robust variance under the model by the
	// model's own variance: 1, unless a trial decides the coefficient alone, whose
	// deviation leaves no residual to be seen by. Where it is 0 there is no standard error.
	Seen  []float64
	Model []Coefficient // the same with the model's own standard errors, z
	// Heterogeneity has the sum of both variances as Tau2.
	Heterogeneity
	// Between is the variance between trials and Within that between effects of a
	// trial. Both are NaN where the method knows only their sum, Within where no trial
	// has two effects.
	Between, Within float64
	LogLik          float64
	Iterations      int
	Status          Status
}

func (c *Clustered) fail(k int, s Status) {
	nan := math.NaN()
	*c = Clustered{K: k, Coefficients: c.Coefficients[:0], Model: c.Model[:0], Seen: c.Seen[:0], Heterogeneity: unknown(),
		Between: nan, Within: nan, LogLik: nan, Status: s}
}

// RegressClustered regresses effects on moderators, which may be none, where
// cluster numbers the trials from 0. By REML and ML true effects vary between trials
// and, within them, between effects (Konstantopoulos 2011, Res Synth Methods 2:61);
// by the other methods they vary as if each came from a trial of its own. Either
// way coefficients have the variance CR2 of Bell & McCaffrey 2002 with the model as
// working model, and t with Satterthwaite degrees of freedom (Tipton 2015, Psychol
// Methods 20:375; Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672). Such a t of
// fewer than 4 degrees of freedom rejects too often.
//
// It fails as Regress does, and with TooFew for fewer than two clusters.
func RegressClustered(y, v []float64, cluster []int, x [][]float64, o Options, w *Work, out *Clustered) {
	m, n := &w.model, &w.nested
	out.fail(len(y), m.load(y, v, x))
	if out.Status != OK {
		return
	}
	n.load(m, cluster)
	out.Clusters = n.clusters
	if n.clusters < 2 || m.k == m.p {
		out.Status = TooFew
		return
	}
	status := n.estimate(&o, out)
	if status != OK {
		clusters := out.Clusters
		out.fail(len(y), status)
		out.Clusters = clusters
		return
	}
	w.robust.load(n)
	for j := range m.p {
		out.Model = append(out.Model, w.test(n.beta[j], math.Sqrt(n.inverse[j*m.p+j]), math.NaN(), o.alpha()))
		variance, df, seen := w.robust.cr2(n, j)
		if out.Seen = append(out.Seen, math.Max(0, seen)); !(seen > unseen) && m.p > 1 {
			out.Seen[j] = 0
			c := noCoefficient()
			c.Estimate = measure.Number(n.beta[j])
			out.Coefficients = append(out.Coefficients, c)
			continue
		}
		if !(variance > 0) || !(df > 0) {
			out.fail(len(y), TooFew)
			return
		}
		out.Coefficients = append(out.Coefficients, w.test(n.beta[j], math.Sqrt(variance), df, o.alpha()))
	}
}

// unseen is the share of a coefficient's variance below which what is seen of it is
// rounding.
const unseen = 1e-10

// Fit is the pooled effect of a regression without moderators, but for the
// prediction interval.
func (c *Clustered) Fit() Fit {
	f := Failed(c.K, c.Status)
	f.Heterogeneity, f.Iterations, f.LogLik = c.Heterogeneity, c.Iterations, c.LogLik
	if c.Status == OK {
		f.Coefficient = c.Coefficients[0]
	}
	return f
}

// estimate finds the variances and leaves the model fitted with them.
func (n *nested) estimate(o *Options, out *Clustered) Status {
	m := n.m
	two := (o.Method == REML || o.Method == ML) && n.several
	first := *o
	if two {
		first.Method = HE // where to start from
	}
	h, iterations, status := m.heterogeneity(&first)
	if status != OK {
		return status
	}
	out.Heterogeneity, out.Iterations = h, iterations
	between, within := 0.0, float64(h.Tau2)
	if two {
		if between, within, out.Second, out.Iterations, status = n.maximize(o, float64(h.Tau2)/2); status != OK {
			return status
		}
		out.Between, out.Within = between, within
		out.LogLik = n.metaforLikelihood(o.Method == REML)
		m.weigh(0)
		typical := m.typical()
		tau2 := between + within
		out.Tau2, out.Tau2SE = measure.Numbers(tau2, math.NaN())
		out.I2, out.H2 = measure.Numbers(share(tau2, typical), tau2/typical+1)
	} else if o.Method == REML || o.Method == ML {
		out.Between = within
		out.LogLik = m.metaforLikelihood(o)
	}
	n.fit(between, within)
	return OK
}

// ClusteredWeights are the shares of effects in the estimate without moderators, in
// percent, written to out: the row sums of the inverse variance.
func ClusteredWeights(v []float64, cluster []int, c *Clustered, out []float64) {
	between, within := c.Between, c.Within
	if math.IsNaN(within) {
		within = 0
		if math.IsNaN(between) {
			between, within = 0, float64(c.Tau2)
		}
	}
	if math.IsNaN(within) {
		within, between = 0, 0
	}
	sums := map[int]float64{}
	for i := range v {
		out[i] = 1 / (v[i] + within)
		sums[cluster[i]] += out[i]
	}
	for i := range v {
		out[i] /= 1 + float64(between*sums[cluster[i]])
	}
	percent(out)
}
