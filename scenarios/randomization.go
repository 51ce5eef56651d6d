package scenarios

import (
	"fmt"
	"slices"
	"strconv"

	"caseload/scenarios/layer"
)

// Randomization is how clients are allocated to arms. The ratio is that of the arms.
type Randomization struct {
	// Method is "simple", "blocks" (permuted blocks), "minimization" (Pocock and
	// Simon 1975), "cluster", "stepped_wedge" (all sites begin in the control arm and
	// cross over to the other, some at each step) or "cluster_crossover" (sites go from one arm to
	// the other and back).
	Method RandomizationMethod `toml:"method"`
	Sizes  []int               `toml:"sizes,omitempty"`  // sizes of blocks, drawn with equal probability; each is a multiple of the sum of the ratio
	Strata []string            `toml:"strata,omitempty"` // "site", traits (categorical, or that clients have or not) or subgroups; the factors of minimization
	// Probability is that of the arm which minimizes the imbalance; by default 0.8.
	Probability float64 `toml:"probability,omitempty"`
	// By is what is randomized as a cluster: "site", or "manager" (a case manager with
	// all clients who come to him or her).
	By RandomizedUnit `toml:"by,omitempty"`

	// Steps is the number of steps of a stepped wedge. Each is of a sequence of sites, to
	// which they are randomized.
	Steps    int     `toml:"steps,omitempty"`
	StepDays float64 `toml:"step_days,omitempty"` // days from one step of a stepped wedge to the next
	Never    int     `toml:"never,omitempty"`     // number of further sequences of a stepped wedge, whose sites never cross over
	// BaselineDays is the length of a period at the beginning of the trial in which all sites are
	// in the control arm: of a stepped wedge that before the first step, by default
	// step_days. Without it, sites that are randomized by "cluster" have none.
	BaselineDays *float64 `toml:"baseline_days,omitempty"`
	PeriodDays   float64  `toml:"period_days,omitempty"` // length of a period of a cluster crossover
	Periods      int      `toml:"periods,omitempty"`     // number of periods of a cluster crossover, by default 2. The last goes on until nobody enrols any more, as it does in the other designs
	// TransitionDays is how long after a change of arms at their site clients who enrol
	// are not analysed, and are not in truths. They are in the arm that has come into force.
	TransitionDays float64 `toml:"transition_days,omitempty"`
	// AtChange is what becomes of clients who have enrolled when their site changes arms: "keep",
	// they have the care of the arm in which they enrolled; "switch", their programs of that arm end and they
	// are offered those of the other, while analyses count them in the arm in which they enrolled; or "exclude", they
	// keep their care and outcomes that are due after the change are left out of analyses and truths.
	AtChange string `toml:"at_change,omitempty"`
}

// Clustered reports whether sites or case managers are randomized, with all their
// clients.
func (r *Randomization) Clustered() bool {
	return r.Method == ClusterRandomization || r.Method == SteppedWedge || r.Method == ClusterCrossover
}

// RandomizationMethod is how clients are allocated.
type RandomizationMethod string

// The methods of randomization.
const (
	PermutedBlocks       RandomizationMethod = "blocks"
	SimpleRandomization  RandomizationMethod = "simple"
	Minimization         RandomizationMethod = "minimization"
	ClusterRandomization RandomizationMethod = "cluster"
	SteppedWedge         RandomizationMethod = "stepped_wedge"
	ClusterCrossover     RandomizationMethod = "cluster_crossover"
)

// randomizations are the methods with their rules, in the order in which they
// are listed to people.
var randomizations = []struct {
	method   RandomizationMethod
	how      string                                // in a sentence: clients are randomized ...
	keys     []string                              // that it makes use of; another method's would look as if it did something
	complete func(*Scenario, *Randomization)       // fills in its defaults; nil: none
	check    func(*checker, string, Randomization) // checks its keys at a path; nil: nothing to check
}{
	{PermutedBlocks, "in permuted blocks", []string{"sizes", "strata"}, (*Scenario).completeBlocks, (*checker).blocks},
	{SimpleRandomization, "by simple randomization", nil, nil, nil},
	{Minimization, "by minimization", []string{"strata", "probability"}, (*Scenario).completeMinimization, (*checker).minimization},
	{ClusterRandomization, "in clusters", []string{"by", "baseline_days", "transition_days", "at_change"}, (*Scenario).completePeriods, (*checker).clusters},
	{SteppedWedge, "in a stepped wedge", []string{"by", "steps", "step_days", "never", "baseline_days", "transition_days", "at_change"}, (*Scenario).completePeriods, (*checker).wedge},
	{ClusterCrossover, "in a cluster crossover", []string{"by", "period_days", "periods", "transition_days", "at_change"}, (*Scenario).completePeriods, (*checker).crossing},
}

// RandomizationMethods lists the methods.
func RandomizationMethods() []RandomizationMethod {
	list := make([]RandomizationMethod, len(randomizations))
	for k := range randomizations {
		list[k] = randomizations[k].method
	}
	return list
}

