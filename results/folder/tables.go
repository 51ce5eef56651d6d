package folder

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"caseload/analysis"
	"caseload/results/trial"

	"github.com/parquet-go/parquet-go"
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
	return newParquetTable(w, d, about), nil
}

type csvTable struct {
	w io.Writer
	d *trial.Dataset
}

func (t csvTable) rows() error { return t.d.CSVRows(t.w) }
func (t csvTable) end() error  { return nil }

// smallNumbers is how many whole numbers, from 0 on, are made once for each column.
const smallNumbers = 256

// parquetTable writes column by column.
type parquetTable struct {
	d       *trial.Dataset
	w       *parquet.GenericWriter[any]
	cells   []parquet.Value               // scratch: of one column
	texts   []map[string]parquet.Value    // by column: those met, so that each is copied once
	pending int                           // rows of the row group
	small   [][smallNumbers]parquet.Value // by column
}

// columns is a group whose fields stay in the order of the table.
type columns struct {
	parquet.Group
	names []string
}

// Fields returns the fields in order; those of Group are sorted by name.
func (c columns) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range c.Group.Fields() {
		byName[f.Name()] = f
	}
	var list []parquet.Field
	for _, name := range c.names {
		list = append(list, byName[name])
	}
	return list
}

// parquetNode is what a column is in Parquet. Booleans are 0 and 1, as in CSV.
func parquetNode(c *trial.DatasetColumn) parquet.Node {
	switch c.Type {
	case "number":
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	case "integer", "boolean":
		return parquet.Optional(parquet.Encoded(parquet.Leaf(parquet.Int32Type), &parquet.RLEDictionary))
	}
	return parquet.Optional(parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
}

// newParquetTable begins a file. About are keys and values of its metadata.
func newParquetTable(w io.Writer, d *trial.Dataset, about []string) *parquetTable {
	group := columns{Group: parquet.Group{}}
	for k := range d.Columns {
		c := &d.Columns[k]
		group.Group[c.Name] = parquetNode(c)
		group.names = append(group.names, c.Name)
	}
	options := []parquet.WriterOption{parquet.NewSchema(d.Name, group), parquet.Compression(&parquet.Snappy),
		parquet.CreatedBy("caseload", fmt.Sprint(analysis.ModelVersion), "")}
	for _, name := range group.names { // nobody looks for a page by the values in it
		options = append(options, parquet.SkipPageBounds(name))
	}
	for k := 0; k+1 < len(about); k += 2 {
		options = append(options, parquet.KeyValueMetadata(about[k], about[k+1]))
	}
	t := &parquetTable{d: d, w: parquet.NewGenericWriter[any](w, options...), texts: make([]map[string]parquet.Value, len(d.Columns))}
	t.small = make([][smallNumbers]parquet.Value, len(d.Columns))
	for k := range t.texts {
		t.texts[k] = map[string]parquet.Value{}
		for x := range t.small[k] {
			t.small[k][x] = parquet.Int32Value(int32(x)).Level(0, 1, k)
		}
	}
	return t
}

func (t *parquetTable) rows() error {
	n := t.d.Rows()
	if t.pending > 0 && t.pending+n > rowGroup {
		if err := t.w.Flush(); err != nil {
			return err
		}
		t.pending = 0
	}
	t.pending += n
	for k, to := range t.w.ColumnWriters() {
		t.gather(&t.d.Columns[k], k, n)
		if _, err := to.WriteRowValues(t.cells); err != nil {
			return err
		}
	}
	return nil
}

// gather takes the cells of column k. Values that come again and again are made once.
func (t *parquetTable) gather(c *trial.DatasetColumn, k, n int) {
	t.cells = slices.Grow(t.cells[:0], n)[:n]
	missing := parquet.NullValue().Level(0, 0, k)
	switch c.Type {
	case "number":
		for r := range t.cells {
			t.cells[r] = missing
			if x := c.Number(r); !undefined(x) {
				t.cells[r] = parquet.DoubleValue(x).Level(0, 1, k)
			}
		}
	case "integer", "boolean":
		small := &t.small[k]
		for r := range t.cells {
			switch x := c.Number(r); {
			case x >= 0 && x < float64(len(small)):
				t.cells[r] = small[int(x)]
			case math.IsNaN(x):
				t.cells[r] = missing
			default:
				t.cells[r] = parquet.Int32Value(int32(x)).Level(0, 1, k)
			}
		}
	default:
		last, v := "", missing
		for r := range t.cells {
			if text := c.Text(r); text != last {
				last, v = text, missing
				if text != "" {
					v = t.text(k, text)
				}
			}
			t.cells[r] = v
		}
	}
}

// text is a text in column k.
func (t *parquetTable) text(k int, text string) parquet.Value {
	v, known := t.texts[k][text]
	if !known {
		v = parquet.ByteArrayValue([]byte(text)).Level(0, 1, k)
		t.texts[k][text] = v
	}
	return v
}

func (t *parquetTable) end() error { return t.w.Close() }

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
