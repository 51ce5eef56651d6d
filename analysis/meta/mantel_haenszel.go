package meta

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
	"caseload/sim/portable"
)

// TableMeasure is the effect measure of a two-by-two table.
type TableMeasure uint8

// The measures of two-by-two tables. The first two are logarithms.
const (
	OddsRatio TableMeasure = iota
	RiskRatio
	RiskDifference
)

// Effect returns the table's effect by the measure, with its variance.
func (t TwoByTwo) Effect(by TableMeasure) (y, v float64) {
	switch by {
	case RiskRatio:
		return t.LogRiskRatio()
	case RiskDifference:
		return t.RiskDifference()
	}
	return t.LogOddsRatio()
}

// MantelHaenszel pools tables under a common effect without an effect of each: empty
// cells need no 1/2 added, which matters where events are rare. Sources: Robins,
// Breslow & Greenland 1986 (Biometrics 42:311) for the log odds ratio, Greenland &
// Robins 1985 (Biometrics 41:55) for the log risk ratio, Sato, Greenland & Robins 1989
// (Biometrics 45:1323) for the risk difference. Q is that of the tables' own effects,
// with 1/2 added, about the estimate. As in metafor, Q leaves out tables in which nobody or
// everybody has the event, and so does K of a ratio, of which they say nothing; a risk
// difference has weight from them. It fails with NoStudies, and with ZeroVariance where an arm has no event
// in any table.
func MantelHaenszel(tables []TwoByTwo, by TableMeasure, o Options, w *Work) Fit {
	var sums mantelSums
	for _, t := range tables {
		sums.add(t, by, 1)
	}
	estimate, variance := sums.effect(by)
	w.y, w.v = w.y[:0], w.v[:0]
	for _, t := range tables {
		if !t.Uninformative() {
			y, v := t.Effect(by)
			w.y, w.v = append(w.y, y), append(w.v, v)
		}
	}
	k := len(w.y)
	if by == RiskDifference {
		k = len(tables)
	}
	return w.common(k, estimate, variance, o)
}

// Peto pools log odds ratios by the one-step method of Yusuf et al. 1985 (Prog
// Cardiovasc Dis 27:335), which is good at rare events and small effects in arms of
// like sizes. It fails as MantelHaenszel.
func Peto(tables []TwoByTwo, o Options, w *Work) Fit {
	score, information := 0.0, 0.0
	w.y, w.v = w.y[:0], w.v[:0]
	for _, t := range tables {
		d, v := t.score()
		if v > 0 {
			score, information = score+d, information+v
			w.y, w.v = append(w.y, d/v), append(w.v, 1/v)
		}
	}
	return w.common(len(w.y), score/information, 1/information, o)
}

// common returns the fit of a common effect of k studies, estimated without the effects in
// w, of which Q is.
func (w *Work) common(k int, estimate, variance float64, o Options) Fit {
	switch {
	case k == 0:
		return Failed(k, NoStudies)
	case !(variance > 0) || math.IsInf(variance, 0) || math.IsInf(estimate, 0) || math.IsNaN(estimate):
		return Failed(k, ZeroVariance)
	}
	q := 0.0
	for i, y := range w.y {
		q += (y - estimate) * (y - estimate) / w.v[i]
	}
	return w.commonOf(k, len(w.y), estimate, variance, q, &o)
}

// commonOf returns the fit of k studies with an effect in common, about which the effects of
// some of them vary by q.
func (w *Work) commonOf(k, some int, estimate, variance, q float64, o *Options) Fit {
	f := Failed(k, OK)
	f.Coefficient = w.test(estimate, math.Sqrt(variance), math.NaN(), o.alpha())
	f.Tau2 = 0
	df := float64(some - 1)
	if df >= 0 {
		f.Q, f.QDF = measure.Number(q), measure.Number(df)
	}
	if df > 0 {
		f.QP, f.H2 = measure.Numbers(numeric.ChiSquareTail(q, df), q/df)
		f.I2 = measure.Number(100 * math.Max(0, 1-df/q))
	}
	return f
}

// sizes returns those of the arms and of the whole.
func (t TwoByTwo) sizes() (n1, n0, n float64) { return t.A + t.B, t.C + t.D, t.A + t.B + t.C + t.D }

// mantelSums are sums over tables, of which an effect and its variance are made.
type mantelSums [5]float64

