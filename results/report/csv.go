package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// writeJSON writes one object, indented.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// WriteCSV writes rows of cells under a head. Cells that a spreadsheet would take for
// formulas begin with an apostrophe.
func WriteCSV(w io.Writer, head []string, rows [][]string) error {
	c := csv.NewWriter(w)
	if err := c.Write(head); err != nil {
		return err
	}
	line := []string{}
	for _, row := range rows {
		line = line[:0]
		for _, cell := range row {
			line = append(line, guarded(cell))
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// namedCell is a CSV cell under its JSON name.
type Cell struct{ Name, Value string }

// CellsOf reads a row's numbers and texts in the order of its JSON object, so
// that the names of both can't drift apart.
func CellsOf(row any) ([]Cell, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var cells []Cell
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if !nested(value) {
			cells = append(cells, Cell{key.(string), plain(value)})
		}
	}
	return cells, nil
}

// nested reports whether a value is an object or a list of objects, which have no cell.
func nested(value any) bool {
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	_, object := value.(map[string]any)
	return object
}

func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	}
	return fmt.Sprint(value)
}
