package report

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// words are what random cells are made of.
var words = []string{"a", "treatment", "case", "strengths-based", "service.opioid_agonist.linkage", "(MCSE 0.12)", "40.1 %", "–", "within", "", "p = 0.02"}

// randomTable has cells of random words.
func randomTable(r *rand.Rand) *Table {
	text := func() string {
		var parts []string
		for range 1 + r.IntN(4) {
			parts = append(parts, words[r.IntN(len(words))])
		}
		return strings.TrimSpace(strings.Join(parts, " "))
	}
	t := &Table{Title: text(), Pairs: r.IntN(3) == 0}
	columns := 1 + r.IntN(6)
	for c := range columns {
		t.Columns = append(t.Columns, Column{Head: text(), Left: r.IntN(2) == 0, Key: c == 0 || r.IntN(4) == 0})
	}
	for range 1 + r.IntN(5) {
		var row []string
		for range columns {
			row = append(row, text())
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Any table can be written at any width: it ends, nothing of it is lost, and where
// the words allow it no line is longer.
func TestAnyTableCanBeWrittenAtAnyWidth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	squeezed := func(text string) string {
		return strings.Join(strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == '\n' || c == '─' }), "")
	}
	for n := range 500 {
		tab := randomTable(r)
		width := 20 + r.IntN(120)
		var out bytes.Buffer
		if err := tab.writeSplit(&out, Text, width); err != nil {
			t.Fatal(err)
		}
		letters := map[rune]int{}
		for _, c := range squeezed(out.String()) {
			letters[c]++
		}
		least := 0
		for c, column := range tab.Columns {
			all := column.Head
			for _, row := range tab.Rows {
				all += row[c]
			}
			for _, ch := range squeezed(all) {
				letters[ch]--
			}
			least += tab.longestWord(c) + padding
		}
		for ch, left := range letters {
			if left < 0 {
				t.Fatalf("table %d at %d: %q is lost in\n%s", n, width, ch, out.String())
			}
		}
		if whole := tab.fitted(width); whole != nil {
			for line := range strings.Lines(out.String()) {
				if k := utf8.RuneCountInString(strings.TrimRight(line, "\n")); k > width {
					t.Fatalf("table %d: %d characters at %d:\n%s", n, k, width, out.String())
				}
			}
		}
	}
}
