package scenarios

import "strings"

// Intercurrent is what an outcome is for clients to whom an event comes before it is
// measured: an intercurrent event of ICH E9(R1). It decides what the truth is, and
// what the data of the trial hold of those clients.
type Intercurrent struct {
	// Death is one of [Strategies]. Without it the outcome is among those alive at
	// the visit; of what comes from records, clients who die keep what they had by
	// then. It is not for variables that are about death themselves, and
	// "treatment_policy" is refused, as nothing exists after death.
	Death Strategy `toml:"death,omitempty"`
	// Jail is the same for clients who are taken to jail after enrolment: one of
	// [Strategies] but "principal", or "treatment_policy", as without it: what happens in
	// and after jail counts.
	Jail Strategy `toml:"jail,omitempty"`
	// Leaving is the same for clients who leave a substance-use service before the stay
	// is complete: one of [Strategies] but "principal", or "treatment_policy".
	Leaving Strategy `toml:"leaving,omitempty"`
	// Refusal is the same for clients who do not start a program that they are offered:
	// "hypothetical", "principal" or "treatment_policy".
	Refusal Strategy `toml:"refusal,omitempty"`
	// Contamination is the same for clients who get the programs of another arm:
	// "hypothetical", "principal" or "treatment_policy".
	Contamination Strategy `toml:"contamination,omitempty"`
	// Value is what an outcome is for clients to whom an event comes that is part of it,
	// with "composite": of scores, and of counts of bad events, which have no worst
	// value of their own.
	Value *float64 `toml:"value,omitempty"`
}

// A Strategy says what an outcome is for clients to whom an intercurrent event comes.
type Strategy string

// The strategies for an event.
const (
	Unstated        Strategy = ""
	Composite       Strategy = "composite"        // the event is part of the outcome, as its bad end
	WhileAlive      Strategy = "while_alive"      // what happened by the event, over the time until then
	Principal       Strategy = "principal"        // among clients to whom the event would come in neither arm
	Hypothetical    Strategy = "hypothetical"     // as if the event came to nobody
	TreatmentPolicy Strategy = "treatment_policy" // the event changes nothing in what is counted; not for death
)

// Death returns the outcome's strategy for death.
func (o *Outcome) Death() Strategy {
	if o.Intercurrent == nil {
		return Unstated
	}
	return o.Intercurrent.Death
}

// Mortal reports whether clients can die.
func (w *World) Mortal() bool {
	if w.Death == nil || !w.Death.Rate.Never {
		return w.Death != nil
	}
	if len(w.DeadlyEvents()) > 0 {
		return true
	}
	for _, v := range w.Services {
		for _, t := range v.OwnRates() {
			if q := t.Rates.Death; q != nil && !q.Never {
				return true
			}
		}
	}
	return false
}

// StopDeath lets nobody die, in a scenario with deaths.
func (w *World) StopDeath() {
	w.Death.Rate = Quantity{Never: true}
	w.stopFatal()
	for _, v := range w.Services {
		for _, t := range v.OwnRates() {
			t.Rates.Death = nil
		}
	}
}

// CutByDeath reports whether clients can die before the outcome is measured: they can
// die, and the outcome is not itself about death.
func (w *World) CutByDeath(o *Outcome) bool {
	v, ok := LookupVariable(o.Variable)
	return ok && w.Mortal() && v.Needs != "death"
}

// ValueAtDeath returns what an outcome is for a client who dies, where death is part
// of it: the bad end of its range, or the value stated. A time has none.
func (w *World) ValueAtDeath(o *Outcome) (value float64, ok bool) {
	v, _ := LookupVariable(o.Variable)
	x := o.Intercurrent
	switch {
	case x != nil && x.Value != nil:
		return *x.Value, true
	case v.Kind == Time, v.unbounded(): // of events with no value, a death is one more
		return 0, false
	case v.Good > 0:
		return 0, true
	case v.Kind == Binary:
		return 1, true
	case v.Name == "use_days_month":
		return 30 * w.Use.DaysPerMonth / DaysPerMonth, true
	}
	return o.AtDays, true
}

// unbounded reports whether the variable has no worst value: a score, or a count of bad
// events.
func (v Variable) unbounded() bool {
	return v.Kind == Continuous && !v.InDays() || v.Kind == Count && v.Good < 0
}

// InDays reports whether the variable is a number of days.
func (v Variable) InDays() bool {
	return v.Kind == Continuous && (strings.HasPrefix(v.Name, "days_") || v.Name == "use_days_month")
}

// countsUp reports whether the variable adds up over time, from enrolment on.
func (v Variable) countsUp() bool {
	return v.Kind == Count || v.Kind == Continuous && strings.HasPrefix(v.Name, "days_")
}
