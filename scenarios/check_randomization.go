package scenarios

import (
	"fmt"
	"slices"
)

// randomizationKeys are the keys that go with each method. A key of another
// method is refused: it would look as if it did something.
var randomizationKeys = map[string][]string{
	"simple":       nil,
	"blocks":       {"sizes", "strata"},
	"minimization": {"strata", "probability"},
	"cluster":      {"by"},
}

func (c *checker) randomization(r Randomization) {
	const path = "trial.randomization"
	if c.known(path+".method", r.Method, []string{"blocks", "simple", "minimization", "cluster"}) {
		c.otherMethods(path, r)
	}
	switch r.Method {
	case "blocks":
		c.blockSizes(path+".sizes", r.Sizes)
	case "minimization":
		c.must(len(r.Strata) > 0, path+".strata", r.Strata, "at least one factor to balance")
		c.coin(path+".probability", r.Probability)
	case "cluster":
		c.clusters(path+".by", r.By)
	}
	seen := map[string]bool{}
	for i, name := range r.Strata {
		c.stratum(at(path+".strata", i), name, seen[name])
		seen[name] = true
	}
}

// coin checks the probability of the arm that a minimization prefers. It must be
// above every arm's share of the ratio, or that share could not be held.
func (c *checker) coin(path string, p float64) {
	least := 0.5
	for _, a := range c.s.Arms {
		if sum := c.s.ratioSum(); sum > 0 {
			least = max(least, float64(a.Ratio)/float64(sum))
		}
	}
	c.must(p > least && p <= 1, path, p, "more than "+showFloat(least)+" and at most 1")
}

// otherMethods reports keys that the method makes no use of.
func (c *checker) otherMethods(path string, r Randomization) {
	given := map[string]string{}
	if len(r.Sizes) > 0 {
		given["sizes"] = count(len(r.Sizes), "block size")
	}
	if len(r.Strata) > 0 {
		given["strata"] = quoteList(r.Strata)
	}
	if c.s.origin.has(path + ".probability") {
		given["probability"] = showFloat(r.Probability)
	}
	if c.s.origin.has(path + ".by") {
		given["by"] = quoted(r.By)
	}
	for _, key := range sortedKeys(given) {
		if !slices.Contains(randomizationKeys[r.Method], key) {
			c.problem(join(path, key), brief(given[key]), fmt.Sprintf("none: method = %q makes no use of it", r.Method), "")
		}
	}
}

// clusters checks that there are enough sites, or case managers, to allocate.
func (c *checker) clusters(path, by string) {
	if !c.known(path, by, []string{"site", "manager"}) {
		return
	}
	if by == "site" {
		// A single site in an arm could not be told from the arm.
		least := 2 * len(c.s.Arms)
		if c.s.Trial.Sites < least {
			c.problem(path, fmt.Sprintf("\"site\" with %s", count(c.s.Trial.Sites, "site")),
				fmt.Sprintf("trial.sites = %d or more, two for each arm", least), "")
		}
		return
	}
	c.managers(path)
}

// managers checks that each arm has case managers of its own to allocate: those
// of its first program whose clients come to theirs whoever else does.
func (c *checker) managers(path string) {
	taken := map[string]string{}
	for _, a := range c.s.Arms {
		k := slices.IndexFunc(a.Programs, func(name string) bool { return c.s.Programs[name].OwnManagers() })
		if k < 0 {
			c.problem(path, `"manager", and none to allocate in arm `+brief(a.Name),
				"in every arm a program with staff, an unlimited caseload and no team", "")
			continue
		}
		name := a.Programs[k]
		if other, again := taken[name]; again && !c.s.Programs[name].PerArm {
			c.problem(path, fmt.Sprintf(`"manager", and arms %s and %s share those of %s`, brief(other), brief(a.Name), brief(name)),
				"case managers of their own: per_arm = true, or another program", "")
		}
		taken[name] = a.Name
	}
}

func (c *checker) blockSizes(path string, sizes []int) {
	sum := c.s.ratioSum()
	if c.s.origin.has(path) && len(sizes) == 0 {
		c.problem(path, "[]", "at least one block size", "")
	}
	for i, size := range sizes {
		switch {
		case size < 1 || size > 10_000:
			c.must(false, at(path, i), size, "1 to 10,000")
		case sum > 0 && size%sum != 0:
			c.must(false, at(path, i), size, fmt.Sprintf("a multiple of %d, the sum of the arms' ratios", sum))
		}
	}
}

// stratum checks a name to stratify by. A trait that is measured on a
// scale has no strata.
func (c *checker) stratum(path, name string, again bool) {
	names := append([]string{"site"}, c.s.subgroupNames()...)
	trait, group := false, false
	for _, n := range names[1:] {
		group = group || n == name
	}
	for _, t := range c.s.Traits {
		if t.Kind == Bernoulli || t.Kind == Categorical {
			names = append(names, t.Name)
			trait = trait || t.Name == name
		} else if t.Name == name {
			c.must(false, path, name, "a trait with few values; define a subgroup to cut this one")
			return
		}
	}
	switch {
	case trait && group:
		c.must(false, path, name, "a name that is not both a trait and a subgroup")
	case again:
		c.must(false, path, name, "each stratum once")
	default:
		slices.Sort(names[1:])
		c.known(path, name, slices.Compact(names))
	}
}
