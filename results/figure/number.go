package figure

import (
	"math"
	"strconv"
	"strings"

	"caseload/results"
)

const (
	minus   = "−" // as wide as a plus, and read out as "minus"
	missing = "-" // as in the tables
)

// plain shows a value as precisely as it is known, as the tables do: to the
// second significant digit of its Monte Carlo standard error, or to three
// significant digits without one. What is too long for a column is shown with a
// power of ten.
func plain(value, mcse results.Number) string {
	const long = 1e7
	if !value.Known() {
		return missing
	}
	if math.Abs(float64(value)) >= long {
		return scientific(float64(value))
	}
	return fixed(float64(value), decimals(float64(value), float64(mcse)))
}

// signed is plain with a plus before what is above zero.
func signed(value, mcse results.Number) string {
	text := plain(value, mcse)
	if value.Known() && value > 0 && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

// decimals is how many decimals a value with this error deserves.
func decimals(value, mcse float64) int {
	const negligible, most = 1e-9, 6
	size := mcse
	if math.IsNaN(size) || math.IsInf(size, 0) || size < negligible {
		if size = math.Abs(value) / 10; size < negligible {
			return 0
		}
	}
	return max(0, min(most, 1-int(math.Floor(math.Log10(size)))))
}

// fixed shows a number to so many decimals, with a true minus and without a
// negative zero.
func fixed(x float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	if x < 0 && strings.Trim(text, "0.") != "" {
		return minus + text
	}
	return text
}

// scientific shows a number to three significant digits with a power of ten.
func scientific(x float64) string {
	text := strings.ReplaceAll(strconv.FormatFloat(math.Abs(x), 'g', 3, 64), "e-", "e"+minus)
	if x < 0 {
		return minus + text
	}
	return text
}

// whole shows a number of things to the second significant digit of its error,
// with commas.
func whole(value, mcse results.Number) string {
	digit := 1.0
	if mcse.Known() && mcse >= 10 {
		digit = math.Pow(10, math.Floor(math.Log10(float64(mcse)))-1)
	}
	return grouped(fixed(math.Round(float64(value)/digit)*digit, 0))
}

// grouped puts commas between the thousands of a whole number above zero.
func grouped(digits string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
