// Package calibrate asks which values of chosen parameters are compatible with
// published figures: approximate Bayesian computation.
//
// Parameters are drawn from their priors, the figures are simulated with each
// draw, and the draws whose figures come nearest to the published ones are kept,
// weighted by how near they are and moved to where they would be if they had given
// the published figures, by regression (Beaumont, Zhang & Balding 2002, Genetics
// 162:2025; for a spread that depends on the figures, Blum & François 2010, Stat
// Comput 20:63). A simulated figure is one draw of the published design, as the
// published one is: its sampling error needs no further term.
//
// One table of simulations from the priors serves every data set. That makes it
// cheap to check a calibration on data whose parameters are known (Talts et al.
// 2018, arXiv:1804.06788), which Check does.
package calibrate
