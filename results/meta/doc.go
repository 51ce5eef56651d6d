// Package meta shows a meta-analysis: the pooled effect in words, forest and funnel plots
// in characters, and the tables of a review.
package meta
