// Package report holds what the answers to all questions share: numbers that may be
// missing, tables, documents in parts that are written as text or Markdown, drawings
// in characters, and the words around numbers.
package report
