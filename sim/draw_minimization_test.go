package sim

import (
	"math"
	"testing"

	"caseload/scenarios"
)

// minimized is the design allocated by a minimization over site, a trait and a
// subgroup.
func minimized(tb testing.TB, probability float64, sets ...string) *Workspace {
	tb.Helper()
	return compileEdited(tb, designTOML, func(sc *scenarios.Scenario) {
		sc.Trial.Randomization = scenarios.Randomization{Method: "minimization", Strata: []string{"site", "poor", "old"}, Probability: probability}
	}, sets...).NewWorkspace()
}

// levelsOf are a client's levels of the three factors, each numbered apart.
func levelsOf(w *Workspace, i int) []int {
	l := []int{int(w.site[i]), 100 + int(w.traits[0][i]), 200}
	if w.member[1][i] {
		l[2]++
	}
	return l
}

// leastByHand are the arms with the least imbalance for the next client: sums
// over factors of the range of counts over the ratio.
func leastByHand(counts map[int][]float64, levels []int, ratio []float64) (least []int) {
	best := math.Inf(1)
	for arm := range ratio {
		sum := 0.0
		for _, l := range levels {
			low, high := math.Inf(1), math.Inf(-1)
			for a, q := range ratio {
				x := 0.0
				if counts[l] != nil {
					x = counts[l][a]
				}
				if a == arm {
					x++
				}
				low, high = min(low, x/q), max(high, x/q)
			}
			sum += high - low
		}
		switch {
		case sum < best-1e-9:
			best, least = sum, []int{arm}
		case sum < best+1e-9:
			least = append(least, arm)
		}
	}
	return least
}

// count adds a client to the arm.
func count(counts map[int][]float64, levels []int, arm int) {
	for _, l := range levels {
		if counts[l] == nil {
			counts[l] = make([]float64, 2)
		}
		counts[l][arm]++
	}
}

// Where one arm has the least imbalance, counted by hand, it is chosen with the
// probability asked; where all tie, arms are drawn in their ratio.
func TestMinimizationPrefersTheLeastImbalance(t *testing.T) {
	for _, c := range []struct {
		ratio   []float64
		factors int
		set     string
	}{{[]float64{1, 1}, 3, "arm.usual.ratio=1"}, {[]float64{1, 2}, 2, "arm.usual.ratio=2"}} {
		// With 1:2 each factor changes the difference of the two sums by an odd
		// number, so that three of them never tie.
		ratio := c.ratio
		w := minimized(t, 0.75, c.set)
		w.m.alloc.strata = w.m.alloc.strata[:c.factors]
		w.Begin(1, 0)
		counts := map[int][]float64{}
		var chosen, alone, first, ties float64
		for i := range w.n {
			levels, arm := levelsOf(w, i)[:c.factors], int(w.assigned[i])
			switch least := leastByHand(counts, levels, ratio); {
			case len(least) == 1:
				alone++
				if arm == least[0] {
					chosen++
				}
			default:
				ties++
				if arm == 0 {
					first++
				}
			}
			count(counts, levels, arm)
		}
		within(t, "share of the least arm", chosen/alone, 0.75, se(0.75, alone))
		if ties < 100 {
			t.Fatalf("%v ties are too few to tell", ties)
		}
		p := ratio[0] / (ratio[0] + ratio[1])
		within(t, "share of the first arm in ties", first/ties, p, se(p, ties))
	}
}

// Minimization keeps the arms together in every level of every factor, where
// simple randomization lets them part by sqrt(2n/pi) on average, n clients
// having the level: a tenth of that is far beyond the one or two that the biased
// coin leaves. With certainty in place of the coin, two arms differ in no level
// by more than the number of factors or so.
func TestMinimizationBalancesEachFactor(t *testing.T) {
	for _, probability := range []float64{0.8, 1} {
		w := minimized(t, probability)
		gap, size := map[int]float64{}, map[int]float64{}
		w.Begin(1, 0)
		for i := range w.n {
			for _, l := range levelsOf(w, i) {
				size[l]++
				gap[l] += 1 - 2*float64(w.assigned[i])
			}
		}
		for l, x := range gap {
			if limit := 0.1 * math.Sqrt(2*size[l]/math.Pi) * 4; math.Abs(x) > limit {
				t.Errorf("probability %v, level %d: arms differ by %v of %v clients, want at most %.0f", probability, l, x, size[l], limit)
			}
			if probability == 1 && math.Abs(x) > 6 {
				t.Errorf("without a coin, arms differ by %v in level %d", x, l)
			}
		}
	}
}

// Arms of 2:1 are so in the long run, much nearer than a simple draw, whose
// share has an SE of sqrt(2/9n).
func TestMinimizationKeepsTheRatio(t *testing.T) {
	w := minimized(t, 0.8, "arm.managed.ratio=2")
	w.Begin(1, 0)
	got := w.share(func(i int) bool { return w.assigned[i] == 0 })
	if se := math.Sqrt(2.0 / 9 / float64(w.n)); math.Abs(got-2.0/3) > se/4 {
		t.Errorf("share of the larger arm %.5f, want 2/3 within %.5f", got, se/4)
	}
}

// The arms of a set are drawn in their ratio, the others never.
func TestAmongDrawsInTheRatio(t *testing.T) {
	a := allocation{ratio: []int{1, 5, 3}}
	w := minimized(t, 1, "trial.clients=10")
	w.Begin(1, 0)
	r := w.replicate.Entity(entityStratum, 9).Stream(purposeAllocate)
	const n = 40_000
	var got [3]float64
	for range n {
		got[a.among(0b101, &r)]++
	}
	if got[1] != 0 {
		t.Error("an arm outside the set was drawn")
	}
	within(t, "share of the first", got[0]/n, 0.25, se(0.25, n))
}
