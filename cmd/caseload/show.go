package main

import (
	"io"

	"caseload/scenarios"

	"github.com/spf13/cobra"
)

func (e *env) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Show the file of a built-in scenario or preset",
		Long: `Show prints the TOML of a built-in scenario, or of a preset that programs,
services and measures start from: its numbers, where each comes from, and what
is judgement. "program." and so on may be left out where only one preset has the
name.

Presets:
` + wrapped(scenarios.Presets()),
		Example: `  caseload show needle-exchange
  caseload show program.strengths_based
  caseload show needle-exchange > mine.toml   a start for one of your own`,
		ValidArgsFunction: nameWords,
		Args:              oneArg(`a name from "caseload list", or a preset such as program.referral`),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := scenarios.Text(args[0])
			if err != nil {
				return err
			}
			_, err = io.WriteString(e.stdout, text)
			return failed(err)
		},
	}
}
