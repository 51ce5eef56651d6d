// Package explain follows a trial's effect from the promise (the target
// clients, fully served, against no service, perfectly measured) to what the
// trial reports, and says which obstacle takes how much of it.
//
// Each obstacle is a factor: a function from scenario to scenario that takes it
// away. A world is the scenario with some factors ideal and the others real; all
// worlds are run as randomized on the same streams, so that their differences
// have little Monte Carlo error.
package explain
