package figure

import (
	"math"
	"strconv"
	"strings"

	"caseload/results/report"
)

const minus = "−" // as wide as a plus, and read out as "minus"

// plain shows a value as the tables do, but what is too long for a column with a
// power of ten.
func plain(value, mcse report.Number) string {
	const long = 1e7
	switch {
	case !value.Known():
		return value.Rounded(mcse)
	case math.Abs(float64(value)) >= long:
		return scientific(float64(value))
	}
	return withMinus(value.Rounded(mcse))
}

// signed is plain with a plus before what is above zero.
func signed(value, mcse report.Number) string {
	text := plain(value, mcse)
	if value.Known() && value > 0 && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

// withMinus puts a true minus in the place of hyphens.
func withMinus(text string) string { return strings.ReplaceAll(text, "-", minus) }

// scientific shows a number to three significant digits with a power of ten, and
// without a negative zero.
func scientific(x float64) string {
	if x == 0 {
		return "0"
	}
	return withMinus(strconv.FormatFloat(x, 'g', 3, 64))
}

// whole shows a number of things to the second significant digit of its error,
// with commas.
func whole(value, mcse report.Number) string {
	digit := 1.0
	if mcse.Known() && mcse >= 10 {
		digit = math.Pow(10, math.Floor(math.Log10(float64(mcse)))-1)
	}
	return report.Grouped(int(math.Round(float64(value)/digit) * digit))
}
