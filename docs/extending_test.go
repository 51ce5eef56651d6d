package docs_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
)

const extendingFile = "extending/README.md"

// mostOutside is how many lines a patch may change outside of its new files.
const mostOutside = 60

// extension is a patch of docs/extending, and what shows that it works.
type extension struct {
	name    string   // of the file, without .patch
	adds    string   // in a few words
	command []string // of the program that the patched tree builds
	want    []string // in what it prints
	test    []string // arguments of go test
}

var extensions = []extension{
	{"outcome", "an outcome variable: abstinent and in a stable home",
		[]string{"explain", "docs/examples/critical-time.toml", "--outcome", "abstinent_employed_540", "--replicates", "20",
			"--set", `outcome.abstinent_employed_540.variable="abstinent_housed"`},
		[]string{"abstinent and in a stable home on day 540"}, []string{"./sim", "./results/explain", "-run", "HistoriesAgree|EveryVariable"}},
	{"measure", "a measure of performance: standardized bias",
		[]string{"run", "docs/examples/study.toml", "--outcome", "abstinent_456", "--replicates", "50", "--measure", "std_bias"},
		[]string{"Std. bias: bias in standard deviations of the estimates"}, []string{"./analysis/performance", "./results/run", "./results/trial", "-run", "StdBias|Measure|Name|Dictionary"}},
	{"table", "a table of the scenario: overdoses, which programs and states act on",
		[]string{"trial", "needle-exchange", "--trace", "4", "--set", "overdose.rate.per_year=6", "--set", "use.acts_on={overdose=4}"},
		[]string{"took an overdose"}, []string{"./sim", "./results/trial", "./results/explain", "-run", "Overdose|HistoriesAgree|AllOfLife|EveryVariable"}},
	{"estimator", "a method of analysis: the interval of Agresti and Caffo",
		[]string{"run", "needle-exchange", "--outcome", "linked_7d", "--replicates", "100", "--measure", "coverage",
			"--set", `outcome.linked_7d.method=["risk_difference","agresti_caffo"]`},
		[]string{" agresti caffo "}, []string{"./analysis/estimate"}},
	{"allocation", "a method of randomization: Wei's urn",
		[]string{"check", "needle-exchange", "--full", "--set", `trial.randomization={method="urn"}`},
		[]string{`randomization = { method = "urn" }`}, []string{"./sim", "-run", "Urn|Allocat|Random"}},
}

// What docs/extending/README.md shows is what is there: each block of Go is in the
// code, each block of TOML in the example.
func TestExtendingShowsWhatIsThere(t *testing.T) {
	page := suite.Read(t, extendingFile)
	sources := map[string]string{
		"go":   suite.Read(t, "../analysis/explain/ideals.go"),
		"toml": suite.Read(t, "examples/critical-time.toml"),
	}
	for language, source := range sources {
		parts := strings.Split(page, "```"+language+"\n")
		for _, part := range parts[1:] {
			block, _, _ := strings.Cut(part, "```")
			if !strings.Contains(source, block) {
				t.Errorf("%s shows what is not there:\n%s", extendingFile, block)
			}
		}
		if len(parts) < 2 {
			t.Errorf("no block of %s", language)
		}
	}
}

// TestPatchesAreSmall counts what each patch changes outside of its new files.
func TestPatchesAreSmall(t *testing.T) {
	files, err := filepath.Glob("extending/*.patch")
	if err != nil || len(files) != len(extensions) {
		t.Errorf("%d patches, %d of them tried, %v", len(files), len(extensions), err)
	}
	var table strings.Builder
	table.WriteString("\n| patch | adds | new files | files changed | lines changed |\n|---|---|---|---|---|\n")
	for _, x := range extensions {
		c := countPatch(suite.Read(t, "extending/"+x.name+".patch"))
		fmt.Fprintf(&table, "| [`%s`](%s.patch) | %s | %d | %d | %d |\n", x.name, x.name, x.adds, c.created, c.changed, c.lines)
		if c.lines > mostOutside || c.changed == 0 || c.created == 0 {
			t.Errorf("%s: %d new files, %d lines in %d others; want at most %d lines", x.name, c.created, c.lines, c.changed, mostOutside)
		}
	}
	suite.Section(t, extendingFile, "patches", table.String()+"\n")
}

