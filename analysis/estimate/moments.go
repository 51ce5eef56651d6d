package estimate

import (
	"math"
	"slices"

	"caseload/analysis/numeric"
)

// moments are the rows, means and sums of squares about the mean of two arms,
// control first.
type moments struct {
	n, mean, ss [2]float64
	size        float64 // of the largest outcome
}

// summarize takes two passes, about each arm's own first row, so that an arm
// of equal outcomes has a sum of squares of exactly zero.
func summarize(d *Data) (moments, Status) {
	d.check(0)
	var m moments
	one, zero := slices.Index(d.Treated, true), slices.Index(d.Treated, false)
	if one < 0 || zero < 0 {
		return m, EmptyArm
	}
	y, first0, first1 := d.Y[:len(d.Treated)], d.Y[zero], d.Y[one]
	var treated int
	var sum0, sum1, ss0, ss1 float64
	for i, t := range d.Treated {
		k := bit(t)
		treated += k
		sum0 += onlyIf(1-k, y[i]-first0)
		sum1 += onlyIf(k, y[i]-first1)
	}
	m.n = [2]float64{float64(len(y) - treated), float64(treated)}
	shift0, shift1 := sum0/m.n[0], sum1/m.n[1]
	for i, t := range d.Treated {
		k := bit(t)
		dev0, dev1 := y[i]-first0-shift0, y[i]-first1-shift1
		ss0 += onlyIf(1-k, float64(dev0*dev0))
		ss1 += onlyIf(k, float64(dev1*dev1))
	}
	m.ss = [2]float64{ss0, ss1}
	m.mean = [2]float64{first0 + shift0, first1 + shift1}
	m.size = largest(d.Y)
	if total := m.mean[0] + m.mean[1] + m.ss[0] + m.ss[1]; math.IsNaN(total) || math.IsInf(total, 0) {
		return m, BadData
	}
	return m, OK
}

// onlyIf returns x if yes is 1 and 0 if it is 0, whatever x is, without a branch: which
// arm is next is not foretold.
func onlyIf(yes int, x float64) float64 {
	return math.Float64frombits(math.Float64bits(x) & -uint64(yes))
}

// constant reports whether the outcomes of each arm are equal, to rounding.
func (m *moments) constant() bool {
	return rounding(m.ss[0], m.n[0], m.size, int(m.n[0])) && rounding(m.ss[1], m.n[1], m.size, int(m.n[1]))
}

// difference of means, treated minus control.
func (m *moments) difference() float64 { return m.mean[1] - m.mean[0] }

// pooledDF returns the degrees of freedom of the pooled variance.
func (m *moments) pooledDF() float64 { return m.n[0] + m.n[1] - 2 }

// pooledSD returns the square root of the pooled within-arm variance.
func (m *moments) pooledSD() float64 { return math.Sqrt((m.ss[0] + m.ss[1]) / m.pooledDF()) }

// hedges returns the standardized mean difference with the exact small-sample
// correction; NaN below 2 degrees of freedom, where it has no expectation.
// Source: Hedges 1981, J Educ Stat 6:107, equation 6e:
// J(m) = gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)).
func (m *moments) hedges() float64 {
	df := m.pooledDF()
	if !(df >= 2) {
		return math.NaN()
	}
	j := numeric.GammaRatio((df-1)/2) / math.Sqrt(df/2)
	return j * m.difference() / m.pooledSD()
}

// waldT returns the estimate of a mean difference with a t interval and test.
func (m *moments) waldT(se, df, alpha float64, w *Work) Estimate {
	value := m.difference()
	stat, half := value/se, float64(w.critical.Student(alpha, df)*se)
	return Estimate{Value: value, SE: se, Low: value - half, High: value + half,
		Stat: stat, DF: df, P: numeric.StudentTwoSided(stat, df), SMD: m.hedges(),
		N: int(m.n[0] + m.n[1])}.orBad()
}
