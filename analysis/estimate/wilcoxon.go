package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// wilcoxon compares two arms by who has more, whatever the distances. Value is
// Cliff's delta, P(T > C) - P(T < C) = 2W/(n1 n0) - 1, with W the Mann-Whitney
// count of pairs in which the treated client has more, ties counting half
// (Cliff 1993, Psychol Bull 114:494).
//
// SE comes from the placements of each client among those of the other arm
// (Sen 1960; DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44:837): it
// allows for distributions that differ, and so does the Wald interval on it.
// Stat and P are Wilcoxon's rank-sum test in its normal approximation, with the
// variance corrected for ties and without continuity correction (Lehmann 1975,
// equation 1.35): that variance holds if the arms don't differ, so that P and
// the interval can disagree at the edge. SMD is sqrt(2) probit((delta + 1)/2),
// which a normal outcome would have; NaN at -1 and 1.
//
// EmptyArm; NoEstimate: an arm with one row, whose placements have no variance, so that
// the estimate has no error; ZeroVariance: all outcomes are
// equal; Boundary: each of one arm has more than any of the other, where the
// placements don't vary and the interval is a point; BadData.
type wilcoxon struct{}

func (wilcoxon) Method() Method {
	return Method{Name: "wilcoxon", Kinds: Numbers, Measure: measure.CliffsDelta, NullTest: true}
}

func (wilcoxon) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(0)
	n := len(d.Y)
	if !w.times.sort(d.Y) {
		return failed(n, BadData)
	}
	r := &w.ranks
	r.group(d, &w.times)
	switch {
	case r.n1 == 0 || r.n0 == 0:
		return failed(n, EmptyArm)
	case len(r.ties) == 1:
		return failed(n, ZeroVariance)
	}
	stat := (r.pairs() - float64(r.n1*r.n0/2)) / math.Sqrt(r.nullVariance())
	if r.n1 == 1 || r.n0 == 1 {
		return testOnly(n, stat, numeric.NormalTwoSided(stat))
	}
	value := 2*r.pairs()/(r.n1*r.n0) - 1
	e := waldZ(value, 2*math.Sqrt(r.placementVariance()), n, alpha, w)
	e.Stat, e.P = stat, numeric.NormalTwoSided(stat)
	if e.SMD = math.Sqrt2 * numeric.NormalQuantile((value+1)/2); math.Abs(value) == 1 {
		e.SMD = math.NaN()
	}
	if e.SE == 0 {
		e.Status = Boundary
	}
	return e
}

// rankWork is the scratch of wilcoxon: the distinct outcomes in order.
type rankWork struct {
	n1, n0 float64
	ties   []tie
}

// tie is one distinct outcome: how many have it, and how many have less.
type tie struct{ n1, n0, below1, below0 float64 }

// group counts the outcomes in the order that o holds.
func (r *rankWork) group(d *Data, o *timeOrder) {
	r.n1, r.n0 = 0, 0
	r.ties = resize(r.ties, len(d.Y))[:0]
	times := o.times[:len(o.rows)]
	for i := 0; i < len(times); {
		t, at := tie{below1: r.n1, below0: r.n0}, times[i]
		treated, from := 0, i
		for ; i < len(times) && times[i] == at; i++ {
			treated += bit(d.Treated[o.rows[i]])
		}
		t.n1, t.n0 = float64(treated), float64(i-from-treated)
		r.n1, r.n0 = r.n1+t.n1, r.n0+t.n0
		r.ties = append(r.ties, t)
	}
}

// pairs returns the Mann-Whitney count W. Halves of whole numbers: exact.
func (r *rankWork) pairs() float64 {
	sum := 0.0
	for _, t := range r.ties {
		sum += float64(t.n1 * (t.below0 + float64(t.n0/2)))
	}
	return sum
}

// nullVariance returns the variance of W if the arms don't differ.
// Source: Lehmann 1975, equation 1.35.
func (r *rankWork) nullVariance() float64 {
	n := r.n1 + r.n0
	tied := 0.0
	for _, t := range r.ties {
		m := t.n1 + t.n0
		tied += float64(m * (m - 1) * (m + 1))
	}
	return r.n1 * r.n0 / 12 * (n + 1 - tied/(n*(n-1)))
}

// placementVariance returns that of W/(n1 n0): of the treated clients' placements
// over n1 plus that of the others' over n0. DeLong et al. 1988, equation 6.
func (r *rankWork) placementVariance() float64 {
	share := float64(r.pairs() / (r.n1 * r.n0))
	var ss1, ss0 float64
	for _, t := range r.ties {
		dev1 := float64((t.below0+float64(t.n0/2))/r.n0) - share
		dev0 := float64((t.below1+float64(t.n1/2))/r.n1) - (1 - share)
		ss1 += float64(t.n1 * dev1 * dev1)
		ss0 += float64(t.n0 * dev0 * dev0)
	}
	return ss1/(r.n1-1)/r.n1 + ss0/(r.n0-1)/r.n0
}
