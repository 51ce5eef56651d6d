// Package size shows what a trial must be to reach a power: the answer in words, the
// power curve, and what designs cost.
package size
