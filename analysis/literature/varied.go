package literature

import "caseload/scenarios"

// Varied returns the engine of the same body with other numbers in its literature
// table, as sc has them: no study is laid out anew. Everything else of sc is to be
// as the engine's scenario has it.
func (e *Engine) Varied(sc *scenarios.Scenario) *Engine {
	other := *e
	other.Scenario = sc
	return &other
}
