package main

import (
	"bytes"
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// quickPages are the pages of which the quick suite runs the commands.
var quickPages = []string{"README.md"}

// TestDocsAreRun runs every command in the console blocks of the README and
// the docs and compares what it prints, or rewrites the blocks. Blocks that begin
// "console long" are those of the long suite also on the quick pages, and those
// that begin "console slow" take minutes and are run with all repetitions. One page
// alone is
//
//	CASELOAD_LONG=1 go test ./cmd/caseload -run DocsAreRun/docs/planning
func TestDocsAreRun(t *testing.T) {
	t.Chdir("../..") // as a reader of the README would
	ran := map[string]int{}
	for _, file := range markdown(t) {
		text := suite.Read(t, file)
		if !strings.Contains(text, "```console") {
			continue
		}
		t.Run(file, func(t *testing.T) {
			if !slices.Contains(quickPages, file) {
				suite.Long(t)
			}
			fresh, n := runBlocks(t, text)
			ran[file] = n
			suite.Page(t, file, fresh)
		})
	}
	if n, whole := ran["README.md"]; whole && n < 1 {
		t.Errorf("%d commands of the README, want at least one", n)
	}
}

// The README lists every command.
func TestReadmeListsTheCommands(t *testing.T) {
	text := suite.Read(t, "../../README.md")
	n := 0
	for _, c := range newRoot(&env{}).Commands() {
		if c.Name() == "help" || c.Name() == "completion" || c.Hidden {
			continue
		}
		if n++; !strings.Contains(text, "| `caseload "+c.Name()+" ") && !strings.Contains(text, "| `caseload "+c.Name()+"` ") {
			t.Errorf("README.md does not list caseload %s", c.Name())
		}
	}
	if n < 10 {
		t.Errorf("%d commands", n)
	}
}

// markdown returns the README and the pages of the docs.
func markdown(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md"}
	err := filepath.WalkDir("docs", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".md") {
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil || len(files) < 15 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	return files
}

// runBlocks replaces what follows each "$ caseload ..." line of a console
// block by what the command prints.
func runBlocks(t *testing.T, text string) (fresh string, ran int) {
	t.Helper()
	var out strings.Builder
	inside := false
	for _, line := range strings.SplitAfter(text, "\n") {
		if !suite.IsFull() && strings.HasPrefix(line, "```console slow") || !suite.IsLong() && strings.HasPrefix(line, "```console long") {
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
	execute(ctx, append(args, "--quiet"), strings.NewReader(""), &out, &errs, osFS{})
	return out.String() + errs.String()
}
