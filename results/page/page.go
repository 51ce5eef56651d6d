package page

import (
	"bytes"
	_ "embed" // of the template and the style
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode/utf8"

	"caseload/results/figure"
	"caseload/results/report"
)

// Page is a page before it is written: one or more questions, each answered before
// anything else is said, and then what all of them rest on.
type Page struct {
	Title     string
	Lead      []string // what failed, and what was simulated
	Questions []*Question
	Sections  []Section
}

// Question is a question with its answer, the figure that shows it, and what to beware
// of. Its sections say more.
type Question struct {
	ID       string // names it in links, and begins the names of its sections
	Text     string // in words
	Lead     []string
	Answer   []string // the first is the answer in short
	Shown    []Block  // the figure that shows it
	Beware   []string
	Sections []Section
}

// Section is a part of a page, folded up until it is asked for, and open in print. ID
// names it in links: letters, digits and hyphens.
type Section struct {
	ID, Title string
	Blocks    []Block
}

// Block is one thing in a section: whichever of its fields is not empty.
type Block struct {
	Heading string
	Text    string
	List    []string
	Code    string // commands or the like, line by line
	Table   *report.Table
	Figure  *figure.Figure
	Fold    bool // Table: closed until it is asked for, and not in print
}

// Paragraph, Heading and the like make blocks.
func Paragraph(text string) Block { return Block{Text: text} }

// Drawn is a figure and, if it has numbers to read, those, folded up.
func Drawn(figures ...*figure.Figure) []Block {
	var out []Block
	for _, f := range figures {
		if f == nil {
			continue
		}
		out = append(out, Block{Figure: f})
		if f.Data != nil {
			out = append(out, Block{Table: f.Data, Fold: true})
		}
	}
	return out
}

// Parts are the parts of a document as blocks: its drawings in characters are
// left out, as figures stand for them.
func Parts(d *report.Document) []Block { return blocks(d.Parts) }

func blocks(parts []report.Part) []Block {
	var out []Block
	for _, p := range parts {
		switch p.Kind {
		case report.HeadingPart, report.TitlePart:
			out = append(out, Block{Heading: p.Text})
		case report.LinePart, report.ParagraphPart, report.ItemPart:
			if p.Text != "" {
				out = append(out, Paragraph(p.Text))
			}
		case report.TablePart:
			out = append(out, Block{Table: p.Table})
		}
	}
	return out
}

var (
	//go:embed page.html
	source string
	//go:embed page.css
	style string

	layout = template.Must(template.New("page").Funcs(template.FuncMap{"svg": svg, "style": func() template.CSS { return template.CSS(style) }, "unbroken": unbroken, "wordy": wordy, "few": few}).Parse(source))
)

// svg is a figure as an element of a page. Its texts are escaped where it is
// drawn.
func svg(f *figure.Figure) (template.HTML, error) {
	var b bytes.Buffer
	err := f.SVG(&b)
	return template.HTML(b.String()), err
}

// unbroken keeps a number on the line of its unit or its error.
func unbroken(text string) string { return keeper.Replace(text) }

var keeper = strings.NewReplacer(" %", "\u00a0%", "(MCSE ", "(MCSE\u00a0", " pp", "\u00a0pp", " = ", "\u00a0=\u00a0", " < ", "\u00a0<\u00a0")

// wordy tells of a table with running text in it, which a narrow screen shows as a card
// for each row; one of numbers scrolls there.
func wordy(t *report.Table) bool {
	const long = 45 // characters
	for _, row := range t.Rows {
		for c, cell := range row {
			if c < len(t.Columns) && t.Columns[c].Left && !t.Columns[c].Key && utf8.RuneCountInString(cell) > long {
				return true
			}
		}
	}
	return false
}

// few tells of a table that print keeps on one page.
func few(t *report.Table) bool { return len(t.Rows) <= 16 }

// Next is the question after the one of that name; nil if it is the last.
func (p *Page) Next(id string) *Question {
	for k, q := range p.Questions[:max(0, len(p.Questions)-1)] {
		if q.ID == id {
			return p.Questions[k+1]
		}
	}
	return nil
}

// filled returns the sections that have blocks. It refuses names that were seen before.
func filled(all []Section, seen map[string]bool) (out []Section, err error) {
	for _, s := range all {
		if len(s.Blocks) == 0 {
			continue
		}
		if seen[s.ID] {
			return nil, fmt.Errorf("page: two sections %q", s.ID)
		}
		seen[s.ID] = true
		out = append(out, s)
	}
	return out, nil
}

// Write writes the page. Sections without blocks are left out.
func (p *Page) Write(w io.Writer) error {
	shown, seen := *p, map[string]bool{}
	shown.Questions = nil
	for _, q := range p.Questions {
		one := *q
		if seen[one.ID] {
			return fmt.Errorf("page: two questions %q", one.ID)
		}
		seen[one.ID] = true
		var err error
		if one.Sections, err = filled(q.Sections, seen); err != nil {
			return err
		}
		shown.Questions = append(shown.Questions, &one)
	}
	var err error
	if shown.Sections, err = filled(p.Sections, seen); err != nil {
		return err
	}
	return execute(w, "page", &shown)
}

// execute writes what a template makes of x, if it can be made whole.
func execute(w io.Writer, name string, x any) error {
	var b bytes.Buffer
	if err := layout.ExecuteTemplate(&b, name, x); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
