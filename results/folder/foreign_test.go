package folder

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// foreign is what a Parquet file holds by the reading of hyparquet.
type foreign struct {
	Metadata map[string]string
	Columns  []string
	Rows     [][]*string
}

// readElsewhere reads Parquet files with a reader that shares no code with ours.
func readElsewhere(t *testing.T, files ...string) (list []foreign) {
	t.Helper()
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
	for _, file := range files {
		node := exec.Command("node", filepath.Join(place, "read.mjs"), file)
		node.Stderr = os.Stderr
		text, err := node.Output()
		if err != nil {
			t.Fatal(err)
		}
		var got foreign
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		list = append(list, got)
	}
	return list
}

// A reader that shares no code with ours finds in the Parquet files of data what is in the CSV.
func TestAForeignReaderSeesTheSameData(t *testing.T) {
	suite.Long(t)
	m := compiled(t, "probation-case-management", "trial.clients=30")
	place := t.TempDir()
	inCSV := writeData(t, filepath.Join(place, "csv"), m, 40, CSV)
	writeData(t, filepath.Join(place, "parquet"), m, 40, Parquet)
	kinds := []string{"clients", "visits", "events"}
	var files []string
	for _, kind := range kinds {
		files = append(files, filepath.Join(place, "parquet", kind+"-000000-000039.parquet"))
	}
	for k, got := range readElsewhere(t, files...) {
		rows, err := csv.NewReader(bytes.NewReader(inCSV[kinds[k]+"-000000-000039.csv"])).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got.Columns, " ") != strings.Join(rows[0], " ") || len(got.Rows) != len(rows)-1 || len(rows) < 100 {
			t.Fatalf("%s: columns %v, %d rows, in the CSV %v, %d", kinds[k], got.Columns, len(got.Rows), rows[0], len(rows)-1)
		}
		if got.Metadata["caseload.hash"] != m.Scenario.Hash() {
			t.Errorf("metadata %v", got.Metadata)
		}
		for r, row := range got.Rows {
			for c, cell := range row {
				if !sameCell(cell, rows[r+1][c]) {
					t.Fatalf("%s, row %d: %s is %v, in the CSV %q", kinds[k], r, rows[0][c], *cell, rows[r+1][c])
				}
			}
		}
	}
}

// A reader that shares no code with ours finds in the Parquet file what is in
// the CSV.
func TestAForeignReaderSeesTheSameNumbers(t *testing.T) {
	suite.Long(t)
	id, dir := madeUp(t, 5, 60), t.TempDir()
	whole(t, dir, id, 40_000)
	got := readElsewhere(t, filepath.Join(dir, "estimates.parquet"))[0]
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
