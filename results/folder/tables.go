package folder

import (
	"io"
	"strconv"

	"caseload/results/trial"
)

// A TableFormat is how tables are written; its name ends the names of files.
type TableFormat string

// The formats.
const (
	Parquet TableFormat = "parquet"
	CSV     TableFormat = "csv"
)

// TableFormats lists them.
func TableFormats() []string { return []string{string(Parquet), string(CSV)} }

// A tableWriter writes the rows that a table has at the time, again and again.
type tableWriter interface {
	rows() error
	end() error
}

// newTableWriter begins a file of a table.
func newTableWriter(w io.Writer, d *trial.Dataset, format TableFormat, about []string) (tableWriter, error) {
	if format == CSV {
		return csvTable{w, d}, d.CSVHead(w)
	}
	return newParquetTable(w, d, about)
}

type csvTable struct {
	w io.Writer
	d *trial.Dataset
}

func (t csvTable) rows() error { return t.d.CSVRows(t.w) }
func (t csvTable) end() error  { return nil }

// tableFile is a file of a table that has all its rows.
func tableFile(name string, d *trial.Dataset, format TableFormat, about []string) File {
	return File{name + "." + string(format), func(w io.Writer) error {
		t, err := newTableWriter(w, d, format, about)
		if err != nil {
			return err
		}
		if err := t.rows(); err != nil {
			return err
		}
		return t.end()
	}}
}

// metadata are the keys and values of a Parquet file that say which run it is of.
func (m *Manifest) metadata() []string {
	return []string{"caseload.hash", m.Hash, "caseload.seed", strconv.FormatInt(m.Seed, 10), "caseload.model_version", strconv.Itoa(m.ModelVersion)}
}
