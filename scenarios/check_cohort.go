package scenarios

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

func (c *checker) traits() {
	for i, t := range c.s.Traits {
		path := c.s.traitPath(i)
		c.name(path+".name", t.Name, "site", "and", "or", "not", "true", "false")
		c.traitForm(path, t)
		c.actsOn(path+".acts_on", t.ActsOn, false)
		c.observed(path+".observed", t)
	}
}

func (c *checker) traitForm(path string, t Trait) {
	var given []string
	for _, kind := range []TraitKind{Bernoulli, Normal, Lognormal, Categorical} {
		keys := traitForms[kind]
		n := 0
		for _, k := range keys {
			if c.s.origin.has(path + "." + k) {
				n++
			}
		}
		if n > 0 {
			given = append(given, joinAnd(keys))
		}
		if n > 0 && n < len(keys) {
			c.problem(path, "one of "+joinAnd(keys), "both", "")
			return
		}
	}
	if len(given) != 1 {
		got := strings.Join(given, " beside ")
		if got == "" {
			got = "none of them"
		}
		c.problem(path, got, "exactly one of prevalence, mean and sd, median and log_sd, levels and shares", "")
		return
	}
	c.traitNumbers(path, t)
}

func (c *checker) traitNumbers(path string, t Trait) {
	switch t.Kind {
	case Bernoulli:
		c.probability(path+".prevalence", t.Prevalence)
	case Normal:
		c.above(path+".sd", t.SD, 0)
	case Lognormal:
		c.above(path+".median", t.Median, 0)
		c.above(path+".log_sd", t.LogSD, 0)
	case Categorical:
		c.levels(path, t)
	}
}

func (c *checker) levels(path string, t Trait) {
	c.must(len(t.Levels) >= 2, path+".levels", len(t.Levels), "at least two levels")
	c.must(len(t.Levels) <= 100, path+".levels", len(t.Levels), "at most 100 levels")
	seen := map[string]bool{}
	for i, l := range t.Levels {
		c.must(l != "" && !seen[l] && !strings.Contains(l, `"`), layer.At(path+".levels", i), l, "a name without quotes, each once")
		seen[l] = true
	}
	if len(t.Levels) != len(t.Shares) {
		c.problem(path+".shares", count(len(t.Shares), "share"), fmt.Sprintf("one for each of the %d levels", len(t.Levels)), "")
		return
	}
	sum := 0.0
	for i, x := range t.Shares {
		c.probability(layer.At(path+".shares", i), x)
		sum += x
	}
	if !(math.Abs(sum-1) <= 1e-9) {
		c.problem(path+".shares", "shares that sum to "+strconv.FormatFloat(sum, 'g', 10, 64), "shares that sum to 1", "")
	}
}

func (c *checker) subgroups() {
	for i := range c.s.Subgroups {
		g := &c.s.Subgroups[i]
		path := c.s.subgroupPath(i)
		c.name(path+".name", g.Name, "site")
		if strings.TrimSpace(g.When) == "" {
			c.must(false, path+".when", g.When, "an expression over the traits; true is everyone")
			continue
		}
		g.Expr = c.expression(path+".when", g.When)
	}
}

// expression compiles an expression over the traits.
func (c *checker) expression(path, text string) Expr {
	return c.expressionOver(path, text, c.s.Traits, "trait")
}

// expressionOver compiles an expression over what messages call by a noun.
func (c *checker) expressionOver(path, text string, names []Trait, noun string) Expr {
	compiled, bad := compileExprOver(text, names, noun)
	if bad != nil {
		column := len([]rune(text[:bad.offset])) + 1
		c.problem(path, fmt.Sprintf("%s at column %d of %q", bad.got, column, layer.Shorten(text)), bad.want, bad.hint)
		return Expr{}
	}
	return compiled
}

// hazardRatios checks a table from trait to hazard (or odds) ratio.
func (c *checker) hazardRatios(path string, ratios map[string]float64) {
	for _, trait := range sortedKeys(ratios) {
		inside := layer.Join(path, trait)
		if c.known(inside, trait, c.s.traitNames()) {
			c.above(inside, ratios[trait], 0)
		}
	}
}
