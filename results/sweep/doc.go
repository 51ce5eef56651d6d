// Package sweep shows how the power of a trial depends on keys of its scenario.
package sweep
