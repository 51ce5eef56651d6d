// Package portable computes elementary functions, a few quantiles and a
// Cholesky factor that give the same bits on every processor.
//
// The functions of package math are assembly on some architectures, choose
// instructions by processor on others, and fuse a product with a sum where the
// processor can, so that their last bits differ. Here only + - * / and square
// roots are used, which IEEE 754 defines to the bit, and every product that is
// added to something is rounded first by an explicit conversion, which the Go
// language forbids to fuse.
//
// Errors are given in ulp, units in the last place of the exact result. Nothing
// here allocates. An argument outside a function's domain gives NaN.
package portable
