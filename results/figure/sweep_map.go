package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"caseload/results/sweep"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// SweepMaps draws power by two keys at a time, of those that move it most: a
// field for each pair of levels, the darker the more power, with the number in
// it. Other keys are averaged.
func SweepMaps(s *sweep.Sweep, k *sweep.Ranking) []*Figure {
	var out []*Figure
	for i := range k.Maps {
		m := &k.Maps[i]
		a, b := &s.Keys[m.A], &s.Keys[m.B]
		rows := vg.Length(len(m.Cells))
		sheet := func(on paper) *sheet {
			return &sheet{
				title:  fmt.Sprintf("Power by %s and %s: %s", s.Labels.Key(a.Key), s.Labels.Key(b.Key), mapRange(m)),
				about:  sweepAbout(s, k),
				legend: mapLegend(m),
				notes:  mapNotes(s),
				body:   mapHeads(s, m, on) + gap + rows*mapRow + gap + mapFoot,
				panels: func(c *draw.Canvas) { drawMap(c, s, m, on) },
			}
		}
		out = append(out, newFigure(sheet, sweepStem("map", k, a.Label, b.Label), mapAlt(s, a, b, m)))
	}
	return out
}

// mapLegend is the scale of colours.
func mapLegend(m *sweep.Map) []entry {
	out := []entry{{"0 % power", boxMark(shade(0))}, {"50 %", boxMark(shade(50))}}
	if slices.ContainsFunc(m.Cells, func(row []sweep.Level) bool {
		return slices.ContainsFunc(row, func(l sweep.Level) bool { return l.Power.Known() && l.Power*100 >= goal })
	}) {
		out = append(out, entry{fmt.Sprintf("%d %%, from which on fields have a frame", goal), framed(boxMark(shade(goal)))})
	}
	return append(out, entry{"100 %", boxMark(shade(100))})
}

// mapRange says from what to what the powers go.
func mapRange(m *sweep.Map) string {
	s := newSpan(math.NaN())
	for i := range m.Cells {
		for j := range m.Cells[i] {
			s.include(100 * known(m.Cells[i][j].Power))
		}
	}
	return powerRangeText(s)
}

// Lengths of a map.
const (
	mapRow  = vg.Length(26)
	mapFoot = vg.Length(30) // of the levels of the second key
)

// shade is light for no power and dark for all of it, in blue; its lightness
// falls evenly, so that it survives a grey copy.
func shade(percent float64) color.Color {
	light, dark := [3]float64{0xF4, 0xF7, 0xFA}, [3]float64{0x08, 0x3A, 0x66}
	t := math.Max(0, math.Min(percent, 100)) / 100
	at := func(i int) uint8 { return uint8(math.Round(light[i] + t*(dark[i]-light[i]))) }
	return rgb(at(0), at(1), at(2))
}

// framed puts a frame around a mark.
func framed(mark func(*draw.Canvas, vg.Point)) func(*draw.Canvas, vg.Point) {
	return func(c *draw.Canvas, at vg.Point) {
		mark(c, at)
		frame(c, at.X-markWidth/2, at.X+markWidth/2, at.Y-3.5, at.Y+3.5)
	}
}

func frame(c *draw.Canvas, left, right, bottom, top vg.Length) {
	style := draw.LineStyle{Color: inkColour, Width: medium}
	c.StrokeLines(style, []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}, {X: left, Y: bottom}})
}

