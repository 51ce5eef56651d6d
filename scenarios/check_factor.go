package scenarios

import (
	"slices"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

func (c *checker) explain() {
	if target := c.s.Explain.Target; target != "" {
		c.known("explain.target", target, c.s.subgroupNames())
	}
	if n := c.s.Explain.Replicates; n != 0 || c.s.origin.has("explain.replicates") {
		c.must(n >= 2 && n <= maxReplicates, "explain.replicates", n, "2 to 1,000,000,000")
	}
}

func (c *checker) ask() {
	for _, list := range []struct {
		path         string
		names, known []string
	}{{"ask.outcome", c.s.Ask.Outcomes, c.s.outcomeNames()}, {"ask.subgroup", c.s.Ask.Subgroups, append([]string{"all"}, c.s.subgroupNames()...)}} {
		for _, name := range list.names {
			c.known(list.path, name, list.known)
		}
	}
}

// factors checks what can be told of factors without their worlds.
func (c *checker) factors() {
	looped := map[string]bool{}
	for i, f := range c.s.Factors {
		path := elementPath("factor", f.Name, i)
		c.name(path+".name", f.Name)
		if slices.Contains(standardFactors, f.Name) {
			c.problem(path+".name", strconv.Quote(f.Name), "another name, since this one is a standard factor", "")
		}
		if f.After != "" && c.known(path+".after", f.After, c.s.factorNames()) {
			c.noLoop(path+".after", f.Name, looped)
		}
		if len(f.Ideal) == 0 {
			c.problem(path+".ideal", "nothing", `at least one value that differs in the ideal, as in [factor.ideal] and "trial.sites" = 1 below`, "")
		}
		for _, key := range sortedKeys(f.Ideal) {
			if why := refusedInIdeal(key); why != "" {
				c.problem(layer.Join(path+".ideal", key), key+" ("+why+")", "a key of the trial's world", "")
			}
		}
	}
}

// noLoop reports factors that come behind each other, each circle once.
func (c *checker) noLoop(path, name string, looped map[string]bool) {
	after := map[string]string{}
	for _, f := range c.s.Factors {
		after[f.Name] = f.After
	}
	chain := []string{name}
	for next := after[name]; next != ""; next = after[next] {
		if looped[next] {
			return
		}
		if i := slices.Index(chain, next); i >= 0 {
			if i > 0 {
				return // it only leads to a circle, whose own factors tell
			}
			for _, f := range chain {
				looped[f] = true
			}
			c.problem(path, "a circle: "+strings.Join(append(chain, next), " after "), "a factor that it can come behind", "")
			return
		}
		chain = append(chain, next)
	}
}