var goFile = regexp.MustCompile("`([a-z_/]+\\.go)`")

// TestExtendingNamesFiles looks for the files that the page names in the tree and
// among those that a patch makes.
func TestExtendingNamesFiles(t *testing.T) {
	made := ""
	for _, x := range extensions {
		made += suite.Read(t, "extending/"+x.name+".patch")
	}
	names := goFile.FindAllStringSubmatch(suite.Read(t, extendingFile), -1)
	for _, name := range names {
		if _, err := os.Stat("../" + name[1]); err != nil && !strings.Contains(made, "--- /dev/null\n+++ b/"+name[1]+"\n") {
			t.Errorf("%s names %s, which is not there", extendingFile, name[1])
		}
	}
	if len(names) < 8 {
		t.Errorf("%d names of files", len(names))
	}
}

// patchCount is how many files a patch creates and changes, and how many lines it
// adds to and removes from the latter.
type patchCount struct{ created, changed, lines int }

func countPatch(patch string) (c patchCount) {
	fresh := false
	for line := range strings.Lines(patch) {
		switch {
		case strings.HasPrefix(line, "--- /dev/null"):
			fresh = true
			c.created++
		case strings.HasPrefix(line, "--- a/"):
			fresh = false
			c.changed++
		case strings.HasPrefix(line, "+++ "):
		case !fresh && (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")):
			c.lines++
		}
	}
	return c
}

func TestCountPatch(t *testing.T) {
	const patch = "--- /dev/null\n+++ b/new.go\n@@ -0,0 +1,2 @@\n+one\n+two\n--- a/old.go\n+++ b/old.go\n@@ -1,2 +1,2 @@\n same\n-was\n+is\n+more\n"
	if got, want := countPatch(patch), (patchCount{1, 1, 3}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestPatchesWork applies each patch to a copy of the tree, builds it, and runs what
// shows that it works. As -trimpath keeps the place of a copy out of what is built,
// packages that a patch does not touch are compiled once.
func TestPatchesWork(t *testing.T) {
	suite.Long(t)
	for _, program := range []string{"go", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			suite.Lacks(t, "there is no %s here: %v", program, err)
		}
	}
	for _, x := range extensions {
		t.Run(x.name, func(t *testing.T) {
			patch, err := filepath.Abs(filepath.Join("extending", x.name+".patch"))
			if err != nil {
				t.Fatal(err)
			}
			tree := copyTree(t)
			program := filepath.Join(t.TempDir(), "caseload")
			inTree(t, tree, "git", "apply", "--whitespace=error", patch)
			inTree(t, tree, "go", "build", "-trimpath", "-pgo=off", "-o", program, "./cmd/caseload")
			inTree(t, tree, "go", append([]string{"test", "-trimpath"}, x.test...)...)
			printed := inTree(t, tree, program, append(x.command, "--quiet")...)
			for _, want := range x.want {
				if !strings.Contains(printed, want) {
					t.Errorf("caseload %s prints no %q:\n%s", strings.Join(x.command, " "), want, printed)
				}
			}
		})
	}
}

// inTree runs a program in a folder and returns what it prints.
func inTree(t *testing.T, tree, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = tree
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CASELOAD_") || strings.HasPrefix(v, "GIT_") })
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// copyTree copies the project, the history and what tests have left behind left out.
func copyTree(t *testing.T) string {
	t.Helper()
	tree := t.TempDir()
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		within, err := filepath.Rel("..", name)
		if err != nil {
			return err
		}
		to := filepath.Join(tree, within)
		switch {
		case d.Name() == ".git", d.Name() == "rapid" && d.IsDir():
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			return os.MkdirAll(to, 0o755)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}
