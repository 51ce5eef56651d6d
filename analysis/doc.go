// Package analysis runs a trial many times over and asks what its analyses
// would find: it hands replicates to workers, lets the estimators see what the
// trialist sees, and meets their estimates with the truth only when scoring.
//
// Each replicate is one trial as randomized, and, for the truth, the same
// clients with everyone in each arm and nobody lost (and, where clients share
// queues, as randomized with nobody lost). Results are summed over blocks of 256
// replicates in their order, so that they don't depend on the number of
// workers, and memory doesn't depend on the number of replicates.
package analysis
