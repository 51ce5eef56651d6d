package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"caseload/analysis"
	"caseload/explorer/build"
	"caseload/explorer/page"
	"caseload/internal/suite"
	runresults "caseload/results/run"
	"caseload/scenarios"
	"caseload/sim"
)

// engine is the program for browsers, compiled once.
var engine = sync.OnceValues(func() (page.Engine, error) { return build.Engine(context.Background()) })

// install puts packages of npm into a folder.
func install(t *testing.T, dir string, packages ...string) {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			suite.Lacks(t, "there is no %s here: %v", program, err)
		}
	}
	npm := exec.Command("npm", append([]string{"install", "--no-audit", "--no-fund", "--silent"}, packages...)...)
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		suite.Lacks(t, "packages of npm can't be installed: %v: %s", err, out)
	}
}

func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	suite.Lacks(t, "there is no chromium here")
	return ""
}

// The scripts are typed, by their comments, and free of what a linter finds.
func TestScriptsAreTypedAndLinted(t *testing.T) {
	suite.Long(t)
	dir := t.TempDir()
	install(t, dir, "typescript@5.9.3", "eslint@9.39.1", "@eslint/js@9.39.1")
	for _, name := range []string{"tsconfig.json", "eslint.config.mjs", "src"} {
		if out, err := exec.Command("cp", "-r", name, dir).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
	}
	for _, args := range [][]string{{"tsc", "-p", "."}, {"eslint", "src"}} {
		c := exec.Command(filepath.Join(dir, "node_modules", ".bin", args[0]), args[1:]...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", args[0], err, out)
		}
	}
	// That faults would be seen: a number where a text is wanted, and a loose comparison.
	bad := filepath.Join(dir, "src", "bad.js")
	if err := os.WriteFile(bad, []byte("/** @param {string} x */\nfunction bad(x) { return x == bad(1) }\nbad('')\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"tsc", "-p", "."}, {"eslint", "src"}} {
		c := exec.Command(filepath.Join(dir, "node_modules", ".bin", args[0]), args[1:]...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err == nil || !strings.Contains(string(out), "bad.js") {
			t.Errorf("%s finds nothing wrong with what is: %s", args[0], out)
		}
	}
}

// driven is what drive.mjs says.
type driven struct {
	Console, Requests, Violations []string
	Widths                        []struct {
		Inner, Page float64
		Figures     []struct {
			Title       string
			Left, Right float64
			Out         []string
		}
	}
	Acts    []float64
	JSON    string
	Said    map[string]string
	Tabbed  []struct{ What, Outline string }
	Sliders []struct {
		ID, Before, After, Hash, Focused, Problems string
		First                                      float64
		Change                                     []string
	}
	CutOff       struct{ Problems, Said string }
	Shown, Again []string
	Covered      struct {
		Said, Truth string
		Form        bool
	}
	Revealed string
	Hidden   struct {
		Truth, People string
		Figure        int
		Said          bool
	}
	Problems, Good string
	Long           struct{ Hash, Note string }
	Linked         struct {
		Title, Note string
		Same        bool
		Length      int
	}
	Damaged string
	Memory  []float64
}

func drive(t *testing.T, changes string) *driven {
	t.Helper()
	chromium, dir := browser(t), t.TempDir()
	install(t, dir, "puppeteer-core@25.16.0", "axe-core@4.14.1")
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := page.Write(&text, e, page.Start{Fragment: "scenario=dilution"}, "test", analysis.ModelVersion); err != nil {
		t.Fatal(err)
	}
	t.Logf("engine %d bytes, page %d bytes", len(e.Wasm), text.Len())
	if len(e.Wasm) > 3<<20 || text.Len() > 4_000_000 {
		t.Errorf("the engine has %d bytes, want at most 3 MiB; the page %d, want at most 4 MB", len(e.Wasm), text.Len())
	}
	script, err := os.ReadFile("testdata/drive.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"page.html": text.String(), "drive.mjs": string(script),
		"long.toml": "title = \"Long\"\nextends = \"null\"\nreplicates = 20\n# " + noise(20_000) + "\n",
		"good.toml": "title = \"Mine\"\nextends = \"null\"\nreplicates = 20\n",
		"bad.toml":  "extends = \"null\"\n[trial]\nclients = -3\n[attrition]\nmised = 0.1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	node := exec.Command("node", filepath.Join(dir, "drive.mjs"), chromium, dir, "file://"+filepath.ToSlash(filepath.Join(dir, "page.html")), changes)
	node.Stderr = os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var d driven
	if err := json.Unmarshal(out, &d); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return &d
}

// noise is a text that cannot be made much shorter.
func noise(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, n)
	for k := range text {
		text[k] = byte('a' + random.IntN(26))
	}
	return string(text)
}

// In a browser without a network the page simulates, to the byte, what the command line
// does; it is quiet, asks for nothing, and can be used by everybody.
func TestExplorerInABrowser(t *testing.T) {
	suite.Long(t)
	changes := "24"
	if suite.IsFull() {
		changes = "200"
	}
	d := drive(t, changes)
	if len(d.Console) > 0 {
		t.Errorf("the console has %v", d.Console)
	}
	for _, r := range d.Requests {
		if !strings.HasPrefix(r, "blob:null/") && !strings.Contains(r, "/page.html") && r != "data:," {
			t.Errorf("the page asks for %s", r)
		}
	}
	if want := native(t, "needle-exchange", 300); d.JSON != want {
		t.Errorf("the page's results differ from the command line's: %d bytes, want %d", len(d.JSON), len(want))
	}
	usable(t, d)
	moved(t, d)
	if d.CutOff.Problems != "" || !strings.Contains(d.CutOff.Said, "40 trials") {
		t.Errorf("a run that was cut off twice ends with %+v", d.CutOff)
	}
	if !slices.Equal(d.Shown, d.Again) {
		t.Errorf("the link shows %q, want %q", d.Again, d.Shown)
	}
	if !d.Covered.Form || strings.Contains(d.Covered.Said, "significant") || d.Covered.Truth != "hidden" || !strings.Contains(d.Revealed, "You said 50 of 100; it is ") {
		t.Errorf("to be guessed: %+v, then %q", d.Covered, d.Revealed)
	}
	if d.Hidden.Truth != "hidden" || d.Hidden.Figure != 0 || d.Hidden.Said || d.Hidden.People != "" {
		t.Errorf("the truth is not hidden: %+v", d.Hidden)
	}
	if !strings.Contains(d.Problems, "bad.toml:3: trial.clients") || !strings.Contains(d.Problems, "bad.toml:5: attrition.mised") || !strings.Contains(d.Good, "1,000 trials") {
		t.Errorf("errors of a file: %q; then, of a good one: %q", d.Problems, d.Good)
	}
	if !d.Linked.Same || d.Linked.Title != "Mine" || d.Linked.Note != "" || d.Linked.Length > 300 {
		t.Errorf("the link of a file shows %+v", d.Linked)
	}
	if strings.Contains(d.Long.Hash, "file=") || !strings.Contains(d.Long.Note, "The scenario file is not in the link") || !strings.Contains(d.Damaged, "in the link is damaged") {
		t.Errorf("a file that is too long: %+v; a link that was cut off: %q", d.Long, d.Damaged)
	}
	// The garbage collector's heap grows to twice what is in use, and then no more.
	half, end := d.Memory[len(d.Memory)/2], d.Memory[len(d.Memory)-1]
	t.Logf("memory %.0f MB after %d changes, %.0f after %d", half/1e6, len(d.Memory)/2, end/1e6, len(d.Memory))
	if end > 1.25*half {
		t.Errorf("memory grows from %g to %g", half, end)
	}
}

// usable checks what everybody needs: widths, contrast, the keyboard.
func usable(t *testing.T, d *driven) {
	for _, v := range d.Violations {
		t.Errorf("axe-core at %s", v)
	}
	for _, w := range d.Widths {
		if w.Page > w.Inner || len(w.Figures) != 4 {
			t.Errorf("the page is %g wide where there is room for %g, and has %d figures", w.Page, w.Inner, len(w.Figures))
		}
		for _, f := range w.Figures {
			if len(f.Out) > 0 || len(f.Title) < 20 {
				t.Errorf("at %g: %q has texts beyond its edge: %v", w.Inner, f.Title, f.Out)
			}
		}
	}
	for k, bottom := range d.Acts {
		if bottom > 800 {
			t.Errorf("act %d ends at %g of 800 pixels", k+1, bottom)
		}
	}
	var reached []string
	for _, e := range d.Tabbed {
		reached = append(reached, e.What)
		if e.Outline == "none" {
			t.Errorf("%q can't be seen to be reached", e.What)
		}
	}
	for _, id := range []string{"scenario", "outcome", "trials", "slider-trial.clients", "reset", "guess", "hide", "another-client", "another-trial"} {
		if !slices.Contains(reached, id) {
			t.Errorf("the keyboard does not reach %s: %q", id, reached)
		}
	}
	for what, text := range d.Said {
		if text == "" {
			t.Errorf("%s: nothing is said", what)
		}
	}
}

// moved checks what moving a slider does.
func moved(t *testing.T, d *driven) {
	if len(d.Sliders) != 8 {
		t.Errorf("%d sliders were moved, want 8", len(d.Sliders))
	}
	for _, s := range d.Sliders {
		key := strings.TrimPrefix(s.ID, "slider-")
		if s.Before == s.After || !strings.Contains(s.Hash, key+"=") || s.Focused != s.ID || s.Problems != "" || len(s.Change) != 2 || s.Change[0] == "" || s.Change[1] == "" {
			t.Errorf("%+v", s)
		}
		t.Logf("%s: first dot after %.0f ms", key, s.First)
	}
}

// native is what the command line prints.
func native(t *testing.T, name string, replicates int) string {
	t.Helper()
	sc, err := scenarios.Load(nil, name, []string{"replicates=300"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run(context.Background(), m, analysis.Options{Replicates: replicates, Seed: sc.Seed})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := runresults.New(r, name, m.Shared(), runresults.Filter{}).JSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
