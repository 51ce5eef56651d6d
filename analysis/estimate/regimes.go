package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/sim/portable"
)

// regimeMeans is the difference of the means under two regimes of a sequential multiple
// assignment randomized trial, by weighting and replicating (Orellana, Rotnitzky & Robins
// 2010, Int J Biostat 6(2):8; Nahum-Shani et al. 2012, Psychol Methods 17:457). A client
// whose treatment is consistent with both regimes is in the data twice, and rows are weighted
// by the inverse of the known probability of what the client was randomized to
// (Murphy 2005, Stat Med 24:1455). The mean of a regime is the weighted mean of its rows.
//
// SE is the sandwich of the weighted estimating equations with independence as the
// working model and clients as clusters, without small-sample correction; z interval and
// test. Weights are taken as known, which is conservative. SMD is by the weighted
// standard deviations, or the odds if all outcomes are 0 or 1. Where each client is one row
// of weight 1 it is the difference of means with the sum of squares over n^2.
//
// EmptyArm; TooFew: fewer than two rows of a regime; ZeroVariance; BadData.
type regimeMeans struct{}

func (regimeMeans) Method() Method {
	return Method{Name: "regime_means", Kinds: Binary | Numbers, Measure: measure.MD, Needs: Regimes, Linear: true}
}

func (regimeMeans) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Regimes)
	n, g := len(d.Y), &w.regimes
	if status := g.load(d); status != OK {
		return failed(n, status)
	}
	variance, scale := g.variance(d, 1, 1)
	if rounding(variance, scale, largest(d.Y), n) {
		return failed(n, ZeroVariance)
	}
	e := waldZ(g.mean[1]-g.mean[0], math.Sqrt(variance), n, alpha, w)
	if !e.Status.Failed() {
		e.SMD = g.smd(d)
	}
	return e
}

// regimeLogistic is the logarithm of the odds ratio of two regimes: that of the logistic
// regression of regimeMeans' rows on the regime, with the same weights, clusters and
// sandwich (Kidwell et al. 2018, J Appl Stat 45:1628), which has a closed form.
//
// EmptyArm; TooFew; EmptyCell: all rows of a regime have the same outcome; BadData: an
// outcome other than 0 and 1.
type regimeLogistic struct{}

func (regimeLogistic) Method() Method {
	return Method{Name: "regime_logistic", Kinds: Binary, Measure: measure.LogOR, Needs: Regimes}
}

func (regimeLogistic) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Regimes)
	n, g := len(d.Y), &w.regimes
	if !dichotomous(d.Y) {
		return failed(n, BadData)
	}
	if status := g.load(d); status != OK {
		return failed(n, status)
	}
	if g.mean[0]+g.mean[1] != g.mean[0]+g.mean[1] {
		return failed(n, BadData)
	}
	one, zero := float64(g.mean[1]*(1-g.mean[1])), float64(g.mean[0]*(1-g.mean[0]))
	if !(one > 0) || !(zero > 0) || g.same[0] || g.same[1] {
		return failed(n, EmptyCell)
	}
	variance, scale := g.variance(d, 1/one, 1/zero)
	if rounding(variance, scale, 1, n) {
		return failed(n, ZeroVariance)
	}
	e := waldZ(portable.Log(g.mean[1]/(1-g.mean[1]))-portable.Log(g.mean[0]/(1-g.mean[0])), math.Sqrt(variance), n, alpha, w)
	if !e.Status.Failed() {
		e.SMD = g.smd(d)
	}
	return e
}

// regimeWork is the scratch of analyses of regimes. Sides are control, treated.
type regimeWork struct {
	rows   [2]int
	weight [2]float64
	mean   [2]float64
	same   [2]bool // all outcomes of the side are the same
	sums   []float64
}

// load finds the weighted means of both regimes.
func (g *regimeWork) load(d *Data) Status {
	*g = regimeWork{sums: g.sums, same: [2]bool{true, true}}
	first := [2]float64{math.NaN(), math.NaN()}
	for i, y := range d.Y {
		side := bit(d.Treated[i])
		if g.rows[side] == 0 {
			first[side] = y
		}
		g.same[side] = g.same[side] && y == first[side]
		g.rows[side]++
		g.weight[side] += d.Weight[i]
		g.mean[side] += float64(d.Weight[i] * (y - g.mean[side]) / g.weight[side])
	}
	switch {
	case g.rows[0] == 0 || g.rows[1] == 0:
		return EmptyArm
	case g.rows[0] < 2 || g.rows[1] < 2:
		return TooFew
	}
	return OK
}

// variance returns the sandwich variance of the difference of the means, each times a
// factor, and the sum of squares of the rows' shares of their weights, by which rounding is
// judged.
func (g *regimeWork) variance(d *Data, treated, control float64) (variance, scale float64) {
	last := int32(-1)
	for _, p := range d.Person {
		last = max(last, p)
	}
	g.sums = resize(g.sums, int(last)+1)
	clear(g.sums)
	for i, y := range d.Y {
		side, factor := bit(d.Treated[i]), treated
		if side == 0 {
			factor = -control
		}
		share := factor * d.Weight[i] / g.weight[side]
		g.sums[d.Person[i]] += float64(share * (y - g.mean[side]))
		scale += float64(share * share)
	}
	for _, u := range g.sums {
		variance += float64(u * u)
	}
	return variance, scale
}

// smd returns the difference as a standardized one.
func (g *regimeWork) smd(d *Data) float64 {
	if dichotomous(d.Y) {
		n1, n0 := float64(g.rows[1]), float64(g.rows[0])
		return logitSMD(float64(n1*g.mean[1]), n1, float64(n0*g.mean[0]), n0)
	}
	var squares [2]float64
	for i, y := range d.Y {
		side := bit(d.Treated[i])
		r := y - g.mean[side]
		squares[side] += float64(d.Weight[i] / g.weight[side] * float64(r*r))
	}
	return (g.mean[1] - g.mean[0]) / math.Sqrt((squares[0]+squares[1])/2)
}
