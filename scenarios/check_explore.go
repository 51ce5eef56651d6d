package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"caseload/scenarios/layer"
)

// Bounds of what a screen has room for.
const (
	maxSliders  = 12
	maxQuestion = 200
	maxSlider   = 60 // characters of a label
)

// Kinds of numbers that a key can have.
const (
	noNumber = iota
	wholeNumber
	realNumber
)

// numberAt tells what numbers the key at a path has.
func numberAt(key string) int {
	t := layering.TypeAt(key)
	switch {
	case t == nil:
		return noNumber
	case t == reflect.TypeFor[Limit]() || t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return wholeNumber
	case t.Kind() == reflect.Float64:
		return realNumber
	}
	return noNumber
}

func (c *checker) explore() {
	e := &c.s.Explore
	c.must(len(e.Question) <= maxQuestion && !strings.Contains(e.Question, "\n"), "explore.question", e.Question, fmt.Sprintf("one line of at most %d characters", maxQuestion))
	if n := len(e.Sliders); n > maxSliders {
		c.problem("explore.slider", count(n, "slider"), fmt.Sprintf("at most %d", maxSliders), "")
		return
	}
	for i := range e.Sliders {
		c.slider(layer.At("explore.slider", i), i)
	}
}

// slider checks what can be told of a slider without trying its ends.
func (c *checker) slider(path string, i int) {
	v := &c.s.Explore.Sliders[i]
	switch why := refusedInDesign(v.Key); {
	case why != "":
		c.problem(path+".key", v.Key+" ("+why+")", "a key of the trial", "")
	case numberAt(v.Key) == noNumber:
		c.problem(path+".key", fmt.Sprintf("%q", v.Key), "the path of a key that has one number, as in trial.clients", "")
	case slices.ContainsFunc(c.s.Explore.Sliders[:i], func(o Slider) bool { return overlap(o.Key, v.Key) }):
		c.problem(path+".key", fmt.Sprintf("%q again", v.Key), "each key once", "")
	}
	c.must(v.Label != "" && len(v.Label) <= maxSlider && !strings.Contains(v.Label, "\n"), path+".label", v.Label, fmt.Sprintf("1 to %d characters in one line", maxSlider))
	for _, key := range sortedKeys(v.With) {
		if why := refusedInDesign(key); why != "" {
			c.problem(layer.Join(path+".with", key), key+" ("+why+")", "a key of the trial", "")
		}
	}
	c.known(path+".scale", v.Scale, SliderScales)
	switch {
	case !(v.Low < v.High):
		c.problem(path+".high", layer.FormatFloat(v.High), "more than low, "+layer.FormatFloat(v.Low), "")
	case v.Scale == LogScale && v.Low <= 0:
		c.problem(path+".low", layer.FormatFloat(v.Low), "above 0, for a logarithm", "")
	case v.Whole() && (v.Low != math.Floor(v.Low) || v.High != math.Floor(v.High)):
		c.problem(path+".low", layer.FormatFloat(v.Low)+" to "+layer.FormatFloat(v.High), "whole numbers, as the key has", "")
	}
}

// Slide returns the scenario with sliders at other values, by key, and with further
// settings.
func (s *Scenario) Slide(values map[string]float64, more ...Setting) (*Scenario, error) {
	var sets []Setting
	var problems Problems
	for _, key := range sortedKeys(values) {
		i := slices.IndexFunc(s.Explore.Sliders, func(v Slider) bool { return v.Key == key })
		if i < 0 {
			problems = append(problems, Problem{File: s.origin.file, Key: "explore.slider", Got: fmt.Sprintf("no slider of %q", key), Want: layer.OneOf(s.sliderKeys())})
			continue
		}
		v := &s.Explore.Sliders[i]
		if x := values[key]; !(x >= v.Low && x <= v.High) {
			problems = append(problems, Problem{File: s.origin.file, Key: key, Got: layer.FormatFloat(x), Want: layer.FormatFloat(v.Low) + " to " + layer.FormatFloat(v.High)})
			continue
		}
		sets = append(sets, v.Settings(values[key])...)
	}
	sets = append(sets, more...)
	if err := problems.Err(); err != nil || len(sets) == 0 {
		return s, err
	}
	return s.With(sets...)
}

func (s *Scenario) sliderKeys() (keys []string) {
	for i := range s.Explore.Sliders {
		keys = append(keys, s.Explore.Sliders[i].Key)
	}
	return keys
}

// TrySliders reports the ends of sliders that the scenario cannot have, where they are written.
func (s *Scenario) TrySliders() error {
	var problems Problems
	for i := range s.Explore.Sliders {
		v := &s.Explore.Sliders[i]
		for _, end := range []struct {
			key string
			x   float64
		}{{"low", v.Low}, {"high", v.High}} {
			sets := v.Settings(end.x)
			for k := range sets {
				sets[k].written = layer.Join(layer.At("explore.slider", i), end.key)
			}
			_, found := s.with(sets, s.layers.held)
			problems = append(problems, found...)
		}
	}
	return problems.Err()
}
