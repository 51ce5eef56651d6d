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

// inOneFormat shows the numbers of a column with the same decimals, each with its
// error in parentheses if that is known: as many as the first digit of the largest
// error has, or one more if a smaller error would come out as zero.
func inOneFormat[T any](rows []T, of func(*T) (value, mcse report.Number)) []string {
	decimals, scientific := columnDecimals(rows, of)
	var out []string
	for k := range rows {
		value, mcse := of(&rows[k])
		text := plain(value, mcse)
		if !scientific {
			text = toDecimals(value, decimals)
		}
		if value.Known() && mcse.Known() && !scientific {
			text += " (" + errorText(mcse, decimals) + ")"
		}
		out = append(out, text)
	}
	return out
}

// errorText shows an error to so many decimals, and one that is less than half of
// the last of them as below it.
func errorText(mcse report.Number, decimals int) string {
	if unit := report.Number(math.Pow(10, -float64(decimals))); mcse > report.Negligible && mcse < unit/2 {
		return "<" + unit.Fixed(decimals)
	}
	return mcse.Fixed(decimals)
}

// columnDecimals is how many decimals a column has, and whether it has numbers
// that are only to be read with a power of ten.
func columnDecimals[T any](rows []T, of func(*T) (value, mcse report.Number)) (decimals int, scientific bool) {
	fewest, most := -1, 0 // of the errors' first digits
	for k := range rows {
		value, mcse := of(&rows[k])
		exact := !mcse.Known() || mcse < report.Negligible
		if !value.Known() || exact && value.Abs() < report.Negligible {
			continue
		}
		digit := max(0, value.Decimals(mcse)-1)
		if exact {
			digit = value.Decimals(mcse)
		}
		scientific = scientific || strings.Contains(plain(value, mcse), "e")
		if fewest < 0 || digit < fewest {
			fewest = digit
		}
		most = max(most, digit)
	}
	return min(max(fewest, 0)+1, most), scientific
}

// toDecimals shows a number to so many decimals.
func toDecimals(value report.Number, decimals int) string {
	if !value.Known() {
		return report.Absent
	}
	return withMinus(value.Fixed(decimals))
}
