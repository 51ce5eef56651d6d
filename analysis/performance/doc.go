// Package performance turns many estimates of one effect into what a design
// and an analysis are worth: bias, standard errors, coverage, power and more,
// each with its Monte Carlo standard error (MCSE).
//
// Estimates are added one by one, in the order of replicates, and forgotten:
// only running sums are kept, and those ends of confidence intervals that lie
// so close to the truth that the final truth may decide otherwise. The truth
// itself is only known at the end, with an MCSE of its own, which is carried
// into the measures that use it.
//
// Definitions and MCSE follow Morris, White & Crowther 2019 (Stat Med 38:2074),
// table 6, and Siepe et al. 2024 (Psychol Methods); type S and type M follow
// Gelman & Carlin 2014 (Perspect Psychol Sci 9:641). A number that is not
// defined is NaN.
package performance
