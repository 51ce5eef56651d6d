package figure

import (
	"fmt"
	"image/color"
	"math"
	"testing"
)

// ofHex is a colour as SVG has it.
func ofHex(t *testing.T, text string) color.Color {
	t.Helper()
	if text == "" {
		return color.Black // as SVG has it
	}
	var r, g, b uint8
	if _, err := fmt.Sscanf(text, "#%02X%02X%02X", &r, &g, &b); err != nil {
		t.Fatalf("colour %q: %v", text, err)
	}
	return rgb(r, g, b)
}

// below is the colour of what lies under the middle of a text: of the last box that was
// filled before it.
func (d *drawing) below(t *testing.T, x *text) color.Color {
	t.Helper()
	at := [2]float64{x.x + x.length/2, x.y - 0.36*x.size}
	under := color.Color(color.White)
	for _, s := range d.shapes[:x.under] {
		fill := s.style["fill"]
		if fill == "" || fill == "none" || len(s.points) != 4 {
			continue
		}
		left, right, top, bottom := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
		for _, p := range s.points {
			left, right, top, bottom = math.Min(left, p[0]), math.Max(right, p[0]), math.Min(top, p[1]), math.Max(bottom, p[1])
		}
		if at[0] >= left && at[0] <= right && at[1] >= top && at[1] <= bottom {
			under = ofHex(t, fill)
		}
	}
	return under
}

// TestTextStandsOut: WCAG 2.2, criterion 1.4.3, wants a contrast of 4.5 at least.
func TestTextStandsOut(t *testing.T) {
	if got := contrast(color.White, color.Black); math.Abs(got-21) > 1e-9 {
		t.Fatalf("black on white has a contrast of %g", got)
	}
	for name, d := range onPapers(t) {
		for k := range d.texts {
			x := &d.texts[k]
			if got := contrast(ofHex(t, x.fill), d.below(t, x)); got < leastContrast {
				t.Errorf("%s: %q in %s has a contrast of %.2f", name, x.content, x.fill, got)
			}
		}
	}
	for k := range armLooks {
		if got := contrast(armLetters(k).colour, color.White); got < leastContrast {
			t.Errorf("the letters of arm %d have a contrast of %.2f", k, got)
		}
	}
}
