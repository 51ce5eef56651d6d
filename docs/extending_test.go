package docs_test

import (
	"strings"
	"testing"

	"caseload/internal/suite"
)

// What docs/extending/README.md shows is what is there: each block of Go is in the
// code, each block of TOML in the example.
func TestExtendingShowsWhatIsThere(t *testing.T) {
	page := suite.Read(t, "extending/README.md")
	sources := map[string]string{
		"go":   suite.Read(t, "../sim/readers.go") + suite.Read(t, "../scenarios/variables.go") + suite.Read(t, "../analysis/explain/ideals.go") + suite.Read(t, "../results/pieces.go"),
		"toml": suite.Read(t, "examples/critical-time.toml"),
	}
	shown := 0
	for language, source := range sources {
		parts := strings.Split(page, "```"+language+"\n")
		for _, part := range parts[1:] {
			block, _, _ := strings.Cut(part, "```")
			shown++
			if !strings.Contains(source, block) {
				t.Errorf("docs/extending/README.md shows what is not there:\n%s", block)
			}
		}
	}
	if shown < 4 {
		t.Errorf("%d blocks, want a model's and an outcome's", shown)
	}
}
