package main

import (
	"fmt"

	"caseload/scenarios"

	"github.com/spf13/cobra"
)

func (e *env) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the built-in scenarios",
		Long:    "List prints the built-in scenarios, one a line: its name and title.",
		Example: "  caseload list",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			widest := 0
			for _, s := range scenarios.List() {
				widest = max(widest, len(s.Name))
			}
			for _, s := range scenarios.List() {
				if _, err := fmt.Fprintf(e.stdout, "%-*s  %s\n", widest, s.Name, s.Title); err != nil {
					return failed(err)
				}
			}
			return nil
		},
	}
}
