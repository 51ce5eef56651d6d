package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"unicode"

	"caseload/results/report"
	"caseload/results/sweep"
	"caseload/scenarios"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// SweepCurves draws, for each key of a sweep, power against its values with the
// Monte Carlo error: in a grid a line for each level of the other key that moves
// the power most, if it has few, else one line, other keys averaged; in a Latin
// hypercube the cells as points and the fit as a line.
func SweepCurves(s *sweep.Sweep, k *sweep.Ranking) []*Figure {
	var out []*Figure
	for i := range k.Keys {
		e := &k.Keys[i]
		key := &s.Keys[e.Index]
		axis := newKeyAxis(s, key)
		lines := sweepLines(s, k, e, axis)
		if len(lines) == 0 || len(axis.values) < 2 {
			continue
		}
		sheet := func(on paper) *sheet {
			return &sheet{
				title:  fmt.Sprintf("Power by %s: %s", s.Labels.Key(key.Key), linesRange(lines)),
				about:  sweepAbout(s, k),
				legend: lineLegend(lines),
				notes:  lineNotes(s, lines),
				body:   sweepHeight,
				panels: func(c *draw.Canvas) { drawLines(*c, axis, lines, on) },
			}
		}
		out = append(out, newFigure(sheet, sweepStem("curve", k, key.Label), curveAlt(s, key, e)))
	}
	return out
}

const (
	sweepHeight = vg.Length(230)
	mostLines   = 5 // levels of another key that are told apart
)

// sweepLine is a curve of powers, in percent.
type sweepLine struct {
	curve
	style  draw.LineStyle
	places []place // with points
	fitted []place // a line alone
}

// The looks of lines: told apart by shape and dashes too.
var sweepLooks = []struct {
	colour color.Color
	shape  draw.GlyphDrawer
	dashes []vg.Length
}{
	{overallColour, draw.CircleGlyph{}, nil},
	{memberColour, draw.BoxGlyph{}, []vg.Length{5, 2}},
	{interactionColour, draw.PyramidGlyph{}, []vg.Length{2, 2}},
	{inkColour, diamond{}, []vg.Length{7, 2, 1.5, 2}},
	{lossColour, draw.RingGlyph{}, []vg.Length{1, 2}},
}

func newSweepLine(name string, at, of int) sweepLine {
	look := sweepLooks[at%len(sweepLooks)]
	l := sweepLine{curve: curve{name: name, colour: look.colour, shape: look.shape, dodge: dodge * (vg.Length(at) - vg.Length(of-1)/2) / 2}}
	l.style = draw.LineStyle{Color: look.colour, Width: medium, Dashes: look.dashes}
	return l
}

// sweepLines are those of one key.
func sweepLines(s *sweep.Sweep, k *sweep.Ranking, e *sweep.Effect, a *keyAxis) []sweepLine {
	if s.Method == "latin_hypercube" {
		return []sweepLine{hypercubeLine(s, k, e, a)}
	}
	if m, across := crossing(s, k, e.Index); m != nil {
		var out []sweepLine
		other := &s.Keys[across]
		for j, v := range other.Levels {
			l := newSweepLine(s.Labels.Key(other.Key)+" "+sweep.ValueText(v), j, len(other.Levels))
			for i, at := range s.Keys[e.Index].Levels {
				level := m.Cells
				cell := sweep.Level{}
				if m.A == e.Index {
					cell = level[i][j]
				} else {
					cell = level[j][i]
				}
				l.places = append(l.places, newSweepPlace(a.at(at), cell.Power, cell.MCSE))
			}
			out = append(out, l)
		}
		return out
	}
	name := "mean power, other keys averaged"
	if s.Method == "one_at_a_time" || len(s.Keys) == 1 {
		name = "power"
	}
	l := newSweepLine(name, 0, 1)
	for _, level := range e.Levels {
		l.places = append(l.places, newSweepPlace(a.at(level.Value), level.Power, level.MCSE))
	}
	sortPlaces(l.places)
	return []sweepLine{l}
}

// crossing is the map of a key and the other one that moves the power most, if
// that has few levels.
func crossing(s *sweep.Sweep, k *sweep.Ranking, key int) (*sweep.Map, int) {
	for i := range k.Keys {
		other := k.Keys[i].Index
		if other == key || len(s.Keys[other].Levels) > mostLines {
			continue
		}
		for j := range k.Maps {
			if m := &k.Maps[j]; m.A == key && m.B == other || m.B == key && m.A == other {
				return m, other
			}
		}
		return nil, 0
	}
	return nil, 0
}

func newSweepPlace(at float64, power, mcse report.Number) place {
	p := newPlace(at, power, mcse, 100)
	p.share = at
	p.low, p.high = math.Max(p.low, 0), math.Min(p.high, 100)
	p.line = p.found
	return p
}

// hypercubeLine has the cells as points and the fit as a line.
func hypercubeLine(s *sweep.Sweep, k *sweep.Ranking, e *sweep.Effect, a *keyAxis) sweepLine {
	l := newSweepLine("cells", 0, 1)
	for i := range s.Cells {
		c := &s.Cells[i]
		for j := range c.Rows {
			if r := &c.Rows[j]; k.Key == r.Row.Key() {
				l.places = append(l.places, newSweepPlace(a.at(c.Keys[e.Index].Value), r.Power, r.PowerMCSE))
			}
		}
	}
	for i := range l.places {
		l.places[i].line = math.NaN()
	}
	for _, p := range e.Curve {
		l.fitted = append(l.fitted, place{share: a.at(p.Value), line: p.Power * 100, found: math.NaN()})
	}
	for _, level := range e.Levels {
		l.fitted = append(l.fitted, place{share: a.at(level.Value), line: float64(level.Power) * 100, found: math.NaN()})
	}
	return l
}

