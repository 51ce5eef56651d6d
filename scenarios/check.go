package scenarios

import (
	"fmt"
	"regexp"
	"strconv"
)

// Bounds that keep a trial within the engine.
const (
	maxClients = 1_000_000 // the calendar's keys have 20 bits for the client
	maxDays    = 60_000    // and 40 bits for a tick of 2^-24 day
	maxVisit   = 20_000
	maxVisits  = 64 // who was seen at which visit is kept in one word
	maxRatio   = 100
	maxArms    = 15
)

// checker finds what is wrong with a scenario that could be read.
type checker struct {
	s *Scenario
	*decoder
	badVisits bool // the follow-up days make no sense
}

// all runs every check. None depends on another having passed.
func (c *checker) all() {
	c.top()
	c.trial()
	c.arms()
	if c.fewEnough() {
		c.traits()
		c.correlations()
		c.subgroups()
	}
	for _, name := range sortedKeys(c.s.Services) {
		c.service(name)
	}
	c.oneService()
	for _, name := range sortedKeys(c.s.Programs) {
		c.program(name)
	}
	c.use()
	c.outcomes()
}

// fewEnough refuses lists so long that checking them pair by pair would
// take long.
func (c *checker) fewEnough() bool {
	const most = 500
	before := len(c.problems)
	for list, n := range map[string]int{"trait": len(c.s.Traits), "correlation": len(c.s.Correlations),
		"subgroup": len(c.s.Subgroups), "outcome": len(c.s.Outcomes)} {
		if n > most {
			c.problem(list, count(n, list), fmt.Sprintf("at most %d", most), "")
		}
	}
	return len(c.problems) == before
}

// problem reports a wrong value, unless the value or something in it or
// around it could not be read, which has been reported already.
func (c *checker) problem(path string, got, want, hint string) {
	if !c.readable(path) {
		return
	}
	p := c.s.Problem(path, got, want)
	p.Hint = hint
	c.problems = append(c.problems, p)
}

// readable tells whether all of a path's value could be read.
func (c *checker) readable(path string) bool {
	for p := path; p != ""; p = parentPath(p) {
		if c.bad[p] {
			return false
		}
	}
	return !c.around[path]
}

// must reports a value for which ok is false.
func (c *checker) must(ok bool, path string, got any, want string) {
	if ok {
		return
	}
	text, isText := got.(string)
	switch {
	case isText:
		text = strconv.Quote(brief(text))
	default:
		text = showValue(got)
	}
	if !c.s.origin.has(path) {
		text = "nothing"
	}
	c.problem(path, text, want, "")
}

// known reports a name that is not among those there are.
func (c *checker) known(path, name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	got := strconv.Quote(brief(name))
	if name == "" && !c.s.origin.has(path) {
		got = "nothing"
	}
	c.problem(path, got, oneOf(names), didYouMean(name, names))
	return false
}

// The checks of one number. Written so that NaN fails.

func (c *checker) between(path string, x, low, high float64) {
	c.must(x >= low && x <= high, path, x, fmt.Sprintf("%s to %s", showFloat(low), showFloat(high)))
}

func (c *checker) probability(path string, x float64) {
	c.must(x >= 0 && x <= 1, path, x, "a probability from 0 to 1")
}

func (c *checker) above(path string, x, low float64) {
	c.must(x > low, path, x, "more than "+showFloat(low))
}

func (c *checker) atLeast(path string, x, low float64) {
	c.must(x >= low, path, x, "at least "+showFloat(low))
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,63}$`)

// name checks what a thing is called. "all" stands for everyone.
func (c *checker) name(path, name string, reserved ...string) {
	switch {
	case name == "" && !c.s.origin.has(path):
		c.problem(path, "nothing", "a name", "")
	case !identifier.MatchString(name):
		c.problem(path, strconv.Quote(brief(name)), "a name of at most 64 small letters, digits, _ and -, beginning with a letter", "")
	case name == "all":
		c.problem(path, `"all"`, "another name, since all stands for everyone", "")
	}
	for _, r := range reserved {
		if name == r {
			c.problem(path, strconv.Quote(name), "another name, since this one is a word of the language", "")
		}
	}
}

func (c *checker) top() {
	s := c.s
	c.must(s.Replicates >= 2 && s.Replicates <= 10_000_000, "replicates", s.Replicates, "2 to 10,000,000")
	c.must(s.Precision >= 0 && s.Precision < 0.5, "precision", s.Precision, "at least 0 and below 0.5")
	c.must(len(s.SubgroupShare) <= 1, "subgroup_share", len(s.SubgroupShare), "the share of one subgroup at most")
	for _, name := range sortedKeys(s.SubgroupShare) {
		path := join("subgroup_share", name)
		c.known(path, name, s.subgroupNames())
		x := s.SubgroupShare[name]
		c.must(x > 0 && x < 1, path, x, "a share above 0 and below 1")
	}
}
