package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// Bounds that keep a trial within the engine.
const (
	maxClients = 1_000_000 // the calendar's keys have 20 bits for the client
	maxDays    = 60_000    // and 40 bits for a tick of 2^-24 day
	maxVisit   = 20_000
	maxVisits  = 64 // who was seen at which visit is kept in one word
	maxRatio   = 100
	// The files of a folder count blocks of 1,024 replicates in six digits.
	maxReplicates = 1_000_000_000
	maxArms       = 32 // groups of arms are bits of a word
	// Each service is a bit of a client's state, and has clocks of its own.
	maxServices = 20
	// Each factor doubles the worlds that there are.
	maxFactors = 20
	// Each value of a key to vary is tried at load.
	maxOver, maxValues, maxCells = 20, 100, 10_000
)

// checker finds what is wrong with a scenario that could be read.
type checker struct {
	s *Scenario
	*decoder
	badVisits bool // the follow-up days make no sense

	processes, states []string        // what can be acted on, and be the case
	faulty            map[string]bool // paths of values that were reported
}

// all runs every check. None depends on another having passed.
func (c *checker) all() {
	c.top()
	c.trial()
	c.arms()
	c.factorial()
	if !c.fewEnough() {
		return
	}
	c.labels()
	c.processes, c.states = c.s.Processes(), c.s.States()
	for _, v := range c.s.Services {
		if !slices.Contains(ServiceKinds, v.Kind) { // either, see Service.fits
			c.processes = uniqueSorted(append(c.processes, general...))
		}
	}
	c.enrolment()
	c.traits()
	c.correlations()
	c.subgroups()
	for _, name := range sortedKeys(c.s.Services) {
		c.service(name)
	}
	for _, name := range sortedKeys(c.s.Programs) {
		c.program(name)
	}
	c.decisions()
	c.regimes()
	c.recovery()
	c.attrition()
	c.measures()
	c.outcomes()
	c.siteICC()
	c.families()
	c.interim()
	c.uncertain()
	c.ask()
	c.size()
	c.cost()
	c.sweep()
	c.compare()
	c.calibrate()
	c.explain()
	c.explore()
	c.factors()
	c.literature()
	c.ranges()
}

// fewEnough refuses lists so long that checking them pair by pair would
// take long.
func (c *checker) fewEnough() bool {
	few := true
	atMost := func(list string, n, most int) {
		if n > most {
			few = false
			c.problem(list, count(n, list), fmt.Sprintf("at most %d", most), "")
		}
	}
	const most = 500
	atMost("trait", len(c.s.Traits), most)
	atMost("correlation", len(c.s.Correlations), most)
	atMost("subgroup", len(c.s.Subgroups), most)
	atMost("site", len(c.s.Sites), 255)
	atMost("outcome", len(c.s.Outcomes), most)
	atMost("measure", len(c.s.Measures), most)
	atMost("factor", len(c.s.Factors), maxFactors)
	atMost("service", len(c.s.Services), maxServices)
	return few
}

// problem reports a wrong value, unless the value or something in it or
// around it could not be read, which has been reported already.
func (c *checker) problem(path string, got, want, hint string) {
	if !c.readable(path) {
		return
	}
	if c.faulty == nil {
		c.faulty = map[string]bool{}
	}
	c.faulty[path] = true
	p := c.s.Problem(path, got, want)
	p.Hint = hint
	c.problems = append(c.problems, p)
}

// readable reports whether all of a path's value could be read.
func (c *checker) readable(path string) bool {
	for p := path; p != ""; p = layer.ParentPath(p) {
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
		text = strconv.Quote(layer.Shorten(text))
	default:
		text = layer.FormatValue(got)
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
	got := strconv.Quote(layer.Shorten(name))
	if name == "" && !c.s.origin.has(path) {
		got = "nothing"
	}
	c.problem(path, got, layer.OneOf(names), layer.DidYouMean(name, names))
	return false
}

// texts are words as plain texts.
func texts[T ~string](words []T) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	return list
}

// present reports a process or state that the scenario does not have: one of a
// part that is missing, or a misspelt one.
func (c *checker) present(path, name string, names []string) bool {
	part, ok := partOf[name]
	if !ok || slices.Contains(c.states, name) || slices.Contains(c.targets(), name) {
		return c.known(path, name, names)
	}
	c.problem(path, quoted(name), layer.OneOf(names), "there is no "+part+" in the scenario")
	return false
}

// The checks of one number. Written so that NaN fails.

func (c *checker) between(path string, x, low, high float64) {
	c.must(x >= low && x <= high, path, x, fmt.Sprintf("%s to %s", layer.FormatFloat(low), layer.FormatFloat(high)))
}

func (c *checker) probability(path string, x float64) {
	c.must(x >= 0 && x <= 1, path, x, "a probability from 0 to 1")
}

// share checks a probability that has to be written.
func (c *checker) share(path string, x float64) {
	c.must(c.s.origin.has(path) && x >= 0 && x <= 1, path, x, "a probability from 0 to 1")
}

// level checks a level of tests where it is written.
func (c *checker) level(path string, x float64) {
	if c.s.origin.has(path) {
		c.must(x > 0 && x <= 0.5, path, x, "more than 0 and at most 0.5")
	}
}

func (c *checker) above(path string, x, low float64) {
	c.must(x > low, path, x, "more than "+layer.FormatFloat(low))
}

func (c *checker) atLeast(path string, x, low float64) {
	c.must(x >= low, path, x, "at least "+layer.FormatFloat(low))
}

// isName tells whether a text is a small letter and at most 63 small letters, digits, _ and -.
func isName(text string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	return len(text) <= 64 && text != "" && strings.Contains(letters, text[:1]) && strings.Trim(text, letters+"0123456789_-") == ""
}

// name checks what a thing is called. "all" stands for everyone.
func (c *checker) name(path, name string, reserved ...string) {
	switch {
	case name == "" && !c.s.origin.has(path):
		c.problem(path, "nothing", "a name", "")
	case !isName(name):
		c.problem(path, strconv.Quote(layer.Shorten(name)), "a name of at most 64 small letters, digits, _ and -, beginning with a letter", "")
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
	c.must(s.Replicates >= 1 && s.Replicates <= maxReplicates, "replicates", s.Replicates, "1 to 1,000,000,000")
	c.must(s.Precision >= 0 && s.Precision < 0.5, "precision", s.Precision, "at least 0 and below 0.5")
	c.level("alpha", s.Alpha)
	c.must(len(s.SubgroupShare) <= 1, "subgroup_share", len(s.SubgroupShare), "the share of one subgroup at most")
	for _, name := range sortedKeys(s.SubgroupShare) {
		path := layer.Join("subgroup_share", name)
		c.known(path, name, s.subgroupNames())
		x := s.SubgroupShare[name]
		c.must(x > 0 && x <= 1, path, x, "a share above 0 and at most 1")
	}
}
