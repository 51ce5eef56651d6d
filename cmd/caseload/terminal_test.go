package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/internal/suite"

	"github.com/spf13/cobra"
)

// tooWide are the lines that a terminal of that width would break.
func tooWide(text string, width int) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); utf8.RuneCountInString(line) > width {
			lines = append(lines, line)
		}
	}
	return lines
}

// everyCommand visits the commands, but those of cobra itself.
func everyCommand(visit func(c *cobra.Command)) {
	for _, c := range newRoot(&env{}).Commands() {
		if c.Name() != "help" && c.Name() != "completion" {
			visit(c)
		}
	}
}

func TestEveryCommandHasExamplesAndHelpThatFits(t *testing.T) {
	names := 0
	everyCommand(func(c *cobra.Command) {
		names++
		if !strings.Contains(c.Example, "caseload "+c.Name()) {
			t.Errorf("%s: no example of it in %q", c.Name(), c.Example)
		}
		got := call(t, t.Context(), c.Name(), "--help")
		if wide := tooWide(got.stdout, 80); len(wide) > 0 || got.code != exitDone {
			t.Errorf("%s --help: exit code %d, wider than 80 columns: %q", c.Name(), got.code, wide)
		}
	})
	if wide := tooWide(call(t, t.Context(), "--help").stdout, 80); len(wide) > 0 {
		t.Errorf("--help: wider than 80 columns: %q", wide)
	}
	if names < 9 {
		t.Errorf("%d commands", names)
	}
}

// Tables and texts fit the usual terminals, however many arms and outcomes there
// are and whatever they are called; and there is nothing in them but text.
func TestWhatIsPrintedFits(t *testing.T) {
	suite.Long(t)
	for _, width := range []string{"80", "120"} {
		t.Setenv("COLUMNS", width)
		most := map[string]int{"80": 80, "120": 120}[width]
		for _, name := range []string{"central-intake-linkage", "crowded"} {
			for _, args := range [][]string{{"run", "--replicates", "20"}, {"run", "--replicates", "20", "--measure", "bias", "--measure", "coverage"}, {"trial"},
				{"trial", "--trace", "1"}, {"explain", "--replicates", "2"}, {"check"}} {
				got := call(t, t.Context(), append(args, name, "--quiet")...)
				if args[0] == "check" {
					got.stdout = got.stderr // its standard output is a file
				}
				if got.code != exitDone {
					t.Fatalf("%s %v: %s", name, args, got.stderr)
				}
				if wide := tooWide(got.stdout, most); len(wide) > 0 {
					t.Errorf("%s %v: wider than %d columns: %q", name, args, most, wide)
				}
				if strings.ContainsAny(got.stdout+got.stderr, "\x1b\r") {
					t.Errorf("%s %v: there are control characters in what is printed", name, args)
				}
			}
		}
	}
}

func TestWidths(t *testing.T) {
	for columns, want := range map[string]int{"": 120, "80": 80, "40": 60, "500": 120, "wide": 120} {
		t.Setenv("COLUMNS", columns)
		if got := tableWidth(nil); got != want {
			t.Errorf("COLUMNS=%s: %d, want %d", columns, got, want)
		}
	}
}
