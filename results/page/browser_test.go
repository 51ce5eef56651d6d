package page

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// looked is what a browser says about a page, see testdata/look.mjs.
type looked struct {
	Console, Requests, Failed, Violations []string
	Folded                                int // sections at first
	Widths                                []struct {
		Inner, Page float64
		Held        []bool // of tables that scroll: whether their first column stays
		Figures     []struct {
			Title                               string
			Width, Height, Left, Right, Letters float64
			Out                                 []string
		}
	}
	Tabbed []struct{ Text, Tag, Outline string }
	Pages  int
}

// look opens pages in a headless browser.
func look(t *testing.T, pages ...string) []looked {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" {
		suite.Lacks(t, "there is no chromium here")
	}
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			suite.Lacks(t, "there is no %s here: %v", program, err)
		}
	}
	place := t.TempDir()
	npm := exec.Command("npm", "install", "--no-audit", "--no-fund", "--silent", "puppeteer-core@25.16.0", "axe-core@4.14.1")
	npm.Dir = place
	if out, err := npm.CombinedOutput(); err != nil {
		suite.Lacks(t, "the packages that drive a browser can't be installed: %v: %s", err, out)
	}
	script, err := os.ReadFile("testdata/look.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(place, "look.mjs"), script, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{filepath.Join(place, "look.mjs"), browser, filepath.Join(place, "profile")}
	for k, text := range pages {
		name := filepath.Join(place, string(rune('a'+k))+".html")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, "file://"+filepath.ToSlash(name))
	}
	node := exec.Command("node", args...)
	node.Stderr = os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []looked
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(all) != len(pages) {
		t.Fatalf("%d pages of %d", len(all), len(pages))
	}
	return all
}

// faulty has one of each of what is looked for.
const faulty = `<!doctype html><html><head><title>x</title></head><body>
<img src="https://caseload.invalid/x.png"><p style="color:#ccc;background:#fff">pale</p>
<div style="width:1500px">wide</div><script>console.error("wrong")</script></body></html>`

// In a browser without a network: nothing on the console, no request but the
// page's own, nothing that axe-core (WCAG and good practice) objects to, and
// figures and tables that can be read on a desk and on a telephone. That all of this would
// be seen is tried on a page with faults.
func TestPageInABrowser(t *testing.T) {
	suite.Long(t)
	pages := []string{written(t, New(dilution(t))), written(t, New(simulated(t, "needle-exchange", false))), written(t, reviewed(t)), written(t, pooled(t)), written(t, swept(t)), writtenSheet(t, dilution(t))}
	// Where a page breaks differs between versions of a browser: Chromium 156 takes 11, 9, 4, 2, 4 and 1.
	leastFigures, mostPages := []int{8, 6, 3, 2, 1, 0}, []int{12, 10, 8, 4, 6, 1}
	all := look(t, append(pages, faulty)...)
	for k := range pages {
		if n := len(pages[k]); n > 1<<20 {
			t.Errorf("page %d has %d bytes", k, n)
		}
	}
	for k, p := range all[:len(pages)] {
		if len(p.Console) > 0 || len(p.Failed) > 0 {
			t.Errorf("page %d: console %v, requests that failed %v", k, p.Console, p.Failed)
		}
		for _, r := range p.Requests {
			if !strings.HasPrefix(r, "file://") || !strings.HasSuffix(r, ".html") {
				t.Errorf("page %d asks for %s", k, r)
			}
		}
		for _, v := range p.Violations {
			t.Errorf("page %d at %s", k, v)
		}
		for _, w := range p.Widths {
			if w.Page > w.Inner {
				t.Errorf("page %d is %g wide where there is room for %g", k, w.Page, w.Inner)
			}
			if len(w.Figures) < leastFigures[k] {
				t.Errorf("page %d has %d figures at %g", k, len(w.Figures), w.Inner)
			}
			if slices.Contains(w.Held, false) {
				t.Errorf("page %d at %g: a table scrolls with its first column", k, w.Inner)
			}
			for _, f := range w.Figures {
				// Letters are the heights of their boxes, some 1.15 of their size: 11 px on a
				// telephone, see figure.Narrow.
				least, letters := 550.0, 9.0
				if w.Inner < 641 {
					least, letters = 330, 11
				}
				if f.Width < least || f.Width > 820 || f.Height < 100 || f.Height > 2600 || f.Left < 0 || f.Right > w.Inner || f.Letters < letters {
					t.Errorf("page %d at %g: %q is %g by %g at %g with letters of %g", k, w.Inner, f.Title, f.Width, f.Height, f.Left, f.Letters)
				}
				if len(f.Out) > 0 {
					t.Errorf("page %d at %g: %q has texts beyond its edge: %v", k, w.Inner, f.Title, f.Out)
				}
			}
		}
		if k < len(pages)-1 && (len(p.Tabbed) < 5 || p.Tabbed[0].Text != "To the content" || p.Folded < 2) {
			t.Errorf("page %d: the keyboard reaches %v, %d sections are folded", k, p.Tabbed, p.Folded)
		}
		for _, e := range p.Tabbed {
			if e.Tag != "BODY" && strings.HasPrefix(e.Outline, "none") { // after the last one the focus goes to the whole
				t.Errorf("page %d: %q can't be seen to be reached", k, e.Text)
			}
		}
		if p.Pages < 1 || p.Pages > mostPages[k] {
			t.Errorf("page %d prints on %d pages", k, p.Pages)
		}
	}
	bad := all[len(pages)]
	for _, want := range []string{"image-alt", "color-contrast", "html-has-lang"} {
		if !slices.ContainsFunc(bad.Violations, func(v string) bool { return strings.Contains(v, want) }) {
			t.Errorf("axe-core doesn't find %s in a page that has it", want)
		}
	}
	if len(bad.Failed) == 0 || len(bad.Console) == 0 || bad.Widths[0].Page <= bad.Widths[0].Inner {
		t.Errorf("what is wrong with a page is not seen: %+v", bad)
	}
}
