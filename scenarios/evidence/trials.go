// Package evidence holds published trials of help towards treatment, and derives from
// them what a program's preset says: in which form the effect is carried from trial to
// trial, how large it is, and how much it differs between trials.
package evidence

import (
	_ "embed"
	"math"
)

// A Kind is a kind of help.
type Kind string

// The kinds of help of which trials give proportions.
const (
	Talk      Kind = "talk"       // advice, an interview, groups
	GoesAlong Kind = "goes_along" // a person goes along and arranges
	Barrier   Kind = "barrier"    // a price, a wait, a way is taken away, or treatment begins on the spot
)

// Kinds lists them.
var Kinds = []Kind{Talk, GoesAlong, Barrier}

// A Contrast is a comparison of two arms of a published trial.
type Contrast struct {
	Trial, About string
	Kind         Kind
	Named        bool       // the one of its trial that counts for coverage
	Second       bool       // shares its control arm with another of the same kind, which is used
	N            [2]int     // clients: control, experimental
	Assumed      bool       // the sizes of the arms are not published
	Proportion   [2]float64 // who came by the end of the window: control, experimental
	WindowDays   float64    // since enrolment
	Recalled     bool       // not verified
	Randomized   bool
	Source       string
}

// Came returns how many clients of an arm came, to the nearest whole one.
func (c *Contrast) Came(arm int) int { return int(math.Round(c.Proportion[arm] * float64(c.N[arm]))) }

// Null reports whether the published proportions are equal.
func (c *Contrast) Null() bool { return c.Proportion[0] == c.Proportion[1] }

//go:embed trials.csv
var trials string

// columns are those of the file, in order.
const columns = "trial,about,kind,role,control_n,experimental_n,sizes,control,experimental,window_days,mark,design,source"

// Trials returns the published contrasts, in the order of the file.
func Trials() (list []Contrast) {
	for _, row := range rowsOf("trials.csv", trials, columns) {
		list = append(list, Contrast{
			Trial: row[0], About: row[1], Kind: Kind(row[2]), Named: row[3] == "named", Second: row[3] == "second",
			N: [2]int{int(number(row[4])), int(number(row[5]))}, Assumed: row[6] == "assumed",
			Proportion: [2]float64{number(row[7]), number(row[8])}, WindowDays: number(row[9]),
			Recalled: row[10] == "recalled", Randomized: row[11] == "randomized", Source: row[12],
		})
	}
	return list
}

// Fitted returns the contrasts of a kind from which it is derived: one of each trial.
func Fitted(all []Contrast, kind Kind) (list []Contrast) {
	for _, c := range all {
		if c.Kind == kind && !c.Second {
			list = append(list, c)
		}
	}
	return list
}

// Without returns the contrasts of all trials but one.
func Without(all []Contrast, trial string) (list []Contrast) {
	for _, c := range all {
		if c.Trial != trial {
			list = append(list, c)
		}
	}
	return list
}
