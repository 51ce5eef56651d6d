package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"caseload/results/report"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// listWidth is how wide a line of the list may be: the narrowest usual terminal.
const listWidth = 80

// shortened cuts a text between words so that it has at most so many characters.
func shortened(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most-1])
	if space := strings.LastIndexByte(cut, ' '); space > 0 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, ",:; ") + "…"
}

func (e *env) listCommand() *cobra.Command {
	var onlyScenarios, onlyPresets bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the built-in scenarios and presets",
		Long: `List prints the built-in scenarios and then the presets, which programs,
services and measures of scenarios start from: one a line, its name and what it
is.

With --scenarios or --presets it prints one of the two without headings, for
other programs to read.`,
		Example: `  caseload list
  caseload list --presets
  caseload show program.strengths_based`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			var text string
			switch {
			case onlyScenarios:
				text = lines(builtins())
			case onlyPresets:
				text = lines(presets())
			default:
				text = "Built-in scenarios (caseload run NAME)\n\n" + lines(builtins()) +
					"\nPresets, for programs, services and measures (caseload show NAME)\n\n" + lines(presets())
			}
			_, err := io.WriteString(e.stdout, text)
			return failed(err)
		},
	}
	c.Flags().BoolVar(&onlyScenarios, "scenarios", false, "the built-in scenarios alone")
	c.Flags().BoolVar(&onlyPresets, "presets", false, "the presets alone")
	c.MarkFlagsMutuallyExclusive("scenarios", "presets")
	return c
}

// commonBase is the built-in scenario that others extend. It is no trial by itself.
const commonBase = "base"

// builtins are the names of the built-in scenarios that can be run, and what they
// are.
func builtins() (rows [][2]string) {
	for _, s := range scenarios.List() {
		if s.Name != commonBase {
			rows = append(rows, [2]string{s.Name, s.Title})
		}
	}
	return rows
}

// presets are the names of the presets and what they are.
func presets() (rows [][2]string) {
	notes := scenarios.Notes()
	for k, name := range scenarios.Presets() {
		note := strings.TrimSuffix(notes[k], ".")
		if _, after, ok := strings.Cut(note, ": "); ok { // before the colon it says the name again
			note = report.SentenceCase(after)
		}
		rows = append(rows, [2]string{name, note})
	}
	return append(rows, [2]string{commonBase, "What most scenarios extend, no trial by itself"})
}

// lines writes a name and what it is on each line.
func lines(rows [][2]string) string {
	widest := 0
	for _, r := range rows {
		widest = max(widest, len(r[0]))
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%-*s  %s\n", widest, r[0], shortened(r[1], listWidth-widest-2))
	}
	return b.String()
}
