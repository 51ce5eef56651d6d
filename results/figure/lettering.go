package figure

import (
	"image/color"
	"strings"
	"unicode"
	"unicode/utf8"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// boldWeight is the plotting library's number for a bold face; its name is in a
// module that is not worth depending on for it.
const boldWeight = 3

// lettering is how a text is written.
type lettering struct {
	size   vg.Length
	bold   bool
	colour color.Color
}

// font is Liberation Sans, whose widths are those of Arial and Helvetica.
func (l lettering) font() font.Font {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: l.size}
	if l.bold {
		f.Weight = boldWeight
	}
	return f
}

func (l lettering) face() font.Face { return font.DefaultCache.Lookup(l.font(), l.size) }

// width is how wide a text is when written.
func (l lettering) width(text string) vg.Length {
	face := l.face()
	return face.Width(clean(text))
}

// leading is the distance from one line's baseline to the next.
func (l lettering) leading() vg.Length { return l.size * 1.25 }

// Where a text stands to the place it is written at.
const (
	fromLeft  = 0
	fromRight = 1
)

// write writes a text on a baseline, starting (fromLeft) or ending (fromRight)
// at x.
func (l lettering) write(c *draw.Canvas, x, baseline vg.Length, align vg.Length, text string) {
	if text = clean(text); text == "" {
		return
	}
	c.SetColor(l.colour)
	c.FillString(l.face(), vg.Point{X: x - align*l.width(text), Y: baseline}, text)
}

// ascent is the height of capitals: 0.73 of the size in Liberation Sans.
func (l lettering) ascent() vg.Length { return l.size * 0.73 }

// middle is the baseline of a line whose capitals are centred at y.
func (l lettering) middle(y vg.Length) vg.Length { return y - l.ascent()/2 }

// clean replaces what is no character of a line, such as a tab in a name: SVG
// can't hold most of them.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == '\uFFFE' || r == '\uFFFF' {
			return ' '
		}
		return r
	}, text)
}

// ellipsis shows that a text was cut.
const ellipsis = "…"

// wrap breaks a text into lines that fit into room, at most so many: what is
// left over then is cut.
func (l lettering) wrap(text string, room vg.Length, most int) []string {
	var lines []string
	for _, word := range l.words(text, room) {
		last := len(lines) - 1
		if last >= 0 && l.width(strings.TrimRight(lines[last]+word, " ")) <= room {
			lines[last] += word
		} else {
			lines = append(lines, word)
		}
	}
	if len(lines) > most {
		lines = append(lines[:most-1], l.cut(strings.Join(lines[most-1:], ""), room))
	}
	for k := range lines {
		lines[k] = strings.TrimRight(lines[k], " ")
	}
	return lines
}

// words are the pieces of a text between which a line may end, each with the
// space after it. A word that doesn't fit into a line is broken, after a mark
// between its parts if it has one.
func (l lettering) words(text string, room vg.Length) []string {
	var out []string
	for _, word := range strings.Fields(clean(text)) {
		for word != "" && l.width(word) > room {
			head := l.head(word, room)
			out, word = append(out, head), word[len(head):]
		}
		out = append(out, word+" ")
	}
	return out
}

// head is the first part of a word that fits into room: at least one letter.
func (l lettering) head(word string, room vg.Length) string {
	_, end := utf8.DecodeRuneInString(word)
	for k := range word {
		if k > end && l.width(word[:k]) <= room {
			end = k
		}
	}
	if mark := strings.LastIndexAny(word[:end], "_-/."); mark > 0 {
		end = mark + 1
	}
	return word[:end]
}

// cut takes as much of a text as fits with an ellipsis after it.
func (l lettering) cut(text string, room vg.Length) string {
	letters := []rune(text)
	for len(letters) > 0 && l.width(string(letters)+ellipsis) > room {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRight(string(letters), " ") + ellipsis
}

// joinedLines is a text of lines as the plotting library takes it.
func joinedLines(lines []string) string { return strings.Join(lines, "\n") }
