// Package meta does the meta-analysis of effect sizes: it pools them under a
// common or a random effect, regresses them on moderators, and asks how much
// they vary, whether small studies differ from large ones, and what each study
// does to the result. Several effects of one trial are allowed for by a
// variance that is robust to clusters.
//
// Effects are slices of numbers: y, with sampling variances v, on a scale where
// their errors are nearly normal (logarithms of ratios). The functions read no
// files and know nothing of where effects come from. With a warm Work, Pool
// allocates nothing, so that thousands of simulated bodies of trials can be
// pooled. A Work is not safe for use by several goroutines at once.
//
// The definitions are those of the R package metafor 3.8-1 (Viechtbauer 2010, J
// Stat Softw 36(3)), and of clubSandwich 0.5.8 for the robust variance; tests
// compare every number. Where metafor gives a number that nothing is known
// about (the variance between studies of one study), it is NaN here.
package meta
