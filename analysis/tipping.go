package analysis

import (
	"math"
	"slices"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
)

// Tipping is at what shift of the imputed outcomes of the treated arm the findings of
// trials go, among trials with a finding in favour of the arm.
type Tipping struct {
	Findings int `json:"tipping_findings"` // trials with one
	// Delta is the median over them of the smallest shift at which the finding goes, in
	// the unit of the outcome, of proportions in log odds; its sign is that of what is bad
	// for clients. It is missing where half of the findings or more stay.
	Delta     measure.Number `json:"tipping_delta"`
	DeltaMCSE measure.Number `json:"tipping_delta_mcse"`
	// Stays is the share of them that stay at the largest shift tried: 5 standard
	// deviations of the outcome in the control arm, or 10 on the scale of log odds.
	Stays     measure.Number `json:"tipping_stays"`
	StaysMCSE measure.Number `json:"tipping_stays_mcse"`
}

// NoTipping returns that of an analysis without a finding.
func NoTipping() *Tipping {
	return &Tipping{Delta: measure.Missing(), DeltaMCSE: measure.Missing(), Stays: measure.Missing(), StaysMCSE: measure.Missing()}
}

// holder asks whether an estimate is a finding in favour of the treated arm.
type holder struct{ test *Test }

// Holds reports whether it is.
func (h *holder) Holds(e *estimate.Estimate) bool {
	fit := Fit{Status: e.Status, Value: e.Value, SE: e.SE, DF: e.DF, Low: e.Low, High: e.High, Stat: e.Stat, P: e.P}
	return h.test.Favours(&fit)
}

// tip returns the tipping point of a trial's estimate: missing where there is no finding
// in favour of the arm, infinite where it stays.
func (w *worker) tip(a *Analysis, e *estimate.Estimate) float64 {
	w.holder.test = &a.Test
	if !w.holder.Holds(e) {
		return nan
	}
	return a.estimator.(estimate.Tipper).Tip(&w.data, a.Test.IntervalAlpha(), -a.Test.Good, &w.holder, &w.work)
}

// tipping summarizes the tipping points of an analysis. At another level than that of
// the run there are none.
func (f *accumulator) tipping(a *Analysis) *Tipping {
	if a.tip < 0 || f.p.releveled {
		return nil
	}
	tips := slices.Clone(f.tips[a.tip])
	n, x := len(tips), NoTipping()
	if x.Findings = n; n == 0 {
		return x
	}
	for k := range tips {
		tips[k] = math.Abs(tips[k])
	}
	slices.Sort(tips)
	stay := float64(n-finite(tips)) / float64(n)
	x.Stays, x.StaysMCSE = measure.Number(stay), measure.Number(math.Sqrt(stay*(1-stay)/float64(n)))
	// The interval of one standard error about the median, of ranks a half of sqrt(n) from
	// the middle one (Conover 1999, section 3.2).
	half, centre := float64(math.Sqrt(float64(n))/2), float64(float64(n)/2)
	middle, low, high := (tips[(n-1)/2]+tips[n/2])/2, tips[max(0, int(centre-half))], tips[min(n-1, int(centre+half))]
	if !math.IsInf(middle, 0) {
		x.Delta = measure.Number(-a.Test.Good * middle)
	}
	if !math.IsInf(high, 0) && n > 1 {
		x.DeltaMCSE = measure.Number((high - low) / 2)
	}
	return x
}

// finite returns how many numbers are finite.
func finite(list []float64) (n int) {
	for _, x := range list {
		n += one(!math.IsInf(x, 0))
	}
	return n
}
