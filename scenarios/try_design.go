package scenarios

import (
	"slices"

	"caseload/scenarios/layer"
)

// tryDesigns loads the scenario with each value of the keys that designs differ
// in, one at a time, and reports what is wrong there beside the problems that
// there are before. A combination of values that is wrong by itself comes out
// when it is made.
func (s *Scenario) tryDesigns(before Problems) Problems {
	if s.Sweep == nil && s.Cost == nil {
		return nil
	}
	var found Problems
	full := s.canonical()
	if s.Sweep != nil {
		found = s.tryOver("sweep.over", s.Sweep.Over, before, full)
	}
	if s.Cost != nil {
		found = append(found, s.tryOver("cost.over", s.Cost.Over, before, full)...)
	}
	return found
}

func (s *Scenario) tryOver(table string, over Over, before Problems, full *Scenario) Problems {
	if len(over) > maxOver {
		return nil // reported
	}
	var found Problems
	for _, v := range over {
		if refusedInDesign(v.Key) != "" || len(v.Values) > maxValues {
			continue // reported
		}
		var each []Problems
		for _, set := range v.trials(table) {
			each = append(each, s.try(set, before, full))
		}
		if path := layer.Join(table, v.Key); allAlike(each) {
			// The key is wrong, whatever the value.
			for _, p := range each[0] {
				at := s.Problem(path, p.Got, p.Want)
				at.Hint = p.Hint
				found = append(found, at)
			}
			continue
		}
		for _, problems := range each {
			found = append(found, problems...)
		}
	}
	return found
}

// trials returns the values of a key to try: all of a list, the ends of a range.
func (v Varied) trials(table string) []Setting {
	var sets []Setting
	for i := range v.Values {
		sets = append(sets, v.setting(table, i))
	}
	if v.Range != nil && v.Range.sound() {
		path := layer.Join(table, v.Key)
		sets = append(sets, Setting{Key: v.Key, Value: v.Range.At(0), written: path + ".from"},
			Setting{Key: v.Key, Value: v.Range.At(1), written: path + ".to"})
	}
	return sets
}

// try returns the problems that a setting of the scenario brings about. Where all
// defaults are written out, as full is, it is to be the same design; nil: that is not asked.
func (s *Scenario) try(set Setting, before Problems, full *Scenario) Problems {
	var found Problems
	world, problems := s.with([]Setting{set}, s.hold())
	for _, p := range problems {
		if !slices.Contains(before, p) {
			found = append(found, s.causedAt(set.written, set.written, p))
		}
	}
	if len(before) > 0 || len(found) > 0 || full == nil {
		return found
	}
	if key := full.differs(world, []Setting{set}); key != "" {
		found = append(found, s.Problem(set.written, "a key that the default of "+key+" follows",
			key+" written, or the design is another one where all defaults are written out"))
	}
	return found
}

// allAlike reports whether the same is wrong, in the same words, each time.
func allAlike(each []Problems) bool {
	if len(each) < 2 || len(each[0]) == 0 {
		return false
	}
	for _, problems := range each[1:] {
		if !slices.EqualFunc(problems, each[0], func(a, b Problem) bool { return a.Got == b.Got && a.Want == b.Want && a.Hint == b.Hint }) {
			return false
		}
	}
	return true
}
