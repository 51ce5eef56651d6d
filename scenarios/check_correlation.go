package scenarios

import (
	"maps"
	"slices"
	"strings"

	"caseload/scenarios/layer"
	"caseload/sim/portable"
)

// correlations checks the pairs, and that together they are possible.
func (c *checker) correlations() {
	names := c.s.traitNames()
	for _, service := range sortedKeys(c.s.Services) {
		names = append(names, "frailty.linkage."+service)
	}
	index := map[string]int{}
	for i, name := range names {
		index[name] = i
	}
	good := true
	rho := make([][]float64, len(names))
	for i := range rho {
		rho[i] = make([]float64, len(names))
		rho[i][i] = 1
	}
	for i, pair := range c.s.Correlations {
		if !c.pair(c.s.correlationPath(i), pair, names) {
			good = false
			continue
		}
		a, b := index[pair.Traits[0]], index[pair.Traits[1]]
		rho[a][b], rho[b][a] = pair.Rho, pair.Rho
	}
	if good {
		c.possible(rho, names)
	}
}

func (c *checker) pair(path string, pair Correlation, names []string) bool {
	if len(pair.Traits) != 2 {
		c.must(false, path+".traits", len(pair.Traits), "two names")
		return false
	}
	good := true
	for i, name := range pair.Traits {
		good = c.known(layer.At(path+".traits", i), name, names) && good
	}
	if pair.Traits[0] == pair.Traits[1] {
		c.must(false, path+".traits", pair.Traits[1], "two different names")
		good = false
	}
	inside := pair.Rho > -1 && pair.Rho < 1
	c.must(inside, path+".rho", pair.Rho, "more than -1 and less than 1")
	return good && inside
}

// possible reports each smallest set of correlations that no population
// can have together.
func (c *checker) possible(rho [][]float64, names []string) {
	for _, tied := range components(rho) {
		if positiveDefinite(rho, tied) {
			continue
		}
		culprits := smallest(rho, tied)
		var pairs []string
		path := ""
		for i, pair := range c.s.Correlations {
			if slices.Contains(culprits, slices.Index(names, pair.Traits[0])) && slices.Contains(culprits, slices.Index(names, pair.Traits[1])) {
				pairs = append(pairs, pair.Traits[0]+" with "+pair.Traits[1]+" "+layer.FormatFloat(pair.Rho))
				path = c.s.correlationPath(i)
			}
		}
		c.problem(path, "correlations that cannot hold together: "+strings.Join(pairs, ", "),
			"a positive definite correlation matrix (a pair that is left out counts as 0)", "")
	}
}

// components groups the variables that are tied, directly or not.
func components(rho [][]float64) [][]int {
	var out [][]int
	seen := make([]bool, len(rho))
	for i := range rho {
		if seen[i] {
			continue
		}
		seen[i] = true
		group := []int{i}
		for k := 0; k < len(group); k++ {
			for j, r := range rho[group[k]] {
				if r != 0 && !seen[j] {
					seen[j] = true
					group = append(group, j)
				}
			}
		}
		if len(group) > 1 {
			out = append(out, group)
		}
	}
	return out
}

func positiveDefinite(rho [][]float64, of []int) bool {
	a := make([]float64, 0, len(of)*len(of))
	for _, i := range of {
		for _, j := range of {
			a = append(a, rho[i][j])
		}
	}
	return portable.Cholesky(a, len(of))
}

// smallest drops variables as long as what is left is still impossible.
// It gives up on large groups, where the search would take long.
func smallest(rho [][]float64, of []int) []int {
	const most = 60
	if len(of) > most {
		return of
	}
	kept := slices.Clone(of)
	for _, v := range of {
		rest := slices.DeleteFunc(slices.Clone(kept), func(x int) bool { return x == v })
		if len(rest) > 1 && !positiveDefinite(rho, rest) {
			kept = rest
		}
	}
	return kept
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func uniqueSorted(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

func joinAnd(words []string) string { return strings.Join(words, " and ") }
