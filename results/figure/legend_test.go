package figure

import (
	"bytes"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// looks are the styles of the shapes that a mark consists of.
func looks(t *testing.T, e *entry) (out []string) {
	t.Helper()
	canvas := vgsvg.New(40, 40)
	c := draw.NewCanvas(canvas, 40, 40)
	e.mark(&c, vg.Point{X: 20, Y: 20})
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	for _, s := range read(t, b.String()).shapes {
		out = append(out, look(s))
	}
	return out
}

// look is what tells one kind of shape from another: its colours and dashes.
func look(s shape) string {
	return s.style["fill"] + " " + s.style["fill-opacity"] + " " + s.style["stroke"] + " " + s.style["stroke-dasharray"]
}

// TestLegendsSayWhatIsDrawn: whatever a mark of a legend consists of is in the panels,
// too.
func TestLegendsSayWhatIsDrawn(t *testing.T) {
	for name, f := range figures() {
		if strings.HasPrefix(f.Name, "map-") {
			continue // its legend is a scale of colours
		}
		counts := map[string]int{}
		for _, s := range read(t, svg(t, f)).shapes {
			counts[look(s)]++
		}
		legend := f.build(wide).legend
		for k := range legend {
			for _, l := range looks(t, &legend[k]) {
				counts[l]--
			}
		}
		for k := range legend {
			for _, l := range looks(t, &legend[k]) {
				if counts[l] < 1 {
					t.Errorf("%s: %q is not drawn: %s", name, legend[k].text, l)
					break
				}
			}
		}
	}
}

// TestFiguresSpeakInLabels: a name for programs has underscores, and no text has one.
func TestFiguresSpeakInLabels(t *testing.T) {
	for name, d := range onPapers(t) {
		for _, x := range d.texts {
			if strings.Contains(x.content, "_") {
				t.Errorf("%s: %q", name, x.content)
			}
		}
		if strings.Contains(d.describe, "_") {
			t.Errorf("%s: described as %q", name, d.describe)
		}
	}
}
