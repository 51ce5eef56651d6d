package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"

	"github.com/google/go-cmp/cmp"
)

// inFolder runs a command line where a file of the name is, on the disk.
func inFolder(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// callDisk is call with files on the disk.
func callDisk(t *testing.T, args ...string) called {
	t.Helper()
	var stdout, stderr strings.Builder
	code := execute(t.Context(), args, strings.NewReader(""), &stdout, &stderr, osFS{})
	return called{code, stdout.String(), stderr.String()}
}

const uncertainText = `extends = "needle-exchange"
[trial]
clients = 60
[[uncertain]]
key = "program.strengths_based.effect[0].reaches.probability"
prior = { beta = [40, 60], none = 0.2 }
group = "program"
[[uncertain]]
key = "program.strengths_based.uptake"
prior = { uniform = [0.7, 0.95] }
group = "program"
[[uncertain]]
key = "service.opioid_agonist.linkage.points[0].probability"
prior = { beta = [52, 148] }
`

// Without a width in any prior, --uncertain gives the estimates of the scenario as
// written, byte for byte.
func TestNoWidthGivesTheSameEstimates(t *testing.T) {
	file := inFolder(t, "mine.toml", `extends = "needle-exchange"
[trial]
clients = 60
[service.opioid_agonist]
uncertain = []
[[uncertain]]
key = "program.strengths_based.effect[0].reaches.probability"
prior = { normal = [0.4, 0] }
[[uncertain]]
key = "program.strengths_based.uptake"
prior = { uniform = [0.85, 0.85] }
[[uncertain]]
key = "service.opioid_agonist.linkage.points[0].probability"
prior = { normal = [0.26, 0] }
[[uncertain]]
key = "service.opioid_agonist.stay.median_days"
prior = { lognormal = [240, 0] }
`)
	written, drawn := filepath.Join(t.TempDir(), "written"), filepath.Join(t.TempDir(), "drawn")
	for dir, more := range map[string][]string{written: nil, drawn: {"--uncertain"}} {
		if got := callDisk(t, append([]string{"run", file, "--replicates", "100", "--quiet", "--out", dir}, more...)...); got.code != exitDone {
			t.Fatal(got.stderr)
		}
	}
	a, b := contents(t, written), contents(t, drawn)
	if a["estimates.csv"] == "" || a["estimates.csv"] != b["estimates.csv"] {
		t.Error("the estimates differ")
	}
	if a["parameters.csv"] != "" || !strings.HasPrefix(b["parameters.csv"], "replicate,program.strengths_based.effect[0].reaches.probability,program.strengths_based.uptake,") {
		t.Errorf("parameters.csv is\n%.300s\nand\n%.300s", a["parameters.csv"], b["parameters.csv"])
	}
	if !strings.Contains(b["parameters.csv"], "\n99,0.4,0.85,0.26,240\n") {
		t.Error("the numbers drawn are not those written")
	}
}

// Shards and workers give the bytes of one run, and the page is remade from what is kept.
func TestShardsOfDrawnTrials(t *testing.T) {
	suite.Long(t)
	file := inFolder(t, "mine.toml", uncertainText)
	one, joined := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "joined")
	args := []string{"run", file, "--uncertain", "--replicates", "260", "--quiet"}
	whole := callDisk(t, append(args, "--workers", "1", "--json", "--out", one)...)
	if whole.code != exitDone {
		t.Fatal(whole.stderr)
	}
	merge := []string{"merge", "--quiet", "--out", joined}
	for _, shard := range []string{"1/2", "2/2"} {
		dir := filepath.Join(t.TempDir(), "shard")
		if got := callDisk(t, append(args, "--workers", "3", "--shard", shard, "--out", dir)...); got.code != exitDone {
			t.Fatal(got.stderr)
		}
		merge = append(merge, dir)
	}
	if got := callDisk(t, merge...); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	if diff := cmp.Diff(contents(t, one), contents(t, joined)); diff != "" {
		t.Errorf("the shards differ from one run:\n%.3000s", diff)
	}
	if report := callDisk(t, "report", one, "--json", "--no-files"); report.stdout != whole.stdout {
		t.Errorf("the report of what is kept differs (%s):\n%.2000s", report.stderr, cmp.Diff(whole.stdout, report.stdout))
	}
	suite.InOrder(t, whole.stdout, `"predictive_low":`, `"power": null`, `"coverage": null`, `"type_s": null`, `"assurance":`, `"predictive_high":`,
		`"uncertainty": {`, `"keys": [`, `"group": "program"`, `"explained": [`, `"name": "group program"`, `"share_mcse":`, `"rest":`)
}

