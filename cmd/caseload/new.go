package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"caseload/results/folder"

	"github.com/spf13/cobra"
)

//go:embed template.toml
var template string

func (e *env) newCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "new FILE",
		Short: "Write a commented template of a scenario",
		Long: `New writes a scenario of a small trial with a comment on every line, to be made
into one of your own. It doesn't replace a file.`,
		Example: `  caseload new mine.toml
  caseload check mine.toml
  caseload run mine.toml`,
		Args: oneArg("the name of a file that doesn't exist, such as mine.toml"),
		RunE: func(_ *cobra.Command, args []string) error {
			dir, name := filepath.Split(args[0])
			if filepath.Ext(name) != ".toml" {
				return fmt.Errorf("got %q, want a name that ends in .toml, so that other commands know it for a file", args[0])
			}
			if dir == "" {
				dir = "."
			}
			err := folder.Create(dir, folder.File{Name: name, Write: func(w io.Writer) error {
				_, err := io.WriteString(w, template)
				return err
			}})
			if _, refused := errors.AsType[folder.Refused](err); refused {
				return err
			}
			if err != nil {
				return failed(err)
			}
			_, err = fmt.Fprintf(e.stderr, `Wrote %[1]s. Next:
  caseload list --presets                 programs, services and measures to start from
  caseload show program.strengths_based   one of them, with its sources
  caseload check %[1]s
  caseload run %[1]s
`, args[0])
			return failed(err)
		},
	}
}
