package results

// A Piece is a part of a report for those who set it in their own way, such as a
// page: one of a heading, a paragraph and a table.
type Piece struct {
	Heading string
	Text    string
	Table   *Table
}

// Table is text in columns, with what it is about and notes on it.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]string
	Notes   []string
}

// Column is the head of a column and what becomes of it.
type Column struct {
	Head string
	Left bool // aligned left, else right
	Key  bool // says which row it is
}

// pieces is the format of a report that is handed over in pieces.
const pieces Format = "pieces"

// inPieces is what write writes, as pieces.
func inPieces(write func(d *document)) []Piece {
	d := &document{format: pieces}
	write(d)
	return d.pieces
}

// exported is the table for others.
func (t *table) exported(title string, notes []string) *Table {
	out := &Table{Title: title, Rows: t.rows, Notes: notes}
	for _, c := range t.columns {
		out.Columns = append(out.Columns, Column{c.head, c.left, c.key})
	}
	return out
}

// Headline says what failed and what the run is of.
func (r *Run) Headline() string { return r.headline() }

// Summary is a sentence for each primary outcome, or for the first.
func (r *Run) Summary() []string { return r.summary() }

// Warnings say how some rows' numbers are to be read, each once.
func (r *Run) Warnings() []string { return r.notes().texts }

// FailureTable counts what failed by analysis and reason; nil if nothing did.
func (r *Run) FailureTable() *Table {
	t := &table{columns: append(r.keyColumns(pieces), column{"failed", false, false}, column{"reasons", true, false})}
	for k := range r.Rows {
		if row := &r.Rows[k]; row.Failed > 0 {
			t.rows = append(t.rows, append(r.keys(row, pieces, ""), grouped(row.Failed)+" of "+grouped(r.Replicates), showFailures(row.Failures)))
		}
	}
	if len(t.rows) == 0 {
		return nil
	}
	return t.exported("Fits that failed", nil)
}

// FindingPieces are what happens in the arms, what a trial would find, and what
// that would be if everyone were in an arm.
func (r *Run) FindingPieces() []Piece {
	return inPieces(func(d *document) {
		d.table("What happens in each arm, with nobody lost and nothing mismeasured", r.armTable(), nil)
		d.table("What the trial would find"+r.ofContrast(), r.findings(pieces, r.notes()), append(r.findingsLegend(), r.notes().lines()...))
		d.table("Families of tests", r.familyTable(), r.familyLegend())
		if r.rolledOutAlike() {
			d.item("Clients share slots or case managers, but rolled out to everyone the effects would be the same but for chance.")
		}
		d.table("In the trial, and rolled out to everyone"+r.ofContrast(), r.rollout(pieces), []string{rolloutLegend})
		d.table("What the programs do", effectTable(r.Effects), effectLegend(r.Effects))
	})
}

// TrustPieces are how far the analyses can be trusted, and the measures named.
func (r *Run) TrustPieces(measures []string) []Piece {
	return inPieces(func(d *document) {
		d.table("How far the analyses can be trusted"+r.ofContrast(), r.trust(pieces, r.notes()), append(r.trustLegend(), r.notes().lines()...))
		if len(measures) > 0 {
			r.measureTable(d, chosen(measures))
		}
	})
}

// Pieces is the explanation, without the drawing.
func (e *Explain) Pieces() []Piece { return inPieces(e.write) }
