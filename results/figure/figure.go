package figure

import (
	"fmt"
	pngfile "image/png"
	"io"

	"caseload/results/report"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// dotsPerInch makes a PNG about 1,400 pixels wide: sharp in print and on a
// slide.
const dotsPerInch = 200

// Formats are the forms a figure can be written in, as file names end.
var Formats = []string{"svg", "png"}

// Figure is a figure ready to be written. It may be written many times.
type Figure struct {
	Name  string // stem of a file name
	Title string
	Alt   string        // the figure's message in words
	Data  *report.Table // its numbers, where no other table has them; else nil

	on     paper
	height vg.Length
	paint  func(c *draw.Canvas)
	build  func(on paper) *sheet
}

// Narrow returns the figure drawn anew for a phone: its SVG is 360 CSS pixels
// wide, and has no text under 11 pixels where it is shown at that width, nor at
// any down to 352. Panels that stand beside each other come to stand below each
// other, and names stand above their bars. Name, message and data are the same.
// A page has both drawings, and shows one by a media query.
func (f *Figure) Narrow() *Figure {
	n := f.build(narrow).figure(narrow, f.Name, f.Alt)
	n.Data, n.build = f.Data, f.build
	return n
}

// Draw writes the figure in one of Formats.
func (f *Figure) Draw(w io.Writer, format string) error {
	switch format {
	case "svg":
		return f.SVG(w)
	case "png":
		return f.PNG(w)
	}
	return fmt.Errorf("figure %s: got format %q, want one of %v", f.Name, format, Formats)
}

// PNG writes the figure as an image of 200 dots per inch, on the white of the canvas. It is
// packed in haste: to pack it well takes twice as long, for a file smaller by a thirtieth.
func (f *Figure) PNG(w io.Writer) error {
	canvas := vgimg.NewWith(vgimg.UseWH(f.on.width, f.height), vgimg.UseDPI(dotsPerInch))
	c := draw.NewCanvas(canvas, f.on.width, f.height)
	f.paint(&c)
	return (&pngfile.Encoder{CompressionLevel: pngfile.BestSpeed}).Encode(w, canvas.Image())
}
