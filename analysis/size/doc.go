// Package size plans a trial: how many clients, sites or case managers give a
// wanted power, what effect a trial of given size can detect, what power it has,
// and which of several designs is the cheapest.
//
// Power is known only by simulation, with noise. The search fits a surrogate of
// the power curve to every evaluation so far, puts the next replicates where they
// tell most about the answer, and stops when the answer's confidence interval is
// narrow enough. Nothing is said to be out of reach before the largest design
// allowed has been tried.
package size
