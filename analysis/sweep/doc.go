// Package sweep runs a set of designs, each a scenario with other values at some
// keys, on the same chances, and compares them.
//
// The client, the case manager and the site of a number have the same luck in
// each design (common random numbers), and unless the sweep recalibrates, the
// baselines are those of the scenario as written. Differences between designs
// are taken replicate by replicate, so that their Monte Carlo error is that of
// what the designs do differently.
package sweep
