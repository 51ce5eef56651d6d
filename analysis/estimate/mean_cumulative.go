package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// meanCumulative is the difference of the mean numbers of events by the end of the
// period, death being the end of events and other ends of observation censoring (Ghosh &
// Lin 2000, Biometrics 56:554). In each arm the mean is
//
//	sum over events of S(t-) / Y(t)
//
// with S the Kaplan-Meier curve of death and Y the number of rows at risk. Without
// deaths it is the estimator of Nelson (1988, J Qual Technol 20:24), and the variance
// that of Lawless & Nadeau (1995, Technometrics 37:158); with deaths it is that of Ghosh
// and Lin. Both hold whatever the events of a row depend on. The variance of an arm
// of n rows is multiplied by n/(n-1), and test and interval are Welch's, so that in
// complete data the method is welch. SMD is the difference over the standard deviation
// of a row's part in the mean, pooled over the arms.
//
// EmptyArm; TooFew: an arm of fewer than two rows; NotReached: nobody of an arm is
// observed to the end of the period, or dies; ZeroVariance; BadData.
type meanCumulative struct{}

func (meanCumulative) Method() Method {
	return Method{Name: "mean_cumulative", Kinds: Count, Measure: measure.MD, Needs: Recurrences | Incomplete, Linear: true, Dispersed: true}
}

func (meanCumulative) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Recurrences)
	n, k := len(d.Y), &w.recurrent
	k.part = resize(k.part, n)
	clear(k.part)
	var arms [2]cumulativeMean
	for a := range arms {
		var status Status
		if arms[a], status = k.mean(d, a == 1); status != OK {
			return failed(n, status)
		}
	}
	v1, v0 := arms[1].variance(), arms[0].variance()
	v := v1 + v0
	if !(v > 0) {
		return failed(n, ZeroVariance)
	}
	s1, s0 := v1/v, v0/v
	df := 1 / (float64(s1*s1)/(arms[1].n-1) + float64(s0*s0)/(arms[0].n-1))
	e := waldT(arms[1].mean-arms[0].mean, math.Sqrt(v), df, n, alpha, w)
	if !e.Status.Failed() {
		sum := float64(arms[1].n*arms[1].n*arms[1].squares) + float64(arms[0].n*arms[0].n*arms[0].squares)
		e.SMD = e.Value / math.Sqrt(sum/(arms[1].n+arms[0].n-2))
	}
	return e
}

// cumulativeMean is the mean of an arm of n rows, and the sum of the squares of the rows'
// parts in its error.
type cumulativeMean struct{ n, mean, squares float64 }

func (c *cumulativeMean) variance() float64 { return c.squares * c.n / (c.n - 1) }

// recurrentWork is the scratch of methods for events that recur.
type recurrentWork struct {
	moments []recurrence
	part    []float64 // of each row in the error of its arm's mean
	ends    []armEnds // times at which rows of an arm end
	fit     recurrentFit
}

// armEnds are the ends of rows at one time.
type armEnds struct {
	mean   float64 // by then
	atRisk float64 // before
	deaths float64
	to     int // of moments
}

// mean finds the mean of an arm.
func (k *recurrentWork) mean(d *Data, treated bool) (c cumulativeMean, status Status) {
	r := &d.Recurring
	var finite bool
	k.moments, finite = r.list(k.moments, func(i int) bool { return d.Treated[i] == treated })
	switch c.n = k.rows(); {
	case !finite:
		return c, BadData
	case c.n == 0:
		return c, EmptyArm
	case c.n < 2:
		return c, TooFew
	}
	if last := k.moments[len(k.moments)-1]; last.time < d.Period && !r.Ended[last.row] {
		return c, NotReached
	}
	c.mean = k.forward(r, c.n)
	k.deathsPart(r, c.mean)
	for _, m := range k.moments {
		if m.end {
			c.squares += float64(k.part[m.row] * k.part[m.row])
		}
	}
	return c, OK
}

// rows returns how many rows the moments are of.
func (k *recurrentWork) rows() (n float64) {
	for _, m := range k.moments {
		n += float64(bit(m.end))
	}
	return n
}

// forward adds up the mean, and the parts of the rows by their events: S/Y at their own,
// less the sum of S/Y^2 over all while at risk.
func (k *recurrentWork) forward(r *Recurring, atRisk float64) (mean float64) {
	k.ends = k.ends[:0]
	alive, compensator := 1.0, 0.0
	for at := 0; at < len(k.moments); {
		m := k.moments[at]
		if !m.end {
			jump := alive / atRisk
			mean += jump
			k.part[m.row] += jump
			compensator += jump / atRisk
			at++
			continue
		}
		end := armEnds{mean: mean, atRisk: atRisk}
		for ; at < len(k.moments) && k.moments[at].time == m.time; at++ {
			row := k.moments[at].row
			k.part[row] -= compensator
			end.deaths += float64(bit(r.Ended[row]))
			atRisk--
		}
		end.to = at
		alive *= (end.atRisk - end.deaths) / end.atRisk
		k.ends = append(k.ends, end)
	}
	return mean
}

// deathsPart adds the parts of the rows by deaths: what would still have come, over Y, is
// taken off at their own, and its mean is added while at risk.
func (k *recurrentWork) deathsPart(r *Recurring, mean float64) {
	compensator, at := 0.0, 0
	for _, end := range k.ends {
		left := (mean - end.mean) / end.atRisk
		compensator += float64(left * (end.deaths / end.atRisk))
		for ; at < end.to; at++ {
			if m := k.moments[at]; m.end {
				k.part[m.row] += compensator
				if r.Ended[m.row] {
					k.part[m.row] -= left
				}
			}
		}
	}
}
