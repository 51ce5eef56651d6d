package report

import (
	"fmt"
	"slices"
	"strings"

	"caseload/analysis/verdict"
)

func FailureCounts(failures map[string]int) string {
	var parts []string
	for why, n := range failures {
		parts = append(parts, Grouped(n)+" "+why)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func Superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	var out []rune
	for _, d := range fmt.Sprint(n) {
		out = append(out, digits[d-'0'])
	}
	return string(out)
}

// ClearMCSEs is how many MCSEs make a difference that is more than chance.
const ClearMCSEs = verdict.Clear

// sentenceCase begins a text with a capital.
func SentenceCase(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// brief shows a quantity to six significant digits, which is what solving
// leaves of it.
func SixDigits(x float64) string { return fmt.Sprintf("%.6g", x) }

// everyone is the subgroup of all clients.
const Everyone = "all"

func Percent(p float64) string { return SixDigits(p*100) + " %" }

func Plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return Grouped(n) + " " + more
}

// longest is how many characters of what stands in the way a text table has.
const Longest = 40

// shorten cuts a text where a line has no room for it.
func Shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return strings.TrimRight(string(r[:most-1]), " ") + "…"
	}
	return text
}

// series joins parts of a sentence with commas and an and.
func Series(parts []string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

func PValue(p Number) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return p.Fixed(3)
}

// pText is a p value in a sentence.
func PText(p Number) string {
	switch {
	case !p.Known():
		return "p unknown"
	case p < 0.001:
		return "p < 0.001"
	}
	return "p = " + p.Fixed(3)
}

// Titled returns the title of a scenario with its name, or the name alone.
func Titled(title, name string) string {
	if title == "" {
		return name
	}
	return title + " (" + name + ")"
}
