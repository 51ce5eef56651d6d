package meta

import (
	"math"

	"caseload/analysis/numeric"
)

// Asymmetry is a test of whether small studies find other effects than large
// ones: the slope of effects on their standard errors, and what the line gives
// for a study without error.
type Asymmetry struct {
	Slope, Limit Coefficient
	Status       Status
}

// NoAsymmetry is a test that came to nothing.
func NoAsymmetry(s Status) Asymmetry { return Asymmetry{noCoefficient(), noCoefficient(), s} }

// Egger is Egger's test (Egger et al. 1997, BMJ 315:629): effects regressed on
// their standard errors with weights 1/v and a multiplicative dispersion; t on
// k - 2 degrees of freedom.
func Egger(y, v []float64, alpha float64, w *Work) Asymmetry {
	return asymmetry(y, v, Options{Method: FE, KnappHartung: true, Alpha: alpha}, w)
}

// EggerMixed returns the same with an additive variance between studies (Sterne &
// Egger 2005), by the method of o.
func EggerMixed(y, v []float64, o Options, w *Work) Asymmetry { return asymmetry(y, v, o, w) }

func asymmetry(y, v []float64, o Options, w *Work) Asymmetry {
	w.column[0] = resize(w.column[0], len(v))
	for i := range v {
		w.column[0][i] = math.Sqrt(v[i])
	}
	Regress(y, v, w.column[:], o, w, &w.part)
	if w.part.Status != OK {
		return NoAsymmetry(w.part.Status)
	}
	return Asymmetry{w.part.Coefficients[1], w.part.Coefficients[0], OK}
}

// FailSafe returns how many further studies with effects that are zero on average
// would take the one-sided p of all, combined by Stouffer's method, to alpha
// (Rosenthal 1979, Psychol Bull 86:638). It is shown because readers ask for it: it
// says nothing of the size of effects, and supposes that unseen studies are of no
// effect.
func FailSafe(y, v []float64, alpha float64) float64 {
	sum, k := 0.0, float64(len(y))
	for i := range y {
		sum += y[i] / math.Sqrt(v[i])
	}
	z := sum / numeric.NormalQuantile(alpha)
	return math.Max(0, math.Ceil(float64(z*z)-k))
}
