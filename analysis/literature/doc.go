// Package literature simulates whole bodies of trials and reviews them: what
// would a meta-analysis of such trials conclude?
//
// Each study of a scenario is a variation on a base. Its design is compiled once,
// on the base's frozen baselines. In each body every study draws what is not
// known of it (its levels of moderators, its size, how strong its programs are),
// is simulated as one trial and analysed as a trialist would; what is published
// is pooled as a reviewer would. Thousands of bodies give the distribution of
// what a review finds.
package literature
