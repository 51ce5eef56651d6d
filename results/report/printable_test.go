package report

import (
	"strings"
	"testing"
)

// An escape in the name of a study coloured the terminal, and a mark of direction turned
// the rest of a line around.
func TestWhatATerminalWouldObeyIsShownAsAnEscape(t *testing.T) {
	for text, want := range map[string]string{
		"plain, ü, 漢, العربية\n\ttab": "plain, ü, 漢, العربية\n\ttab",
		"a\x1b[31mred\x1b[0m":         `a\u001b[31mred\u001b[0m`,
		"a\u202eb\u200f\u2066c":       `a\u202eb\u200f\u2066c`,
		"bell\a, return\r, \u009b":    `bell\u0007, return\u000d, \u009b`,
		"line\u2028line":              `line\u2028line`,
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	d := &Document{}
	d.Paragraph("study \x1b]0;title\a")
	for _, f := range []Format{Text, Markdown} {
		var b strings.Builder
		if err := d.Write(&b, f, 80); err != nil || strings.ContainsAny(b.String(), "\x1b\a") {
			t.Errorf("%v: %q, %v", f, b.String(), err)
		}
	}
}

// A spreadsheet computes a cell that begins as a formula does; a number is none.
func TestACellOfACSVFileIsNoFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0", "+SUM(A1)": "'+SUM(A1)", "-SUM(A1)": "'-SUM(A1)", "@import": "'@import",
		"=1+2": "'=1+2", "+-A1": "'+-A1",
		"-0.5": "-0.5", "+1e-9": "+1e-9", "-5": "-5", "-": "-", "": "", "a=b": "a=b", "-.5": "-.5", "12": "12",
	} {
		var b strings.Builder
		if err := WriteCSV(&b, []string{"x"}, [][]string{{cell, "y"}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(strings.TrimPrefix(b.String(), "x\n"), ",y\n"); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}
