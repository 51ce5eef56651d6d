package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

// drawing is what can be read back from an SVG, in points from the upper left
// corner.
type drawing struct {
	width, height   float64
	role, label     string
	title, describe string
	texts           []text
	shapes          []shape
	groups          int
}

type text struct {
	x, y, length, size float64 // y is the baseline
	families, content  string
	fill               string
	under              int // shapes drawn before it
}

// shape is a path: its corners (for arcs their ends) and its style.
type shape struct {
	points [][2]float64
	style  map[string]string
}

// read parses an SVG.
func read(t *testing.T, document string) *drawing {
	t.Helper()
	d := &drawing{}
	for x := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := x.Token()
		if errors.Is(err, io.EOF) {
			return d
		}
		if err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
		if start, ok := token.(xml.StartElement); ok {
			d.add(t, x, start)
		}
	}
}

// add takes in an element. One that it doesn't know fails the test, so that
// nothing escapes the checks.
func (d *drawing) add(t *testing.T, x *xml.Decoder, start xml.StartElement) {
	t.Helper()
	is := map[string]string{}
	for _, a := range start.Attr {
		is[a.Name.Local] = a.Value
	}
	style := styles(is["style"])
	switch start.Name.Local {
	case "svg":
		corner := numbers(t, is["viewBox"])
		d.width, d.height, d.role, d.label = corner[2], corner[3], is["role"], is["aria-label"]
	case "title":
		d.title = content(t, x)
	case "desc":
		d.describe = content(t, x)
	case "g":
		if d.groups++; d.groups > 1 {
			t.Errorf("a group in a group, whose transformation is not followed here: %v", is)
		}
	case "text":
		d.texts = append(d.texts, text{number(t, is["x"]), d.height + number(t, is["y"]), number(t, is["textLength"]),
			number(t, strings.TrimSuffix(style["font-size"], "px")), style["font-family"], content(t, x), style["fill"], len(d.shapes)})
	case "path":
		d.shapes = append(d.shapes, shape{points(t, is["d"], d.height), style})
	default:
		t.Errorf("element %s", start.Name.Local)
	}
}

func content(t *testing.T, x *xml.Decoder) string {
	t.Helper()
	var out strings.Builder
	for {
		token, err := x.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			out.Write(token)
		case xml.EndElement:
			return out.String()
		}
	}
}

func styles(text string) map[string]string {
	out := map[string]string{}
	for _, part := range strings.Split(text, ";") {
		name, value, _ := strings.Cut(part, ":")
		out[name] = value
	}
	return out
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		t.Fatalf("got %q, want a number", text)
	}
	return x
}

func numbers(t *testing.T, text string) (out []float64) {
	t.Helper()
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		out = append(out, number(t, part))
	}
	return out
}

// points are the places a path goes through. The drawing's y goes up.
func points(t *testing.T, path string, height float64) (out [][2]float64) {
	t.Helper()
	for _, part := range strings.FieldsFunc(strings.NewReplacer("M", "|M", "L", "|L", "A", "|A", "Z", "").Replace(path), func(r rune) bool { return r == '|' }) {
		at := numbers(t, part[1:])
		out = append(out, [2]float64{at[len(at)-2], height - at[len(at)-1]})
	}
	return out
}

// filled are the boxes of a colour from left to right edge, top to bottom.
func (d *drawing) filled(colour string) (out [][2]float64) {
	for _, s := range d.shapes {
		if s.style["fill"] == colour && len(s.points) == 4 {
			out = append(out, [2]float64{s.points[0][0], s.points[1][0]})
		}
	}
	return out
}

func TestFiguresAreWellFormedAndSayWhatTheyShow(t *testing.T) {
	for name, f := range figures() {
		d := read(t, svg(t, f))
		if d.role != "img" || d.title != clean(f.Title) || d.describe != clean(f.Alt) || d.label != clean(f.Title+". "+f.Alt) {
			t.Errorf("%s: role %q, title %q, description %q, label %q; want those of the figure", name, d.role, d.title, d.describe, d.label)
		}
		if f.Alt == "" || len(d.texts) < 8 {
			t.Errorf("%s: alt %q, %d texts", name, f.Alt, len(d.texts))
		}
	}
}

