package report

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// ends draws the two worlds around some steps, each from where the one before
// ended. Labels and numbers take 16 characters, so that a width of 33 leaves 16
// cells of bars.
func ends(ideal Number, steps ...Number) []Bar {
	bars := []Bar{{Label: "ideal   ", Shown: "1234", To: ideal, Level: true}}
	at := ideal
	for _, s := range steps {
		bars = append(bars, Bar{Label: "step    ", Shown: "1234", From: at, To: at + s})
		at += s
	}
	return append(bars, Bar{Label: "observed", Shown: "1234", To: at, Level: true})
}

var drawings = []struct {
	name string
	bars []Bar
	want string
}{
	// A cell is 0.05: 0.8 is 16 of them, 0.32 is 6.4, which is 6 and 3 eighths.
	{"losses", ends(0.8, -0.2, -0.28), `
ideal     1234  ████████████████
step      1234  ▏           ░░░░
step      1234  ▏     ░░░░░░
observed  1234  ██████▍
                ▏         ▏
                0        0.5`},
	{"a gain", ends(0.8, -0.4, 0.2), `
ideal     1234  ████████████████
step      1234  ▏       ░░░░░░░░
step      1234  ▏       ▓▓▓▓
observed  1234  ████████████
                ▏         ▏
                0        0.5`},
	// From 0.6 to -0.2: a cell is 0.05 again, and zero at the fifth.
	{"crossing zero", ends(0.6, -0.3, -0.5), `
ideal     1234      ████████████
step      1234      ▏     ░░░░░░
step      1234  ░░░░░░░░░░
observed  1234  ████▏
                    ▏         ▏
                    0        0.5`},
	// Zero is at the second cell, so that 14 are for 0.725, and 1.45 for -0.075.
	{"half a cell below zero", ends(0.725, -0.8), `
ideal     1234    ██████████████
step      1234   ░░░░░░░░░░░░░░░
observed  1234  ▐█▏
                  ▏         ▏
                  0        0.5`},
	{"everything zero", ends(0, 0, 0), `
ideal     1234  ▏
step      1234  ▏
step      1234  ▏
observed  1234  ▏
                ▏       ▏       ▏
                0      0.5      1`},
	{"one factor, too small to see", ends(0.8, -0.001), `
ideal     1234  ████████████████
step      1234  ▏               ▏
observed  1234  ████████████████
                ▏         ▏
                0        0.5`},
	{"no factor", ends(0.16), `
ideal     1234  ████████████████
observed  1234  ████████████████
                ▏         ▏
                0        0.1`},
	{"a missing number", []Bar{{Label: "ideal   ", Shown: "1234", To: 0.8, Level: true}, {Label: "step    ", Shown: "-", From: Missing(), To: 0.6},
		{Label: "step    ", Shown: "1234", From: 0.6, To: 0.4}, {Label: "observed", Shown: "-", To: Missing(), Level: true}}, `
ideal     1234  ████████████████
step         -  ▏
step      1234  ▏       ░░░░
observed     -  ▏
                ▏         ▏
                0        0.5`},
	{"harm throughout", ends(-0.8, 0.4), `
ideal     1234  ████████████████▏
step      1234  ▓▓▓▓▓▓▓▓        ▏
observed  1234          ████████▏
                      ▏         ▏
                    -0.5        0`},
}

func TestBars(t *testing.T) {
	for _, c := range drawings {
		got := DrawBars(c.bars, 33)
		if want := strings.TrimPrefix(c.want, "\n"); strings.Join(got, "\n") != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), want)
		}
	}
}

// TestBarsFitTheirWidth: whatever is drawn, in however little room, and long
// labels are cut.
func TestBarsFitTheirWidth(t *testing.T) {
	long := ends(0.6, -0.7, 0.3)
	long[1].Label = strings.Repeat("long_name_", 4)
	for _, bars := range [][]Bar{ends(0.8, -0.2, -0.28), ends(-0.8, 0.4), ends(1e-7, -3e-7), ends(0, 0), long} {
		for width := 0; width < 130; width++ {
			lines := DrawBars(bars, width)
			if lines == nil && width >= 33+12 { // 12 more for the label that is cut at 20
				t.Errorf("nothing drawn in %d characters", width)
			}
			for _, l := range lines {
				if n := utf8.RuneCountInString(l); n > width {
					t.Errorf("width %d: %d characters: %s", width, n, l)
				}
			}
		}
	}
}

// Labels of a scale are whole numbers of steps apart, never run into each
// other, and there are two at least, without which there is no scale.
func TestLabelsHaveRoom(t *testing.T) {
	for _, high := range []float64{1e-8, 0.0002, 0.003, 0.0499, 0.61, 1, 7.7, 1234} {
		for cells := Fewest; cells < 100; cells++ {
			s := newScale([]float64{high, -high / 3}, cells)
			ticks, labels := s.axis()
			said := strings.Fields(labels)
			if len(said) < 2 || len(said) > strings.Count(ticks, string(edge)) {
				t.Errorf("%g in %d cells: %d ticks, labels %q", high, cells, strings.Count(ticks, string(edge)), labels)
			}
			for _, l := range said {
				if x, err := strconv.ParseFloat(l, 64); err != nil || math.Abs(x/s.every()-math.Round(x/s.every())) > 1e-6 {
					t.Errorf("%g in %d cells: label %q of %q is not a number of steps", high, cells, l, labels)
				}
			}
		}
	}
}
