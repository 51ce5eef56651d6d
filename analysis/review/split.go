package review

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// split reads the fields of all lines, and reports whether they make sense together.
func (r *reader) split(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	c := csv.NewReader(bytes.NewReader(text))
	c.Comment, c.FieldsPerRecord, c.TrimLeadingSpace = '#', -1, true
	switch first := firstLine(text); {
	case strings.Contains(first, ","):
	case strings.Contains(first, ";"):
		c.Comma, r.comma = ';', true
	case strings.Contains(first, "\t"):
		c.Comma, c.TrimLeadingSpace = '\t', false
	}
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			r.problem(wrong.Line, "", wrong.Err.Error(), "lines of fields separated by commas, in quotes where a field has a comma", "")
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
		case len(fields) != len(r.header):
			r.problem(line, "", fmt.Sprintf("%d fields", len(fields)), fmt.Sprintf("%d, as in the header", len(r.header)), "")
		default:
			r.lines, r.numbers = append(r.lines, fields), append(r.numbers, line)
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

// missing reports whether a text stands for no value.
func missing(field string) bool {
	switch strings.ToLower(field) {
	case "", "na", "n/a", ".", "nan":
		return true
	}
	return false
}

// parse reads a finite decimal number.
func parse(field string, comma bool) (float64, bool) {
	if comma {
		field = strings.Replace(field, ",", ".", 1)
	}
	field = strings.Replace(field, "\u2212", "-", 1) // the minus sign of typesetters
	if strings.ContainsAny(field, "xXpP_") {
		return 0, false
	}
	x, err := strconv.ParseFloat(field, 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

// value reads a number of a kind.
func (r *reader) value(line, column int, field string, k kind) float64 {
	x, ok := parse(field, r.comma)
	got := field
	switch {
	case !ok:
		got = strconv.Quote(field)
	case k == positive && !(x > 0), k == count && (x < 0 || x != math.Trunc(x)), k == size && (x < 1 || x != math.Trunc(x)):
	case k >= count && x > 1e12:
	default:
		return x
	}
	r.problem(line, r.header[column], got, k.wanted(), "")
	return math.NaN()
}
