// Package explain shows where the effect of an arm goes between the ideal world and the
// trial, in words, tables and a drawing.
package explain