func drawMap(c *draw.Canvas, s *sweep.Sweep, m *sweep.Map, on paper) {
	a, b := &s.Keys[m.A], &s.Keys[m.B]
	label := mapLabel(s, m, on)
	one, two := mapKeys(s, m, on)
	writeLines(c, headLetters, c.Max.Y, one)
	right := draw.Crop(*c, label, 0, 0, 0)
	writeLines(&right, headLetters, c.Max.Y, two)
	column := (on.content() - label) / vg.Length(len(b.Levels))
	top := c.Max.Y - mapHeads(s, m, on) - gap
	for i := range m.Cells {
		bottom := top - mapRow
		textLetters.write(c, c.Min.X+label-gap, textLetters.middle(bottom+mapRow/2), fromRight,
			textLetters.wrap(sweep.ValueText(a.Levels[i]), label-gap, 1)[0])
		for j := range m.Cells[i] {
			left := c.Min.X + label + vg.Length(j)*column
			drawField(c, &m.Cells[i][j], left, left+column-1.5, bottom+1.5, top)
		}
		top = bottom
	}
	for j := range b.Levels {
		middle := c.Min.X + label + (vg.Length(j)+0.5)*column
		y := top - smallLetters.leading()
		for _, line := range smallLetters.wrap(sweep.ValueText(b.Levels[j]), column-3, 3) {
			if smallLetters.width(line) <= column-2 {
				smallLetters.write(c, middle-smallLetters.width(line)/2, y, fromLeft, line)
			}
			y -= smallLetters.leading()
		}
	}
}

// mapLabel is the room of the levels of the first key, to the left of the fields.
func mapLabel(s *sweep.Sweep, m *sweep.Map, on paper) vg.Length {
	w := vg.Length(50)
	for _, level := range s.Keys[m.A].Levels {
		w = max(w, textLetters.width(sweep.ValueText(level))+gap)
	}
	return min(w, on.content()/3)
}

// mapKeys are the lines of the names of both keys, over the levels of the first and
// over the fields.
func mapKeys(s *sweep.Sweep, m *sweep.Map, on paper) (one, two []string) {
	label := mapLabel(s, m, on)
	return headLetters.wrap(s.Labels.Key(s.Keys[m.A].Key), label-gap, 6), headLetters.wrap(s.Labels.Key(s.Keys[m.B].Key), on.content()-label, 3)
}

func mapHeads(s *sweep.Sweep, m *sweep.Map, on paper) vg.Length {
	one, two := mapKeys(s, m, on)
	return max(linesHeight(headLetters, one), linesHeight(headLetters, two))
}

// drawField draws one field with its number, which is left out where there is no
// room for it.
func drawField(c *draw.Canvas, l *sweep.Level, left, right, bottom, top vg.Length) {
	if !l.Power.Known() {
		frameless := draw.LineStyle{Color: axisColour, Width: thin}
		c.StrokeLine2(frameless, left, bottom, right, top)
		c.StrokeLine2(frameless, left, top, right, bottom)
		return
	}
	percent := float64(l.Power) * 100
	box(c, shade(percent), left, right, bottom, top)
	if percent >= goal {
		frame(c, left, right, bottom, top)
	}
	letters := lettersOn(textLetters, shade(percent))
	for _, text := range []string{(l.Power * 100).Rounded(l.MCSE*100) + " (" + (l.MCSE * 100).Fixed(1) + ")", (l.Power * 100).Fixed(0)} {
		if letters.width(text) <= right-left-4 {
			letters.write(c, (left+right-letters.width(text))/2, letters.middle((bottom+top)/2), fromLeft, text)
			return
		}
	}
}

func mapNotes(s *sweep.Sweep) string {
	text := "In parentheses: Monte Carlo standard error. Crossed out: cells that can't be made."
	if len(s.Keys) > 2 {
		text += " Other keys are averaged."
	}
	return text
}

func mapAlt(s *sweep.Sweep, a, b *sweep.Key, m *sweep.Map) string {
	alt := fmt.Sprintf("Power by %s and %s.", s.Labels.Key(a.Key), s.Labels.Key(b.Key))
	for i := range m.Cells {
		alt += fmt.Sprintf(" At %s %s:", s.Labels.Key(a.Key), sweep.ValueText(a.Levels[i]))
		for j, l := range m.Cells[i] {
			if j > 0 {
				alt += ","
			}
			alt += fmt.Sprintf(" %s %% at %s %s", plain(l.Power*100, l.MCSE*100), s.Labels.Key(b.Key), sweep.ValueText(b.Levels[j]))
		}
		alt += "."
	}
	return alt
}
