package scenarios

import (
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// Event is an event that can happen to a client any number of times, such as an overdose
// or a hospital stay. Its process is "event.NAME", on which traits, states, services and
// programs act as on any other.
type Event struct {
	Preset     string `toml:"preset,omitempty"`     // the preset whose numbers hold where none is written
	Label      string `toml:"label,omitempty"`      // how people read the name; by default the name with spaces for underscores
	Source     string `toml:"source,omitempty"`     // where its numbers come from
	Confidence string `toml:"confidence,omitempty"` // "high", "moderate" or "low"

	Sources     map[string]string `toml:"sources,omitempty"`     // where single numbers come from, by key
	Confidences map[string]string `toml:"confidences,omitempty"` // the same of confidence, by key

	// Rate is when it happens: a rate, or the probability of a first event by a day. A rate is
	// the mean over clients at enrolment, as if all were in a state in which the event can happen; a
	// probability is that of all clients.
	Rate Quantity `toml:"rate"`
	// While are the [Scenario.States] in which it can happen: one, or several of which
	// any will do. Without it, it can always happen.
	While Strings `toml:"while,omitempty"`
	// Dispersion is the variance between clients of a factor of the rate that nothing
	// explains. The factor has a gamma distribution with mean 1, so that numbers of events at a constant
	// rate are negative binomial, with the variance m + dispersion m^2 where the mean is m.
	Dispersion float64 `toml:"dispersion,omitempty"`
	Fatal      float64 `toml:"fatal,omitempty"` // probability that the event is fatal; such deaths come on top of those of [death]
	// ActsOn are hazard ratios by [Scenario.Processes] that hold after each event.
	ActsOn map[string]float64 `toml:"acts_on,omitempty"`
	// ActsDays is how long acts_on holds after an event; without it, from the first event on.
	ActsDays float64 `toml:"acts_days,omitempty"`
}

// Variables that are about one event, which the outcome names.
const (
	VariableEventCount = "event_count"
	VariableEventAny   = "event_any"
	VariableEventTime  = "time_to_event"
)

// needsEvent is what a variable about an event needs.
const needsEvent = "event.NAME"

// OfEvent reports whether the variable is about an event of the scenario's own, which the
// outcome names.
func (v Variable) OfEvent() bool { return v.Needs == needsEvent }

// EventProcess is the process of an event of that name.
func EventProcess(name string) string { return "event." + name }

// isEvent reports whether a process is that of an event of the scenario's own.
func isEvent(process string) bool { return strings.HasPrefix(process, "event.") }

// completeEvents fills in what follows from other keys.
func (s *Scenario) completeEvents() {
	for name, e := range s.Events {
		s.completeQuantity(&e.Rate, layer.Join("event", name)+".rate", "")
		s.Events[name] = e
	}
}

// DeadlyEvents lists the events that can be fatal.
func (w *World) DeadlyEvents() (names []string) {
	for _, name := range sortedKeys(w.Events) {
		if w.Events[name].Fatal > 0 {
			names = append(names, name)
		}
	}
	return names
}

// stopFatal lets no event be fatal.
func (w *World) stopFatal() {
	for name, e := range w.Events {
		e.Fatal = 0
		w.Events[name] = e
	}
}

// withoutNotes returns the event without what is said about its numbers.
func (e Event) withoutNotes() Event {
	e.Label, e.Source, e.Sources, e.Confidence, e.Confidences = "", "", nil, "", nil
	return e
}

// events checks the events of the scenario's own.
func (c *checker) events() {
	for _, name := range sortedKeys(c.s.Events) {
		e, path := c.s.Events[name], layer.Join("event", name)
		c.name(path, name)
		c.label(path, e.Label)
		c.confidence(path, e.Confidence, e.Confidences, reflect.TypeFor[Event]())
		c.quantity(path+".rate", &e.Rate, "")
		for k, state := range e.While {
			at := path + ".while"
			if len(e.While) > 1 {
				at = layer.At(at, k)
			}
			c.present(at, state, c.states)
		}
		c.atLeast(path+".dispersion", e.Dispersion, 0)
		c.probability(path+".fatal", e.Fatal)
		c.must(!(e.Fatal > 0) || c.s.Death != nil, path+".fatal", e.Fatal,
			"a table [death], if clients can die; with rate = { never = true } events are all that they die of")
		c.eventActs(path, e)
	}
}

// eventActs checks what an event does to processes.
func (c *checker) eventActs(path string, e Event) {
	c.actsOn(path+".acts_on", e.ActsOn, true)
	if c.s.origin.has(path + ".acts_days") {
		c.must(e.ActsDays >= 0 && e.ActsDays <= maxVisit, path+".acts_days", e.ActsDays, "at least 0, for from the first event on, and at most 20,000 days")
		c.must(len(e.ActsOn) > 0 || e.ActsDays == 0, path+".acts_days", e.ActsDays, "acts_on beside it, which holds for these days")
	}
}

// ofEvent checks that an outcome names an event if, and only if, it is about one.
func (c *checker) ofEvent(path string, o Outcome, v Variable) {
	path += ".event"
	switch {
	case v.OfEvent() && len(c.s.Events) > 0:
		c.known(path, o.Event, sortedKeys(c.s.Events))
	case !v.OfEvent() && o.Event != "":
		c.must(false, path, o.Event, "none, since "+v.Name+" is not about an event: "+joinAnd(eventVariables())+" are")
	}
}

// eventVariables are the variables that are about an event.
func eventVariables() (names []string) {
	for _, v := range variables {
		if v.OfEvent() {
			names = append(names, v.Name)
		}
	}
	return names
}

// dropEventActs leaves out what presets let events do to what the scenario does not have,
// and that they can be fatal where nobody dies.
func (s *Scenario) dropEventActs(absent map[string]bool) {
	for name, e := range s.Events {
		path := layer.Join("event", name)
		for process := range e.ActsOn {
			if inside := layer.Join(path+".acts_on", process); absent[process] && s.origin.preset(inside) {
				delete(e.ActsOn, process)
				delete(s.origin.places, inside)
			}
		}
		if s.Death == nil && s.origin.preset(path+".fatal") {
			e.Fatal = 0
			delete(s.origin.places, path+".fatal")
		}
		if len(e.ActsOn) == 0 && s.origin.preset(path+".acts_days") {
			e.ActsOn, e.ActsDays = nil, 0
			delete(s.origin.places, path+".acts_days")
		}
		s.Events[name] = e
	}
}

// Recurrent reports whether a method of the outcome is about the times of all events.
func (o *Outcome) Recurrent() bool { return o.uses(func(m AnalysisMethod) bool { return m.Recurrent }) }

// recurrent checks an outcome whose methods are about the times of all events.
func (c *checker) recurrent(path string, o Outcome, v Variable) {
	for k, name := range o.Methods {
		if m, _ := LookupMethod(name); !m.Recurrent || v.Kind != Count {
			continue
		}
		at := methodPath(path, o, k)
		c.method(v.Name == VariableEventCount || v.Name == "arrests", at, name, "another method: it is for events whose times are on record, event_count and arrests")
		for _, e := range IntercurrentEvents() {
			switch s := o.Strategy(e); {
			case s == Unstated, s == TreatmentPolicy, !slices.Contains(e.Strategies(), s), e == ByDeath && s == Hypothetical:
			case e == ByDeath && s == Composite && v.Name == VariableEventCount && o.Intercurrent.Value == nil:
			default:
				want := `death = "hypothetical", or nothing: ` + name + " is about events up to death"
				if v.Name == VariableEventCount {
					want = `death = "composite" without a value, "hypothetical", or nothing: ` + name + " is about events up to death"
				}
				c.problem(layer.Join(path+".intercurrent", string(e)), quoted(string(s)), want, "")
			}
		}
	}
}

// DeathCounts reports whether a death counts as one more event: the outcome is a number of
// events with death as a part of it, and no value is stated.
func (o *Outcome) DeathCounts() bool {
	return o.Variable == VariableEventCount && o.Death() == Composite && o.Intercurrent.Value == nil
}

// otherComposite reports whether an event other than death is part of the outcome.
func (o *Outcome) otherComposite() bool {
	for _, e := range IntercurrentEvents() {
		if e != ByDeath && o.Strategy(e) == Composite {
			return true
		}
	}
	return false
}
