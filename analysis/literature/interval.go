package literature

import (
	"math"
	"slices"

	"caseload/analysis/measure"
)

// Interval is the middle 95 % of bodies, their mean with its Monte Carlo standard
// error, and their median; missing if no body has the number.
type Interval struct {
	Mean   measure.Number `json:"mean"`
	MCSE   measure.Number `json:"mcse"`
	Low    measure.Number `json:"low"`
	Median measure.Number `json:"median"`
	High   measure.Number `json:"high"`
}

// Share is a proportion of bodies with its Monte Carlo standard error; NaN of none.
type Share struct {
	Value, MCSE float64
	N           int
}

type counter struct{ yes, n int }

func (c *counter) add(yes bool) {
	c.n++
	if yes {
		c.yes++
	}
}

func (c *counter) share() Share {
	if c.n == 0 {
		return Share{math.NaN(), math.NaN(), 0}
	}
	p, n := float64(c.yes)/float64(c.n), float64(c.n)
	return Share{p, math.Sqrt(p * (1 - p) / n), c.n}
}

// intervalOf leaves out what is NaN.
func intervalOf(values []float64) Interval {
	var list []float64
	sum := 0.0
	for _, v := range values {
		if v == v {
			list = append(list, v)
			sum += v
		}
	}
	n := float64(len(list))
	if n == 0 {
		none := measure.Missing()
		return Interval{none, none, none, none, none}
	}
	slices.Sort(list)
	mean, squares := sum/n, 0.0
	for _, v := range list {
		squares += float64((v - mean) * (v - mean))
	}
	var x Interval
	x.Mean, x.MCSE = measure.Numbers(mean, math.Sqrt(squares/(n-1)/n)) // NaN of one
	x.Low, x.High = measure.Numbers(quantile(list, 0.025), quantile(list, 0.975))
	x.Median = measure.Number(quantile(list, 0.5))
	return x
}

// quantile interpolates between order statistics (Hyndman & Fan 1996, type 7).
func quantile(sorted []float64, p float64) float64 {
	at := float64(p * float64(len(sorted)-1))
	k := int(at)
	if k+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + float64((at-float64(k))*(sorted[k+1]-sorted[k]))
}
