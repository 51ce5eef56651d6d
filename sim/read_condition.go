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
	m.seesBits = true
	return m.newCondition(sc, o.WhenExpr)
}

// newCondition compiles an expression over states and traits.
func (m *Model) newCondition(sc *scenarios.Scenario, holds scenarios.Expr) *condition {
	c := &condition{holds: holds}
	for _, name := range sc.ConditionStates() {
		s := conditionState{not: name == scenarios.ConditionAbstinent}
		if s.not {
			name = scenarios.StateUsing
		}
		s.bits = m.stateBits(name)
		c.states = append(c.states, s)
	}
	return c
}

// readCondition tells whether the outcome's condition holds at the visit.
func readCondition(w *Workspace, o *outcome, c *client) (float64, bool) {
	values := w.valuesOf(o.condition, c, *w.bitsAt(c, o.moment))
	return yes(o.condition.holds.Eval(values)), false
}

// valuesOf returns what a condition is over: states, in the order of scenarios.ConditionStates,
// of a client in the state that the bits tell, and then traits.
func (w *Workspace) valuesOf(d *condition, c *client, bits uint64) []float64 {
	values := w.conditionOver[:0]
	for _, s := range d.states {
		values = append(values, yes((bits&s.bits != 0) != s.not))
	}
	for t := range w.traits {
		values = append(values, w.traits[t][c.id])
	}
	w.conditionOver = values
	return values
}
