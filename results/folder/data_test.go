package folder

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"caseload/analysis"
	"caseload/analysis/replicate"
	"caseload/internal/suite"
	"caseload/results/trial"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/parquet-go/parquet-go"
)

func compiled(t testing.TB, name string, sets ...string) *sim.Model {
	t.Helper()
	sc, err := scenarios.Load(nil, name, sets)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sim.Compile(sc)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// writeData writes all blocks of data and returns the files of the folder.
func writeData(t testing.TB, dir string, m *sim.Model, replicates int, format TableFormat) map[string][]byte {
	t.Helper()
	about := AboutData("x", m.Scenario, replicates, format, true, "", "")
	d, err := OpenData(dir, about, m.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	blocks, err := about.Blocks()
	if err != nil {
		t.Fatal(err)
	}
	w := trial.NewRecorder(m, true)
	for _, b := range blocks {
		if d.Has(b) {
			continue
		}
		if err := d.Write(b, w.Tables, func(r int) error { w.Show(r); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Complete(); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// Data that have been extended have the files of data made at once: the last block, which
// has more replicates now, is written again.
func TestDataAreExtended(t *testing.T) {
	m := compiled(t, "needle-exchange", "trial.clients=10")
	dir := t.TempDir()
	writeData(t, filepath.Join(dir, "a"), m, 300, CSV)
	got := writeData(t, filepath.Join(dir, "a"), m, 600, CSV)
	want := writeData(t, filepath.Join(dir, "b"), m, 600, CSV)
	for name, text := range want {
		if !bytes.Equal(got[name], text) {
			t.Errorf("%s is another file", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// Shards are whole blocks, and together all of them, once.
func TestShardsOfDataAreBlocks(t *testing.T) {
	sc := compiled(t, "needle-exchange", "trial.clients=10").Scenario
	for _, replicates := range []int{1025, 1024, 700} {
		for of := 1; of <= 3; of++ {
			at := 0
			for i := 1; i <= of; i++ {
				blocks, err := AboutData("x", sc, replicates, CSV, false, fmt.Sprintf("%d/%d", i, of), "").Blocks()
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range blocks {
					if b.From != at || b.From%256 != 0 {
						t.Errorf("shard %d of %d of %d: block %v, want one from %d", i, of, replicates, b, at)
					}
					at = b.To
				}
			}
			if at != replicates {
				t.Errorf("%d shards have %d replicates, want %d", of, at, replicates)
			}
		}
	}
	if _, err := AboutData("x", sc, 300, CSV, false, "1/3", "").Range(); err == nil || !strings.Contains(err.Error(), "the 2 blocks") {
		t.Errorf("three shards of two blocks: %v", err)
	}
}

// A block that fails leaves no file that counts and nothing half written.
func TestABlockThatFailsLeavesNothing(t *testing.T) {
	m := compiled(t, "needle-exchange", "trial.clients=10")
	dir := t.TempDir()
	about := AboutData("x", m.Scenario, 20, Parquet, false, "", "")
	d, err := OpenData(dir, about, m.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	w, block := trial.NewRecorder(m, false), replicate.Range{To: 20}
	err = d.Write(block, w.Tables, func(r int) error {
		if r == 7 {
			return fmt.Errorf("it stops here")
		}
		w.Show(r)
		return nil
	})
	if err == nil || d.Has(block) {
		t.Errorf("%v, and the block is there: %v", err, d.Has(block))
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*-*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"+unfinished))
	if len(left)+len(hidden) > 0 {
		t.Errorf("left: %v %v", left, hidden)
	}
}

// Every cell of the Parquet files is that of the CSV, and the columns are in its order: of
// many small trials, and of one that takes several row groups.
func TestParquetDataAreTheCSV(t *testing.T) {
	for _, c := range []struct {
		scenario   string
		clients    int
		replicates int
		cells      int
	}{{"probation-case-management", 30, 40, 400_000}, {"needle-exchange", 13_500, 1, 1_500_000}} {
		if c.cells > 1_000_000 && !suite.IsLong() {
			continue // TestParquetHasTheNumbersOfTheCSV has more than a row group, too
		}
		m := compiled(t, c.scenario, fmt.Sprintf("trial.clients=%d", c.clients), "trial.accrual={ over_days = 180 }")
		dir := t.TempDir()
		inCSV := writeData(t, filepath.Join(dir, "csv"), m, c.replicates, CSV)
		inParquet := writeData(t, filepath.Join(dir, "parquet"), m, c.replicates, Parquet)
		cells := 0
		for _, kind := range []string{"clients", "visits", "events"} {
			name := fmt.Sprintf("%s-%06d-%06d.", kind, 0, c.replicates-1)
			cells += sameCells(t, inParquet[name+"parquet"], inCSV[name+"csv"])
		}
		if cells < c.cells {
			t.Errorf("%s: %d cells, want %d at least", c.scenario, cells, c.cells)
		}
	}
}

// sameCells compares a file of Parquet with one of CSV, and returns how many cells there are.
func sameCells(t *testing.T, inParquet, inCSV []byte) (cells int) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(inCSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(inParquet), int64(len(inParquet)))
	if err != nil {
		t.Fatal(err)
	}
	for k, path := range f.Schema().Columns() {
		if path[0] != rows[0][k] {
			t.Errorf("column %d is %s, want %s", k, path[0], rows[0][k])
		}
	}
	at := 1
	for _, group := range f.RowGroups() {
		if group.NumRows() > rowGroup {
			t.Errorf("a row group of %d rows, want %d at most", group.NumRows(), rowGroup)
		}
		r := group.Rows()
		buffer := make([]parquet.Row, 64)
		for n, err := r.ReadRows(buffer); n > 0; n, err = r.ReadRows(buffer) {
			for _, row := range buffer[:n] {
				for c, v := range row {
					cells++
					if got := asInCSV(v); got != rows[at][c] {
						t.Fatalf("row %d, %s: %q, want %q", at, rows[0][c], got, rows[at][c])
					}
				}
				at++
			}
			if err != nil {
				break
			}
		}
		_ = r.Close()
	}
	if at != len(rows) {
		t.Errorf("%d rows, want %d", at-1, len(rows)-1)
	}
	return cells
}

// asInCSV is a value as it stands in CSV.
func asInCSV(v parquet.Value) string {
	switch {
	case v.IsNull():
		return ""
	case v.Kind() == parquet.Double:
		if v.Double() == 0 {
			return "0"
		}
		return strconv.FormatFloat(v.Double(), 'g', -1, 64)
	case v.Kind() == parquet.Int32:
		return strconv.Itoa(int(v.Int32()))
	}
	return string(v.ByteArray())
}

// Writing the data of a replicate, events left out, is to cost at most twice simulating it:
// parquet and csv, less recorded, against trial. Recorded is the trial with all that its
// data tell of, in place of what its outcomes need.
func BenchmarkData(b *testing.B) {
	m := compiled(b, "needle-exchange")
	b.Run("trial", func(b *testing.B) {
		w := m.NewWorkspace()
		for r := range b.N {
			w.Begin(1, r)
			w.Trial()
		}
	})
	b.Run("recorded", func(b *testing.B) {
		w := m.NewRecorder(false)
		for r := range b.N {
			w.Show(1, r)
		}
	})
	b.Run("run", func(b *testing.B) {
		if _, err := analysis.Run(b.Context(), m, analysis.Options{Replicates: b.N, Seed: 1, Workers: 1}); err != nil {
			b.Fatal(err)
		}
	})
	for _, format := range []TableFormat{Parquet, CSV} {
		b.Run(string(format), func(b *testing.B) {
			about := AboutData("x", m.Scenario, b.N, format, false, "", "")
			d, err := OpenData(b.TempDir(), about, m.Scenario)
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			blocks, _ := about.Blocks()
			w := trial.NewRecorder(m, false)
			b.ResetTimer()
			for _, block := range blocks {
				if err := d.Write(block, w.Tables, func(r int) error { w.Show(r); return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
