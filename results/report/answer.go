package report

import "io"

// Level is how much of an answer is written.
type Level int

// The levels of output.
const (
	Screen Level = iota // what fits a screen
	Brief               // the answer in words
	Full                // all
)

// An Answer is what a question is answered with.
type Answer interface {
	Document(Level) *Document
	JSON(io.Writer) error
	CSV(io.Writer) error
}

// Write writes an answer as text, Markdown or CSV. CSV is the same at all levels.
func Write(w io.Writer, a Answer, f Format, width int, l Level) error {
	if f == CSV {
		return a.CSV(w)
	}
	return a.Document(l).Write(w, f, width)
}
