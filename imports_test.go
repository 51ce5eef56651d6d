// Package caseload_test checks the house as a whole.
package caseload_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// mayImport says for each room which rooms it may import. Data goes one way:
// scenarios -> sim -> analysis -> results, with cmd on top. A room that is
// not listed is refused until somebody decides where it belongs.
var mayImport = map[string][]string{
	"sim/portable":         {},
	"scenarios/layer":      {},
	"scenarios/evidence":   {"sim/portable"},
	"scenarios":            {"sim/portable", "scenarios/layer"},
	"sim/prefetch":         {},
	"sim/calendar":         {"sim/prefetch"},
	"sim/stream":           {"sim/portable"},
	"sim/trial":            {},
	"sim":                  {"sim/portable", "scenarios", "sim/calendar", "sim/prefetch", "sim/stream", "sim/trial"},
	"analysis/numeric":     {"sim/portable"},
	"analysis/measure":     {"sim/portable"},
	"analysis/verdict":     {"sim/portable", "analysis/measure"},
	"analysis/estimate":    {"sim/portable", "sim/trial", "analysis/measure", "analysis/numeric"},
	"analysis/lifetable":   {"sim/portable"},
	"analysis/replicate":   {},
	"analysis/performance": {"sim/portable", "analysis/numeric", "analysis/measure"},
	"analysis":             {"sim/portable", "scenarios", "sim", "sim/trial", "sim/stream", "analysis/numeric", "analysis/estimate", "analysis/lifetable", "analysis/performance", "analysis/replicate", "analysis/measure", "analysis/verdict", "analysis/interim"},
	"analysis/interim":     {"scenarios", "analysis/closedform", "analysis/numeric"},
	"analysis/closedform":  {"sim/portable", "analysis/numeric"},
	"analysis/meta":        {"sim/portable", "analysis/numeric", "analysis/measure"},
	"analysis/review":      {"sim/portable", "scenarios", "analysis/meta", "analysis/measure"},
	"analysis/sweep":       {"sim/portable", "analysis/measure", "scenarios", "sim", "sim/stream", "analysis", "analysis/numeric"},
	"analysis/explain":     {"sim/portable", "scenarios", "sim", "sim/trial", "sim/stream", "analysis", "analysis/estimate", "analysis/lifetable", "analysis/numeric", "analysis/replicate", "analysis/measure", "analysis/verdict"},
	"analysis/size":        {"sim/portable", "scenarios", "sim", "analysis", "analysis/closedform", "analysis/estimate", "analysis/numeric", "analysis/performance", "analysis/measure", "analysis/verdict"},
	"analysis/compare":     {"sim/portable", "scenarios", "sim", "analysis", "analysis/closedform", "analysis/measure", "analysis/size", "analysis/sweep"},
	"analysis/literature":  {"sim/portable", "analysis/measure", "scenarios", "sim", "sim/trial", "sim/stream", "analysis", "analysis/estimate", "analysis/meta", "analysis/replicate"},
	"analysis/calibrate":   {"sim/portable", "analysis/measure", "scenarios", "sim", "sim/stream", "analysis", "analysis/literature", "analysis/numeric", "analysis/replicate"},
	"results/report":       {"sim/portable", "scenarios", "analysis/measure", "analysis/verdict"},
	"results/run":          {"sim/portable", "scenarios", "sim", "analysis", "analysis/interim", "analysis/estimate", "analysis/measure", "analysis/performance", "results/report", "analysis/verdict"},
	"results/difference":   {"sim/portable", "scenarios", "analysis/measure", "results/report", "results/run", "analysis/verdict"},
	"results/trial":        {"sim/portable", "scenarios", "sim", "sim/trial", "analysis", "analysis/history", "analysis/measure", "results/report", "results/run", "analysis/verdict"},
	"results/outside":      {"analysis", "analysis/measure", "analysis/replicate", "results/report"},
	"results/sweep":        {"sim/portable", "scenarios", "analysis", "analysis/sweep", "results/report", "results/run", "analysis/verdict"},
	"results/explain":      {"sim/portable", "scenarios", "analysis", "analysis/explain", "analysis/measure", "results/report", "analysis/verdict"},
	"results/compare":      {"sim/portable", "scenarios", "analysis", "analysis/compare", "analysis/size", "analysis/sweep", "analysis/measure", "results/report", "results/run", "analysis/verdict"},
	"results/size":         {"sim/portable", "scenarios", "analysis", "analysis/size", "analysis/sweep", "analysis/measure", "results/report", "analysis/verdict"},
	"results/calibrate":    {"sim/portable", "scenarios", "analysis", "analysis/calibrate", "results/report"},
	"results/meta":         {"sim/portable", "analysis/meta", "analysis/review", "analysis/numeric", "results/report"},
	"results/literature":   {"sim/portable", "scenarios", "analysis", "analysis/estimate", "analysis/literature", "analysis/review", "results/report", "results/meta"},
	"analysis/history":     {"sim/portable", "scenarios", "sim", "sim/trial", "analysis/replicate"},
	"results/figure":       {"sim/portable", "scenarios", "results/report", "results/run", "results/trial", "results/sweep", "results/compare", "results/explain", "results/size", "results/calibrate", "results/meta", "results/literature"},
	"results/page":         {"sim/portable", "scenarios", "results/report", "results/run", "results/explain", "results/size", "results/sweep", "results/compare", "results/literature", "results/meta", "results/calibrate", "results/figure", "analysis/measure"},
	"results/folder":       {"sim/portable", "scenarios", "sim", "sim/trial", "analysis", "analysis/estimate", "analysis/replicate", "results/trial"},
	"results/slurm":        {"results/folder"},
	"explorer":             {"sim/portable", "scenarios", "sim", "analysis", "analysis/explain", "analysis/measure", "analysis/replicate", "analysis/verdict", "results/report", "results/run", "results/trial", "results/explain"},
	"explorer/engine":      {"explorer"}, // for browsers alone
	"explorer/page":        {"scenarios"},
	"explorer/build":       {"analysis", "explorer/page"},
	"explorer/build/blob":  {"explorer/build"},
	"cmd/caseload":         {"*"},
	"internal/suite":       {}, // for tests, which no table restrains; no room may import it
}

