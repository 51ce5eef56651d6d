package scenarios

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// factorial checks a factorial trial: that arms are combinations of its factors, and that
// their effects can be told apart.
func (c *checker) factorial() {
	t, path := &c.s.Trial, "trial.factors"
	if len(t.Factors) == 0 {
		const want = "none: only a trial with trial.factors makes use of it"
		c.must(len(t.CommonPrograms) == 0, "trial.common_programs", t.CommonPrograms, want)
		c.must(t.Interactions == "", "trial.interactions", t.Interactions, want)
		return
	}
	before := len(c.problems)
	if len(t.Factors) > maxTrialFactors {
		c.problem(path, count(len(t.Factors), "factor"), fmt.Sprintf("at most %d", maxTrialFactors), "")
	}
	c.armPrograms(path, t.Factors)
	c.armPrograms("trial.common_programs", t.CommonPrograms)
	for k, name := range t.CommonPrograms {
		c.must(!slices.Contains(t.Factors, name), layer.At("trial.common_programs", k), name, "a program that is not a factor")
	}
	if c.s.origin.has("trial.interactions") {
		c.known("trial.interactions", t.Interactions, []string{InteractionPairs, InteractionNone})
		c.must(c.s.Factorial() || t.Interactions == InteractionNone, "trial.interactions", t.Interactions, "two factors or more")
	}
	if len(c.problems) > before || len(c.s.Arms) < 2 {
		return
	}
	if c.combinations() && c.s.Factorial() {
		c.apart()
	}
}

// combinations checks that each arm is one combination of the factors, beside what all
// arms offer.
func (c *checker) combinations() bool {
	seen, fine := map[uint]string{}, true
	refuse := func(a int, got, want string) {
		c.problem(c.s.armPath(a)+".programs", got, want, "")
		fine = false
	}
	common := c.s.besideFactors(0)
	if len(c.s.Trial.CommonPrograms) > 0 {
		common = uniqueSorted(c.s.Trial.CommonPrograms)
	}
	for a := range c.s.Arms {
		arm := &c.s.Arms[a]
		if rest := c.s.besideFactors(a); !slices.Equal(rest, common) {
			refuse(a, quoteList(arm.Programs), "beside trial.factors what all arms offer, "+quoteList(common)+", so that arms differ in nothing but factors")
			continue
		}
		code := c.s.codeOf(a)
		if other, again := seen[code]; again {
			refuse(a, quoteList(arm.Programs), "another combination of trial.factors than arm "+other)
		}
		seen[code] = arm.Name
		for _, f := range c.s.Trial.Factors {
			if c.s.Factorial() && (arm.Name == WithFactor(f) || arm.Name == WithoutFactor(f)) {
				c.must(false, c.s.armPath(a)+".name", arm.Name, "another name, since this one is of all arms "+Plain(arm.Name))
				fine = false
			}
		}
	}
	for k, f := range c.s.Trial.Factors {
		if with, without := c.s.armsWith(f); len(with) == 0 || len(without) == 0 {
			want := `an arm with it and one without; to have an arm for each combination write drop = ["arm"] beside extends, and no [[arm]]`
			c.problem(layer.At("trial.factors", k), quoted(f)+", and no arm with it", want, "")
			fine = false
			if len(with) > 0 {
				c.problems[len(c.problems)-1].Got = quoted(f) + ", and no arm without it"
			}
		}
	}
	return fine
}

// besideFactors lists what an arm offers beside the factors, in alphabetical order.
func (s *Scenario) besideFactors(arm int) (list []string) {
	for _, p := range s.Arms[arm].Programs {
		if !slices.Contains(s.Trial.Factors, p) {
			list = append(list, p)
		}
	}
	return uniqueSorted(list)
}

// codeOf has a bit for each factor that an arm offers.
func (s *Scenario) codeOf(arm int) (code uint) {
	for f, name := range s.Trial.Factors {
		if slices.Contains(s.Arms[arm].Programs, name) {
			code |= 1 << f
		}
	}
	return code
}

// moment sums the products of the effect codes (1 with a factor, -1 without it) of some
// factors over the arms, weighted by the allocation ratio; 0 means that these factors
// together are balanced.
func (s *Scenario) moment(factors uint) (sum int) {
	for a := range s.Arms {
		without := factors &^ s.codeOf(a)
		sum += s.Arms[a].Ratio * (1 - 2*(bits.OnesCount(without)&1))
	}
	return sum
}

