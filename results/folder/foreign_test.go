package folder

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// A reader that shares no code with ours finds in the Parquet file what is in
// the CSV.
func TestAForeignReaderSeesTheSameNumbers(t *testing.T) {
	suite.Long(t)
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			suite.Lacks(t, "there is no %s here: %v", program, err)
		}
	}
	place := t.TempDir()
	npm := exec.Command("npm", "install", "--no-audit", "--no-fund", "--silent", "hyparquet@1.31.5", "hyparquet-compressors@1.1.2")
	npm.Dir = place
	if out, err := npm.CombinedOutput(); err != nil {
		suite.Lacks(t, "the reader can't be installed: %v: %s", err, out)
	}
	script, err := os.ReadFile("testdata/read.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(place, "read.mjs"), script, 0o644); err != nil {
		t.Fatal(err)
	}
	id, dir := madeUp(t, 5, 60), t.TempDir()
	whole(t, dir, id, 40_000)
	node := exec.Command("node", filepath.Join(place, "read.mjs"), filepath.Join(dir, "estimates.parquet"))
	node.Stderr = os.Stderr
	text, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Metadata map[string]string
		Columns  []string
		Rows     [][]*string
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	head, rows := table(t, dir)
	if strings.Join(got.Columns, " ") != strings.Join(head, " ") || len(got.Rows) != len(rows) {
		t.Fatalf("columns %v, %d rows, in the CSV %v, %d", got.Columns, len(got.Rows), head, len(rows))
	}
	if got.Metadata["caseload.hash"] != id.Scenario.Hash() || got.Metadata["caseload.seed"] != "5" {
		t.Errorf("metadata %v", got.Metadata)
	}
	for k, r := range got.Rows {
		for c, cell := range r {
			if !sameCell(cell, rows[k][c]) {
				t.Fatalf("row %d: %s is %v, in the CSV %q", k, head[c], cell, rows[k][c])
			}
		}
	}
}

// sameCell compares a cell, nil where it is missing, with that of the CSV:
// numbers as numbers, for each program has its own way to write them.
func sameCell(cell *string, want string) bool {
	if cell == nil {
		return want == ""
	}
	x, err1 := strconv.ParseFloat(*cell, 64)
	y, err2 := strconv.ParseFloat(want, 64)
	if err1 == nil && err2 == nil {
		return x == y
	}
	return *cell == want && want != ""
}
