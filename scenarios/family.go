package scenarios

// A Family is a set of tests that are corrected for their number. The
// tests are those of the first method of each outcome that holds its level, among everyone.
type Family struct {
	Name string `toml:"name"` // unique
	// Outcomes are the tests: names of outcomes, each of which stands for all its
	// contrasts, or "outcome:arm" for one with control and "outcome:arm:other" for one of
	// the contrasts of the outcome.
	Outcomes []string `toml:"outcomes"`
	Method   string   `toml:"method"` // one of [Corrections]
	Alpha    float64  `toml:"alpha"`  // level of the family; by default that of the scenario

	// Weights are the shares of alpha that the tests begin with, in their order, for the
	// method "gatekeeping". They sum to at most 1.
	Weights []float64 `toml:"weights,omitempty"`
	// Transitions are rows, one for each test, for the method "gatekeeping": the shares of
	// its alpha that the tests get once it rejects. A row sums to at most 1, and is 0 for the test itself.
	Transitions [][]float64 `toml:"transitions,omitempty"`
}
