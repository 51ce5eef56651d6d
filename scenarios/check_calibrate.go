package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"caseload/scenarios/layer"
)

// Bounds of a calibration.
const (
	maxParameters  = 20
	maxFigures     = 50
	maxSimulations = 1_000_000
)

func (c *checker) calibrate() {
	k := c.s.Calibrate
	if k == nil {
		return
	}
	c.must(k.Simulations >= 100 && k.Simulations <= maxSimulations, "calibrate.simulations", k.Simulations, "100 to 1,000,000")
	c.must(k.Predictive >= 0 && k.Predictive <= maxSimulations, "calibrate.predictive", k.Predictive, "0 to 1,000,000")
	c.must(k.Tolerance > 0 && k.Tolerance <= 1, "calibrate.tolerance", k.Tolerance, "more than 0 and at most 1")
	if n := len(k.Parameters); n < 1 || n > maxParameters {
		c.problem("calibrate.parameter", count(n, "parameter"), fmt.Sprintf("1 to %d, each under [[calibrate.parameter]]", maxParameters), "")
	}
	if n := len(k.Figures); n < 1 || n > maxFigures {
		c.problem("calibrate.figure", count(n, "figure"), fmt.Sprintf("1 to %d, each under [[calibrate.figure]]", maxFigures), "")
	}
	if len(k.Parameters) > maxParameters || len(k.Figures) > maxFigures {
		return
	}
	for i := range k.Parameters {
		c.parameter(i)
	}
	for i := range k.Figures {
		c.figure(i)
	}
}

func (c *checker) parameter(i int) {
	k := c.s.Calibrate
	p, path := &k.Parameters[i], layer.At("calibrate.parameter", i)
	c.prior(path+".prior", &p.Prior, false)
	inside := path + ".key"
	if _, ok := layer.ParsePath(p.Key); !ok {
		c.must(false, inside, p.Key, wantPath)
		return
	}
	if why := c.whyNotCalibrated(p.Key); why != "" {
		c.problem(inside, p.Key+" ("+why+")", "a key of the design", "")
		return
	}
	if t := layering.TypeAt(p.Key); t != nil && layer.Indirect(t).Kind() != reflect.Float64 {
		c.problem(inside, p.Key, "a key whose value is a number that need not be whole", "")
		return
	}
	for _, other := range k.Parameters[:i] {
		if overlap(other.Key, p.Key) {
			c.problem(inside, p.Key+" again", "each key once", "")
		}
	}
}

// whyNotCalibrated returns why no figure can tell of a key, "" if one can.
func (c *checker) whyNotCalibrated(key string) string {
	if slices.Contains([]string{"literature", "moderator", "study"}, firstKey(key)) {
		if c.s.Calibrate.OfBody() {
			return ""
		}
		return "of a body of trials, and the figures are of one trial"
	}
	return refusedInDesign(key)
}

const priorForms = "exactly one of uniform = [least, largest], normal = [mean, sd], lognormal = [median, sdlog] and beta = [a, b]"

// prior checks a prior. One that is only drawn from may be a sample, may have no width, and may
// leave a chance of no effect.
func (c *checker) prior(path string, p *Prior, drawn bool) {
	var given []string
	for _, form := range []string{"uniform", "normal", "lognormal", "beta", "sample"} {
		if c.s.origin.has(layer.Join(path, form)) {
			given = append(given, form)
		}
	}
	if len(given) != 1 {
		if !c.s.origin.has(path) {
			c.problem(path, "nothing", priorForms, "")
			return
		}
		c.forms(path, given, priorForms)
		return
	}
	if !drawn && (given[0] == "sample" || p.None != 0) {
		c.problem(path, p.Text(), priorForms, "sample and none are for [[uncertain]]")
		return
	}
	c.probability(path+".none", p.None)
	path = layer.Join(path, given[0])
	if given[0] == "sample" {
		n := len(p.Sample)
		c.must(n >= 1 && n <= maxSample, path, n, "1 to 10,000 numbers")
		return
	}
	numbers, above := p.numbers(), func(i int, low float64) {
		if drawn && given[0] != "beta" && i == 1 {
			c.atLeast(layer.At(path, i), p.numbers()[i], low)
			return
		}
		c.above(layer.At(path, i), p.numbers()[i], low)
	}
	if len(numbers) != 2 {
		c.problem(path, count(len(numbers), "number"), "two numbers", "")
		return
	}
	switch given[0] {
	case "uniform":
		above(1, numbers[0])
	case "normal":
		above(1, 0)
	default:
		above(0, 0)
		above(1, 0)
	}
}

// numbers returns those of the prior's form.
func (p *Prior) numbers() []float64 {
	for _, list := range [][]float64{p.Uniform, p.Normal, p.Lognormal, p.Beta} {
		if list != nil {
			return list
		}
	}
	return nil
}

// sound reports whether there is a distribution; one that is only drawn from may have no
// width.
func (p *Prior) sound(drawn bool) bool {
	x := p.numbers()
	if len(x) != 2 {
		return false
	}
	switch {
	case drawn && p.Beta == nil && p.Lognormal == nil:
		return x[0] <= x[1] || p.Normal != nil && x[1] >= 0
	case drawn && p.Lognormal != nil:
		return x[0] > 0 && x[1] >= 0
	case p.Uniform != nil:
		return x[0] < x[1]
	case p.Normal != nil:
		return x[1] > 0
	}
	return x[0] > 0 && x[1] > 0
}

