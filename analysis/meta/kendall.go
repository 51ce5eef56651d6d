package meta

import (
	"cmp"
	"math"
	"slices"

	"caseload/analysis/numeric"
)

// mostExact is the largest number of studies whose rank test is exact: R's cor.test, which
// metafor calls with exact = TRUE, divides by a factorial that overflows above it.
const mostExact = 170

// RankTest returns the rank correlation of effects and their variances (Begg &
// Mazumdar 1994, Biometrics 50:1088): Kendall's tau between the variances and the
// effects' distances from the common effect in their standard errors. P is exact for up
// to 170 studies without ties, else normal with the variance that allows for them. Both
// are NaN for fewer than three studies, and where all effects or all variances are equal.
func RankTest(y, v []float64, w *Work) (tau, p float64) {
	f := Pool(y, v, Options{}, w)
	if f.Status != OK || len(y) < 3 {
		return math.NaN(), math.NaN()
	}
	largest := 0.0
	for _, x := range y {
		largest = math.Max(largest, math.Abs(x))
	}
	z := make([]float64, len(y))
	for i := range y {
		// A distance that is the rounding of the common effect is none.
		if away := y[i] - float64(f.Estimate); math.Abs(away) > 1e-14*largest {
			z[i] = away / math.Sqrt(v[i]-float64(f.SE*f.SE))
		}
	}
	return kendall(z, v)
}

// kendall returns Kendall's tau-b and its two-sided p, both NaN if all x or all y are equal.
func kendall(x, y []float64) (tau, p float64) {
	n := len(x)
	x1, x2, x3 := tieSums(slices.Clone(x))
	y1, y2, y3 := tieSums(slices.Clone(y))
	pairs, tiesX, tiesY := float64(float64(n)*float64(n-1)/2), float64(x1/2), float64(y1/2)
	if tiesX == pairs || tiesY == pairs {
		return math.NaN(), math.NaN()
	}
	score := concordance(x, y, tiesX, tiesY)
	tau = score / math.Sqrt((pairs-tiesX)*(pairs-tiesY))
	if tiesX == 0 && tiesY == 0 && n <= mostExact {
		return tau, inversionsP(int(math.Round((score+pairs)/2)), n)
	}
	k := float64(n)
	variance := (float64(k*(k-1)*(float64(2*k)+5))-x3-y3)/18 + x1*y1/(2*k*(k-1)) + x2*y2/(9*k*(k-1)*(k-2)) // Kendall 1970, chapter 4
	return tau, numeric.NormalTwoSided(score / math.Sqrt(variance))
}

// concordance returns the number of concordant pairs less that of discordant ones: all
// pairs but those with a tie, less twice the discordant ones, which are the exchanges that
// sort y once x is sorted (Knight 1966, J Am Stat Assoc 61:436).
func concordance(x, y []float64, tiesX, tiesY float64) float64 {
	n := len(x)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(y[a], y[b]))
	})
	both, run := 0.0, 0.0 // pairs that are tied in x and y
	sorted := make([]float64, n)
	for k, i := range order {
		sorted[k] = y[i]
		if run++; k == 0 || x[i] != x[order[k-1]] || y[i] != y[order[k-1]] {
			run = 0
		}
		both += run
	}
	discordant := exchanges(sorted, make([]float64, n))
	return float64(float64(n)*float64(n-1)/2) - tiesX - tiesY + both - float64(2*discordant)
}

// exchanges sorts by merging, and returns how many pairs were in the wrong order.
func exchanges(v, scratch []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	half := len(v) / 2
	left, right := v[:half], v[half:]
	count := exchanges(left, scratch[:half]) + exchanges(right, scratch[half:])
	out := scratch[:0]
	for len(left) > 0 && len(right) > 0 {
		if right[0] < left[0] {
			count += float64(len(left))
			out, right = append(out, right[0]), right[1:]
		} else {
			out, left = append(out, left[0]), left[1:]
		}
	}
	out = append(append(out, left...), right...)
	copy(v, out)
	return count
}

// inversionsP returns the two-sided p of so many concordant pairs among n values in
// random order, twice the smaller tail. The chances of m values are windows of m chances
// of one value less; only the lower half is summed, where chances rise, so that taking off
// what leaves a window loses no digits, and mirrored.
func inversionsP(concordant, n int) float64 {
	pairs := n * (n - 1) / 2
	tail := min(concordant, pairs-concordant)
	chance, next := make([]float64, pairs+1), make([]float64, pairs+1)
	chance[0] = 1
	for m := 2; m <= n; m++ {
		most := m * (m - 1) / 2
		window := 0.0
		for c := range most/2 + 1 {
			if window += chance[c]; c >= m {
				window -= chance[c-m]
			}
			next[c] = window / float64(m)
			next[most-c] = next[c]
		}
		chance, next = next, chance
	}
	sum := 0.0
	for _, p := range chance[:tail+1] {
		sum += p
	}
	return math.Min(1, 2*sum)
}

// tieSums sorts x and returns the sums of t(t-1), t(t-1)(t-2) and t(t-1)(2t+5) over its
// groups of t equal values.
func tieSums(x []float64) (pairs, triples, third float64) {
	slices.Sort(x)
	for len(x) > 0 {
		same := 1
		for same < len(x) && x[same] == x[0] {
			same++
		}
		t := float64(same)
		pairs += float64(t * (t - 1))
		triples += float64(t * (t - 1) * (t - 2))
		third += float64(t * (t - 1) * (float64(2*t) + 5))
		x = x[same:]
	}
	return pairs, triples, third
}
