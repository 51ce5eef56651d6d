package caseload_test

import (
	"os"
	"strings"
	"testing"
)

// What docs/extending.md shows is what is there: each block of Go is in the
// code, each block of TOML in the example.
func TestExtendingShowsWhatIsThere(t *testing.T) {
	page := readText(t, "docs/extending.md")
	sources := map[string]string{
		"go":   readText(t, "sim/readers.go") + readText(t, "scenarios/variables.go") + readText(t, "analysis/explain/ideals.go") + readText(t, "results/pieces.go"),
		"toml": readText(t, "docs/examples/critical-time.toml"),
	}
	shown := 0
	for language, source := range sources {
		parts := strings.Split(page, "```"+language+"\n")
		for _, part := range parts[1:] {
			block, _, _ := strings.Cut(part, "```")
			shown++
			if !strings.Contains(source, block) {
				t.Errorf("docs/extending.md shows what is not there:\n%s", block)
			}
		}
	}
	if shown < 4 {
		t.Errorf("%d blocks, want a model's and an outcome's", shown)
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}
