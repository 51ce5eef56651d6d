// Package outside reads estimates that were made elsewhere, on the data of simulated
// trials, and hands them to the analysis replicate by replicate.
package outside
