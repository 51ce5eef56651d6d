package review

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// split reads the fields of all lines, and reports whether they make sense together.
func (r *reader) split(text []byte) bool {
	text, ok := r.decode(text)
	if !ok {
		return false
	}
	mark, text := separator(text)
	r.comma = mark != ','
	c := csv.NewReader(bytes.NewReader(text))
	c.Comma, c.Comment, c.FieldsPerRecord, c.TrimLeadingSpace = mark, '#', -1, mark != '\t'
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			r.problem(wrong.Line, "", fmt.Sprintf("%s at character %d", wrong.Err, wrong.Column), "fields in whole quotes or in none, and quotes within a field doubled", "")
			return false
		}
		line, _ := c.FieldPos(0)
		for k := range fields {
			fields[k] = strings.TrimSpace(fields[k])
		}
		switch {
		case r.header == nil:
			r.header, r.headerLine = fields, line
		case strings.Join(fields, "") == "": // a line of nothing but separators
		case len(fields) != len(r.header) && strings.Join(fields[min(len(fields), len(r.header)):], "") != "", len(fields) < len(r.header):
			r.problem(line, "", fmt.Sprintf("%d fields", len(fields)), fmt.Sprintf("%d, as in the header", len(r.header)), "")
		default:
			r.lines, r.numbers = append(r.lines, fields[:len(r.header)]), append(r.numbers, line)
		}
	}
	return r.countLines()
}

// countLines reports whether there are lines, and not too many.
func (r *reader) countLines() bool {
	switch {
	case r.header == nil:
		r.problem(0, "", "an empty file", "a line of column names, then a line for each study", "")
		return false
	case len(r.lines) == 0 && len(r.problems) == 0:
		r.problem(0, "", "no studies", "a line for each study below the column names", "")
	case len(r.lines) > MaxRows:
		r.problem(0, "", fmt.Sprintf("%d studies", len(r.lines)), fmt.Sprintf("at most %d", MaxRows), "")
		return false
	}
	return true
}

// firstLine returns the first that is no comment.
func firstLine(text []byte) string {
	for line := range bytes.Lines(text) {
		if l := strings.TrimSpace(string(line)); l != "" && !strings.HasPrefix(l, "#") {
			return l
		}
	}
	return ""
}
