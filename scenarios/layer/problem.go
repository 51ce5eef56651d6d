package layer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing wrong with a scenario, and where.
type Problem struct {
	File   string // as the user named it, "--set", or "NAME (built-in)"
	Line   int    // from 1; 0 if there is none
	Column int    // from 1; 0 but for a file that is not TOML
	Key    string // path of the key, with names: arm.referral.programs
	Got    string // what was found
	Want   string // what would have been right
	Hint   string // a way out, or empty: did you mean "clients"?
}

// Error prints the problem on one line:
//
//	file.toml:12: trial.clients: got -3, want at least 2
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	fmt.Fprintf(&b, "got %s, want %s", p.Got, p.Want)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Problems is everything wrong with a scenario, as one error.
type Problems []Problem

// Error prints one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Sorted returns the problems by file, line and key, each once.
func (ps Problems) Sorted() Problems {
	out := slices.Clone(ps)
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Key, b.Key), cmp.Compare(a.Got, b.Got), cmp.Compare(a.Want, b.Want))
	})
	return slices.Compact(out)
}

// Err returns the sorted problems as an error, or nil if there are none: a nil
// Problems in an error would not be nil.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps.Sorted()
}

// A Place is where something was written.
type Place struct {
	File string
	Line int // from 1; 0 if it is not known
	// Within is the path of the value that it is part of, if that was written to
	// be put elsewhere: at the key called Sets. Otherwise both are "".
	Within, Sets string
}

// Problem returns a problem with the value at a path that was written here. A
// value that was written to be put elsewhere is reported where it was written,
// since that is where its author looks for it.
func (p Place) Problem(path, got, want string) Problem {
	if p.Within != "" {
		if path != p.Sets {
			got += " at " + path
		}
		path = p.Within
	}
	return Problem{File: p.File, Line: p.Line, Key: path, Got: got, Want: want}
}
