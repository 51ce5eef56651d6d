package page

import (
	"bytes"
	"caseload/results/report"
	_ "embed" // of the template and the style
	"fmt"
	"html/template"
	"io"

	"caseload/results/figure"
)

// Page is a page before it is written.
type Page struct {
	Title    string
	Lead     []string // what stands below the title: the question, and what failed
	Sections []Section
}

// Section is a part of a page. ID names it in links: letters and hyphens.
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
	Fold    bool // Table: closed until it is asked for, and open in print
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
func Parts(d *report.Document) []Block {
	var out []Block
	for _, p := range d.Parts {
		switch p.Kind {
		case report.HeadingPart:
			out = append(out, Block{Heading: p.Text})
		case report.LinePart, report.ParagraphPart, report.ItemPart:
			out = append(out, Paragraph(p.Text))
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

	layout = template.Must(template.New("page").Funcs(template.FuncMap{"svg": svg, "style": func() template.CSS { return template.CSS(style) }}).Parse(source))
)

// svg is a figure as an element of a page. Its texts are escaped where it is
// drawn.
func svg(f *figure.Figure) (template.HTML, error) {
	var b bytes.Buffer
	err := f.SVG(&b)
	return template.HTML(b.String()), err
}

// Write writes the page. Sections without blocks are left out.
func (p *Page) Write(w io.Writer) error {
	shown := *p
	shown.Sections = nil
	seen := map[string]bool{}
	for _, s := range p.Sections {
		if len(s.Blocks) == 0 {
			continue
		}
		if seen[s.ID] {
			return fmt.Errorf("page: two sections %q", s.ID)
		}
		seen[s.ID] = true
		shown.Sections = append(shown.Sections, s)
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, &shown); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
