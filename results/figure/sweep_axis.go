package figure

import (
	"fmt"
	"math"
	"slices"

	"caseload/results/sweep"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// keyAxis is where the values of a key are on an axis.
type keyAxis struct {
	name   string
	values []any // of the levels, or the ends of a range
	number bool
	log    bool
}

func newKeyAxis(s *sweep.Sweep, key *sweep.Key) *keyAxis {
	a := &keyAxis{name: s.Labels.Key(key.Key), values: key.Levels, number: true, log: key.Log}
	if key.Levels == nil {
		a.values = []any{float64(key.From), float64(key.To)}
	}
	for _, v := range a.values {
		if _, ok := asNumber(v); !ok {
			a.number = false
		}
	}
	return a
}

func asNumber(v any) (float64, bool) {
	switch x := v.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// at is where a value is; NaN where the axis has no place for it.
func (a *keyAxis) at(v any) float64 {
	if x, ok := asNumber(v); ok && a.number {
		if a.log {
			return math.Log10(x)
		}
		return x
	}
	for i, w := range a.values {
		if sweep.ValueText(w) == sweep.ValueText(v) {
			return float64(i)
		}
	}
	return math.NaN()
}

// set gives the axis of a plot its range and ticks.
func (a *keyAxis) set(x *plot.Axis, lines []sweepLine, width vg.Length, on paper) {
	low, high := math.Inf(1), math.Inf(-1)
	take := func(at float64) {
		if !math.IsNaN(at) {
			low, high = min(low, at), max(high, at)
		}
	}
	var marks plot.ConstantTicks
	for _, v := range a.values {
		take(a.at(v))
		marks = append(marks, plot.Tick{Value: a.at(v), Label: withMinus(sweep.ValueText(v))})
	}
	for _, l := range lines {
		for _, p := range l.places {
			take(p.share)
			// One at a time, what the scenario has may be none of the levels.
			if l.fitted == nil && a.number && !slices.ContainsFunc(marks, func(t plot.Tick) bool { return t.Value == p.share }) {
				marks = append(marks, plot.Tick{Value: p.share, Label: withMinus(sweep.ValueText(p.share))})
			}
		}
	}
	const few = 8
	switch {
	case a.log:
		marks = logTicks(low, high)
	case a.number && (len(a.values) > few || len(a.values) == 2):
		marks = ticks(low, high, on.ticks())
	case !a.number:
		for i := range marks {
			marks[i].Label = joinedLines(smallLetters.wrap(marks[i].Label, 0.85*width/vg.Length(len(marks)), 4))
		}
	}
	room := 0.04 * (high - low)
	if !a.number {
		room = 0.5
	}
	if room == 0 {
		room = 1
	}
	x.Min, x.Max = low-room, high+room
	x.Tick.Marker = marks
}

// logTicks are at 1, 2 and 5 times powers of ten, and at more where that would be
// few.
func logTicks(low, high float64) plot.ConstantTicks {
	var out plot.ConstantTicks
	leads := []float64{1, 2, 5}
	if high-low < 1 {
		leads = []float64{1, 1.5, 2, 3, 4, 6, 8}
	}
	for e := math.Floor(low); e <= high; e++ {
		for _, lead := range leads {
			at := e + math.Log10(lead)
			if at >= low-1e-9 && at <= high+1e-9 {
				out = append(out, plot.Tick{Value: at, Label: fmt.Sprintf("%.6g", lead*math.Pow(10, e))})
			}
		}
	}
	return out
}