// only says which packages may import a library that is to stay in one place.
var only = map[string]string{
	"golang.org/x/exp/rand":                          "sim/stream",
	"github.com/olekukonko/tablewriter":              "results/report",
	"github.com/parquet-go/parquet-go":               "results/folder",
	"github.com/parquet-go/parquet-go/compress/zstd": "results/folder",
	"github.com/parquet-go/parquet-go/format":        "results/folder",
	"github.com/klauspost/compress/zstd":             "results/folder",
	"github.com/gofrs/flock":                         "results/folder",
	"github.com/BurntSushi/toml":                     "scenarios/layer",
	"github.com/pelletier/go-toml/v2/unstable":       "scenarios/layer",
	"github.com/spf13/cobra":                         "cmd/caseload",
	"gonum.org/v1/plot":                              "results/figure",
	"gonum.org/v1/plot/font":                         "results/figure",
	"gonum.org/v1/plot/plotter":                      "results/figure",
	"gonum.org/v1/plot/vg":                           "results/figure",
	"gonum.org/v1/plot/vg/draw":                      "results/figure",
	"gonum.org/v1/plot/vg/vgimg":                     "results/figure",
	"gonum.org/v1/plot/vg/vgsvg":                     "results/figure",
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		suite.Lacks(t, "a test binary away from its toolchain: %v", err)
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestImportsGoOneWay(t *testing.T) {
	all := packages(t)
	if len(all) < len(mayImport) {
		t.Errorf("%d packages listed, want at least %d", len(all), len(mayImport))
	}
	for _, p := range all {
		room := strings.TrimPrefix(p.ImportPath, "caseload/")
		if room == "caseload" || room == "docs" || room == "docs/validation" {
			continue // tests alone
		}
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s: a room that mayImport does not list", room)
		}
		for _, imp := range p.Imports {
			if to, ours := strings.CutPrefix(imp, "caseload/"); ours && !slices.Contains(allowed, to) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s, which only rooms above it may", room, to)
			}
			if home, confined := only[imp]; confined && home != room {
				t.Errorf("%s imports %s, which only %s may", room, imp, home)
			}
		}
	}
}

// TestLibraryKeepsQuiet holds library code to its manners: no flags, no
// printing to the process's streams, no exit, no global randomness.
func TestLibraryKeepsQuiet(t *testing.T) {
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, "caseload/")
		if room == "cmd/caseload" || room == "explorer/build/blob" || room == "internal/suite" {
			continue
		}
		for _, imp := range p.Imports {
			switch imp {
			case "flag", "log", "math/rand", "math/rand/v2":
				t.Errorf("%s imports %s", room, imp)
			case "os":
				if room != "results/folder" && room != "results/slurm" && room != "explorer/build" {
					t.Errorf("%s imports os: files are read through fs.FS, written in results/folder and of a cluster in results/slurm, and compiled in explorer/build", room)
				}
			}
		}
	}
}
