package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"caseload/analysis/size"
)

// A Plan is an answer of "caseload size": a Size or a Cost.
type Plan struct {
	Size *Size
	Cost *Cost
}

// ReadPlan reads the JSON of a plan.
func ReadPlan(r io.Reader) (*Plan, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var about struct{ Hash, Solve string }
	if err := json.Unmarshal(text, &about); err != nil || about.Hash == "" || about.Solve == "" {
		return nil, errors.Join(errors.New("got something else than a plan"), err)
	}
	p := &Plan{}
	if about.Solve == size.Cost || about.Solve == size.Budget {
		p.Cost = new(Cost)
		err = json.Unmarshal(text, p.Cost)
		for k := range p.Cost.Designs { // JSON keeps no order of keys
			d := &p.Cost.Designs[k]
			for _, key := range slices.Sorted(maps.Keys(d.Keys)) {
				d.order = append(d.order, size.KeyValue{Key: key, Value: d.Keys[key]})
			}
		}
	} else {
		p.Size = new(Size)
		err = json.Unmarshal(text, p.Size)
	}
	if err != nil {
		return nil, fmt.Errorf("got something else than a plan: %w", err)
	}
	return p, nil
}

// Pieces is an answer in words and what its trial takes.
func (s *Size) Pieces(a *SizeAnswer) []Piece {
	return inPieces(func(d *document) {
		d.paragraph(s.sentence(a))
		if text := s.formulaSentence(a); text != "" {
			d.paragraph(text)
		}
		s.takes(d, a, s.of(a))
	})
}

// Pieces is the choice in words and the designs.
func (c *Cost) Pieces() []Piece {
	return inPieces(func(d *document) {
		d.paragraph(c.sentence())
		d.table(c.title(), c.table(), c.legend())
	})
}

// Designs are those tried, with their power, as a table; nil if there are none.
func (s *Size) Designs(a *SizeAnswer) *Table {
	if len(a.Evaluations) == 0 {
		return nil
	}
	return inPieces(func(d *document) { d.table("Designs tried", s.designsTable(a), s.designsLegend(a)) })[0].Table
}
