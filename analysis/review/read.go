package review

import (
	"math"
	"strconv"

	"caseload/scenarios"
)

// MaxRows is the largest body of studies that is read.
const MaxRows = 10000

// Read reads the studies of a file, whose name is for messages. Fields are separated
// by commas, or by the tabs or semicolons that the header has more of; with these
// decimals may have a comma. Lines that begin with # are comments. Empty fields, NA and
// a period are missing: a row that lacks a value that is used is skipped. All that is
// wrong is returned at once, as scenarios.Problems.
func Read(name string, text []byte, o Options) (*Data, error) {
	r := &reader{name: name, o: o, data: &Data{File: name}}
	if r.split(text) {
		r.locate()
		if r.layout != nil {
			r.rows()
		}
	}
	if len(r.problems) > 0 {
		return nil, r.problems.Sorted()
	}
	return r.data, nil
}

type reader struct {
	name       string
	o          Options
	comma      bool   // decimals may have one
	marked     string // the first number with a decimal mark, and its line
	markedAt   int
	mixed      bool // another mark was found
	header     []string
	headerLine int
	lines      [][]string
	numbers    []int // of the lines
	problems   scenarios.Problems
	data       *Data

	layout  *layout
	at      []int // columns of the layout's roles
	second  int   // the column of standard errors beside variances, or -1
	apart   []disagreement
	study   int
	total   int
	columns map[string]int // by name as asked
}

func (r *reader) problem(line int, key, got, want, hint string) {
	r.problems = append(r.problems, scenarios.Problem{File: r.name, Line: line, Key: key, Got: got, Want: want, Hint: hint})
}

// rows reads the values of all lines.
func (r *reader) rows() {
	d := r.data
	categories := r.categories()
	for k, fields := range r.lines {
		line := r.numbers[k]
		label := strconv.Itoa(k + 1)
		if r.study >= 0 && fields[r.study] != "" {
			label = fields[r.study]
		}
		if column := r.lacks(fields); column >= 0 {
			d.Skipped = append(d.Skipped, Skipped{line, label, r.header[column]})
			continue
		}
		before := len(r.problems)
		values := make([]float64, len(r.at))
		for j, c := range r.at {
			values[j] = r.value(line, c, fields[c], r.layout.roles[j].kind)
		}
		n := math.NaN()
		if r.total >= 0 && !missing(fields[r.total]) {
			n = r.value(line, r.total, fields[r.total], size)
		}
		order := math.NaN()
		if r.o.Order != "" {
			order = r.value(line, r.columns[r.o.Order], fields[r.columns[r.o.Order]], number)
		}
		var y, v float64
		if len(r.problems) == before {
			y, v = r.effect(line, values, &n)
			r.compare(line, label, fields)
		}
		d.Study, d.Line = append(d.Study, label), append(d.Line, line)
		d.Y, d.V, d.N = append(d.Y, y), append(d.V, v), append(d.N, n)
		r.others(line, fields, order, categories)
	}
	if len(d.Y) == 0 && len(r.problems) == 0 {
		r.problem(0, "", "no study with all values that are used", "at least one", "")
	}
	r.warn()
}

// others takes the columns that were asked for.
func (r *reader) others(line int, fields []string, order float64, categories []bool) {
	d := r.data
	if r.o.Subgroup != "" {
		d.Subgroup = append(d.Subgroup, fields[r.columns[r.o.Subgroup]])
	}
	if r.o.Cluster != "" {
		d.Cluster = append(d.Cluster, fields[r.columns[r.o.Cluster]])
	}
	if r.o.Order != "" {
		d.Order = append(d.Order, order)
	}
	for j, name := range r.moderators() {
		if len(d.Moderators) <= j {
			d.Moderators = append(d.Moderators, Moderator{Name: name})
		}
		field, m := fields[r.columns[name]], &d.Moderators[j]
		if categories[j] {
			m.Texts = append(m.Texts, field)
		} else {
			x := r.value(line, r.columns[name], field, number)
			m.Numbers = append(m.Numbers, x)
		}
	}
}

func (r *reader) moderators() []string {
	return append(r.o.Moderators[:len(r.o.Moderators):len(r.o.Moderators)], r.o.Factors...)
}

// categories reports which moderators are not numbers.
func (r *reader) categories() []bool {
	var out []bool
	for j, name := range r.moderators() {
		texts := j >= len(r.o.Moderators)
		for _, fields := range r.lines {
			field := fields[r.columns[name]]
			if _, ok := parse(field, r.comma); !ok && !missing(field) {
				texts = true
			}
		}
		out = append(out, texts)
	}
	return out
}

// lacks returns the first used column whose value is missing in a line, or -1.
func (r *reader) lacks(fields []string) int {
	used := r.at
	for _, name := range append(r.moderators(), r.o.Subgroup, r.o.Cluster, r.o.Order) {
		if name != "" {
			used = append(used[:len(used):len(used)], r.columns[name])
		}
	}
	for _, c := range used {
		if missing(fields[c]) {
			return c
		}
	}
	return -1
}
