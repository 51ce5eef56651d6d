package meta

import (
	"math"
	"slices"

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

// RankTest returns the rank correlation of effects and their variances (Begg &
// Mazumdar 1994, Biometrics 50:1088): Kendall's tau between the variances and the
// effects' distances from the common effect in their standard errors. P is exact
// without ties, else normal with the variance that allows for them.
func RankTest(y, v []float64, w *Work) (tau, p float64) {
	f := Pool(y, v, Options{}, w)
	if f.Status != OK || len(y) < 3 {
		return math.NaN(), math.NaN()
	}
	z := make([]float64, len(y))
	for i := range y {
		z[i] = (y[i] - float64(f.Estimate)) / math.Sqrt(v[i]-float64(f.SE*f.SE))
	}
	return kendall(z, v)
}

// kendall returns Kendall's tau-b and its two-sided p.
func kendall(x, y []float64) (tau, p float64) {
	n := len(x)
	score, tiesX, tiesY := 0.0, 0.0, 0.0
	for i := range n {
		for j := range i {
			dx, dy := sign(x[i]-x[j]), sign(y[i]-y[j])
			score += float64(dx * dy)
			tiesX += 1 - float64(dx*dx)
			tiesY += 1 - float64(dy*dy)
		}
	}
	pairs := float64(float64(n*(n-1)) / 2)
	tau = score / math.Sqrt((pairs-tiesX)*(pairs-tiesY))
	if tiesX == 0 && tiesY == 0 && n < 50 {
		return tau, inversionsP(int(math.Round((score+pairs)/2)), n)
	}
	return tau, numeric.NormalTwoSided(score / math.Sqrt(kendallVariance(x, y)))
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// inversionsP returns the two-sided p of so many concordant pairs among n values in
// random order, twice the smaller tail.
func inversionsP(concordant, n int) float64 {
	pairs := n * (n - 1) / 2
	chance := make([]float64, pairs+1) // of as many, for the first m values
	chance[0] = 1
	next := make([]float64, pairs+1)
	for m := 2; m <= n; m++ {
		clear(next)
		for c, p := range chance[:pairs+1] {
			for extra := range m {
				if p > 0 && c+extra <= pairs {
					next[c+extra] += p / float64(m)
				}
			}
		}
		chance, next = next, chance
	}
	below, above := 0.0, 0.0
	for c, p := range chance {
		if c <= concordant {
			below += p
		}
		if c >= concordant {
			above += p
		}
	}
	return math.Min(1, 2*math.Min(below, above))
}

// kendallVariance returns that of the score under independence (Kendall 1970, chapter
// 4).
func kendallVariance(x, y []float64) float64 {
	n := float64(len(x))
	x1, x2, x3 := tieSums(x)
	y1, y2, y3 := tieSums(y)
	return (float64(n*(n-1)*(float64(2*n)+5))-x3-y3)/18 + x1*y1/(2*n*(n-1)) + x2*y2/(9*n*(n-1)*(n-2))
}

func tieSums(x []float64) (pairs, triples, third float64) {
	sorted := slices.Sorted(slices.Values(x))
	for len(sorted) > 0 {
		same := 1
		for same < len(sorted) && sorted[same] == sorted[0] {
			same++
		}
		t := float64(same)
		pairs += float64(t * (t - 1))
		triples += float64(t * (t - 1) * (t - 2))
		third += float64(t * (t - 1) * (float64(2*t) + 5))
		sorted = sorted[same:]
	}
	return pairs, triples, third
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
