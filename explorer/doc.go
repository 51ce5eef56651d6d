// Package explorer answers what the page of "caseload explore" asks: what a scenario has
// to show, ranges of its trials, what these amount to together, one trial, one client's
// life, where the effect goes, and how to get the same numbers at the command line.
//
// It computes nothing by itself. Trials are those of sim, numbers those of analysis, words
// those of results, so that a page says what the program says. It knows nothing of
// browsers either: explorer/engine puts it into one, and explorer/page is the page.
package explorer
