package folder

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// table reads estimates.csv.
func table(t *testing.T, dir string) (head []string, rows [][]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(files(t, dir)["estimates.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func TestEstimatesAreARowForEveryAnalysisOfEveryReplicate(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	const replicates = 1300
	whole(t, dir, id, replicates)
	head, rows := table(t, dir)
	if got := strings.Join(head, " "); got != "replicate outcome subgroup contrast method set effect status estimate se df low high stat p smd n_treated n_control mean_treated mean_control missing truth" {
		t.Errorf("columns %s", got)
	}
	if len(rows) != 2*replicates {
		t.Fatalf("%d rows, want %d", len(rows), 2*replicates)
	}
	for k, r := range rows {
		replicate, a := k/2, k%2
		want := row(id.Layout, replicate)[a*fitNumbers:]
		if r[0] != strconv.Itoa(replicate) || r[1] != id.Layout.Keys[a].Outcome {
			t.Fatalf("row %d is of replicate %s, %s", k, r[0], r[1])
		}
		if failed := r[7] == "empty arm"; failed != ((replicate+a)%7 == 0) || failed && r[8] != "" {
			t.Errorf("row %d has status %s and estimate %q", k, r[7], r[8])
		}
		for c, x := range want[1:14] {
			text := ""
			if !undefined(x) {
				text = strconv.FormatFloat(x, 'g', -1, 64)
			}
			if r[8+c] != text {
				t.Fatalf("row %d: %s is %q, want %q", k, head[8+c], r[8+c], text)
			}
		}
	}
	if rows[2][6] != "RD" || rows[3][6] != "MD" {
		t.Errorf("effects %s and %s", rows[2][6], rows[3][6])
	}
}

// The Parquet file has the numbers of the CSV, no NaN, row groups of bounded
// size and the run's hash and seed.
func TestParquetHasTheNumbersOfTheCSV(t *testing.T) {
	id, dir := madeUp(t, 1, 60), t.TempDir()
	const replicates = 40_000 // more than a row group
	whole(t, dir, id, replicates)
	text := files(t, dir)["estimates.parquet"]
	f, err := parquet.OpenFile(bytes.NewReader([]byte(text)), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.RowGroups()); n != (2*replicates+rowGroup-1)/rowGroup {
		t.Errorf("%d row groups", n)
	}
	hash, _ := f.Lookup("caseload.hash")
	seed, _ := f.Lookup("caseload.seed")
	if hash != id.Scenario.Hash() || seed != "1" {
		t.Errorf("hash %q, seed %q", hash, seed)
	}
	for _, column := range f.Metadata().RowGroups[0].Columns { // see estimateRow
		if slices.Contains(column.MetaData.Encoding, format.RLEDictionary) {
			t.Errorf("%v has a dictionary, which is encoded in other bytes on other processors", column.MetaData.PathInSchema)
		}
	}
	head, rows := table(t, dir)
	r := parquet.NewReader(f)
	buffer := make([]parquet.Row, 1000)
	k := 0
	for {
		n, err := r.ReadRows(buffer)
		for _, got := range buffer[:n] {
			for c, v := range got {
				cell := v.String()
				switch {
				case v.IsNull():
					cell = ""
				case v.Kind() == parquet.Double:
					cell = strconv.FormatFloat(v.Double(), 'g', -1, 64)
				}
				if cell != rows[k][c] {
					t.Fatalf("row %d: %s is %q, in the CSV %q", k, head[c], cell, rows[k][c])
				}
			}
			k++
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if k != len(rows) {
		t.Errorf("%d rows, in the CSV %d", k, len(rows))
	}
}

// BenchmarkFinish says what a replicate costs on the disk and in time.
func BenchmarkFinish(b *testing.B) {
	id := madeUp(b, 1, 60)
	const replicates = 16 * PartSize
	for b.Loop() {
		dir := b.TempDir()
		f := opened(b, dir, id)
		start := time.Now()
		run(b, f, id.Layout, 0, replicates)
		kept := time.Since(start)
		if err := f.Finish(replicates); err != nil {
			b.Fatal(err)
		}
		_ = f.Close()
		sizes := map[string]int{}
		for name, text := range files(b, dir) {
			sizes[strings.Split(name, "/")[0]] += len(text)
		}
		b.ReportMetric(float64(kept.Microseconds())/replicates, "us-keep/replicate")
		b.ReportMetric(float64((time.Since(start)-kept).Microseconds())/replicates, "us-finish/replicate")
		for _, name := range []string{"parts", "estimates.parquet", "estimates.csv"} {
			b.ReportMetric(float64(sizes[name])/replicates, fmt.Sprintf("B-%s/replicate", name))
		}
	}
}
