package scenarios

import (
	"fmt"
	"strings"
	"unicode"
)

// Labels are the names that people read, by those that programs use. What has no
// label is called by its name, with spaces for underscores, so that the zero value
// is of use.
type Labels struct {
	outcomes, arms, subgroups, traits, programs, services, events map[string]string
	decisions                                                     map[string]string
	margins                                                       map[string]bool // groups of several arms
	regimes, options                                              map[string]bool
}

// Labels returns the labels of a scenario.
func (s *Scenario) Labels() Labels {
	l := Labels{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for i := range s.Decisions {
		l.decisions[s.Decisions[i].Name] = s.Decisions[i].Label
	}
	for i := range s.Outcomes {
		l.outcomes[s.Outcomes[i].Name] = s.Outcomes[i].Label
	}
	for _, g := range s.Groups() {
		l.arms[g.Name] = g.Label
	}
	for _, g := range s.margins() {
		l.margins[g.Name], l.subgroups[g.Name] = true, "clients "+g.Label
	}
	for _, g := range s.strategies() {
		l.regimes[g.Name], l.options[g.Name] = g.Regime >= 0, g.Option != nil
	}
	for i := range s.Subgroups {
		l.subgroups[s.Subgroups[i].Name] = s.Subgroups[i].Label
	}
	for i := range s.Traits {
		l.traits[s.Traits[i].Name] = s.Traits[i].Label
	}
	for name, p := range s.Programs {
		l.programs[name] = p.Label
	}
	for name, v := range s.Services {
		l.services[name] = v.Label
	}
	for name, e := range s.Events {
		l.events[name] = e.Label
	}
	return l
}

// Plain returns a name with spaces for underscores.
func Plain(name string) string { return strings.ReplaceAll(name, "_", " ") }

func label(labels map[string]string, name string) string {
	if text := labels[name]; text != "" {
		return text
	}
	return Plain(name)
}

// Outcome returns the label of an outcome.
func (l Labels) Outcome(name string) string { return label(l.outcomes, name) }

// Arm returns the label of an arm, or of another group.
func (l Labels) Arm(name string) string { return label(l.arms, name) }

// TheArm names an arm or another group in a sentence: "the voucher arm", "the arms with
// voucher".
func (l Labels) TheArm(name string) string {
	switch {
	case l.margins[name]:
		return "the arms " + l.Arm(name)
	case l.regimes[name]:
		return "the strategy " + l.Arm(name)
	case l.options[name]:
		return "the option " + l.Arm(name)
	}
	return "the " + l.Arm(name) + " arm"
}

// InArm says of whom a number is: "in the voucher arm", "under" a regime, "with" an option
// of a decision.
func (l Labels) InArm(name string) string {
	switch {
	case l.regimes[name]:
		return "under " + l.Arm(name)
	case l.options[name]:
		return "with " + l.Arm(name)
	}
	return "in " + l.TheArm(name)
}

// Margin reports whether a name is that of several arms together.
func (l Labels) Margin(name string) bool { return l.margins[name] }

// Product names the interaction of two factors by the names of the arms with them.
func (l Labels) Product(arm, other string) string {
	return strings.TrimPrefix(l.Arm(arm), "with ") + " x " + strings.TrimPrefix(l.Arm(other), "with ")
}

// Decision returns the label of a decision.
func (l Labels) Decision(name string) string { return label(l.decisions, name) }

// Subgroup returns the label of a subgroup; that of all clients is "all".
func (l Labels) Subgroup(name string) string { return label(l.subgroups, name) }

// Trait returns the label of a trait.
func (l Labels) Trait(name string) string { return label(l.traits, name) }

// Program returns the label of a program.
func (l Labels) Program(name string) string { return label(l.programs, name) }

// Service returns the label of a service.
func (l Labels) Service(name string) string { return label(l.services, name) }

// Event returns the label of an event.
func (l Labels) Event(name string) string { return label(l.events, name) }

// Process returns what an effect acts on in words: "linkage: outpatient treatment" for
// linkage.outpatient, and the label of the event for event.overdose.
func (l Labels) Process(name string) string {
	process, of, has := strings.Cut(name, ".")
	switch {
	case !has:
		return Plain(process)
	case process == "event":
		return l.Event(of)
	}
	return Plain(process) + ": " + l.Service(of)
}

// Within names an outcome among a subgroup.
func (l Labels) Within(outcome, subgroup string) string {
	if subgroup == "all" {
		return l.Outcome(outcome)
	}
	return l.Outcome(outcome) + " in " + l.Subgroup(subgroup)
}

// Contrast names the comparison of two groups.
func (l Labels) Contrast(arm, control string) string { return l.Arm(arm) + " - " + l.Arm(control) }

// unreadable tells of a character that does not belong in a line of a table.
func unreadable(r rune) bool { return unicode.IsControl(r) || r == '|' }

// question refuses a question that is not one sentence.
func (c *checker) question(path, text string) {
	const most = 200
	c.must(!strings.ContainsFunc(text, unreadable) && len([]rune(text)) <= most, path+".question", text,
		fmt.Sprintf("one sentence, at most %d characters on one line", most))
}

// label refuses a label that would not fit a line of a table.
func (c *checker) label(path, text string) {
	const most = 60
	c.must(!strings.ContainsFunc(text, unreadable) && len([]rune(text)) <= most && strings.TrimSpace(text) == text, path+".label", text,
		fmt.Sprintf("a few words, at most %d characters on one line", most))
}

// labels checks all labels.
func (c *checker) labels() {
	s := c.s
	for i := range s.Outcomes {
		path := elementPath("outcome", s.Outcomes[i].Name, i)
		c.label(path, s.Outcomes[i].Label)
		c.question(path, s.Outcomes[i].Question)
	}
	for i := range s.Arms {
		c.label(elementPath("arm", s.Arms[i].Name, i), s.Arms[i].Label)
	}
	for i := range s.Sites {
		c.label(elementPath("site", s.Sites[i].Name, i), s.Sites[i].Label)
	}
	for i := range s.Subgroups {
		c.label(elementPath("subgroup", s.Subgroups[i].Name, i), s.Subgroups[i].Label)
	}
	for i := range s.Traits {
		c.label(elementPath("trait", s.Traits[i].Name, i), s.Traits[i].Label)
	}
	for i := range s.Designs {
		c.label(elementPath("design", s.Designs[i].Name, i), s.Designs[i].Label)
	}
	for _, name := range sortedKeys(s.Programs) {
		c.label("program."+name, s.Programs[name].Label)
	}
	for _, name := range sortedKeys(s.Services) {
		c.label("service."+name, s.Services[name].Label)
	}
}
