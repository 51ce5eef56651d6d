package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// rmstCluster is the difference of restricted mean times of rmst with a standard
// error that allows for rows of a cluster being alike: the pseudo-values of the
// restricted mean (Andersen, Hansen & Klein 2004, Lifetime Data Anal 10:335), made
// in each arm by leaving out one row after another, are analysed as numbers are by
// cluster_robust, given the covariates: CR2 and t with Satterthwaite degrees of
// freedom, bounded by clusterRobust.carefulDF where one arm alone has clusters. tau
// is twoCurves.horizon. There is no SMD.
//
// TooFew: an arm of one row. TooFewClusters, ZeroVariance as in cluster_robust;
// others as in rmst.
type rmstCluster struct{}

func (rmstCluster) Method() Method {
	return Method{Name: "rmst_cluster", Kinds: Time, Measure: measure.RMSTD, Needs: Events | Clusters, Covariates: true, Clustered: true}
}

func (rmstCluster) Fit(d *Data, alpha float64, w *Work) Estimate {
	n := len(d.Y)
	d.check(Events | Clusters)
	arms, tau, status := untilHorizon(d, w)
	if status != OK {
		return failed(n, status)
	}
	p := &w.pseudo
	p.value = resize(p.value, n)
	for k := range arms {
		p.arm(&arms[k], tau)
		for i, t := range d.Y {
			if bit(d.Treated[i]) != k {
				continue
			}
			if p.rows < 2 {
				return failed(n, TooFew)
			}
			p.value[i] = p.of(t, d.Event[i])
		}
	}
	l := &w.linear
	columns, status := l.withArm(d, w)
	if status == OK {
		status = l.ols.fit(p.value, columns)
	}
	if status != OK {
		return failed(n, status)
	}
	value := l.ols.coefficient(0)
	variance, df, status := l.clustered(d)
	// A pseudo-value is the difference of two numbers of up to n tau.
	if status == OK && rounding(variance, dot(l.ols.gamma, l.ols.gamma), float64(n)*tau, n) {
		status = ZeroVariance
	}
	if status != OK {
		return failed(n, status)
	}
	return waldT(value, math.Sqrt(variance), df, n, alpha, w)
}

// pseudoWork makes the pseudo-values of one arm's restricted mean.
type pseudoWork struct {
	value []float64

	curve *survivalCurve
	tau   float64
	rows  float64
	mean  float64   // the restricted mean
	until []float64 // by step: the area until it, of the curve with one row less that is at risk throughout
	left  []float64 // and that curve just before it
	after []float64 // the area from it to tau, of the curve as a share of its value there
}

// arm takes over a Kaplan-Meier curve.
func (p *pseudoWork) arm(c *survivalCurve, tau float64) {
	p.curve, p.tau = c, tau
	n := len(c.steps)
	for n > 0 && c.steps[n-1].time > tau {
		n--
	}
	p.until, p.left, p.after = resize(p.until, n+1), resize(p.left, n+1), resize(p.after, n+1)
	area, survival, before := 0.0, 1.0, 0.0
	for j := range n {
		s := &c.steps[j]
		area += float64(survival * (s.time - before))
		p.until[j], p.left[j] = area, survival
		survival *= max(0, 1-s.events/max(1, s.atRisk-1))
		before = s.time
	}
	p.until[n], p.left[n] = area+float64(survival*(tau-before)), survival
	p.after[n] = 0
	next, rest := tau, 0.0
	for j := n - 1; j >= 0; j-- {
		s := &c.steps[j]
		p.after[j] = next - s.time + rest
		rest = (1 - s.events/s.atRisk) * p.after[j]
		next = s.time
	}
	p.mean = next + rest
	p.rows = float64(c.rows)
}

// of returns the pseudo-value of a row: n times the restricted mean less n - 1
// times that without the row. The curve without it has one row less at risk until
// the row's time and is the same, but for a factor, from then on. Where nobody else
// is left at that time, it stays where it is.
func (p *pseudoWork) of(time float64, event bool) float64 {
	n := len(p.after) - 1
	j := 0 // the first step that is not before the row's time
	for low, high := 0, n; low < high; j = low {
		if mid := (low + high) / 2; p.curve.steps[mid].time < time {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return float64(p.rows*p.mean) - float64((p.rows-1)*p.without(time, event, j, n))
}

// without returns the restricted mean without a row whose time is at step j or
// before it, after step j - 1.
func (p *pseudoWork) without(time float64, event bool, j, n int) float64 {
	steps := p.curve.steps
	if j == n {
		return p.until[n]
	}
	s := &steps[j]
	if s.time > time { // censored between two steps: the rest is as with it
		return p.until[j] + float64(p.left[j]*(1-s.events/s.atRisk)*p.after[j])
	}
	others := s.atRisk - 1
	if others == 0 {
		return p.until[j] + float64(p.left[j]*(p.tau-s.time))
	}
	events := s.events - float64(bit(event))
	return p.until[j] + float64(p.left[j]*(1-events/others)*p.after[j])
}