// A file of draws is read beside the scenario, and is whole in what the folder keeps.
func TestDrawsOfACalibration(t *testing.T) {
	file := inFolder(t, "mine.toml", `extends = "needle-exchange"
[trial]
clients = 60
[service.opioid_agonist]
uncertain = []
[[uncertain]]
from = "posterior.csv"
`)
	posterior := filepath.Join(filepath.Dir(file), "posterior.csv")
	if err := os.WriteFile(posterior, []byte("program.strengths_based.uptake,service.opioid_agonist.linkage.points[0].probability\n0.7,0.2\n0.8,0.3\n0.9,0.25\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	if got := callDisk(t, "run", file, "--uncertain", "--replicates", "300", "--quiet", "--out", dir); got.code != exitDone {
		t.Fatal(got.stderr)
	}
	rows := map[string]int{}
	for line := range strings.Lines(contents(t, dir)["parameters.csv"]) {
		_, values, _ := strings.Cut(strings.TrimSpace(line), ",")
		rows[values]++
	}
	delete(rows, "program.strengths_based.uptake,service.opioid_agonist.linkage.points[0].probability")
	// Each line of the file is drawn whole, a third of the time: 4 SD of 300 draws are 33.
	for _, line := range []string{"0.7,0.2", "0.8,0.3", "0.9,0.25"} {
		if n := rows[line]; n < 67 || n > 133 {
			t.Errorf("%s is drawn %d times of 300", line, n)
		}
	}
	if len(rows) != 3 {
		t.Errorf("the lines drawn are %v", rows)
	}
	if err := os.Remove(posterior); err != nil {
		t.Fatal(err)
	}
	if got := callDisk(t, "report", dir, "--no-files"); got.code != exitDone || !strings.Contains(got.stdout, "assurance") {
		t.Errorf("without the file the folder says %s", got.stderr)
	}
}

// What is not asked of draws is of the scenario as written, or refused in words.
func TestWhatIsNotAskedOfDraws(t *testing.T) {
	file := inFolder(t, "mine.toml", uncertainText)
	use := []string{"--set", "uncertainty.use=true", "--quiet"}
	for _, line := range [][]string{{"explain", file, "--replicates", "16"}, {"size", file, "--max-replicates", "64", "--max-clients", "100"}} {
		written, drawn := callDisk(t, append(line, "--quiet")...), callDisk(t, append(line, use...)...)
		if written.code != exitDone || written.stdout != drawn.stdout {
			t.Errorf("%s is not of the scenario as written: %s", line[0], drawn.stderr)
		}
	}
	for want, line := range map[string][]string{
		"a sweep": {"sweep", file, "--over", "trial.clients=40,60", "--replicates", "8"},
		`solve: got "power" with an assurance, want clients, sites or staff`: {"size", file, "--solve", "power", "--set", "size.assurance=0.7"},
	} {
		if got := callDisk(t, append(line, use...)...); got.code != exitBadInput || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: exit %d, %q, want %q", line[0], got.code, got.stderr, want)
		}
	}
	if got := callDisk(t, "run", "needle-exchange", "--uncertain", "--set", "service.opioid_agonist.uncertain=[]"); got.code != exitBadInput || !strings.Contains(got.stderr, "no number that is uncertain") {
		t.Errorf("nothing uncertain: exit %d, %q", got.code, got.stderr)
	}
}

// An assurance that no size reaches has no clients, a reason, and the greatest found.
func TestAssuranceOutOfReach(t *testing.T) {
	file := inFolder(t, "mine.toml", uncertainText)
	got := callDisk(t, "size", file, "--assurance", "0.95", "--max-clients", "400", "--max-replicates", "2000", "--json", "--quiet")
	suite.InOrder(t, got.stdout, `"assurance": true`, `"target_power": 0.95`, `"status": "unreachable"`, `"clients": null`, `"cause": "what_is_not_known"`,
		`"reason": "no trial of up to 400 clients reaches 95 % assurance: it is `)
}
