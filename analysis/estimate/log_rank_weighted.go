package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// Weighting is the weight of events in a log-rank test: S^Rho (1 - S)^Gamma, S being the
// Kaplan-Meier estimate in both arms together just before them (Fleming & Harrington
// 1991, Counting Processes and Survival Analysis, chapter 7). Neither is below 0.
type Weighting struct{ Rho, Gamma float64 }

// flemingHarrington is the log-rank test with the weights of Data.Weighting: Stat is the
// weighted sum of observed minus expected events of the treated arm by the root of its
// hypergeometric variance, and P is that of its square on 1 degree of freedom. With Gamma
// 0 it is survival::survdiff(rho = Rho). If stratified, weights and sums are those of each
// stratum, added up. A weighted sum of events is no effect: there is never an estimate
// (NoEstimate).
//
// ZeroVariance: no event of a weight above 0 while both arms are at risk.
type flemingHarrington struct{ stratified bool }

func (f flemingHarrington) Method() Method { return weightedTest("fleming_harrington", f.stratified) }

// weightedTest describes a test of times that has no estimate.
func weightedTest(name string, stratified bool) Method {
	m := Method{Name: name, Kinds: Time, Measure: measure.LogHR, Needs: Events, TestOnly: true, Limits: Own}
	if stratified {
		m.Name, m.Needs = "stratified_"+name, m.Needs|Strata
	}
	return m
}

func (f flemingHarrington) Fit(d *Data, alpha float64, w *Work) Estimate {
	n := len(d.Y)
	table, status := weightedTable(d, f.stratified, w)
	if status != OK {
		return failed(n, status)
	}
	var excess, variance float64
	for k := range table {
		r := &table[k]
		weight := d.Weighting.at(r.before)
		u, v := r.excess()
		excess += float64(weight * u)
		variance += float64(weight * weight * v)
	}
	if !(variance > 0) {
		return failed(n, ZeroVariance)
	}
	stat := excess / math.Sqrt(variance)
	return testOnly(n, stat, numeric.NormalTwoSided(stat))
}

// at returns the weight where a share s is without the event.
func (g Weighting) at(s float64) float64 { return power(s, g.Rho) * power(1-s, g.Gamma) }

// power returns x^y for x from 0 to 1, where 0^0 is 1.
func power(x, y float64) float64 {
	switch y {
	case 0:
		return 1
	case 1:
		return x
	}
	return portable.Pow(x, y)
}

// weightedRisk is an event time of two arms, with the share of both together that is
// without the event just before it.
type weightedRisk struct {
	atRisk
	before float64
}

// weightedTable lists the event times, of each stratum one after the other, if there are.
func weightedTable(d *Data, stratified bool, w *Work) (list []weightedRisk, status Status) {
	var table []atRisk
	of := &w.survival.strata
	if stratified {
		table, status = stratifiedTable(d, w)
	} else {
		table, status = riskTable(d, w)
		of.events = append(of.events[:0], int32(len(table)))
	}
	if status != OK {
		return nil, status
	}
	list = resize(w.survival.weighted, len(table))
	w.survival.weighted = list
	at := 0
	for _, end := range of.events {
		s := 1.0
		for ; at < int(end); at++ {
			r := &table[at]
			list[at] = weightedRisk{*r, s}
			s *= 1 - (r.d1+r.d0)/(r.n1+r.n0)
		}
	}
	return list, OK
}
