package analysis

import (
	"slices"

	"caseload/scenarios"
)

// group is what a contrast compares: some arms, with the weights of their worlds.
type group struct {
	arms   []int
	weight []int   // of each arm's world: the allocation ratio, 1 where all of the contrast's are the same
	mask   armMask // of the arms
}

// armMask has a bit for each arm.
type armMask uint32

// maskOf returns the mask of some arms.
func maskOf(arms []int) (m armMask) {
	for _, a := range arms {
		m |= 1 << a
	}
	return m
}

// has returns 1 if the arm is one of those of the mask, else 0.
func (m armMask) has(arm uint8) int { return int(m >> (arm & 31) & 1) }

// newGroups returns the groups of a scenario, by the same indices. The worlds of several
// arms are weighted by the allocation ratio, as their clients are in the trial.
func newGroups(sc *scenarios.Scenario) (list []group) {
	for _, g := range sc.Groups() {
		list = append(list, newGroup(sc, g.Arms))
	}
	return list
}

func newGroup(sc *scenarios.Scenario, arms []int) group {
	x := group{arms: arms, mask: maskOf(arms)}
	for _, a := range arms {
		weight := 1
		if len(arms) > 1 {
			weight = sc.Arms[a].Ratio
		}
		x.weight = append(x.weight, weight)
	}
	return x
}

// addGroup returns the index of a group of some arms, new or not.
func (p *plan) addGroup(arms []int) int {
	for k := range p.groups {
		if slices.Equal(p.groups[k].arms, arms) {
			return k
		}
	}
	p.groups = append(p.groups, newGroup(p.sc, arms))
	return len(p.groups) - 1
}

// pair is two arms of a contrast that are like each other but for what is compared, with
// the weight of their worlds.
type pair struct{ arm, control, weight int }

// pairsOf returns the pairs of two groups: one where two arms are compared.
func (p *plan) pairsOf(arm, control int) (list []pair) {
	a, c := p.groups[arm].arms, p.groups[control].arms
	if max(a[0], c[0]) >= len(p.sc.Arms) {
		return []pair{{a[0], c[0], 1}} // regimes
	}
	for k, x := range p.sc.Pairs(a, c) {
		list = append(list, pair{x[0], x[1], p.groups[arm].weight[k]})
	}
	return list
}

// moments sums those of the arms of a group, from their rows.
func (g *group) moments(rows []moments, first int) (s moments) {
	if len(g.arms) == 1 {
		return rows[first+g.arms[0]]
	}
	for _, a := range g.arms {
		for k, x := range rows[first+a] {
			s[k] += x
		}
	}
	return s
}

// weighted is moments of rows that are each of all clients.
func (g *group) weighted(rows []moments, first int) (s moments) {
	if len(g.arms) == 1 {
		return rows[first+g.arms[0]]
	}
	for j, a := range g.arms {
		for k, x := range rows[first+a] {
			s[k] += float64(float64(g.weight[j]) * x)
		}
	}
	return s
}

// ratio returns the allocation ratio of a group to another.
func (p *plan) ratio(e *effect) float64 {
	of := func(g int) (sum int) {
		for _, a := range p.groups[g].arms {
			sum += p.sc.Arms[a].Ratio
		}
		return sum
	}
	return float64(of(e.arm)) / float64(of(e.control))
}

// sameRatio reports whether all arms of two groups have the same allocation ratio.
func (p *plan) sameRatio(arm, control int) bool {
	all := slices.Concat(p.groups[arm].arms, p.groups[control].arms)
	return !slices.ContainsFunc(all, func(a int) bool { return p.sc.Arms[a].Ratio != p.sc.Arms[all[0]].Ratio })
}
