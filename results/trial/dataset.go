package trial

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Dataset is a table of a trial: rows, and columns that say what they are. Files and
// the data dictionary are made of the same columns, so that neither can say what the
// other doesn't.
type Dataset struct {
	Name    string // of the file
	Columns []DatasetColumn
	rows    func() int
}

// DatasetColumn is a column of a Dataset. A cell that is empty is missing.
type DatasetColumn struct {
	Name    string
	Type    string // integer, number, boolean (0 or 1), logical (true or false) or text
	Unit    string
	Meaning string

	number func(row int) float64 // of integers, numbers and booleans; NaN is missing
	text   func(row int) string  // of the others; "" is missing
	exact  bool                  // every digit is kept
}

// Rows returns how many rows there are.
func (d *Dataset) Rows() int { return d.rows() }

// Number returns a cell of a column of integers, numbers or booleans, NaN if it is
// missing. What is measured is rounded to a millionth: a day's tick is not much shorter.
func (c *DatasetColumn) Number(row int) float64 {
	x := c.number(row)
	if c.Type == "number" && !c.exact {
		return math.Round(x*1e6) / 1e6
	}
	return x
}

// Text returns a cell of a column of text, "" if it is missing.
func (c *DatasetColumn) Text(row int) string { return c.text(row) }

// CSV writes the file.
func (d *Dataset) CSV(w io.Writer) error {
	if err := d.CSVHead(w); err != nil {
		return err
	}
	return d.CSVRows(w)
}

// CSVHead writes the line of names.
func (d *Dataset) CSVHead(w io.Writer) error {
	var line []byte
	for k := range d.Columns {
		line = appendText(append(line, ','), d.Columns[k].Name)
	}
	_, err := w.Write(append(line[1:], '\n'))
	return err
}

// CSVRows writes the lines of the rows.
func (d *Dataset) CSVRows(w io.Writer) error {
	const room = 1 << 15
	text := make([]byte, 0, room)
	for r := range d.rows() {
		for k := range d.Columns {
			if k > 0 {
				text = append(text, ',')
			}
			text = d.Columns[k].appendCell(text, r)
		}
		if text = append(text, '\n'); len(text) > room/2 {
			if _, err := w.Write(text); err != nil {
				return err
			}
			text = text[:0]
		}
	}
	_, err := w.Write(text)
	return err
}

// appendCell appends a cell as it stands in a line of CSV.
func (c *DatasetColumn) appendCell(to []byte, row int) []byte {
	if c.text != nil {
		return appendText(to, c.text(row))
	}
	x := c.Number(row)
	switch {
	case x != x || math.IsInf(x, 0):
		return to
	case c.exact:
		return strconv.AppendFloat(to, x, 'g', -1, 64)
	case c.Type == "number":
		return appendNumber(to, x)
	}
	return strconv.AppendInt(to, int64(x), 10)
}

// appendText quotes what has to be.
func appendText(to []byte, text string) []byte {
	if !strings.ContainsAny(text, ",\"\r\n") && !strings.HasPrefix(text, " ") && text != `\.` {
		return append(to, text...)
	}
	to = append(to, '"')
	to = append(to, strings.ReplaceAll(text, `"`, `""`)...)
	return append(to, '"')
}

// appendNumber appends the shortest decimal that reads back as x, which is rounded to a
// millionth: of those of usual size, which have fewer digits than a float64 tells apart,
// its own digits.
func appendNumber(to []byte, x float64) []byte {
	size := math.Abs(x)
	switch {
	case x == 0:
		return append(to, '0')
	case size < 1e-4 || size >= 1e6:
		return strconv.AppendFloat(to, x, 'g', -1, 64)
	}
	if x < 0 {
		to = append(to, '-')
	}
	millionths := int64(math.Round(size * 1e6))
	to = strconv.AppendInt(to, millionths/1e6, 10)
	rest := millionths % 1e6
	if rest == 0 {
		return to
	}
	to = append(to, '.')
	for unit := int64(1e5); rest > 0; unit /= 10 {
		to = append(to, byte('0'+rest/unit))
		rest %= unit
	}
	return to
}

// addNumber adds a column of integers, numbers or booleans.
func (d *Dataset) addNumber(name, kind, unit, meaning string, of func(row int) float64) {
	d.Columns = append(d.Columns, DatasetColumn{Name: name, Type: kind, Unit: unit, Meaning: meaning, number: of})
}

// addText adds a column of text.
func (d *Dataset) addText(name, meaning string, of func(row int) string) {
	d.Columns = append(d.Columns, DatasetColumn{Name: name, Type: "text", Meaning: meaning, text: of})
}

// Datasets are the trial's files: clients, visits, events, and the dictionary
// that explains their columns.
func (t *Trial) Datasets() []*Dataset {
	data := (&Data{model: t.model, shown: t.shown}).tables(true)
	for _, d := range data {
		d.Name += ".csv"
	}
	return append(data, dictionary(data))
}

// DictionaryName is the file that explains the columns of others.
const DictionaryName = "dictionary.csv"

// dictionary explains all columns of the files, its own included.
func dictionary(data []*Dataset) *Dataset {
	type entry struct {
		file   string
		column *DatasetColumn
	}
	var all []entry
	d := &Dataset{Name: DictionaryName, rows: func() int { return len(all) }}
	add := func(name, meaning string, cell func(e *entry) string) {
		d.addText(name, meaning, func(r int) string { return cell(&all[r]) })
	}
	add("file", "file that the column is in", func(e *entry) string { return e.file })
	add("column", "its name", func(e *entry) string { return e.column.Name })
	add("type", "integer, number, boolean (0 or 1), logical (true or false) or text; an empty cell is missing", func(e *entry) string { return e.column.Type })
	add("unit", "unit of a number", func(e *entry) string { return e.column.Unit })
	add("meaning", "what it says", func(e *entry) string { return e.column.Meaning })
	for _, file := range append(slices.Clone(data), d) {
		for c := range file.Columns {
			all = append(all, entry{file.Name, &file.Columns[c]})
		}
	}
	return d
}

// indicator is 1 for true and 0 for false.
func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
