package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
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

// err is nil without problems; a nil Problems in an error would not be nil.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps.Sorted()
}

// place is where something was written.
type place struct {
	file string
	line int
	// within is the path of the value that it is part of, if that was written to
	// be put elsewhere: at the key called sets. Else both are "".
	within, sets string
}

// problem is one with the value at a path that was written here. Who wrote it
// in a factor or a sweep looks for it there.
func (p place) problem(path, got, want string) Problem {
	if p.within != "" {
		if path != p.sets {
			got += " at " + path
		}
		path = p.within
	}
	return Problem{File: p.file, Line: p.line, Key: path, Got: got, Want: want}
}

// origin remembers where each key of a scenario was written.
type origin struct {
	file   string // the scenario's own
	places map[string]place
}

// find gives the place of a path, or of the nearest table around it.
func (o origin) find(path string) place {
	for p := path; p != ""; p = parentPath(p) {
		if at, ok := o.places[p]; ok {
			return at
		}
	}
	return place{file: o.file}
}

// has tells whether a path was written anywhere, not left to its default.
func (o origin) has(path string) bool {
	_, ok := o.places[path]
	return ok
}

// Problem describes something wrong with the value at a path, such as
// "subgroup.high_need.when", at the line where it was written. It is for
// those who find a problem after loading.
func (s *Scenario) Problem(path, got, want string) Problem {
	return s.origin.find(path).problem(path, got, want)
}

// join extends a path by a key, quoted if it would not read as one word.
func join(path, key string) string {
	if !bareKey(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// at extends a path by a position in a list.
func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// parentPath drops the last key or position; "" at the top.
func parentPath(path string) string {
	quoted := false
	for i := len(path) - 1; i > 0; i-- {
		switch c := path[i]; {
		case c == '"' && path[i-1] != '\\':
			quoted = !quoted
		case !quoted && (c == '.' || c == '['):
			return path[:i]
		}
	}
	return ""
}

// bareKey tells whether a key can stand in a path without quotes. The
// tilde joins the names of a correlation.
func bareKey(key string) bool {
	for i := 0; i < len(key); i++ {
		c := key[i]
		word := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !word && c != '_' && c != '-' && c != '~' {
			return false
		}
	}
	return key != ""
}

// nearest gives the candidate that is most like word, or else the shortest that
// begins with it, or "" if none does.
func nearest(word string, candidates []string) string {
	const likeEnough, shortest, longest = 0.6, 3, 80
	if len(word) > longest {
		return ""
	}
	best, score := "", likeEnough
	for _, c := range candidates {
		s := levenshtein.Similarity(strings.ToLower(word), strings.ToLower(c), nil)
		if s > score || s == score && best == "" {
			best, score = c, s
		}
	}
	for _, c := range candidates {
		if score == likeEnough && len(word) >= shortest && strings.HasPrefix(c, word) && (best == "" || len(c) < len(best)) {
			best = c
		}
	}
	return best
}

// didYouMean is the hint for a misspelt word, or "".
func didYouMean(word string, candidates []string) string {
	if n := nearest(word, candidates); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return ""
}

// oneOf lists what would have been accepted.
func oneOf(words []string) string {
	if len(words) == 0 {
		return "nothing here: none is defined"
	}
	if len(words) == 1 {
		return words[0]
	}
	const most = 40
	if len(words) > most {
		words = append(slices.Clone(words[:most]), "...")
	}
	return "one of " + strings.Join(words, ", ")
}

// count prints a number of things: "1 arm", "2 arms".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// brief shortens a text for a message.
func brief(text string) string {
	const most = 72
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}
