// Package run shows what many replicates of a trial come to: what happens in each arm,
// what the trial would find, and how far its analyses can be trusted.
package run
