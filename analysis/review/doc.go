// Package review is the meta-analysis of a body of studies that somebody has
// collected: it reads their effects from a CSV file, or says everything that is wrong
// with the file, each with its line and column, and asks of analysis/meta what can be
// asked of them.
//
// It opens no file: the text comes from whoever calls. It is a room of its own so
// that analysis/meta, which simulated bodies of trials go through as well, knows
// nothing of files.
package review
