package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// attrition checks who is lost and which visits are missed.
func (c *checker) attrition() {
	a := c.s.Attrition
	c.quantity("attrition.loss", a.Loss, "")
	c.hazardRatios("attrition.traits", a.Traits)
	for _, arm := range sortedKeys(a.Arms) {
		inside := layer.Join("attrition.arms", arm)
		if c.known(inside, arm, c.s.armNames()) {
			c.above(inside, a.Arms[arm], 0)
		}
	}
	c.known("attrition.ends", a.Ends, attritionEnds)
	c.probability("attrition.missed", a.Missed)
	c.missedOdds(a)
}

// missedOdds checks on what missing a visit depends. The names of arms, traits
// and states share a table here, so a name must be one of these things only.
func (c *checker) missedOdds(a Attrition) {
	const path = "attrition.missed_odds"
	uses := map[string]int{}
	for _, name := range slices.Concat(c.s.armNames(), c.s.traitNames(), c.states) {
		uses[name]++
	}
	known := sortedKeys(uses)
	for _, name := range sortedKeys(a.MissedOdds) {
		inside := layer.Join(path, name)
		switch {
		case uses[name] > 1:
			c.problem(inside, quoted(name)+", of which there are two", "a name of one thing only: an arm, a trait or a state", "")
		case c.present(inside, name, known):
			c.above(inside, a.MissedOdds[name], 0)
		}
	}
	if len(a.MissedOdds) > 0 && a.Missed == 0 {
		c.problem(path, "odds ratios, and no visit that is missed", "attrition.missed above 0 beside them", "")
	}
}

func (c *checker) measures() {
	for _, name := range sortedKeys(c.s.Measures) {
		path := layer.Join("measure", name)
		c.name(path, name)
		if m := c.s.Measures[name]; m.Confidence != "" {
			c.known(path+".confidence", m.Confidence, confidenceWords)
		}
		c.accuracy(path, c.s.Measures[name].Sensitivity, c.s.Measures[name].Specificity)
	}
}

// accuracy checks a test with two results. If its two numbers sum to 1 it tells
// nothing, and below it tells the opposite.
func (c *checker) accuracy(path string, sensitivity, specificity float64) {
	c.probability(path+".sensitivity", sensitivity)
	c.probability(path+".specificity", specificity)
	inside := sensitivity >= 0 && sensitivity <= 1 && specificity >= 0 && specificity <= 1
	if sum := sensitivity + specificity; inside && !(sum > 1) {
		c.problem(path, "sensitivity and specificity that sum to "+layer.FormatFloat(sum), "more than 1: a test that tells something", "")
	}
}

// observed checks the error of a measured trait, which has one form for each
// kind of trait.
func (c *checker) observed(path string, t Trait) {
	o := t.Observed
	if o == nil {
		return
	}
	var keys []string
	switch t.Kind {
	case Bernoulli:
		keys = []string{"sensitivity", "specificity"}
	case Normal, Lognormal:
		keys = []string{"reliability"}
	case Categorical:
		c.problem(path, "an error of measurement", "none: a categorical trait is known without error", "")
		return
	}
	given := c.given(path, map[string]float64{"sensitivity": 0, "specificity": 0, "reliability": 0})
	for _, key := range given {
		if !slices.Contains(keys, key) {
			c.problem(layer.Join(path, key), "this key", joinAnd(keys)+", for a trait of this form", "")
			return
		}
	}
	switch {
	case len(given) < len(keys):
		c.problem(path, showForms(given), joinAnd(keys), "")
	case t.Kind == Bernoulli:
		c.accuracy(path, o.Sensitivity, o.Specificity)
	default:
		c.reliability(path+".reliability", o.Reliability)
	}
}

// reliability checks the share of a variance that is true.
func (c *checker) reliability(path string, x float64) {
	c.must(x > 0 && x <= 1, path, x, "more than 0 and at most 1")
}
