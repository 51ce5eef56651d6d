package report

import "caseload/analysis/measure"

// A Number is a float64 that may be missing; see measure.Number.
type Number = measure.Number

// Missing returns the number that is not there.
func Missing() Number { return measure.Missing() }

// Absent stands in a table where there is no number.
const Absent = measure.Absent

// Negligible is a Monte Carlo standard error that is nothing but rounding.
const Negligible = measure.Negligible

// Grouped shows a whole number with commas: 10,000.
func Grouped(n int) string { return measure.Grouped(n) }

// Counted shows a number of things: "1 fit", "2 fits".
func Counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return Grouped(n) + " " + thing
}
