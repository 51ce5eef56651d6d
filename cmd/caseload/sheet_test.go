package main

import (
	"archive/zip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// A word processor reads the planner's sheet: pandoc makes a document of it that has its
// headings, its tables with all their rows, and its numbers.
func TestSheetForWordProcessors(t *testing.T) {
	suite.Long(t)
	pandoc, err := exec.LookPath("pandoc")
	if err != nil {
		suite.Lacks(t, "there is no pandoc here: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "plan")
	if got := call(t, t.Context(), "size", "needle-exchange", "--precision", "0.2", "--set", "cost.per_client=150", "--set", "cost.currency=CHF", "--quiet", "--out", dir); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	made := filepath.Join(dir, "sheet.docx")
	if out, err := exec.Command(pandoc, "-f", "gfm", filepath.Join(dir, "sheet.md"), "-o", made).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text := word(t, made)
	markdown, err := os.ReadFile(filepath.Join(dir, "sheet.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n, want := len(regexp.MustCompile(`<w:pStyle w:val="Heading[23]"`).FindAllString(text, -1)), len(regexp.MustCompile(`(?m)^##+ `).FindAllString(string(markdown), -1)); n != want || n < 6 {
		t.Errorf("%d headings, of %d in Markdown", n, want)
	}
	tables, rows := strings.Count(text, "<w:tbl>"), strings.Count(text, "<w:tr>")+strings.Count(text, "<w:tr ")
	if want := len(regexp.MustCompile(`(?m)^\|:?-+`).FindAllString(string(markdown), -1)); tables != want || tables < 4 {
		t.Errorf("%d tables, of %d in Markdown", tables, want)
	}
	if want := len(regexp.MustCompile(`(?m)^\|`).FindAllString(string(markdown), -1)) - tables; rows != want {
		t.Errorf("%d rows of tables, of %d in Markdown", rows, want)
	}
	plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, "")
	for _, want := range []string{"Sample size and resources", "80 % power", "What if we are wrong?", "in CHF", "the effect of the programs"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the document lacks %q", want)
		}
	}
}

// docs/planning.md shows the sheet of its trial.
func TestSheetOnThePage(t *testing.T) {
	suite.Long(t)
	dir := filepath.Join(t.TempDir(), "plan")
	t.Chdir("../..")
	if said := printed(t.Context(), []string{"size", "docs/examples/planning.toml", "--out", dir, "--brief"}); !strings.Contains(said, "power") {
		t.Fatal(said)
	}
	suite.Section(t, "docs/planning.md", "sheet", "````markdown\n"+strings.TrimSpace(suite.Read(t, filepath.Join(dir, "sheet.md")))+"\n````\n")
}

// word is the text of a document, in the words of its format.
func word(t *testing.T, name string) string {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }() // it was only read
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
