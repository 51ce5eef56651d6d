package main

import (
	"io"

	"caseload/scenarios"

	"github.com/spf13/cobra"
)

func (e *env) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of scenario files, for editors",
		Long: `Schema prints a JSON Schema (draft 4) of scenario files. An editor that knows it
completes keys and words, shows what they mean, and marks what does not fit.
What only the whole scenario can tell, such as names that do not exist, is found
by caseload check.`,
		Example: `  caseload schema > caseload.schema.json   and in the first line of a scenario:
                                           #:schema ./caseload.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := scenarios.SchemaJSON()
			if err != nil {
				return err
			}
			_, err = io.WriteString(e.stdout, string(text)+"\n")
			return failed(err)
		},
	}
}