func TestTextIsAsWideAsItWasPlaced(t *testing.T) {
	for name, f := range figures() {
		for _, x := range read(t, svg(t, f)).texts {
			if x.families != "'Liberation Sans',Arimo,Arial,Helvetica,sans-serif" {
				t.Errorf("%s: %q has font-family %q", name, x.content, x.families)
			}
			var closest float64
			for _, l := range []lettering{titleLetters, headLetters, textLetters, smallLetters, armLetters(0)} {
				if want := l.width(x.content).Points(); math.Abs(want-x.length) < math.Abs(closest-x.length) {
					closest = want
				}
			}
			if math.Abs(closest-x.length) > 0.006 { // written to two decimals
				t.Errorf("%s: %q is %g wide, want %g", name, x.content, x.length, closest)
			}
		}
	}
}

// papers keeps what onPapers returns.
var papers map[string]*drawing

// onPapers are all figures as they are drawn on wide and on narrow paper.
func onPapers(t *testing.T) map[string]*drawing {
	t.Helper()
	if papers == nil {
		papers = map[string]*drawing{}
		for name, f := range figures() {
			papers[name], papers[name+", narrow"] = read(t, svg(t, f)), read(t, svg(t, f.Narrow()))
		}
	}
	return papers
}

func TestNothingIsOutsideTheCanvas(t *testing.T) {
	for name, d := range onPapers(t) {
		rounding := max(0.01, d.height*5e-5) // coordinates are written to five digits
		for _, x := range d.texts {
			if x.x < -rounding || x.x+x.length > d.width+rounding || x.y-x.size*0.73 < 0 || x.y+x.size*0.22 > d.height {
				t.Errorf("%s: %q at %g, %g with a length of %g on %g x %g", name, x.content, x.x, x.y, x.length, d.width, d.height)
			}
		}
		for _, s := range d.shapes {
			for _, p := range s.points {
				if p[0] < -rounding || p[0] > d.width+rounding || p[1] < -rounding || p[1] > d.height+rounding {
					t.Errorf("%s: a path through %v on %g x %g", name, p, d.width, d.height)
				}
			}
		}
	}
}

// TestTextsDoNotOverlap takes capitals to be 0.73 of the size high and what
// hangs below the line 0.21 (Liberation Sans).
func TestTextsDoNotOverlap(t *testing.T) {
	for name, d := range onPapers(t) {
		for k, a := range d.texts {
			for _, b := range d.texts[:k] {
				if a.x < b.x+b.length && b.x < a.x+a.length && a.y-0.73*a.size < b.y+0.21*b.size && b.y-0.73*b.size < a.y+0.21*a.size {
					t.Errorf("%s: %q at %g, %g overlaps %q at %g, %g", name, a.content, a.x, a.y, b.content, b.x, b.y)
				}
			}
		}
	}
}

// TestNarrowTextCanBeRead: at 360 pixels, and at 352, no text is under 11 pixels high.
func TestNarrowTextCanBeRead(t *testing.T) {
	if text := svg(t, Waterfall(typical()).Narrow()); !strings.Contains(text, `width="270pt"`) { // of 4/3 CSS pixels each
		t.Errorf("not 270 points wide: %.120s", text)
	}
	for name, d := range onPapers(t) {
		if !strings.HasSuffix(name, ", narrow") {
			continue
		}
		for _, x := range d.texts {
			if pixels := x.size / d.width * 352; pixels < 11 {
				t.Errorf("%s: %q is %.2f pixels high", name, x.content, pixels)
			}
		}
	}
}

func TestSameInputGivesTheSameBytes(t *testing.T) {
	again := figures()
	for name, f := range figures() {
		first := svg(t, f)
		if first != svg(t, again[name]) {
			t.Errorf("%s: another SVG from the same input", name)
		}
		if first != svg(t, f) {
			t.Errorf("%s: another SVG the second time", name)
		}
	}
	first, f := png(t, again["full"]), Waterfall(full())
	for range 2 {
		if !bytes.Equal(first, png(t, f)) {
			t.Error("another PNG from the same input")
		}
	}
}
