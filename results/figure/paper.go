package figure

import "gonum.org/v1/plot/vg"

// A paper is what a figure is drawn on.
type paper struct {
	width, margin vg.Length
	shown         float64 // size of an SVG, as a multiple of what it is drawn at
	narrow        bool
}

var (
	// wide is the text of an A4 page with margins of 16 mm.
	wide = paper{width: 7 * vg.Inch, margin: 12, shown: 1}

	// narrow is the screen of a phone: 270 points are 360 CSS pixels, and letters
	// of 7.5 points become 11.25 pixels.
	narrow = paper{width: 240, margin: 4, shown: 270.0 / 240, narrow: true}
)

// content is the width between the margins.
func (p paper) content() vg.Length { return p.width - 2*p.margin }

// lines is how many lines a text may take that takes so many on wide paper.
func (p paper) lines(n int) int {
	if p.narrow {
		return 3 * n
	}
	return n
}

// columns is how many panels stand beside each other, of those that do on wide
// paper.
func (p paper) columns(n int) int {
	if p.narrow {
		return 1
	}
	return n
}

// ticks is how many ticks are wanted on an axis as wide as the paper.
func (p paper) ticks() int {
	if p.narrow {
		return 4
	}
	return manyTicks
}

// stacked is the height of so many panels, of which two stand beside each other on
// wide paper.
func (p paper) stacked(n int, height vg.Length) vg.Length {
	columns := p.columns(2)
	rows := (n + columns - 1) / columns
	return vg.Length(rows)*height + vg.Length(rows-1)*panelGap/2
}
