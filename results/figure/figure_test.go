package figure

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	_ "image/png"
	"math"
	"strings"
	"testing"
)

func TestPNGIsSharpAndShowsTheFigure(t *testing.T) {
	f := Waterfall(typical())
	picture, format, err := image.Decode(bytes.NewReader(png(t, f)))
	if err != nil || format != "png" {
		t.Fatalf("got %q, %v", format, err)
	}
	// 7 inches of 200 dots.
	if size := picture.Bounds().Size(); size.X != 1400 || math.Abs(float64(size.Y)-f.height.Points()/72*200) > 1 {
		t.Errorf("got %v for %g x %g points", size, f.on.width.Points(), f.height.Points())
	}
	if got := color.NRGBAModel.Convert(picture.At(0, 0)); got != color.NRGBAModel.Convert(color.White) {
		t.Errorf("got %v in the corner, want white", got)
	}
	// The middle of the box of "mix", which goes from 0.62 to 0.41.
	d := read(t, svg(t, f))
	var found bool
	for _, s := range d.shapes {
		if s.style["fill"] == "#E69F00" && !found {
			found = true
			x, y := (s.points[0][0]+s.points[1][0])/2, (s.points[0][1]+s.points[2][1])/2
			if got := color.NRGBAModel.Convert(picture.At(int(x/72*200), int(y/72*200))); got != lossColour {
				t.Errorf("got %v in the middle of a loss, want %v", got, lossColour)
			}
		}
	}
	if !found {
		t.Error("no loss in the SVG")
	}
}

func TestDrawWritesEachFormat(t *testing.T) {
	f := Waterfall(typical())
	want := map[string]string{"svg": svg(t, f), "png": string(png(t, f))}
	for _, format := range Formats {
		var out bytes.Buffer
		if err := f.Draw(&out, format); err != nil || out.String() != want[format] || out.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", format, out.Len(), err)
		}
	}
	err := f.Draw(&bytes.Buffer{}, "gif")
	if err == nil || !strings.Contains(err.Error(), `got format "gif", want one of [svg png]`) {
		t.Errorf("got %v", err)
	}
}

var errFull = errors.New("no space left")

// fullDisk takes so many bytes.
type fullDisk struct{ left int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.left {
		return d.left, errFull
	}
	d.left -= len(p)
	return len(p), nil
}

func TestAFailedWriteIsReported(t *testing.T) {
	for _, format := range Formats {
		for _, room := range []int{0, 1000} {
			if err := Waterfall(typical()).Draw(&fullDisk{room}, format); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: got %v", format, room, err)
			}
		}
	}
}

func TestNamesAreFitForFiles(t *testing.T) {
	e := diluted()
	e.Outcome, e.Subgroup = "days/in..treatment", "high need"
	if got := Waterfall(e).Name; got != "waterfall-days_in__treatment-high_need" {
		t.Errorf("got %q", got)
	}
	e.Subgroup = "all"
	if got := Dilution(e).Name; got != "dilution-days_in__treatment" {
		t.Errorf("got %q", got)
	}
}

// TestColoursDifferInLightness uses CIE 1976 L* (CIE 15:2004, equation 8.3) of
// the sRGB colours (IEC 61966-2-1): a just noticeable difference is about 1, and
// 20 is told apart at a glance in a grey copy.
func TestColoursDifferInLightness(t *testing.T) {
	if got := lightness(color.White); math.Abs(got-100) > 0.01 {
		t.Fatalf("white has a lightness of %g", got)
	}
	for _, pair := range [][2]color.Color{{lossColour, gainColour}, {idealColour, observedColour}} {
		if a, b := lightness(pair[0]), lightness(pair[1]); math.Abs(a-b) < 20 {
			t.Errorf("%v and %v have lightness %.1f and %.1f", pair[0], pair[1], a, b)
		}
	}
}

func lightness(c color.Color) float64 {
	linear := func(v uint32) float64 {
		x := float64(v) / 0xFFFF
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 116*math.Cbrt(0.2126*linear(r)+0.7152*linear(g)+0.0722*linear(b)) - 16
}
