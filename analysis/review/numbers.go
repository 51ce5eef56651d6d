package review

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"caseload/sim/portable"
)

// missing reports whether a text stands for no value.
func missing(field string) bool {
	switch strings.ToLower(field) {
	case "", "na", "n/a", "n.a.", "#n/a", "#nv", ".", "nan":
		return true
	}
	return false
}

// normal writes a number with a decimal point and the minus sign of programs: typesetters
// have one of their own, and spreadsheets a dash.
func normal(field string, comma bool) string {
	if comma {
		field = strings.Replace(field, ",", ".", 1)
	}
	for _, minus := range []string{"\u2212", "\u2013"} {
		if rest, ok := strings.CutPrefix(field, minus); ok {
			field = "-" + rest
		}
	}
	return field
}

// parse reads a finite decimal number.
func parse(field string, comma bool) (float64, bool) {
	field = normal(field, comma)
	if strings.ContainsAny(field, "xXpP_") {
		return 0, false
	}
	x, err := strconv.ParseFloat(field, 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x)
}

// largest and smallest bound what is read: products of a few such numbers can still be held.
const (
	largest  = 1e30
	smallest = 1e-30
)

// thousands is a whole number with marks, or one with three decimals: nobody can tell.
var thousands = regexp.MustCompile(`^[0-9]{1,3}([.,][0-9]{3})+$`)

// value reads a number of a kind.
func (r *reader) value(line, column int, field string, k kind) float64 {
	x, ok := parse(field, r.comma)
	got, want, hint := field, k.wanted(), ""
	switch {
	case strings.Contains(field, ".") && strings.Contains(field, ","), strings.Count(field, ".") > 1, strings.Count(field, ",") > 1,
		k >= count && thousands.MatchString(field), !r.comma && thousands.MatchString(field) && strings.Contains(field, ","):
		got, want = strconv.Quote(field), want+" without marks between thousands"
	case !ok:
		got = strconv.Quote(field)
		if strings.HasSuffix(field, "%") {
			hint = "percentages are not read"
		} else if _, ok := parse(field, true); ok {
			hint = "where commas are between fields, decimals have a point"
		}
	case k == positive && !(x > 0), k == count && (x < 0 || x != math.Trunc(x)), k == size && (x < 1 || x != math.Trunc(x)):
	case k >= count && x > 1e12:
		want += " up to 1e12"
	case k == number && math.Abs(x) > largest:
		want += " between -1e30 and 1e30"
	case k == positive && (x < smallest || x > largest):
		want = "a number from 1e-30 to 1e30"
	default:
		r.mark(line, column, field)
		return x
	}
	r.problem(line, r.header[column], got, want, hint)
	return math.NaN()
}

// mark holds all numbers of a file to one decimal mark.
func (r *reader) mark(line, column int, field string) {
	mark := strings.Trim(field, "+-\u2212\u20130123456789eE")
	switch {
	case mark == "" || r.mixed:
	case r.marked == "":
		r.marked, r.markedAt = field, line
	case strings.Contains(r.marked, mark):
	default:
		r.mixed = true
		r.problem(line, r.header[column], strconv.Quote(field), fmt.Sprintf("one decimal mark in all of the file: line %d has %q", r.markedAt, r.marked), "")
	}
}

// rounding returns half a unit of the last digit of a number as it was written.
func rounding(field string, comma bool) float64 {
	digits, exponent, _ := strings.Cut(strings.ToLower(normal(field, comma)), "e")
	_, decimals, _ := strings.Cut(digits, ".")
	power, _ := strconv.Atoi(exponent)
	return portable.Pow(10, float64(power-len(decimals))) / 2
}
