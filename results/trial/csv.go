package trial

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

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

// CSVRows writes the lines of the rows. Cells are gathered column by column, some rows at a
// time, and written line by line.
func (d *Dataset) CSVRows(w io.Writer) error {
	const some = 256
	for from, n := 0, d.rows(); from < n; from += some {
		rows := min(some, n-from)
		d.cells = slices.Grow(d.cells[:0], len(d.Columns)*rows)[:len(d.Columns)*rows]
		for k := range d.Columns {
			if c := &d.Columns[k]; c.fill != nil {
				c.fill(d.cells[k*rows:][:rows], from)
			}
		}
		text := d.lines[:0]
		for r := range rows {
			for k := range d.Columns {
				c, x := &d.Columns[k], d.cells[k*rows+r]
				if c.holds == whole && 0 <= x && x <= 9 { // most are
					text = append(text, '0'+byte(x), ',')
					continue
				}
				text = append(c.appendCell(text, x, from+r), ',')
			}
			text[len(text)-1] = '\n'
		}
		d.lines = text
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// appendCell appends a cell as it stands in a line of CSV: x, which is not rounded yet, or
// the text of the row.
func (c *DatasetColumn) appendCell(to []byte, x float64, row int) []byte {
	switch {
	case c.holds == texts:
		return appendText(to, c.text(row))
	case x-x != 0: // not a number, or infinite
		return to
	case c.holds == exact:
		return strconv.AppendFloat(to, x, 'g', -1, 64)
	case c.holds == rounded:
		return appendNumber(to, x)
	}
	return strconv.AppendInt(to, int64(x), 10)
}

// appendText quotes what has to be.
func appendText(to []byte, text string) []byte {
	plain := text == "" || text[0] != ' ' && text != `\.`
	for k := range len(text) {
		switch text[k] {
		case ',', '"', '\r', '\n':
			plain = false
		}
	}
	if plain {
		return append(to, text...)
	}
	to = append(to, '"')
	to = append(to, strings.ReplaceAll(text, `"`, `""`)...)
	return append(to, '"')
}

// digits are those of the numbers up to 99, two each.
const digits = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849" +
	"5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// appendNumber appends x rounded to a millionth, as the shortest decimal that reads back as
// that: of numbers of usual size, which have fewer digits than a float64 tells apart, its own digits.
func appendNumber(to []byte, x float64) []byte {
	millionths := roundMillions(x * 1e6)
	size := uint64(math.Abs(millionths))
	switch {
	case millionths == 0:
		return append(to, '0')
	case size < 100 || size >= 1e12:
		return strconv.AppendFloat(to, millionths/1e6, 'g', -1, 64)
	case x < 0:
		to = append(to, '-')
	}
	to = strconv.AppendUint(to, size/1e6, 10)
	rest := uint32(size % 1e6)
	if rest == 0 {
		return to
	}
	high, middle, low := 2*(rest/10000), 2*(rest/100%100), 2*(rest%100)
	to = append(to, '.', digits[high], digits[high+1], digits[middle], digits[middle+1], digits[low], digits[low+1])
	for to[len(to)-1] == '0' {
		to = to[:len(to)-1]
	}
	return to
}
