package figure

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// families are faces of the same widths, and then any without serifs.
const families = `'Liberation Sans',Arimo,Arial,Helvetica,sans-serif`

// SVG writes the figure as one svg element, which is a document of its own or
// can stand in a page as it is. Its text stays text. The message is there for
// screen readers.
func (f *Figure) SVG(w io.Writer) error {
	c := &svgCanvas{Canvas: vgsvg.New(f.on.width, f.height)}
	on := draw.NewCanvas(c, f.on.width, f.height)
	box(&on, color.White, on.Min.X, on.Max.X, on.Min.Y, on.Max.Y) // so that it can be read on a dark page, too
	f.paint(&on)
	var drawn bytes.Buffer
	if _, err := c.WriteTo(&drawn); err != nil {
		return err
	}
	var out bytes.Buffer
	f.head(&out)
	out.Write(c.fitted(drawn.Bytes()))
	_, err := w.Write(out.Bytes())
	return err
}

// head opens the element in place of the library's head, which names neither
// role nor message and is an XML document's.
func (f *Figure) head(out *bytes.Buffer) {
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%gpt" height="%gpt" viewBox="0 0 %g %g" role="img" aria-label="%s">`,
		f.on.width.Points()*f.on.shown, f.height.Points()*f.on.shown, f.on.width.Points(), f.height.Points(), escaped(f.Title+". "+f.Alt))
	fmt.Fprintf(out, "\n<title>%s</title>\n<desc>%s</desc>\n", escaped(f.Title), escaped(f.Alt))
}

func escaped(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(clean(text))) // a buffer takes everything
	return out.String()
}

// svgCanvas is the library's canvas; it also remembers how wide each text is.
type svgCanvas struct {
	*vgsvg.Canvas
	widths []vg.Length
}

// FillString writes a text and notes the width that it was placed by.
func (c *svgCanvas) FillString(face font.Face, at vg.Point, text string) {
	c.widths = append(c.widths, face.Width(text))
	c.Canvas.FillString(face, at, text)
}

// fitted makes texts come out as wide as they were placed, whatever face a
// reader has. The library places them by the widths of Liberation Sans and
// names no other: where that is missing, a wider face would run into its
// neighbours. The list of families brings the same widths nearly everywhere;
// textLength fits any other face to them.
func (c *svgCanvas) fitted(drawn []byte) []byte {
	body := drawn[bytes.Index(drawn, []byte("<g ")):]
	body = bytes.ReplaceAll(body, []byte("font-family:Liberation Sans;font-variant:normal;"), []byte("font-family:"+families+";"))
	parts := bytes.Split(body, []byte("<text "))
	out := bytes.NewBuffer(parts[0])
	for k, part := range parts[1:] {
		fmt.Fprintf(out, `<text textLength="%.2f" lengthAdjust="spacingAndGlyphs" `, c.widths[k].Points())
		out.Write(part)
	}
	return out.Bytes()
}
