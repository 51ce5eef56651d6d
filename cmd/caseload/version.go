package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"caseload/analysis"
	"caseload/results/report"

	"github.com/spf13/cobra"
)

// release and commit are set where binaries are made to be given away (.ci/release).
var release, commit string

// version is the program's: of a release, or the module's as built.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}

// Built says which program this is.
type Built struct {
	Version      string   `json:"version"`
	Commit       string   `json:"commit"` // "" where the build does not say
	Go           string   `json:"go"`
	System       string   `json:"system"`
	ModelVersion int      `json:"model_version"`
	Modules      []Module `json:"modules"` // that are in the program
}

// Module is a module of somebody else's in the program.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Sum     string `json:"sum"`
}

// built is what the build of this program says of itself.
func built() Built {
	b := Built{Version: version(), Commit: commit, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, ModelVersion: analysis.ModelVersion, Modules: []Module{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	changed := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			b.Commit = cmp.Or(b.Commit, s.Value)
		case s.Key == "vcs.modified" && s.Value == "true" && commit == "":
			changed = ", and changes"
		}
	}
	b.Commit += changed
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		b.Modules = append(b.Modules, Module{m.Path, m.Version, m.Sum})
	}
	return b
}

func (e *env) versionCommand() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "version",
		Short: "Say which caseload this is, and what is in it",
		Long: `Version prints the version, the commit that it was built from, the version of Go,
the version of the model, and the modules that are in the program.

Results of different model versions cannot be compared or joined.`,
		Example: `  caseload version
  caseload version --json`,
		Args:              cobra.NoArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return failed(e.version(&f)) },
	}
	f.jsonFlag(c)
	return c
}

func (e *env) version(f *flags) error {
	b := built()
	if f.json {
		j := json.NewEncoder(e.stdout)
		j.SetIndent("", "  ")
		return j.Encode(b)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "caseload %s\ncommit %s\nmodel version %d\n%s, %s\n\nModules:\n", b.Version, cmp.Or(b.Commit, "unknown"), b.ModelVersion, b.Go, b.System)
	for _, m := range b.Modules {
		fmt.Fprintf(&text, "  %s %s\n", m.Path, m.Version)
	}
	_, err := fmt.Fprint(e.stdout, report.Printable(text.String()))
	return err
}
