package outside

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"caseload/analysis"
	"caseload/analysis/measure"
	"caseload/analysis/replicate"
	"caseload/results/report"
)

// defaultMethod is what estimates are called that give no method.
const defaultMethod = "elsewhere"

// Add reads a file of estimates of a range of replicates: a header, then a row an
// estimate. All columns but replicate and outcome may be missing, and so may numbers:
// empty, NA or NaN. Inf counts as missing. The error lists all mistakes, each with its
// line, up to ten.
func (e *Estimates) Add(name string, text io.Reader, of replicate.Range) error {
	in := csv.NewReader(text)
	in.ReuseRecord, in.FieldsPerRecord, in.TrimLeadingSpace = true, -1, true
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: got an empty file, want a header with replicate, outcome and estimate, and a row an estimate", name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f := &file{Estimates: e, name: name, of: of, at: map[string]int{}, width: len(head)}
	if err := f.header(head); err != nil {
		return err
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return f.mistakes.error()
		}
		if err != nil {
			f.mistakes.add(fmt.Errorf("%s: %w", name, err))
			return f.mistakes.error()
		}
		f.line, _ = in.FieldPos(0)
		f.row(row)
	}
}

// file is a file of estimates being read.
type file struct {
	*Estimates
	mistakes mistakes
	name     string
	of       replicate.Range
	at       map[string]int // where a column is
	width    int
	line     int
}

// header finds the columns.
func (f *file) header(head []string) error {
	for k, name := range head {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		_, twice := f.at[name]
		switch {
		case twice:
			f.mistakes.add(fmt.Errorf("%s:1: got the column %s twice", f.name, name))
		case slices.Contains(columns, name):
			f.at[name] = k
		case name != "" && !slices.Contains(f.unread, name): // R's row names have none
			f.unread = append(f.unread, name)
		}
	}
	for _, name := range []string{"replicate", "outcome"} {
		if _, there := f.at[name]; !there {
			f.mistakes.add(fmt.Errorf("%s:1: got no column %s; want replicate, outcome, and of these what there is: %s", f.name, name, strings.Join(columns[2:], ", ")))
		}
	}
	_, estimate := f.at["estimate"]
	_, p := f.at["p"]
	if !estimate && !p {
		f.mistakes.add(fmt.Errorf("%s:1: got neither a column estimate nor p: nothing can be scored", f.name))
	}
	return f.mistakes.error()
}

// wrong notes a mistake of the row.
func (f *file) wrong(column, got, want string) {
	f.mistakes.add(fmt.Errorf("%s:%d: %s: got %q, want %s", f.name, f.line, column, got, want))
}

// text is a cell, or what stands for a missing one.
func (f *file) text(row []string, column, missing string) string {
	k, there := f.at[column]
	if !there || row[k] == "" || row[k] == "NA" {
		return missing
	}
	return strings.Clone(strings.TrimSpace(row[k]))
}

// number is a cell, NaN if it is missing.
func (f *file) number(row []string, column string) float64 {
	text := f.text(row, column, "")
	if text == "" {
		return nan
	}
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		f.wrong(column, text, "a number, or nothing")
		return nan
	case math.IsInf(x, 0):
		f.infinite++
		return nan
	}
	return x
}

// row takes an estimate.
func (f *file) row(row []string) {
	if len(row) != f.width {
		f.mistakes.add(fmt.Errorf("%s:%d: got %s, want %d as in the header", f.name, f.line, report.Counted(len(row), "cell"), f.width))
		return
	}
	text := f.text(row, "replicate", "")
	r, err := strconv.Atoi(text)
	if err != nil || r < f.of.From || r >= f.of.To {
		f.wrong("replicate", text, fmt.Sprintf("a whole number from %d to %d", f.of.From, f.of.To-1))
		return
	}
	a := analysis.Outside{Outcome: f.text(row, "outcome", ""), Subgroup: f.text(row, "subgroup", "all"), Contrast: f.text(row, "contrast", ""),
		Method: f.text(row, "method", defaultMethod), Measure: spelled(f.text(row, "measure", ""))}
	x := analysis.OutsideFit{Value: f.number(row, "estimate"), SE: f.number(row, "se"), Low: f.number(row, "lower"), High: f.number(row, "upper"), P: f.number(row, "p")}
	switch {
	case x.SE < 0:
		f.wrong("se", report.Number(x.SE).CSV(), "at least 0")
	case x.Low > x.High:
		f.wrong("lower", report.Number(x.Low).CSV(), "at most upper, which is "+report.Number(x.High).CSV())
	case x.P < 0 || x.P > 1:
		f.wrong("p", report.Number(x.P).CSV(), "0 to 1")
	}
	c := &f.fits[f.place(a)][r-f.Estimates.of.From]
	if c.line > 0 {
		f.mistakes.add(fmt.Errorf("%s:%d: replicate %d has an estimate of outcome %s by %s on line %d already", f.name, f.line, r, a.Outcome, a.Method, c.line))
		return
	}
	*c = cell{x, int32(f.line)}
}

// spelled returns the measure that is written with any case and with underscores.
func spelled(text string) measure.Measure {
	for _, m := range measure.All() {
		if strings.EqualFold(string(m), strings.ReplaceAll(text, "_", " ")) {
			return m
		}
	}
	return measure.Measure(text)
}

// mistakes are those found so far.
type mistakes struct {
	list []error
	more int
}

func (m *mistakes) add(err error) {
	const most = 10
	if len(m.list) < most {
		m.list = append(m.list, err)
		return
	}
	m.more++
}

func (m *mistakes) error() error {
	if m.more > 0 {
		return errors.Join(append(m.list, fmt.Errorf("and %d more", m.more))...)
	}
	return errors.Join(m.list...)
}
