package evidence

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// rowsOf reads an embedded file of comma-separated values, whose first row is columns, and
// returns the rows after it. It panics at anything else; a test reads each file.
func rowsOf(name, text, columns string) [][]string {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || strings.Join(rows[0], ",") != columns {
		panic(fmt.Sprintf("%s: %v, %v", name, err, rows))
	}
	return rows[1:]
}

// number reads a number of a file that rowsOf read.
func number(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return x
}
