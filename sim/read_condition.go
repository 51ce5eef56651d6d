package sim

import "caseload/scenarios"

// condition is what an outcome asks of the client's state and traits.
type condition struct {
	holds  scenarios.Expr
	states []conditionState
}

// conditionState is one state that a condition may name.
type conditionState struct {
	bits uint64
	not  bool // it is that none of them is set
}

// compileCondition compiles what the variable condition asks; nil for other variables.
func (m *Model) compileCondition(sc *scenarios.Scenario, o *scenarios.Outcome, v scenarios.Variable) *condition {
	if v.Name != scenarios.VariableCondition {
		return nil
	}
	c := &condition{holds: o.WhenExpr}
	for _, name := range sc.ConditionStates() {
		s := conditionState{not: name == scenarios.ConditionAbstinent}
		if s.not {
			name = scenarios.StateUsing
		}
		s.bits = m.stateBits(name)
		c.states = append(c.states, s)
	}
	m.seesBits = true
	return c
}

// readCondition tells whether the outcome's condition holds at the visit. The values that
// it is over are states, in the order of scenarios.ConditionStates, and then traits.
func readCondition(w *Workspace, o *outcome, i int) (float64, bool) {
	c, bits := o.condition, *w.bitsAt(i, o.moment)
	values := w.conditionOver[:0]
	for _, s := range c.states {
		values = append(values, yes((bits&s.bits != 0) != s.not))
	}
	for t := range w.traits {
		values = append(values, w.traits[t][i])
	}
	w.conditionOver = values
	return yes(c.holds.Eval(values)), false
}
