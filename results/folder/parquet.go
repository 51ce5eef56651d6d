package folder

import (
	"encoding/binary"
	"fmt"
	"io"

	"caseload/analysis"
	"caseload/results/trial"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// parquetMagic begins and ends a file of Parquet.
const parquetMagic = "PAR1"

// parquetTable writes a table as Parquet (github.com/apache/parquet-format), in row groups
// of at most rowGroup rows. A column of a row group is one page of values, after one with
// its different values unless they are too many. The library has a writer, too, for which each cell is
// a value of any type: that takes several times as long as to simulate what is written.
type parquetTable struct {
	d      *trial.Dataset
	w      io.Writer
	at     int64 // bytes written
	chunks []*chunk
	rowsIn int // of the row group
	file   format.FileMetaData
	page   []byte
}

// newParquetTable begins a file. About are keys and values of its metadata.
func newParquetTable(w io.Writer, d *trial.Dataset, about []string) (*parquetTable, error) {
	t := &parquetTable{d: d, w: w, chunks: make([]*chunk, len(d.Columns))}
	t.file = format.FileMetaData{Version: 1, CreatedBy: fmt.Sprintf("caseload version %d", analysis.ModelVersion),
		Schema: []format.SchemaElement{{Name: d.Name, NumChildren: thrift.New(int32(len(d.Columns)))}}}
	for k := range t.chunks {
		t.chunks[k] = spareChunks.Get().(*chunk)
		t.chunks[k].begin(&d.Columns[k])
		t.file.Schema = append(t.file.Schema, parquetColumn(&d.Columns[k]))
	}
	for k := 0; k+1 < len(about); k += 2 {
		t.file.KeyValueMetadata = append(t.file.KeyValueMetadata, format.KeyValue{Key: about[k], Value: about[k+1]})
	}
	return t, t.write([]byte(parquetMagic))
}

// parquetColumn is what a column is in Parquet. Booleans are 0 and 1, as in CSV.
func parquetColumn(c *trial.DatasetColumn) format.SchemaElement {
	e := format.SchemaElement{Name: c.Name, Type: thrift.New(parquetType(c)), RepetitionType: thrift.New(format.Optional)}
	if parquetType(c) == format.ByteArray {
		e.ConvertedType = thrift.New(deprecated.UTF8)
		e.LogicalType.Value = &format.StringType{}
	}
	return e
}

func parquetType(c *trial.DatasetColumn) format.Type {
	switch c.Type {
	case "number":
		return format.Double
	case "integer", "boolean":
		return format.Int32
	}
	return format.ByteArray
}

func (t *parquetTable) write(p []byte) error {
	n, err := t.w.Write(p)
	t.at += int64(n)
	return err
}

// rows takes the rows that the table has. Those of one trial are in one row group, if it
// can hold them.
func (t *parquetTable) rows() error {
	for from, n := 0, t.d.Rows(); from < n; {
		room := rowGroup - t.rowsIn
		if t.rowsIn > 0 && n-from > room {
			if err := t.flush(); err != nil {
				return err
			}
			room = rowGroup
		}
		to := min(n, from+room)
		for k := range t.chunks {
			t.chunks[k].add(&t.d.Columns[k], from, to)
		}
		t.rowsIn += to - from
		from = to
	}
	return nil
}

// flush writes the row group.
func (t *parquetTable) flush() error {
	if t.rowsIn == 0 {
		return nil
	}
	group := format.RowGroup{NumRows: int64(t.rowsIn), FileOffset: t.at, Ordinal: int16(len(t.file.RowGroups))}
	for k := range t.chunks {
		about, err := t.flushChunk(t.chunks[k], &t.d.Columns[k])
		if err != nil {
			return err
		}
		group.Columns = append(group.Columns, format.ColumnChunk{MetaData: about})
		group.TotalByteSize += about.TotalUncompressedSize
		group.TotalCompressedSize += about.TotalCompressedSize
		t.chunks[k].reset()
	}
	t.file.RowGroups = append(t.file.RowGroups, group)
	t.file.NumRows += int64(t.rowsIn)
	t.rowsIn = 0
	return nil
}

// flushChunk writes a column of the row group, and says what of it is where.
func (t *parquetTable) flushChunk(c *chunk, column *trial.DatasetColumn) (about format.ColumnMetaData, err error) {
	about = format.ColumnMetaData{Type: parquetType(column), PathInSchema: []string{column.Name}, Codec: format.Uncompressed, NumValues: int64(t.rowsIn)}
	about.Statistics.NullCount = int64(t.rowsIn - c.values())
	began, encoding := t.at, format.Plain
	if !c.plain {
		encoding = format.RLEDictionary
		about.DictionaryPageOffset = t.at
		t.page = c.appendDictionary(t.page[:0])
		if err = t.writePage(&format.PageHeader{Type: format.DictionaryPage,
			DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(c.different()), Encoding: format.Plain})}); err != nil {
			return about, err
		}
	}
	about.Encoding = []format.Encoding{format.Plain, format.RLE}
	if !c.plain {
		about.Encoding = append(about.Encoding, format.RLEDictionary)
	}
	about.DataPageOffset = t.at
	t.page = c.appendValues(t.page[:0])
	err = t.writePage(&format.PageHeader{Type: format.DataPage,
		DataPageHeader: thrift.New(format.DataPageHeader{NumValues: int32(t.rowsIn), Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})})
	about.TotalUncompressedSize = t.at - began
	about.TotalCompressedSize = about.TotalUncompressedSize
	return about, err
}

// writePage writes the page behind its header.
func (t *parquetTable) writePage(h *format.PageHeader) error {
	h.UncompressedPageSize, h.CompressedPageSize = int32(len(t.page)), int32(len(t.page))
	head, err := thrift.Marshal(new(thrift.CompactProtocol), h)
	if err != nil {
		return err
	}
	if err := t.write(head); err != nil {
		return err
	}
	return t.write(t.page)
}

func (t *parquetTable) end() error {
	if err := t.flush(); err != nil {
		return err
	}
	for _, c := range t.chunks {
		spareChunks.Put(c)
	}
	foot, err := thrift.Marshal(new(thrift.CompactProtocol), &t.file)
	if err != nil {
		return err
	}
	foot = binary.LittleEndian.AppendUint32(foot, uint32(len(foot)))
	return t.write(append(foot, parquetMagic...))
}
