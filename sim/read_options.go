package sim

import "caseload/sim/trial"

// newOptions makes room for what clients are given at decisions.
func (m *Model) newOptions(n int) (options [][]int8) {
	for range m.decisions {
		options = append(options, make([]int8, n))
	}
	return options
}

// readOptions fills in what clients were given at decisions.
func (w *Workspace) readOptions(options [][]int8) {
	for k := range options {
		for i := range w.n {
			options[k][i] = w.optionOf(w.client(i), k)
		}
	}
}

// optionOf returns what the client was given at decision k.
func (w *Workspace) optionOf(c *client, k int) int8 {
	switch made := w.choiceOf(c, k); {
	case made.first < 0:
		return trial.NotMet
	case made.option >= 0:
		return int8(made.option)
	}
	return 0
}

// Follow runs the world in which everyone is in the arm, or AsRandomized, and follows at
// each decision the option given, -1 for one that is drawn, nobody is lost to follow-up, and
// nothing is measured with error but what decisions are made by. It records it in t.
func (w *Workspace) Follow(arm int, options []int8, t *trial.Truth) {
	w.follow = options
	w.World(arm, t)
	w.follow = nil
}
