package scenarios

import "slices"

// An IntercurrentEvent is what may come to a client before an outcome is measured, and
// change what the outcome is or means (ICH E9(R1)).
type IntercurrentEvent string

// The intercurrent events of which an outcome can say what it is.
const (
	ByDeath         IntercurrentEvent = "death"
	ByJail          IntercurrentEvent = "jail"          // the first time that a client is taken to jail after enrolment
	ByLeaving       IntercurrentEvent = "leaving"       // the first time that a client leaves a substance-use service before the stay is complete
	ByRefusal       IntercurrentEvent = "refusal"       // of a program that is offered, at enrolment
	ByContamination IntercurrentEvent = "contamination" // getting the programs of another arm, from enrolment on
)

// IntercurrentEvents returns them in the order in which they are written.
func IntercurrentEvents() []IntercurrentEvent {
	return []IntercurrentEvent{ByDeath, ByJail, ByLeaving, ByRefusal, ByContamination}
}

// Strategies returns those that there are for the event.
func (e IntercurrentEvent) Strategies() []Strategy {
	switch e {
	case ByDeath:
		return []Strategy{Composite, WhileAlive, Principal, Hypothetical}
	case ByJail, ByLeaving:
		return []Strategy{Composite, WhileAlive, Hypothetical, TreatmentPolicy}
	}
	return []Strategy{Principal, Hypothetical, TreatmentPolicy}
}

// Strategy returns the outcome's strategy for an event as it is written.
func (o *Outcome) Strategy(e IntercurrentEvent) Strategy {
	x := o.Intercurrent
	if x == nil {
		return Unstated
	}
	return map[IntercurrentEvent]Strategy{ByDeath: x.Death, ByJail: x.Jail, ByLeaving: x.Leaving, ByRefusal: x.Refusal, ByContamination: x.Contamination}[e]
}

// Handled lists the events other than death that change what the outcome is: whose
// strategy is stated, and is not that of a treatment policy.
func (o *Outcome) Handled() (list []IntercurrentEvent) {
	for _, e := range IntercurrentEvents()[1:] {
		if s := o.Strategy(e); s != Unstated && s != TreatmentPolicy {
			list = append(list, e)
		}
	}
	return list
}

// Has reports whether the outcome has the strategy for any event.
func (o *Outcome) Has(s Strategy) bool {
	return slices.ContainsFunc(IntercurrentEvents(), func(e IntercurrentEvent) bool { return o.Strategy(e) == s })
}

// StrategyRule says what a strategy makes of an outcome.
type StrategyRule struct {
	Name Strategy
	// What the outcome and its truth are, what the data hold of clients to whom the
	// event came, for which events, and for which outcomes it can be asked.
	Truth, Data, Events, For string
}

// Strategies returns the strategies for intercurrent events.
func Strategies() []StrategyRule { return slices.Clone(strategies) }

var strategies = []StrategyRule{
	{Composite, "the event is the bad end of the outcome. A proportion counts a client to whom it comes by then as a failure, whatever came before, so that with death `abstinent` is \"alive and abstinent\"; " +
		"days are none of the good or all of the bad ones; a score, or a count of bad events, is the stated `value`, where a value below all others gives ranks with the event as the worst; " +
		"a time ends in the event where a later end is better, and otherwise lasts to `at_days` without one, unless its own event came before",
		"that value, which is known of everyone to whom it came, whether lost before or not", "`death`, `jail`, `leaving`", "all variables; for events other than death, set `itt`"},
	{WhileAlive, "what happened up to the event over the time until then: `at_days` x E[N] / E[min(D, at_days)], with N what is counted by then and D the time of the event: while alive, at liberty, or before leaving treatment. With the method `while_alive` the effect is the difference between arms, with `poisson` and `poisson_robust` the log ratio. With several events D is the first",
		"what was counted by the event and the time until then, missing of those whom the study lost before", "`death`, `jail`, `leaving`", "days and counts, set `itt`; where clients can die, for death, too"},
	{Principal, "the effect among clients to whom the event would come in neither arm, such as those who would be alive in either. Who they are depends on how the two worlds are coupled, which no trial can see: here a client has the same luck in both",
		"missing, so that analyses compare those in each arm to whom it did not come", "`death`, `refusal`, `contamination`", "all variables, set `itt`, in trials in which clients share no queues"},
	{Hypothetical, "the effect if the event came to nobody: in the worlds of the truth its hazard, or its probability, is 0 in both arms",
		"missing from the event on, and of a time censored then. Methods that make up for missing outcomes make up for these, too", "all", "all variables, set `itt`"},
	{TreatmentPolicy, "the effect whatever comes: what happens after the event counts like what came before. It is what holds where nothing is said",
		"what is found, after the event as before it", "`jail`, `leaving`, `refusal`, `contamination`", "all variables"},
}

// StopEvents lets nobody have the events of which the outcome is as if they came to
// nobody. Who is in jail at enrolment stays there.
func (w *World) StopEvents(o *Outcome) {
	for _, e := range IntercurrentEvents() {
		if o.Strategy(e) != Hypothetical {
			continue
		}
		switch e {
		case ByDeath:
			w.StopDeath()
		case ByJail:
			w.StopJail()
		case ByLeaving:
			w.stopLeaving()
		case ByRefusal:
			w.editPrograms(func(p *Program) { p.Uptake = 1 })
		case ByContamination:
			for a := range w.Arms {
				w.Arms[a].Contamination = nil
			}
		}
	}
}

// StopJail lets nobody be taken to jail, in a scenario with a jail.
func (w *World) StopJail() {
	w.Jail.AfterArrest = 0
	w.editPrograms(func(p *Program) {
		for e := range p.Effects {
			if p.Effects[e].On == "jail" {
				p.Effects[e].Probability = 0
			}
		}
	})
}

// stopLeaving lets nobody leave a substance-use service before the end.
func (w *World) stopLeaving() {
	for name, v := range w.Services {
		if v.Kind == SubstanceUse {
			v.Stay = Quantity{Never: true, Among: v.Stay.Among}
			w.Services[name] = v
		}
	}
}

// editPrograms edits all programs.
func (w *World) editPrograms(edit func(*Program)) {
	for name, p := range w.Programs {
		edit(&p)
		w.Programs[name] = p
	}
}

// WhileAlive reports whether what the outcome counts is over the time until an event.
func (o *Outcome) WhileAlive() bool { return o.Has(WhileAlive) }
