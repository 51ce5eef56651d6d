package trial

import (
	"math"
	"slices"
)

// A Dataset is a table of a trial: rows, and columns that say what they are. Files and
// the data dictionary are made of the same columns, so that neither can say what the
// other doesn't.
type Dataset struct {
	Name    string // of the file
	Columns []DatasetColumn
	rows    func() int
	cells   []float64 // scratch of CSVRows, like lines
	lines   []byte
}

// DatasetColumn is a column of a Dataset. A cell that is empty is missing.
type DatasetColumn struct {
	Name    string
	Type    string // integer, number, boolean (0 or 1), logical (true or false) or text
	Unit    string
	Meaning string

	fill  func(cells []float64, from int) // with the rows from on; of integers, numbers and booleans; NaN is missing
	text  func(row int) string            // of the others; "" is missing
	holds cellKind
}

// cellKind is what is in the cells of a column.
type cellKind uint8

const (
	texts   cellKind = iota
	whole            // integers and booleans
	rounded          // numbers, to a millionth
	exact            // numbers of which every digit is kept
)

// Rows returns how many rows there are.
func (d *Dataset) Rows() int { return d.rows() }

// Number returns a cell of a column of integers, numbers or booleans, NaN if it is
// missing. What is measured is rounded to a millionth: a day's tick is not much shorter.
func (c *DatasetColumn) Number(row int) float64 {
	var cell [1]float64
	c.Numbers(cell[:], row)
	return cell[0]
}

// Numbers fills cells with those of the rows from on, as Number returns them.
func (c *DatasetColumn) Numbers(cells []float64, from int) {
	c.fill(cells, from)
	if c.holds == rounded {
		for k, x := range cells {
			cells[k] = roundMillions(x*1e6) / 1e6
		}
	}
}

// roundMillions is math.Round, by the instruction that cuts off digits.
func roundMillions(x float64) float64 {
	const whole = 1 << 52 // numbers from here on have no fraction
	if !(math.Abs(x) < whole) {
		return x
	}
	n := float64(int64(x))
	if rest := float64(x) - n; rest >= 0.5 { // of a product that is not fused with the difference
		n++
	} else if rest <= -0.5 {
		n--
	}
	return n
}

// Text returns a cell of a column of text, "" if it is missing.
func (c *DatasetColumn) Text(row int) string { return c.text(row) }

// addNumber adds a column of integers, numbers or booleans.
func (d *Dataset) addNumber(name, kind, unit, meaning string, of func(row int) float64) {
	d.addNumbers(name, kind, unit, meaning, func(cells []float64, from int) {
		for k := range cells {
			cells[k] = of(from + k)
		}
	})
}

// addNumbers adds a column of them whose cells are filled by fill.
func (d *Dataset) addNumbers(name, kind, unit, meaning string, fill func(cells []float64, from int)) {
	holds := whole
	if kind == "number" {
		holds = rounded
	}
	d.Columns = append(d.Columns, DatasetColumn{Name: name, Type: kind, Unit: unit, Meaning: meaning, fill: fill, holds: holds})
}

// addExact adds a column of numbers of which every digit is kept.
func (d *Dataset) addExact(name, meaning string, of func(row int) float64) {
	d.addNumber(name, "number", "", meaning, of)
	d.Columns[len(d.Columns)-1].holds = exact
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
