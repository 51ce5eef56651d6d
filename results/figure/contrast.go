package figure

import (
	"image/color"
	"math"
)

// luminance and contrast are those of WCAG 2.2 (W3C 2023): relative luminance of an
// sRGB colour, and (lighter + 0.05) / (darker + 0.05).
func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		x := float64(v) / 0xFFFF
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// leastContrast is what text needs at least (WCAG 2.2, criterion 1.4.3).
const leastContrast = 4.5

// lettersOn are black or white letters, whichever can be read on a fill.
func lettersOn(l lettering, fill color.Color) lettering {
	l.colour = color.Black
	if contrast(color.White, fill) >= leastContrast {
		l.colour = color.White
	}
	return l
}
