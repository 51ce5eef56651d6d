package sim

import (
	"caseload/scenarios"
	"caseload/sim/stream"
)

// minimization allocates each client to the arm that would leave the arms most
// alike in the client's levels of the factors (Pocock & Simon 1975, Biometrics
// 31:103-115, with the range as the measure of imbalance and factors of equal
// weight).
type minimization struct {
	probability float64 // of the arm with the least imbalance
	weight      []int   // of a client, by arm: counts over the ratio, times the common multiple of ratios, so that ties are exact
	first       []int   // of each factor among the cells
	cells       int     // levels of all factors, times arms
}

func (m *Model) compileMinimization(sc *scenarios.Scenario) {
	z := &m.design.minimization
	z.probability = sc.Trial.Randomization.Probability
	multiple := 1
	for _, q := range m.alloc.ratio {
		multiple *= q / divisor(multiple, q)
	}
	for _, q := range m.alloc.ratio {
		z.weight = append(z.weight, multiple/q)
	}
	for k := range m.alloc.strata {
		z.first = append(z.first, z.cells)
		z.cells += m.alloc.strata[k].levels * m.arms
	}
	m.alloc.nstrata = 1 // factors, not strata
}

// divisor returns the greatest common one.
func divisor(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

// minimize gives each client an arm, in order of enrolment.
func (w *Workspace) minimize() {
	clear(w.design.counts)
	r := w.replicate.Entity(entityStratum, 0).Stream(purposeAllocate)
	for i := range w.n {
		arm := w.leastImbalance(i, &r)
		w.assigned[i] = arm
		for k := range w.m.alloc.strata {
			w.countsOf(k, i)[arm]++
		}
	}
}

// leastImbalance chooses client i's arm by a biased coin. Where several arms
// share the least imbalance, one of them is drawn in their ratio; where all do,
// there is nothing to prefer and no coin.
func (w *Workspace) leastImbalance(i int, r *stream.Stream) uint8 {
	all := uint64(1)<<w.m.arms - 1
	least := w.leastArms(i)
	best := w.m.alloc.among(least, r)
	if least == all || r.Bernoulli(w.m.design.minimization.probability) {
		return best
	}
	return w.m.alloc.among(all&^(1<<best), r)
}

// leastArms returns the set of the arms in which client i would leave the least
// imbalance.
func (w *Workspace) leastArms(i int) (set uint64) {
	totals := w.design.totals
	clear(totals)
	for k := range w.m.alloc.strata {
		counts := w.countsOf(k, i)
		for arm := range totals {
			totals[arm] += w.spreadWith(counts, arm)
		}
	}
	least := totals[0]
	for _, x := range totals {
		least = min(least, x)
	}
	for arm, x := range totals {
		if x == least {
			set |= 1 << arm
		}
	}
	return set
}

// countsOf returns the earlier clients of each arm with client i's level of factor k.
func (w *Workspace) countsOf(k, i int) []int {
	f := &w.m.alloc.strata[k]
	at := w.m.design.minimization.first[k] + w.level(f, i)*w.m.arms
	return w.design.counts[at : at+w.m.arms]
}

// spreadWith returns the range over arms of the weighted counts with one more in arm
// extra.
func (w *Workspace) spreadWith(counts []int, extra int) int {
	weight := w.m.design.minimization.weight
	var low, high int
	for arm, n := range counts {
		if arm == extra {
			n++
		}
		n *= weight[arm]
		if arm == 0 {
			low, high = n, n
		}
		low, high = min(low, n), max(high, n)
	}
	return high - low
}

// among draws one of the arms of a set in their ratio.
func (a *allocation) among(set uint64, r *stream.Stream) uint8 {
	total := 0
	for arm, q := range a.ratio {
		if set>>arm&1 != 0 {
			total += q
		}
	}
	x := r.Intn(total)
	for arm, q := range a.ratio {
		if set>>arm&1 == 0 {
			continue
		}
		if x < q {
			return uint8(arm)
		}
		x -= q
	}
	panic("an arm beyond the last")
}
