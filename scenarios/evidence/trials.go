// Package evidence holds published trials of help towards treatment, and derives from
// them what a program's preset says: in which form the effect is carried from trial to
// trial, how large it is, and how much it differs between trials.
package evidence

import (
	_ "embed"
	"fmt"
	"math"

	"github.com/BurntSushi/toml"
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
	Trial      string     `toml:"trial"`
	About      string     `toml:"about"`
	Kind       Kind       `toml:"kind"`
	Named      bool       `toml:"named"`       // the one of its trial that counts for coverage
	Second     bool       `toml:"second"`      // shares its control arm with another of the same kind, which is used
	N          [2]int     `toml:"n"`           // clients: control, experimental
	Sizes      string     `toml:"sizes"`       // "assumed", or "" for those that are published
	Proportion [2]float64 `toml:"proportion"`  // who came by the end of the window: control, experimental
	WindowDays float64    `toml:"window_days"` // since enrolment
	Mark       string     `toml:"mark"`        // "read" or "recalled"
	Randomized *bool      `toml:"randomized"`  // without it, yes
	Source     string     `toml:"source"`
}

// Came returns how many clients of an arm came, to the nearest whole one.
func (c *Contrast) Came(arm int) int { return int(math.Round(c.Proportion[arm] * float64(c.N[arm]))) }

// Null reports whether the published proportions are equal.
func (c *Contrast) Null() bool { return c.Proportion[0] == c.Proportion[1] }

//go:embed trials.toml
var trials string

// Trials returns the published contrasts, in the order of the file.
func Trials() []Contrast {
	var file struct {
		Contrast []Contrast `toml:"contrast"`
	}
	meta, err := toml.Decode(trials, &file)
	if err != nil {
		panic(err) // a test reads it
	}
	if more := meta.Undecoded(); len(more) > 0 {
		panic(fmt.Sprintf("trials.toml has unknown keys: %v", more))
	}
	return file.Contrast
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
