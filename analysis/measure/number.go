package measure

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"caseload/sim/portable"
)

// A Number is a float64 that may be missing. NaN and the infinities are
// missing: they are null in JSON.
type Number float64

// Missing is the number that is not there.
func Missing() Number { return Number(math.NaN()) }

// Numbers returns both as numbers: what a function gives with its error, say.
func Numbers(a, b float64) (Number, Number) { return Number(a), Number(b) }

// Known tells whether there is a number.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// Abs is the number without its sign.
func (n Number) Abs() Number { return Number(math.Abs(float64(n))) }

// MarshalJSON writes the shortest text that reads back as the same number, zero
// without a sign, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	switch {
	case !n.Known():
		return []byte("null"), nil
	case n == 0:
		return []byte("0"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = Missing()
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// CSV returns the number in full, zero without a sign, or empty.
func (n Number) CSV() string {
	switch {
	case !n.Known():
		return ""
	case n == 0:
		return "0"
	}
	return strconv.FormatFloat(float64(n), 'g', -1, 64)
}

// Absent stands in a table where there is no number.
const Absent = "-"

// Rounded shows the number as precisely as it is known: to the second
// significant digit of its Monte Carlo standard error, or to three significant
// digits where that is missing; "-" if the number itself is.
func (n Number) Rounded(mcse Number) string { return n.Fixed(n.Decimals(mcse)) }

// WithMCSE shows the number with its Monte Carlo standard error in parentheses.
func (n Number) WithMCSE(mcse Number) string {
	d := n.Decimals(mcse)
	if !n.Known() || !mcse.Known() {
		return n.Fixed(d)
	}
	return n.Fixed(d) + " (" + mcse.Fixed(d) + ")"
}

// Negligible is a Monte Carlo standard error that is nothing but rounding.
const Negligible = 1e-9

// Decimals returns how many decimals a number with this error deserves.
func (n Number) Decimals(mcse Number) int {
	const most = 6
	size := float64(mcse)
	if !mcse.Known() || size < Negligible {
		size = math.Abs(float64(n)) / 10
		if !n.Known() || size < Negligible {
			return 0
		}
	}
	return max(0, min(most, 1-int(math.Floor(portable.Log10(size)))))
}

// Fixed shows the number to so many decimals, without a negative zero; "-" if it
// is missing.
func (n Number) Fixed(decimals int) string {
	if !n.Known() {
		return Absent
	}
	s := strconv.FormatFloat(float64(n), 'f', decimals, 64)
	if strings.HasPrefix(s, "-") && strings.Trim(s, "-0.") == "" {
		s = s[1:]
	}
	return s
}

// Whole shows a number of at least 0 without decimals, its thousands apart.
func (n Number) Whole() string {
	if !n.Known() {
		return Absent
	}
	return Grouped(int(float64(n) + 0.5))
}

// Grouped shows a whole number with commas: 10,000.
func Grouped(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return sign + s
}
