package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"caseload/internal/suite"
)

// exported is a place with the folders from which docs/folder.md is read elsewhere.
func exported(t *testing.T) string {
	t.Helper()
	place := t.TempDir()
	for _, args := range [][]string{{"run", "needle-exchange", "--replicates", "200", "--quiet", "--out", filepath.Join(place, "results")},
		{"trial", "needle-exchange", "--quiet", "--out", filepath.Join(place, "data")}} {
		if got := call(t, t.Context(), args...); got.code != exitDone {
			t.Fatal(got.stderr)
		}
	}
	return place
}

// inR runs a script.
func inR(t *testing.T, place, script string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("Rscript"); err != nil {
		suite.Lacks(t, "there is no R here: %v", err)
	}
	name := filepath.Join(t.TempDir(), "script.R")
	if err := os.WriteFile(name, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	r := exec.Command("Rscript", append([]string{"--vanilla", name}, args...)...)
	r.Dir = place
	var stderr bytes.Buffer
	r.Stderr = &stderr
	out, err := r.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return string(out)
}

// inDuckDB runs statements; each gives a table.
func inDuckDB(t *testing.T, place string, statements ...string) []string {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			suite.Lacks(t, "there is no %s here: %v", program, err)
		}
	}
	home := t.TempDir()
	npm := exec.Command("npm", "install", "--no-audit", "--no-fund", "--silent", "@duckdb/node-api@1.5.6-r.1")
	npm.Dir = home
	if out, err := npm.CombinedOutput(); err != nil {
		suite.Lacks(t, "DuckDB can't be installed: %v: %s", err, out)
	}
	script, err := os.ReadFile("testdata/query.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "query.mjs"), script, 0o644); err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(statements)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", filepath.Join(home, "query.mjs"))
	node.Dir, node.Stdin, node.Stderr = place, bytes.NewReader(input), os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x1e\n"), "\x1e\n")
}

// R reads every file with the types of the dictionary, and finds as many rows
// and missing cells as there are.
func TestRReadsTheFiles(t *testing.T) {
	suite.Long(t)
	place := exported(t)
	script, err := os.ReadFile("testdata/read.R")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(inR(t, place, string(script), "results", "data")), "\n")
	var want []string
	for _, name := range []string{"results/estimates.csv", "results/performance.csv", "results/dictionary.csv", "data/clients.csv", "data/visits.csv", "data/events.csv", "data/dictionary.csv"} {
		f, err := os.Open(filepath.Join(place, name))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		missing := make([]int, len(rows[0]))
		for _, row := range rows[1:] {
			for c, cell := range row {
				if cell == "" {
					missing[c]++
				}
			}
		}
		want = append(want, strings.Trim(fmt.Sprint(filepath.Base(name), " ", len(rows)-1, " ", missing), "]"))
	}
	for k := range max(len(got), len(want)) {
		if k >= len(got) || k >= len(want) || strings.TrimSpace(got[k]) != strings.ReplaceAll(want[k], "[", "") {
			t.Fatalf("R has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestReadingIsRun runs what docs/folder.md shows in R and DuckDB and compares
// what they print with the block of text that follows, or rewrites that.
func TestReadingIsRun(t *testing.T) {
	suite.Long(t)
	place := exported(t)
	const name = "../../docs/folder.md"
	parts := strings.Split(suite.Read(t, name), "```")
	var statements []string
	for _, p := range parts {
		if sql, ok := strings.CutPrefix(p, "sql\n"); ok {
			statements = append(statements, strings.TrimSuffix(strings.TrimSpace(sql), ";"))
		}
	}
	tables := inDuckDB(t, place, statements...)
	if len(tables) != len(statements) || len(tables) < 2 {
		t.Fatalf("%d tables of %d statements", len(tables), len(statements))
	}
	printed, ran := "", 0
	for k, p := range parts {
		switch {
		case strings.HasPrefix(p, "r\n"):
			printed = inR(t, place, strings.TrimPrefix(p, "r\n"))
			ran++
		case strings.HasPrefix(p, "sql\n"):
			printed, tables = tables[0], tables[1:]
			ran++
		case strings.HasPrefix(p, "text\n"):
			var lines []string
			for line := range strings.Lines(printed) {
				lines = append(lines, strings.TrimRight(line, " \n"))
			}
			parts[k] = "text\n" + strings.Join(lines, "\n") + "\n"
		}
	}
	suite.Page(t, name, strings.Join(parts, "```"))
	if ran < 3 {
		t.Errorf("%d blocks run", ran)
	}
}

// DuckDB finds in the Parquet files of data what it finds in the CSV: neither has a row that
// the other lacks.
func TestDuckDBReadsTheData(t *testing.T) {
	suite.Long(t)
	place := t.TempDir()
	for _, format := range []string{"parquet", "csv"} {
		got := call(t, t.Context(), "data", "probation-case-management", "--set", "trial.clients=40", "--replicates", "300", "--events", "--quiet",
			"--data-format", format, "--out", filepath.Join(place, format))
		if got.code != exitDone {
			t.Fatal(got.stderr)
		}
	}
	var statements []string
	kinds := []string{"clients-*", "visits-*", "events-*", "truth"}
	for _, kind := range kinds {
		a, b := "'parquet/"+kind+".parquet'", "read_csv('csv/"+kind+".csv', sample_size = -1)"
		statements = append(statements, "SELECT count(*) AS n FROM "+a,
			"SELECT count(*) AS n FROM ((SELECT * FROM "+a+" EXCEPT ALL SELECT * FROM "+b+") UNION ALL (SELECT * FROM "+b+" EXCEPT ALL SELECT * FROM "+a+"))")
	}
	tables := inDuckDB(t, place, statements...)
	for k, kind := range kinds {
		count := func(table string) (n int) {
			_, text, _ := strings.Cut(table, "\n")
			_, _ = fmt.Sscan(text, &n)
			return n
		}
		if n, different := count(tables[2*k]), count(tables[2*k+1]); n < 5 || different != 0 || !strings.Contains(tables[2*k+1], "0") {
			t.Errorf("%s: %d rows, %d different: %s", kind, n, different, tables[2*k+1])
		}
	}
}
