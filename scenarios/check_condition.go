package scenarios

import (
	"strings"

	"caseload/scenarios/layer"
)

// services checks the services that an outcome is about.
func (c *checker) services(path string, list Strings, needs string) {
	var names []string
	for _, name := range sortedKeys(c.s.Services) {
		if c.s.Services[name].fits(needs) {
			names = append(names, name)
		}
	}
	if len(names) == 0 { // there is a message about the variable
		return
	}
	seen := map[string]bool{}
	for k, name := range list {
		inside := path
		if len(list) > 1 {
			inside = layer.At(path, k)
		}
		c.known(inside, name, names)
		c.must(!seen[name], inside, name, "each service once")
		seen[name] = true
	}
}

// ConditionAbstinent is the state of not using, in conditions.
const ConditionAbstinent = "abstinent"

// ConditionStates lists the states that a condition may name.
func (s *Scenario) ConditionStates() []string { return append(s.States(), ConditionAbstinent) }

// conditionNames returns what a condition is over, as traits: states, which are 0 or 1,
// and then the traits.
func (s *Scenario) conditionNames() (all []Trait) {
	for _, name := range s.ConditionStates() {
		all = append(all, Trait{Name: name, Kind: Bernoulli})
	}
	return append(all, s.Traits...)
}

// condition checks and compiles what the variable condition asks of clients.
func (c *checker) condition(path string, o *Outcome, v Variable) {
	path += ".when"
	switch {
	case v.Name != VariableCondition && o.When != "":
		c.problem(path, quoted(o.When), `none: it is for variable = "condition", and this is `+v.Name, "")
	case v.Name != VariableCondition:
	case strings.TrimSpace(o.When) == "":
		c.problem(path, quoted(o.When), "an expression over states and traits, such as abstinent and in_treatment", "")
	default:
		o.WhenExpr = c.expressionOver(path, o.When, c.s.conditionNames(), "state or trait")
	}
}

// ofStudy checks what is particular to outcomes about the visits of the study.
func (c *checker) ofStudy(path string, o Outcome, v Variable) {
	if !v.OfStudy() {
		return
	}
	days := c.s.Trial.FollowUpDays
	later := make([]string, 0, len(days))
	for _, d := range days {
		if d > 0 {
			if later = append(later, layer.FormatFloat(d)); d == o.AtDays {
				later = nil
				break
			}
		}
	}
	if v.Name == VariableFollowedUp && len(later) > 0 && !c.badVisits {
		c.mustShown(path+".at_days", o.AtDays, layer.Shorten("a visit: "+layer.OneOf(later)))
	}
}
