package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// A Setting puts a value at a key of a scenario.
type Setting struct {
	Key string // a path, as of --set: "arm.usual.ratio"
	// Value is what TOML can say: a truth value, a number (whole numbers are not
	// fractions: 2, not 2.0, for clients), a text, or a slice of them, or a map of
	// them by name; of a table of designs, an Over.
	Value any

	From string // what messages say that it comes from; "": --set

	written string // the path at which the scenario writes it, or ""
}

// With returns the scenario as it would be loaded with further settings on top,
// each as if given by --set: over its own file and the settings that it was
// loaded with. Presets are chosen anew, defaults filled in again, and everything
// is checked. The scenario itself does not change, and may be used by several
// goroutines at once.
//
// The error is a Problems. A setting that comes from the scenario, as of
// Factor.Settings and Over.Setting, is reported where its file has it, any other
// as --set.
//
// With goes back to what was loaded: it refuses a copy that Edit has made. The
// ideals of factors are tried again only if a setting is of a factor, and designs
// only if one is of theirs.
func (s *Scenario) With(sets ...Setting) (*Scenario, error) {
	return s.make(sets, s.layers.held)
}

// Variant is With for one of several worlds that are to be analysed alike, as the
// designs of a sweep, the ideals of factors or the studies of a review are: an
// outcome without a method keeps the one that it has in s, whatever is set.
func (s *Scenario) Variant(sets ...Setting) (*Scenario, error) {
	return s.make(sets, s.hold())
}

// make is With, or Variant with what variants keep.
func (s *Scenario) make(sets []Setting, held *held) (*Scenario, error) {
	if s.layers.tree == nil {
		return nil, Problems{{Got: "a scenario that was not loaded, or was edited since", Want: "one from Load, Builtin, Parse or With"}}
	}
	world, problems := s.with(sets, held)
	set := func(keys ...string) bool {
		return slices.ContainsFunc(world.layers.settings[len(s.layers.settings):], func(s layer.Setting) bool { return slices.Contains(keys, s.Path[0]) })
	}
	before := problems
	if set("factor") {
		problems = append(problems, world.tryIdeals(before)...)
	}
	if set("sweep", "cost") {
		problems = append(problems, world.tryDesigns(before)...)
	}
	if set("compare", "design") {
		problems = append(problems, world.tryNamed(before)...)
	}
	if set("calibrate") {
		problems = append(problems, world.tryParameters(before)...)
	}
	if set("uncertain") {
		problems = append(problems, world.tryUnknowns(before)...)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return world, nil
}

// with puts settings on top of those that the scenario was loaded with.
func (s *Scenario) with(sets []Setting, held *held) (*Scenario, Problems) {
	from := s.layers
	from.settings, from.held = slices.Clone(from.settings), held
	var problems Problems
	for _, set := range sets {
		parsed, bad := s.setting(set)
		if bad != nil {
			problems = append(problems, *bad)
			continue
		}
		from.settings = append(from.settings, parsed)
	}
	world, found := from.build()
	return world, append(problems, found...)
}

// setting reads a Setting as parseSet reads the text of one.
func (s *Scenario) setting(set Setting) (layer.Setting, *Problem) {
	where := layer.Place{File: cmp.Or(set.From, setFile)}
	if set.written != "" {
		where = s.origin.find(set.written)
		where.Within, where.Sets = set.written, set.Key
	}
	key := strings.TrimSpace(set.Key)
	path, ok := layer.ParsePath(key)
	if !ok {
		p := where.Problem(set.Key, "no path", wantPath)
		return layer.Setting{}, &p
	}
	value, ok := layer.FromValue(set.Value, where)
	if !ok {
		p := where.Problem(key, fmt.Sprintf("a %T of Go", set.Value), "a value that TOML can say")
		return layer.Setting{}, &p
	}
	return layer.Setting{Path: path, Key: key, Value: value}, nil
}

const wantPath = "the path of a key, as in trial.clients"
