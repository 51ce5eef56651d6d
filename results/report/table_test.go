package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// A table whose keys alone are too wide is broken into lines, and nothing of it
// is lost.
func TestWideKeysAreBroken(t *testing.T) {
	table := &Table{Columns: []Column{Key("outcome"), Key("contrast"), Right("power"), Right("bias")},
		Rows: [][]string{{"linked", "strengths_based_case_management - usual care of the clinic", "63.9", "0.12"}, {"days", "a - b", "5.0", "-"}}}
	for _, width := range []int{60, 50} {
		var out bytes.Buffer
		if err := table.writeSplit(&out, Text, width); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
				t.Errorf("at %d: %q", width, line)
			}
		}
		words := strings.Fields(out.String())
		for _, want := range []string{"strengths_based_case_management", "usual", "clinic", "63.9", "0.12", "days", "5.0"} {
			found := false
			for _, w := range words {
				found = found || w == want
			}
			if !found {
				t.Errorf("at %d: no %q in\n%s", width, want, out.String())
			}
		}
	}
	wide := &bytes.Buffer{}
	if err := table.writeSplit(wide, Text, 120); err != nil || strings.Count(wide.String(), "strengths_based_case_management - usual care of the clinic") != 1 {
		t.Errorf("where there is room it is broken:\n%s", wide)
	}
}
