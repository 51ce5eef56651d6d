package scenarios

import "math"

// Explore is what the page of "caseload explore" asks and offers to change.
type Explore struct {
	Question string   `toml:"question,omitempty"` // one question that a reader of the page can answer with it
	Sliders  []Slider `toml:"slider,omitempty"`
}

// Slider is a number of the scenario that readers of the page can change.
type Slider struct {
	Key   string  `toml:"key"`   // path of the key, as of --set: "attrition.missed"
	Label string  `toml:"label"` // what the number is, in a few words
	Low   float64 `toml:"low"`   // smallest value offered
	High  float64 `toml:"high"`  // largest value offered
	Scale string  `toml:"scale"` // "linear", or "log" for equal steps of the logarithm
	// With is what else is set, by path, once the number is changed: an arm that contaminates, or
	// the test with the error.
	With Ideal `toml:"with,omitempty"`
}

// Scales of sliders.
const (
	LinearScale = "linear"
	LogScale    = "log"
)

// SliderScales are the scales that there are.
var SliderScales = []string{LinearScale, LogScale}

// Whole reports whether the slider's key has whole numbers.
func (v *Slider) Whole() bool { return numberAt(v.Key) == wholeNumber }

// Settings returns what changes the slider's number to x, in the order in which it is set. A
// whole number is rounded.
func (v *Slider) Settings(x float64) []Setting {
	var sets []Setting
	for _, key := range sortedKeys(v.With) {
		sets = append(sets, Setting{Key: key, Value: v.With[key]})
	}
	if v.Whole() {
		return append(sets, Setting{Key: v.Key, Value: int64(math.Floor(x + 0.5))})
	}
	return append(sets, Setting{Key: v.Key, Value: x})
}
