// Package replicate runs numbered replicates over workers.
//
// Replicates are handed out in order, a block of them after the other. Whoever
// has begun one ends it, so that those done when a run is cut off are the first
// ones, and blocks are folded in order, so that the result is the same at any
// number of workers. A panic becomes an error that names the replicate and how to
// see it again.
//
// What a replicate is, what a worker needs for it and what it leaves is up to the
// caller.
package replicate