func (c *checker) figure(i int) {
	k := c.s.Calibrate
	f, path := &k.Figures[i], layer.At("calibrate.figure", i)
	switch {
	case f.Group == "" && f.Outcome == "":
		c.problem(path, "neither outcome nor group", "outcome, for a figure of a trial, or group, for one of a review of trials", "")
		return
	case f.Group != "" && f.Outcome != "":
		c.problem(path+".group", quoted(f.Group)+" beside an outcome", "one of them", "")
		return
	case (f.Group != "") != k.OfBody():
		c.problem(path, "a figure of another kind than the first", "figures of one trial, or all of a body of trials", "")
		return
	case f.Group != "":
		c.bodyFigure(path, f)
	default:
		c.trialFigure(path, f)
	}
	for _, other := range k.Figures[:i] {
		if f.same(&other) {
			c.problem(path, "a figure that is there already", "each figure once", "")
		}
	}
	c.reported(path, f)
}

// same reports whether two figures are of the same number.
func (f *Figure) same(o *Figure) bool {
	return f.Group == o.Group && f.Outcome == o.Outcome && f.Arm == o.Arm && f.Subgroup == o.Subgroup && f.Method == o.Method && f.Statistic == o.Statistic
}

func (c *checker) bodyFigure(path string, f *Figure) {
	if len(c.s.Studies) == 0 {
		c.problem(path+".group", quoted(f.Group)+" and no study", "[[study]] rows, which are the trials of the body", "")
	}
	c.known(path+".group", f.Group, GroupNames())
	c.known(path+".statistic", f.Statistic, BodyStatistics)
	for _, x := range []struct{ key, given string }{{"arm", f.Arm}, {"subgroup", f.Subgroup}, {"method", f.Method}} {
		if x.given != "" {
			c.problem(path+"."+x.key, quoted(x.given), "no such key beside group", "")
		}
	}
	if f.Statistic == StatisticI2 {
		c.between(path+".value", f.Value, 0, 100)
	}
}

func (c *checker) trialFigure(path string, f *Figure) {
	var names, arms []string
	for _, o := range c.s.Outcomes {
		names = append(names, o.Name)
	}
	if !c.known(path+".outcome", f.Outcome, names) || !c.known(path+".statistic", f.Statistic, TrialStatistics) {
		return
	}
	o := c.s.outcomeNamed(f.Outcome)
	for _, a := range c.s.Arms {
		if !c.s.Factorial() && (f.Statistic == StatisticMean || !a.Control) {
			arms = append(arms, a.Name)
		}
	}
	for _, x := range c.s.MainEffects() {
		arms = append(arms, c.s.GroupName(x.Arm))
		if f.Statistic == StatisticMean {
			arms = append(arms, c.s.GroupName(x.Control))
		}
	}
	c.known(path+".arm", f.Arm, arms)
	c.known(path+".subgroup", f.Subgroup, append([]string{"all"}, o.Subgroup...))
	switch v, ok := LookupVariable(o.Variable); {
	case f.Statistic == StatisticEffect:
		c.known(path+".method", f.Method, o.Methods)
	case f.Method != "":
		c.problem(path+".method", quoted(f.Method), `no method with statistic = "mean"`, "")
	case ok && v.Kind == Time:
		c.problem(path+".statistic", `"mean" of a time`, `"effect": not everyone's time is seen to its end`, "")
	}
}

// reported checks the numbers of a figure.
func (c *checker) reported(path string, f *Figure) {
	if !c.s.origin.has(path + ".value") {
		c.problem(path+".value", "nothing", "the published number", "")
	}
	if f.SE != nil {
		c.above(path+".se", *f.SE, 0)
		if f.Low != nil || f.High != nil {
			c.problem(path+".se", layer.FormatFloat(*f.SE)+" beside an interval", "one of them", "")
		}
	}
	switch {
	case (f.Low == nil) != (f.High == nil):
		c.problem(path, "one limit of the interval", "low and high, or neither", "")
	case f.Low != nil && !(*f.Low <= f.Value && f.Value <= *f.High && *f.Low < *f.High):
		c.problem(path+".low", layer.FormatFloat(*f.Low)+" to "+layer.FormatFloat(*f.High), "an interval that holds the value, "+layer.FormatFloat(f.Value), "")
	}
}

// tryParameters loads the scenario with parameters far out in their priors, one
// at a time, and reports what is wrong there beside the problems before.
func (s *Scenario) tryParameters(before Problems) Problems {
	k := s.Calibrate
	if k == nil || len(k.Parameters) > maxParameters {
		return nil
	}
	var found Problems
	full := s.canonical()
	c := checker{s: s}
	for i := range k.Parameters {
		p := &k.Parameters[i]
		if t := layering.TypeAt(p.Key); !p.Prior.sound(false) || c.whyNotCalibrated(p.Key) != "" || t != nil && layer.Indirect(t).Kind() != reflect.Float64 {
			continue // reported
		}
		var each []Problems
		followed := full // whether defaults follow the key does not hang on its value
		for _, q := range []float64{farOut, 0.5, 1 - farOut} {
			x := p.Prior.Quantile(q)
			if math.IsInf(x, 0) || math.IsNaN(x) {
				continue
			}
			tried := s.try(k.Setting(i, x), before, followed)
			if each = append(each, tried); len(tried) == 0 {
				followed = nil
			}
		}
		if allAlike(each) {
			// The key is wrong, whatever the value.
			for _, wrong := range each[0] {
				q := s.Problem(layer.At("calibrate.parameter", i)+".key", wrong.Got, wrong.Want)
				q.Hint = wrong.Hint
				found = append(found, q)
			}
			continue
		}
		for _, problems := range each {
			for _, wrong := range problems {
				if wrong.Hint == "" {
					wrong.Hint = "the prior goes there"
				}
				found = append(found, wrong)
			}
		}
	}
	return found
}
