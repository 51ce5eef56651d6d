package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns a text in which characters that a terminal or a page would obey, and
// not show, stand as escapes: control characters but for ends of lines and tabs, and
// marks that turn the direction of writing.
func Printable(text string) string {
	if strings.IndexFunc(text, obeyed) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if obeyed(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// obeyed reports whether a character is not shown but does something.
func obeyed(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u2028', r == '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// guarded returns a cell of a CSV file that a spreadsheet shows and does not compute: one
// that begins as a formula does gets an apostrophe. Numbers stay as they are.
func guarded(cell string) string {
	cell = Printable(cell)
	if len(cell) < 2 || !strings.ContainsRune("=+-@", rune(cell[0])) {
		return cell
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, "=+-@ "))
	if cell[0] == '=' || cell[0] == '@' || unicode.IsLetter(first) || strings.ContainsRune(`("'`, first) {
		return "'" + cell
	}
	return cell
}
