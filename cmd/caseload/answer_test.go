package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/internal/suite"
)

// What a command prints by default fits a terminal of 80 by 24 characters, for a
// trial with one primary and three secondary outcomes; --brief is shorter, and
// --full longer.
func TestAnAnswerFitsAScreen(t *testing.T) {
	t.Setenv("COLUMNS", "80")
	printed := func(args ...string) string {
		var stdout, stderr bytes.Buffer
		if code := execute(t.Context(), append(args, "--quiet"), strings.NewReader(""), &stdout, &stderr, osFS{}); code != exitDone {
			t.Fatalf("%s: exit %d, %s", strings.Join(args, " "), code, stderr.String())
		}
		return stdout.String()
	}
	for _, args := range [][]string{
		{"run", "crowded", "--replicates", "40"},
		{"explain", "bench-p2", "--replicates", "6"},
		{"size", "needle-exchange", "--precision", "0.3"},
		{"sweep", "crowded", "--over", "trial.clients=50,100", "--replicates", "8"},
		{"compare", "../../docs/examples/eight-sites.toml", "--replicates", "8"},
		{"trial", "crowded"},
		{"check", "dilution"},
		{"meta", "../../docs/examples/bcg.csv"},
	} {
		if !suite.IsLong() && (args[0] == "sweep" || args[0] == "compare") {
			continue // their scripts compare what they print
		}
		text := printed(args...)
		most := 24
		if args[0] == "explain" || args[0] == "meta" {
			most = 36 // a drawing has a line for each factor or study
		}
		lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
		if len(lines) > most && args[0] != "check" { // a scenario has as many quantities as it has
			t.Errorf("%s prints %d lines:\n%s", args[0], len(lines), text)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > 80 {
				t.Errorf("%s prints %d characters: %s", args[0], n, line)
			}
		}
		if args[0] == "check" || args[0] == "size" || args[0] != "run" && !suite.IsLong() {
			continue
		}
		brief, full := printed(append(args, "--brief")...), printed(append(args, "--full")...)
		if !(len(brief) < len(text) && len(text) < len(full)) {
			t.Errorf("%s: %d characters in brief, %d, %d in full", args[0], len(brief), len(text), len(full))
		}
	}
}
