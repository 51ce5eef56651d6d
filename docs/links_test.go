package docs_test

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// mostPages is how many pages docs may have beside docs/validation, so that a reader
// can look through their names.
const mostPages = 17

// mostOfReadme is the largest size of README.md in bytes.
const mostOfReadme = 8192

// pages returns the Markdown files of the project by their paths from its root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".git") {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(name, ".md") {
			from, _ := filepath.Rel("..", name)
			found[filepath.ToSlash(from)] = suite.Read(t, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestReadmeIsShort(t *testing.T) {
	if n := len(suite.Read(t, "../README.md")); n > mostOfReadme {
		t.Errorf("README.md has %d bytes, %d at most: the rest belongs on a page of docs", n, mostOfReadme)
	}
}

func TestPagesAreFew(t *testing.T) {
	var names []string
	for name := range pages(t) {
		if strings.HasPrefix(name, "docs/") && !strings.HasPrefix(name, "docs/validation/") {
			names = append(names, name)
		}
	}
	if len(names) > mostPages || len(names) < mostPages/2 {
		t.Errorf("%d pages, at most %d: %v", len(names), mostPages, names)
	}
}

// Every relative link leads to a file that exists, and every fragment to a heading.
func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	n := 0
	for name, text := range all {
		for _, to := range links(text) {
			n++
			if why := broken(all, name, to); why != "" {
				t.Errorf("%s: the link to %s: %s", name, to, why)
			}
		}
	}
	if n < 80 {
		t.Errorf("%d links", n)
	}
}

var (
	linkText = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	codeSpan = regexp.MustCompile("`[^`\n]*`")
)

// links returns where the relative links of a page lead, code left out.
func links(text string) []string {
	var out []string
	for _, m := range linkText.FindAllStringSubmatch(codeSpan.ReplaceAllString(prose(text), ""), -1) {
		if !strings.Contains(m[1], "://") && !strings.HasPrefix(m[1], "mailto:") {
			out = append(out, m[1])
		}
	}
	return out
}

// broken says what is wrong with a link of a page, or nothing.
func broken(all map[string]string, page, to string) string {
	file, fragment, _ := strings.Cut(to, "#")
	target := page
	if file != "" {
		unescaped, err := url.PathUnescape(file)
		if err != nil {
			return err.Error()
		}
		target = path.Join(path.Dir(page), unescaped)
	}
	if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(target))); err != nil && all[target] == "" {
		return "no such file"
	}
	if fragment != "" && !headings(all[target])[fragment] {
		return "no such heading"
	}
	return ""
}

// The checker finds what is broken.
func TestBrokenLinksAreFound(t *testing.T) {
	all := map[string]string{"docs/a.md": "# One `two`: three\n```\n# no heading\n```\n", "README.md": "[x](docs/methods.md) [y](https://a.b) `[z](q)`\n"}
	for to, want := range map[string]string{"a.md": "", "a.md#two": "no such heading", "b.md": "no such file", "methods.md": "", "#one-two-three": "", "#no-heading": "no such heading", "../README.md": "", "../docs/limbs.md": "no such file"} {
		if got := broken(all, "docs/a.md", to); got != want {
			t.Errorf("%s: %q, want %q", to, got, want)
		}
	}
	if got := links(all["README.md"]); len(got) != 1 || got[0] != "docs/methods.md" {
		t.Errorf("links %v", got)
	}
}