// How says how clients are randomized by the method, in words that follow
// "randomized".
func (m RandomizationMethod) How() string {
	for _, r := range randomizations {
		if r.method == m {
			return r.how
		}
	}
	return string(m)
}

// RandomizedUnit is what is randomized as a cluster.
type RandomizedUnit string

// What can be randomized as a cluster.
const (
	RandomizedSites    RandomizedUnit = "site"
	RandomizedManagers RandomizedUnit = "manager"
)

// Words returns the unit in words, in the singular.
func (u RandomizedUnit) Words() string {
	if u == RandomizedManagers {
		return "case manager"
	}
	return string(u)
}

// completeRandomization fills in the defaults that go with the method.
func (s *Scenario) completeRandomization() {
	for _, r := range randomizations {
		if r.method == s.Trial.Randomization.Method && r.complete != nil {
			r.complete(s, &s.Trial.Randomization)
		}
	}
}

// completeBlocks draws blocks of two and three times the smallest that keeps
// the ratio: for two equal arms, of 4 and 6.
func (s *Scenario) completeBlocks(r *Randomization) {
	if sum := s.ratioSum(); sum > 0 && !s.origin.has("trial.randomization.sizes") {
		r.Sizes = []int{2 * sum, 3 * sum}
	}
}

func (s *Scenario) completeMinimization(r *Randomization) {
	if !s.origin.has("trial.randomization.probability") {
		r.Probability = 0.8
	}
}

func (c *checker) randomization(r Randomization) {
	const path = "trial.randomization"
	if c.known(path+".method", string(r.Method), texts(RandomizationMethods())) {
		rules := randomizations[slices.Index(RandomizationMethods(), r.Method)]
		c.otherMethods(path, r, rules.keys)
		if rules.check != nil {
			rules.check(c, path, r)
		}
	}
	seen := map[string]bool{}
	for i, name := range r.Strata {
		c.stratum(layer.At(path+".strata", i), name, seen[name])
		seen[name] = true
	}
}

func (c *checker) blocks(path string, r Randomization) { c.blockSizes(path+".sizes", r.Sizes) }

func (c *checker) minimization(path string, r Randomization) {
	c.must(len(r.Strata) > 0, path+".strata", r.Strata, "at least one factor to balance")
	c.coin(path+".probability", r.Probability)
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
	c.must(p > least && p <= 1, path, p, "more than "+layer.FormatFloat(least)+" and at most 1")
}

// otherMethods reports keys that the method makes no use of.
func (c *checker) otherMethods(path string, r Randomization, used []string) {
	given := map[string]string{}
	if len(r.Sizes) > 0 {
		given["sizes"] = count(len(r.Sizes), "block size")
	}
	if len(r.Strata) > 0 {
		given["strata"] = quoteList(r.Strata)
	}
	if c.s.origin.has(path + ".probability") {
		given["probability"] = layer.FormatFloat(r.Probability)
	}
	if c.s.origin.has(path + ".by") {
		given["by"] = quoted(string(r.By))
	}
	for key, value := range r.ofPeriods() {
		if c.s.origin.has(layer.Join(path, key)) {
			given[key] = value
		}
	}
	for _, key := range sortedKeys(given) {
		if !slices.Contains(used, key) {
			c.problem(layer.Join(path, key), layer.Shorten(given[key]), fmt.Sprintf("none: method = %q makes no use of it", r.Method), "")
		}
	}
}

// ofPeriods are the keys about periods, as texts.
func (r *Randomization) ofPeriods() map[string]string {
	texts := map[string]string{"at_change": quoted(r.AtChange), "steps": strconv.Itoa(r.Steps), "never": strconv.Itoa(r.Never), "periods": strconv.Itoa(r.Periods)}
	for key, x := range map[string]*float64{"step_days": &r.StepDays, "baseline_days": r.BaselineDays, "period_days": &r.PeriodDays, "transition_days": &r.TransitionDays} {
		if x != nil {
			texts[key] = layer.FormatFloat(*x)
		}
	}
	return texts
}

// clusters checks that there are enough sites, or case managers, to allocate.
func (c *checker) clusters(path string, r Randomization) {
	c.parallelPeriods(path, r)
	path += ".by"
	if !c.known(path, string(r.By), []string{string(RandomizedSites), string(RandomizedManagers)}) {
		return
	}
	if r.By == RandomizedSites {
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
			c.problem(path, `"manager", and none to allocate in arm `+layer.Shorten(a.Name),
				"in every arm a program with staff, an unlimited caseload and no team", "")
			continue
		}
		name := a.Programs[k]
		if other, again := taken[name]; again && !c.s.Programs[name].PerArm {
			c.problem(path, fmt.Sprintf(`"manager", and arms %s and %s share those of %s`, layer.Shorten(other), layer.Shorten(a.Name), layer.Shorten(name)),
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
			c.must(false, layer.At(path, i), size, "1 to 10,000")
		case sum > 0 && size%sum != 0:
			c.must(false, layer.At(path, i), size, fmt.Sprintf("a multiple of %d, the sum of the arms' ratios", sum))
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