// apart checks that the effects asked for can be told apart: in a full factorial trial
// each factor has the same ratio at all combinations of the others, and in a fraction
// factors are orthogonal.
func (c *checker) apart() {
	s, n := c.s, len(c.s.Trial.Factors)
	if len(s.Arms) == 1<<n {
		for f := range n {
			if !s.sameRatioOf(f) {
				c.problem("arm", fmt.Sprintf("ratios with which %s is offered more often beside some factors than beside others", s.Trial.Factors[f]),
					"the same ratio of the arms with it to those without it at each combination of the others, so that its effect is not theirs", "")
				return
			}
		}
		return
	}
	if a := slices.IndexFunc(s.Arms, func(a Arm) bool { return a.Ratio != s.Arms[0].Ratio }); a >= 0 {
		c.problem(s.armPath(a)+".ratio", fmt.Sprint(s.Arms[a].Ratio), "the same ratio in all arms where some combinations of trial.factors are left out", "")
		return
	}
	for f := range n {
		if s.moment(1<<f) != 0 {
			c.problem(layer.At("trial.factors", f), quoted(s.Trial.Factors[f])+", which is not in half of the arms", "arms of which half offer it", "")
			return
		}
		for g := range f {
			if s.moment(1<<f|1<<g) != 0 {
				c.problem("trial.factors", fmt.Sprintf("%s and %s, of which arms with one have the other more often, or less", s.Trial.Factors[g], s.Trial.Factors[f]),
					"arms in which each two factors are independent, as in a full factorial trial or an orthogonal fraction of one", "")
				return
			}
		}
	}
	c.pairsApart()
}

// pairsApart checks that interactions of two factors are not also those of two others, or
// main effects.
func (c *checker) pairsApart() {
	s := c.s
	if s.Trial.Interactions != InteractionPairs {
		return
	}
	sets := s.factorSets(2)
	for _, pair := range sets {
		for _, other := range sets {
			if other != pair && bits.OnesCount(pair) == 2 && s.moment(pair^other) != 0 {
				c.problem("trial.interactions", quoted(InteractionPairs)+", and in these arms "+s.product(pair)+" is also "+s.product(other), quoted(InteractionNone)+", or arms that tell them apart", "")
				return
			}
		}
	}
}

// factorSets lists sets of at most so many factors, the smaller first.
func (s *Scenario) factorSets(most int) (sets []uint) {
	for size := 1; size <= most; size++ {
		for set := uint(1); set < 1<<len(s.Trial.Factors); set++ {
			if bits.OnesCount(set) == size {
				sets = append(sets, set)
			}
		}
	}
	return sets
}

// product names the interaction of a set of factors.
func (s *Scenario) product(set uint) string {
	var names []string
	for f, name := range s.Trial.Factors {
		if set>>f&1 == 1 {
			names = append(names, s.programLabel(name))
		}
	}
	return strings.Join(names, " x ")
}

// Aliases returns what cannot be told from the main effect of each factor, by factor: the
// interactions of the fewest factors that have its column of effect codes, in words. It is
// nil where all combinations are arms, which tell all effects apart.
func (s *Scenario) Aliases() (list [][]string) {
	if !s.Factorial() || len(s.Arms) == 1<<len(s.Trial.Factors) {
		return nil
	}
	for f := range s.Trial.Factors {
		var names []string
		fewest := 0
		for _, set := range s.factorSets(len(s.Trial.Factors)) {
			size := bits.OnesCount(set)
			if set == 1<<f || s.moment(set^1<<f) == 0 || fewest > 0 && size > fewest {
				continue
			}
			fewest = size
			names = append(names, s.product(set))
		}
		list = append(list, names)
	}
	return list
}

// sameRatioOf reports whether the arms with a factor have the same ratio to those without
// it at all combinations of the others.
func (s *Scenario) sameRatioOf(f int) bool {
	ratio := map[uint]int{}
	for a := range s.Arms {
		ratio[s.codeOf(a)] = s.Arms[a].Ratio
	}
	for code, x := range ratio {
		if bit := uint(1) << f; code&bit != 0 && x*ratio[0] != ratio[code&^bit]*ratio[bit] {
			return false
		}
	}
	return true
}

// factorialPlan refuses analyses of a factorial trial that go by contacts, and those of
// clients chosen by what they would do with a factor and without it where there are no
// arms that differ in nothing else.
func (c *checker) factorialPlan(path string, o Outcome) {
	if c.s.origin.has(path + ".keep_above") {
		c.must(c.s.Factorial(), path+".keep_above", o.KeepAbove, "none: only a trial with two trial.factors or more makes use of it")
		c.must(o.KeepAbove > 0, path+".keep_above", o.KeepAbove, "more than 0")
	}
	if !c.s.Factorial() {
		return
	}
	if o.Set.AsReceived() {
		c.problem(path+".set", quoted(string(o.Set)), `another set: with trial.factors contacts may be of any factor, and do not tell of which`, "")
	}
	for k, name := range o.Methods {
		m, _ := LookupMethod(name)
		c.method(!m.Contacts, methodPath(path, o, k), name, "another method: with trial.factors contacts may be of any factor, and do not tell of which")
	}
	if len(c.s.Arms) == 1<<len(c.s.Trial.Factors) {
		return
	}
	const want = "an arm for each combination of trial.factors: whom it is about is told by arms that differ in one of them alone"
	if o.Set == SetEntered {
		c.problem(path+".set", quoted(string(o.Set)), "another set, or "+want, "")
	}
	for _, e := range IntercurrentEvents() {
		if o.Strategy(e) == Principal && (e != ByDeath || c.s.CutByDeath(&o)) {
			c.problem(path+".intercurrent."+string(e), quoted(string(Principal)), "another strategy, or "+want, "")
		}
	}
}
