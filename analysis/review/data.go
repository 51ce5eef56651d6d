package review

import (
	"math"
	"slices"

	"caseload/analysis/meta"
)

// Options name the columns that are used, besides those that a layout finds by
// itself. Empty means none.
type Options struct {
	Measure    Measure  // empty: whatever the file gives
	Study      string   // empty: a column of the usual name, if there is one
	Moderators []string // continuous if all their values are numbers, else categories
	Factors    []string // categories, even if written as numbers
	Subgroup   string
	Cluster    string // the trial that an effect is of
	Order      string // numbers by which studies are cumulated
}

// Data are the rows of a file that can be analysed, in its order.
type Data struct {
	File    string
	Measure Measure
	Layout  string // in words

	Study []string
	Line  []int
	Y, V  []float64
	N     []float64 // clients, NaN where not known

	Tables []meta.TwoByTwo // of layouts that have counts, else nil
	Means  []meta.Means    // of layouts that have means, else nil

	Moderators []Moderator
	Subgroup   []string // nil if not asked, as those below
	Cluster    []string
	Order      []float64

	Skipped  []Skipped
	Warnings []string // of numbers that disagree
}

// Moderator is a column that effects are regressed on: numbers or categories.
type Moderator struct {
	Name    string
	Numbers []float64 // nil for categories
	Texts   []string  // nil for numbers
}

// Skipped is a row that was left out because a value is missing.
type Skipped struct {
	Line   int
	Study  string
	Column string
}

// Groups numbers texts by their order: numbers by size, else letters.
func Groups(texts []string) (group []int, names []string) {
	names = slices.Compact(slices.Sorted(slices.Values(texts)))
	numbers := make(map[string]float64, len(names))
	for _, n := range names {
		if x, ok := parse(n, false); ok {
			numbers[n] = x
		}
	}
	if len(numbers) == len(names) {
		slices.SortStableFunc(names, func(a, b string) int { return int(math.Copysign(1, numbers[a]-numbers[b])) })
	}
	number := make(map[string]int, len(names))
	for g, name := range names {
		number[name] = g
	}
	for _, t := range texts {
		group = append(group, number[t])
	}
	return group, names
}
