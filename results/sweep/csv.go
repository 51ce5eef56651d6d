package sweep

import (
	"fmt"
	"io"
	"reflect"
	"slices"

	"caseload/results/report"
)

// CSV writes a line for each row of each cell, with a column for each key. A cell
// that can't be made has one line, with its reason.
func (s *Sweep) CSV(w io.Writer) error {
	head := []string{"cell"}
	for k := range s.Keys {
		head = append(head, s.Keys[k].Key)
	}
	head = append(head, "reason")
	var names []string
	var rows [][]string
	for i := range s.Cells {
		c := &s.Cells[i]
		first := []string{fmt.Sprint(c.Cell)}
		for k := range c.Keys {
			text := c.Keys[k].text()
			if c.Keys[k].Value == nil {
				text = ""
			}
			first = append(first, text)
		}
		first = append(first, c.Reason)
		if c.Reason != "" {
			rows = append(rows, first)
		}
		for k := range c.Rows {
			cells, err := report.CellsOf(&c.Rows[k].Row)
			if err != nil {
				return err
			}
			cells = append(cells, numbersOf(&c.Rows[k])...)
			line := slices.Clone(first)
			names = names[:0]
			for _, x := range cells {
				names, line = append(names, x.Name), append(line, x.Value)
			}
			rows = append(rows, line)
		}
	}
	head = append(head, names...)
	for i := range rows {
		rows[i] = append(rows[i], make([]string, len(head)-len(rows[i]))...)
	}
	return report.WriteCSV(w, head, rows)
}

// numbersOf are a sweep's own numbers of a row.
func numbersOf(r *Row) []report.Cell {
	return numbersIn(reflect.ValueOf(*r))
}

// numbersIn are the numbers of a struct under their JSON names.
func numbersIn(v reflect.Value) []report.Cell {
	var out []report.Cell
	for k := range v.NumField() {
		if n, ok := v.Field(k).Interface().(report.Number); ok {
			out = append(out, report.Cell{Name: v.Type().Field(k).Tag.Get("json"), Value: n.CSV()})
		}
	}
	return out
}

// DifferencesCSV writes a line for each difference.
func (s *Sweep) DifferencesCSV(w io.Writer) error {
	head := []string{"from", "to", "relation", "key", "outcome", "subgroup", "contrast", "method", "set", "power", "power_mcse", "mean", "mean_mcse"}
	var rows [][]string
	for i := range s.Differences {
		d := &s.Differences[i]
		rows = append(rows, []string{fmt.Sprint(d.From), fmt.Sprint(d.To), d.Relation, d.Key, d.Outcome, d.Subgroup, d.Contrast, d.Method, string(d.Set),
			d.Power.CSV(), d.PowerMCSE.CSV(), d.Mean.CSV(), d.MeanMCSE.CSV()})
	}
	return report.WriteCSV(w, head, rows)
}
