package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

var slow = flag.Bool("slow", false, "run the commands of blocks marked slow, too: some minutes")

var onePage = flag.String("page", "", "run the commands of this page alone, as docs/planning.md")

// TestDocsAreRun runs every command in the console blocks of the README and
// the docs and compares what it prints. With -update it rewrites the blocks. Blocks
// that begin "console slow" are run only with -slow.
func TestDocsAreRun(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of trials; run without -short")
	}
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../../docs/validation/*.md")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, more...)
	t.Chdir("../..") // as a reader of the README would
	ran := 0
	for _, f := range append(files, "../../README.md") {
		f = strings.TrimPrefix(filepath.ToSlash(f), "../../")
		if *onePage != "" && f != *onePage {
			continue
		}
		old, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(old), "\r\n", "\n")
		fresh, n := runBlocks(t, text)
		ran += n
		if *update {
			if err := os.WriteFile(f, []byte(fresh), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if fresh != text && runtime.GOARCH == "amd64" { // elsewhere a fused product may move a last digit
			t.Errorf("%s shows what the program no longer prints; run go test ./cmd/caseload -run Docs -update and see git diff", f)
		}
	}
	if ran < 4 && *onePage == "" {
		t.Errorf("%d commands run, want at least the README's 4", ran)
	}
}

// runBlocks replaces what follows each "$ caseload ..." line of a console
// block by what the command prints.
func runBlocks(t *testing.T, text string) (fresh string, ran int) {
	t.Helper()
	var out strings.Builder
	inside := false
	for _, line := range strings.SplitAfter(text, "\n") {
		if !*slow && strings.HasPrefix(line, "```console slow") {
			out.WriteString(line)
			continue
		}
		command, isCommand := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ caseload ")
		switch {
		case strings.HasPrefix(line, "```console"):
			inside = true
			out.WriteString(line)
		case inside && strings.HasPrefix(line, "```"):
			inside = false
			out.WriteString(line)
		case inside && isCommand:
			out.WriteString(line)
			out.WriteString(printed(t.Context(), shellWords(command)))
			ran++
		case !inside:
			out.WriteString(line)
		}
	}
	return out.String(), ran
}

// shellWords splits a command at blanks that are not within single quotes, as a
// shell does.
func shellWords(command string) []string {
	quoted := false
	words := strings.FieldsFunc(command, func(r rune) bool {
		if r == '\'' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	})
	for k := range words {
		words[k] = strings.ReplaceAll(words[k], "'", "")
	}
	return words
}

// printed is what a command prints: results, then what it says on standard
// error, progress left out.
func printed(ctx context.Context, args []string) string {
	var out, errs bytes.Buffer
	run(ctx, append(args, "--quiet"), strings.NewReader(""), &out, &errs, working{})
	return out.String() + errs.String()
}
