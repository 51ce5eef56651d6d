package scenarios

import (
	"fmt"
	"strings"
)

// FlemingHarrington is the method whose weights are those of [Outcome.Weighting]; with
// "stratified_" before it, within strata.
const FlemingHarrington = "fleming_harrington"

// Weighting is how much each event counts in a weighted log-rank test: S^rho
// (1 - S)^gamma, S being the share of both arms together that is without the event just before. With
// rho above 0 early events count more, with gamma above 0 late ones.
type Weighting struct {
	Rho   float64 `toml:"rho"`   // power of S
	Gamma float64 `toml:"gamma"` // power of 1 - S
}

// lateEvents are the weights where none are stated.
var lateEvents = Weighting{Rho: 0, Gamma: 1}

// Weights returns the weights of the outcome's weighted log-rank test.
func (o *Outcome) Weights() Weighting {
	if o.Weighting == nil {
		return lateEvents
	}
	return *o.Weighting
}

// weighting checks that weights are made use of.
func (c *checker) weighting(path string, o Outcome) {
	if o.Weighting == nil {
		return
	}
	if !o.uses(func(m AnalysisMethod) bool { return strings.HasSuffix(m.Name, FlemingHarrington) }) {
		c.problem(path+".weighting", fmt.Sprintf("{ rho = %v, gamma = %v }", o.Weighting.Rho, o.Weighting.Gamma), "none, or the method "+quoted(FlemingHarrington)+", whose weights they are", "")
	}
}