func sortPlaces(places []place) {
	for i := range places {
		for j := i; j > 0 && places[j].share < places[j-1].share; j-- {
			places[j], places[j-1] = places[j-1], places[j]
		}
	}
}

func drawLines(c draw.Canvas, a *keyAxis, lines []sweepLine, on paper) {
	p := newPlot()
	p.X.Label.Text = joinedLines(smallLetters.wrap(a.name, c.Max.X-c.Min.X-panelGap, 3))
	a.set(&p.X, lines, c.Max.X-c.Min.X-panelGap, on)
	reach := newSpan(goal)
	for i := range lines {
		for _, at := range append(slices.Clone(lines[i].places), lines[i].fitted...) {
			reach.include(at.found, at.low, at.high, at.line)
		}
	}
	percentRange(&p.Y, reach)
	p.Add(horizontalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) {
		_, y := p.Transforms(c)
		c.StrokeLine2(goalLine, c.Min.X, y(goal), c.Max.X, y(goal))
	}))
	for i := range lines {
		l := &lines[i]
		p.Add(l.path(l.places, l.style), l.path(l.fitted, draw.LineStyle{Color: memberColour, Width: medium}), l.points(l.places))
	}
	drawTitled(c, p, "power (%)")
}

func lineLegend(lines []sweepLine) []entry {
	var out []entry
	fitted := false
	for i := range lines {
		l := &lines[i]
		fitted = fitted || l.fitted != nil
		out = append(out, pointEntry(l.name, l.style, l.glyph(), l.places)...)
	}
	if fitted {
		out = append(out, entry{"additive fit, other keys at their means", lineMark(draw.LineStyle{Color: memberColour, Width: medium})})
	}
	return append(out, entry{fmt.Sprintf("%d %% power", goal), lineMark(goalLine)})
}

func lineNotes(s *sweep.Sweep, lines []sweepLine) string {
	text := "Points: power with ± 1.96 Monte Carlo standard errors. All cells share their chances, so that differences are known better than the error bars say."
	if len(lines) > 1 && len(s.Keys) > 2 {
		text += " Other keys are averaged."
	}
	return text
}

// sweepAbout says what a sweep is of.
func sweepAbout(s *sweep.Sweep, k *sweep.Ranking) []string {
	layout := "Grid"
	if s.Method == "latin_hypercube" {
		layout = "Latin hypercube"
	}
	if s.Method == "one_at_a_time" {
		return []string{s.Title, rankingName(s, k) + ". " + fmt.Sprintf("One key at a time: %d cells, %s trials each, seed %d.", s.Planned, report.Grouped(s.Replicates), s.Seed)}
	}
	return []string{s.Title, rankingName(s, k) + ". " + fmt.Sprintf("%s of %d cells, %s trials each, seed %d.", layout, s.Planned, report.Grouped(s.Replicates), s.Seed)}
}

// linesRange says from what to what the powers go.
func linesRange(lines []sweepLine) string {
	s := newSpan(math.NaN())
	for i := range lines {
		for _, at := range lines[i].places {
			s.include(at.found)
		}
	}
	return powerRangeText(s)
}

func powerRangeText(s span) string {
	switch {
	case s.low > s.high:
		return "not known"
	case math.Round(s.low) == math.Round(s.high):
		return fmt.Sprintf("%.0f %% everywhere", s.low)
	}
	return fmt.Sprintf("from %.0f to %.0f %%", s.low, s.high)
}

// rankingName says which analysis a ranking is of.
func rankingName(s *sweep.Sweep, k *sweep.Ranking) string {
	return s.Labels.Within(k.Outcome, k.Subgroup) + ", " + scenarios.Plain(k.Method) + ", " + contrastOf(s, k)
}

// contrastOf is the contrast of a ranking.
func contrastOf(s *sweep.Sweep, k *sweep.Ranking) string {
	for i := range s.Cells {
		for j := range s.Cells[i].Rows {
			if r := &s.Cells[i].Rows[j]; k.Key == r.Row.Key() {
				return s.Labels.Contrast(r.Arm, r.Control)
			}
		}
	}
	return scenarios.Plain(k.Contrast)
}

// sweepStem names a figure in letters that every file system takes.
func sweepStem(kind string, k *sweep.Ranking, keys ...string) string {
	parts := []string{kind, k.Outcome}
	if k.Subgroup != "all" {
		parts = append(parts, k.Subgroup)
	}
	parts = append(parts, k.Method)
	name := strings.Join(append(parts, keys...), "-")
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_') {
			return r
		}
		return '_'
	}, name)
}

func curveAlt(s *sweep.Sweep, key *sweep.Key, e *sweep.Effect) string {
	alt := "Power by " + s.Labels.Key(key.Key)
	if len(e.Levels) == 0 {
		return fmt.Sprintf("%s: the fit changes by %s points over the range.", alt, plain(e.Change*100, e.ChangeMCSE*100))
	}
	var parts []string
	for _, l := range e.Levels {
		parts = append(parts, sweep.ValueText(l.Value)+": "+plain(l.Power*100, l.MCSE*100)+" %")
	}
	return alt + ". " + strings.Join(parts, ", ") + "."
}
