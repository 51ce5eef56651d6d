// Package closedform holds what is known of a design without simulating it:
// power and sample size of the usual tests, and what clusters cost. Simulation
// is checked against it, and the search for a sample size starts from it.
//
// Tests are two-sided at level alpha. Sizes are not rounded. Arguments outside
// the domain give NaN; no effect needs an infinite sample.
package closedform
