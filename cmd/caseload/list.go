package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

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
	return &cobra.Command{
		Use:               "list",
		Short:             "List the built-in scenarios",
		Long:              "List prints the built-in scenarios, one a line: its name and title.",
		Example:           "  caseload list",
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, _ []string) error {
			widest := 0
			for _, s := range scenarios.List() {
				widest = max(widest, len(s.Name))
			}
			for _, s := range scenarios.List() {
				if _, err := fmt.Fprintf(e.stdout, "%-*s  %s\n", widest, s.Name, shortened(s.Title, listWidth-widest-2)); err != nil {
					return failed(err)
				}
			}
			return nil
		},
	}
}
