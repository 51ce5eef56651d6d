package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A lineup is a panel of rows that share an axis along x. On wide paper a row's
// name stands to the left of its mark and its numbers to the right; on narrow
// paper both stand above it.
type lineup struct {
	rows  []lineupRow
	heads []string    // of the columns of numbers
	label string      // of the axis
	sides [][2]string // what its two sides mean, in more and in fewer words
	tight vg.Length   // the least height of a row; 0: markRoom

	axis  func(x *plot.Axis, on paper)
	under func(c *draw.Canvas, p *plot.Plot, s *setLineup)       // what lies under all rows, or nil
	mark  func(c *draw.Canvas, p *plot.Plot, k int, y vg.Length) // of row k, whose middle is y
}

// lineupRow is what stands in a row. A heading has no mark and no numbers.
type lineupRow struct {
	name, about string
	head, bold  bool
	indent      vg.Length
	cells       []string
	height      vg.Length // of the mark; 0: markRoom
}

// Lengths of a lineup.
const (
	markRoom    = vg.Length(14) // of a mark that needs no more
	headHeight  = vg.Length(14) // of the columns' heads
	axisHeight  = vg.Length(28)
	columnGap   = vg.Length(12)
	namesMost   = vg.Length(170)
	rowPadding  = vg.Length(4)
	nameLines   = 2
	detailLines = 2
)

// setLineup is a lineup with every row in its place.
type setLineup struct {
	*lineup
	on            paper
	names, abouts [][]string
	tops          []vg.Length // of rows, below that of the panel; the last is where all end
	marks         []vg.Length // the middle of each row's mark, below the top of the panel
	namesWidth    vg.Length
	widths        []vg.Length // of the columns
	foot          []string    // lines of the axis label
	ends          [2]string   // what the sides of the axis mean
}

func (l *lineup) set(on paper) *setLineup {
	s := &setLineup{lineup: l, on: on, tops: []vg.Length{0}}
	for j, head := range l.heads {
		w := smallLetters.width(head)
		for k := range l.rows {
			if r := &l.rows[k]; !r.head {
				w = max(w, r.letters().width(r.cells[j]))
			}
		}
		s.widths = append(s.widths, w)
	}
	s.namesWidth = s.nameRoom()
	for k := range l.rows {
		s.place(k)
	}
	room := on.content()
	if !on.narrow {
		room -= s.namesWidth + s.right() + columnGap
	}
	s.foot = smallLetters.wrap(l.label, room, 3)
	for _, words := range l.sides {
		if s.ends[0] == "" && smallLetters.width(words[0])+smallLetters.width(words[1])+gap <= room {
			s.ends = words
		}
	}
	return s
}

// letters are those of a row's numbers, and of its name unless that is more.
func (r *lineupRow) letters() lettering {
	if r.bold {
		return headLetters
	}
	return textLetters
}

func (r *lineupRow) nameLetters() lettering {
	if r.head || r.bold || r.about != "" {
		return headLetters
	}
	return textLetters
}

// nameRoom is what the names take.
func (s *setLineup) nameRoom() vg.Length {
	if s.on.narrow {
		return s.on.content() - s.right()
	}
	w := vg.Length(60)
	for k := range s.rows {
		r := &s.rows[k]
		if !r.head {
			w = max(w, r.indent+r.nameLetters().width(r.name), r.indent+smallLetters.width(r.about))
		}
	}
	return min(w, namesMost)
}

// right is what the columns of numbers take.
func (s *setLineup) right() (w vg.Length) {
	for _, x := range s.widths {
		w += x + columnGap
	}
	return w
}

// place breaks the texts of row k into lines and finds its height.
func (s *setLineup) place(k int) {
	r := &s.rows[k]
	most, room, below := nameLines, s.namesWidth-r.indent, s.namesWidth-r.indent
	if s.on.narrow {
		most, below = 2*nameLines, s.on.content()-r.indent
	}
	if r.head {
		room = s.on.content() - r.indent
	}
	name, about := r.nameLetters().wrap(r.name, room, most), smallLetters.wrap(r.about, below, s.on.lines(detailLines))
	s.names, s.abouts = append(s.names, name), append(s.abouts, about)
	texts := linesHeight(r.nameLetters(), name) + linesHeight(smallLetters, about)
	mark := s.markHeight(k)
	top := s.tops[k]
	switch {
	case r.head:
		s.marks, s.tops = append(s.marks, top), append(s.tops, top+max(texts+s.padding(), s.least()))
	case s.on.narrow:
		above := texts + rowPadding/2
		s.marks, s.tops = append(s.marks, top+above+mark/2), append(s.tops, top+above+mark+rowPadding)
	default: // the mark is level with the first line
		above := mark/2 - r.nameLetters().leading()/2
		s.marks, s.tops = append(s.marks, top+mark/2), append(s.tops, top+max(mark, above+texts+s.padding()))
	}
}

