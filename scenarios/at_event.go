package scenarios

// AtDeath is what an outcome is for clients who die before it is measured, and what the
// data hold of them.
type AtDeath struct {
	Strategy string `json:"strategy"` // a [Strategies], or "unstated"
	// Data is "missing", "kept" (what there was by death), "censored", "value",
	// "event" (death is the event of a time), "no event" (to the outcome's day) or
	// "counted" (as one more event).
	Data  string   `json:"data"`
	Value *float64 `json:"value,omitempty"` // with "value"
}

// AtEvent is the same for another event whose strategy is stated. With
// "treatment_policy" the data are "kept".
type AtEvent struct {
	Event IntercurrentEvent `json:"event"`
	AtDeath
}

// AtDeath returns what the outcome is for clients who die before it; nil where nobody
// can.
func (w *World) AtDeath(o *Outcome) *AtDeath {
	if !w.CutByDeath(o) {
		return nil
	}
	v, _ := LookupVariable(o.Variable)
	x := w.atEvent(o, v, o.Death())
	switch strategy := o.Death(); {
	case strategy == Unstated && v.Kind == Time:
		x.Data = "censored"
	case strategy == Unstated && v.Records:
		x.Data = "kept"
	}
	if x.Strategy == "" {
		x.Strategy = "unstated"
	}
	return &x
}

// AtEvents returns what the outcome is for clients to whom events other than death come
// before it, in the order of [IntercurrentEvents].
func (w *World) AtEvents(o *Outcome) (list []AtEvent) {
	v, _ := LookupVariable(o.Variable)
	for _, e := range IntercurrentEvents()[1:] {
		if s := o.Strategy(e); s != Unstated {
			x := w.atEvent(o, v, s)
			if v.Kind == Time && x.Data == "censored" && (e == ByRefusal || e == ByContamination) {
				x.Data = "missing" // it is there from the first day on
			}
			list = append(list, AtEvent{e, x})
		}
	}
	return list
}

// atEvent returns what an outcome is under a strategy.
func (w *World) atEvent(o *Outcome, v Variable, s Strategy) AtDeath {
	x := AtDeath{Strategy: string(s), Data: "missing"}
	time := v.Kind == Time
	switch {
	case s == Composite && o.DeathCounts():
		x.Data = "counted"
	case s == Composite && !time:
		value, _ := w.ValueAtDeath(o)
		x.Data, x.Value = "value", &value
	case s == Composite && v.Good > 0:
		x.Data = "event"
	case s == Composite:
		x.Data = "no event"
	case s == Hypothetical && time:
		x.Data = "censored"
	case s == WhileAlive, s == TreatmentPolicy:
		x.Data = "kept"
	}
	return x
}
