// Package compare runs designs of one trial on the same chances and sets beside each other what each
// finds, what it is about, and what it takes.
//
// The client, the case manager and the site of a number have the same luck in each design (common
// random numbers), and the baselines are those of the scenario as written. Differences between powers
// are taken replicate by replicate.
package compare