// add adds a table, sign times.
func (s *mantelSums) add(t TwoByTwo, by TableMeasure, sign float64) {
	n1, n0, n := t.sizes()
	var terms mantelSums
	switch by {
	case RiskRatio:
		terms = mantelSums{t.A * n0 / n, t.C * n1 / n, n1*n0*(t.A+t.C)/(n*n) - t.A*t.C/n}
	case RiskDifference:
		terms = mantelSums{(float64(t.A*n0) - float64(t.C*n1)) / n, n1 * n0 / n,
			float64((float64(n1*n1*t.C) - float64(n0*n0*t.A) + float64(n1*n0*(n0-n1)/2)) / (n * n)),
			(float64(t.A*t.D) + float64(t.C*t.B)) / (2 * n)}
	default:
		r, q, p, o := t.A*t.D/n, t.B*t.C/n, (t.A+t.D)/n, (t.B+t.C)/n
		terms = mantelSums{r, q, float64(p * r), float64(p*q) + float64(o*r), float64(o * q)}
	}
	for k, x := range terms {
		s[k] += float64(sign * x)
	}
}

// effect returns the pooled effect and its variance.
func (s *mantelSums) effect(by TableMeasure) (estimate, variance float64) {
	switch by {
	case RiskRatio:
		return portable.Log(s[0] / s[1]), s[2] / (s[0] * s[1])
	case RiskDifference:
		estimate = s[0] / s[1]
		return estimate, (float64(estimate*s[2]) + s[3]) / (s[1] * s[1])
	}
	return portable.Log(s[0] / s[1]), (s[2]/(s[0]*s[0]) + s[3]/(s[0]*s[1]) + s[4]/(s[1]*s[1])) / 2
}

// score returns the events of the treated arm less what is expected if arms are
// alike, and its hypergeometric variance.
func (t TwoByTwo) score() (difference, variance float64) {
	n1, n0, n := t.sizes()
	if n < 2 {
		return 0, 0
	}
	events := t.A + t.C
	return t.A - n1*events/n, n1 * n0 * events * (n - events) / (n * n * (n - 1))
}

// CochranMantelHaenszel tests that no table has an effect: chi-square on one degree
// of freedom (Mantel & Haenszel 1959), without or with continuity correction.
func CochranMantelHaenszel(tables []TwoByTwo, corrected bool) (chiSquare, p float64) {
	score, variance := 0.0, 0.0
	for _, t := range tables {
		d, v := t.score()
		score, variance = score+d, variance+v
	}
	score = math.Abs(score)
	if corrected {
		score -= math.Min(0.5, score)
	}
	chiSquare = score * score / variance
	return chiSquare, numeric.ChiSquareTail(chiSquare, 1)
}

// Tarone tests that all tables have the odds ratio that Mantel and Haenszel's method
// gives: chi-square on one degree of freedom less than there are informative tables
// (Breslow & Day 1980, with the correction of Tarone 1985, Biometrika 72:91).
func Tarone(tables []TwoByTwo) (chiSquare, p float64) {
	var sums mantelSums
	for _, t := range tables {
		sums.add(t, OddsRatio, 1)
	}
	estimate, _ := sums.effect(OddsRatio)
	ratio := portable.Exp(estimate)
	sum, off, total, k := 0.0, 0.0, 0.0, 0.0
	for _, t := range tables {
		if t.Uninformative() {
			continue
		}
		n1, n0, _ := t.sizes()
		a := expectedEvents(n1, n0, t.A+t.C, ratio)
		v := 1 / (1/a + 1/(n1-a) + 1/(t.A+t.C-a) + 1/(n0-t.A-t.C+a))
		sum += (t.A - a) * (t.A - a) / v
		off, total, k = off+t.A-a, total+v, k+1
	}
	chiSquare = sum - off*off/total
	return chiSquare, numeric.ChiSquareTail(chiSquare, k-1)
}

// expectedEvents returns the count in the treated arm at which a table of these
// margins has the odds ratio: the root of a quadratic equation that is possible.
func expectedEvents(n1, n0, events, ratio float64) float64 {
	if ratio == 1 {
		return n1 * events / (n1 + n0)
	}
	a := 1 - ratio
	b := n0 - events + float64(ratio*(n1+events))
	c := -ratio * n1 * events
	return (-b + math.Sqrt(float64(b*b)-float64(4*a*c))) / (2 * a)
}

// MantelHaenszelWeights are the shares of tables in the estimate, in percent, written to
// out.
func MantelHaenszelWeights(tables []TwoByTwo, by TableMeasure, out []float64) {
	for i, t := range tables {
		n1, n0, n := t.sizes()
		switch by {
		case RiskRatio:
			out[i] = t.C * n1 / n
		case RiskDifference:
			out[i] = n1 * n0 / n
		default:
			out[i] = t.B * t.C / n
		}
	}
	percent(out)
}

// PetoWeights are the shares of tables in the estimate of Peto.
func PetoWeights(tables []TwoByTwo, out []float64) {
	for i, t := range tables {
		_, out[i] = t.score()
	}
	percent(out)
}

func percent(out []float64) {
	sum := 0.0
	for _, x := range out {
		sum += x
	}
	for i := range out {
		out[i] *= 100 / sum
	}
}
