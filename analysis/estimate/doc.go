// Package estimate holds the estimators of one trial, one a file.
//
// An estimator sees Data, two arms of one outcome, and returns an Estimate:
// treated minus control, on the log scale for ratios. It is blind to the
// truth. What can go wrong with honest data is a Status, never an error or a
// panic; a panic here is a broken promise of the caller.
//
// Estimators are stateless. All scratch is in a Work, which each worker owns
// and reuses; once it is warm a fit allocates nothing. The same data in the
// same order give the same bits, whatever the Work was used for before.
//
//	e, ok := estimate.Lookup("log_rank")
//	fit := e.Fit(&data, 0.05, &work)
//	if fit.Status == estimate.OK { ... }
package estimate
