// Package numeric holds the small numerics that several estimators share:
// the normal and Student distributions, a ratio of gamma functions, the
// interval of a proportion, and a cache of critical values.
//
// Nothing here allocates. Arguments outside a function's domain give NaN.
package numeric
