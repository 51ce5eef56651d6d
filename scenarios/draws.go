package scenarios

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path"
	"strconv"
	"strings"

	"caseload/scenarios/layer"
)

// readDraws puts, in place of a row of [[uncertain]] that names a file of draws, a row
// for each column of the file: its values are a sample, and the columns a group, so that
// each replicate has one line of the file. The scenario then says all by itself.
func (l *loader) readDraws(tree *layer.Node) {
	list := tree.Child("uncertain")
	if list == nil || !list.List {
		return
	}
	var items []*layer.Node
	for i, n := range list.Items {
		name, ok := n.Text("from")
		from := n.Child("from")
		switch {
		case !ok:
			items = append(items, n)
		case len(n.Keys) > 1 || l.fsys == nil || strings.HasSuffix(from.At.File, builtinLabel):
			l.Fail(from, layer.At("uncertain", i)+".from", strconv.Quote(layer.Shorten(name)), "a file beside the scenario's own, and no other key in the row")
		default:
			items = append(items, l.drawsOf(name, from, i)...)
		}
	}
	list.Items = items
}

// drawsOf reads a file of draws, which the row i names.
func (l *loader) drawsOf(name string, from *layer.Node, i int) (rows []*layer.Node) {
	fail := func(got, want string) { l.Fail(from, layer.At("uncertain", i)+".from", got, want) }
	if !path.IsAbs(name) {
		name = path.Join(path.Dir(from.At.File), name)
	}
	data, bad := readFile(l.fsys, source{name: name})
	if bad != nil {
		fail(strconv.Quote(name)+", "+bad.Got, "a file that caseload calibrate has written")
		return nil
	}
	table, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	switch {
	case err != nil:
		fail(strconv.Quote(name)+", "+err.Error(), "comma-separated values, with keys in the first line")
		return nil
	case len(table) < 2:
		fail(strconv.Quote(name)+", without draws", "keys in the first line and a draw in each line after it")
		return nil
	}
	for k, key := range table[0] {
		sample := &layer.Node{List: true, At: from.At}
		for r, line := range table[1:] {
			x, err := strconv.ParseFloat(line[k], 64)
			if err != nil {
				fail(fmt.Sprintf("%q, line %d: %q", name, r+2, layer.Shorten(line[k])), "a number")
				return nil
			}
			sample.Items = append(sample.Items, &layer.Node{Value: x, At: from.At})
		}
		row, prior := layer.NewTable(from.At), layer.NewTable(from.At)
		prior.Keys["sample"] = sample
		row.Keys["key"], row.Keys["prior"] = &layer.Node{Value: key, At: from.At}, prior
		row.Keys["group"] = &layer.Node{Value: fmt.Sprintf("draws-%d", i+1), At: from.At}
		rows = append(rows, row)
	}
	return rows
}