// least is the height that a row has at least.
func (s *setLineup) least() vg.Length {
	if s.tight > 0 {
		return s.tight
	}
	return markRoom
}

func (s *setLineup) markHeight(k int) vg.Length { return max(s.least(), s.rows[k].height) }

// padding is between a row's texts and the next row.
func (s *setLineup) padding() vg.Length {
	if s.tight > 0 {
		return 0
	}
	return rowPadding
}

func (s *setLineup) height() vg.Length {
	return headHeight*vg.Length(s.headLines()) + s.tops[len(s.rows)] + axisHeight + vg.Length(max(0, len(s.foot)-1))*smallLetters.leading()
}

// headLines is how many lines stand above the rows: the columns' heads and what
// the sides of the axis mean, which on narrow paper have no room beside each other.
func (s *setLineup) headLines() int {
	if s.on.narrow && s.ends[0] != "" {
		return 2
	}
	return 1
}

// draw draws panel and columns into a canvas of that height.
func (s *setLineup) draw(c *draw.Canvas) {
	p := newPlot()
	p.HideY()
	p.X.Label.Text = joinedLines(s.foot)
	s.axis(&p.X, s.on)
	p.Y.Min, p.Y.Max = 0, 1 // rows have places of their own
	p.Add(verticalGrid(), plotted(func(c *draw.Canvas, p *plot.Plot) {
		if s.under != nil {
			s.under(c, p, s)
		}
		s.clear(c)
		for k := range s.rows {
			if !s.rows[k].head {
				s.mark(c, p, k, c.Max.Y-s.marks[k])
			}
		}
	}))
	left, right := s.namesWidth+columnGap, s.right()
	if s.on.narrow {
		left, right = narrowSide, narrowSide
	}
	area := draw.Crop(*c, left, -right, 0, -headHeight*vg.Length(s.headLines()))
	p.Draw(area)
	s.texts(c, &area)
}

// clear makes room for texts that stand above their marks.
func (s *setLineup) clear(c *draw.Canvas) {
	for k := range s.rows {
		r := &s.rows[k]
		bottom := s.marks[k] - s.markHeight(k)/2
		if r.head {
			bottom = s.tops[k+1]
		}
		if s.on.narrow || r.head {
			box(c, color.White, c.Min.X-narrowSide, c.Max.X+narrowSide, c.Max.Y-bottom, c.Max.Y-s.tops[k])
		}
	}
}

// narrowSide is left to the sides of an axis on narrow paper, for half a label of a
// tick.
const narrowSide = vg.Length(9)

// texts writes all that stands beside the marks.
func (s *setLineup) texts(c, area *draw.Canvas) {
	var ends []vg.Length
	at := c.Max.X - s.right()
	for k, w := range s.widths {
		at += columnGap + w
		ends = append(ends, at)
		smallLetters.write(c, at, c.Max.Y-headHeight+4, fromRight, s.heads[k])
	}
	smallLetters.write(c, area.Min.X, area.Max.Y+4, fromLeft, s.ends[0])
	smallLetters.write(c, area.Max.X, area.Max.Y+4, fromRight, s.ends[1])
	for k := range s.rows {
		r := &s.rows[k]
		first := area.Max.Y - s.marks[k] // where the first line is centred
		if s.on.narrow || r.head {
			first = area.Max.Y - s.tops[k] - r.nameLetters().leading()/2
		}
		s.writeNames(c, k, first)
		for j, cell := range r.cells {
			r.letters().write(c, ends[j], r.letters().middle(first), fromRight, cell)
		}
	}
}

// writeNames writes the name of row k, its first line centred at y, and what it is
// about.
func (s *setLineup) writeNames(c *draw.Canvas, k int, y vg.Length) {
	r := &s.rows[k]
	letters := r.nameLetters()
	base := letters.middle(y)
	for _, line := range s.names[k] {
		letters.write(c, c.Min.X+r.indent, base, fromLeft, line)
		base -= letters.leading()
	}
	for _, line := range s.abouts[k] {
		smallLetters.write(c, c.Min.X+r.indent, base, fromLeft, line)
		base -= smallLetters.leading()
	}
}
