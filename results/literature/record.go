package literature

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"caseload/results/meta"
	"caseload/results/report"
)

// record is what a folder keeps of bodies of trials: what JSON writes, and what figures
// and notes are made of.
type record struct {
	*Literature
	FirstBody json.RawMessage   `json:"first_body"`    // a meta-analysis; null without one
	Pooled    [][]report.Number `json:"pooled_values"` // pooled effects of each row, by body
	Notes     []string          `json:"notes"`
	Survivors []string          `json:"survivors"`
}

// Record writes what JSON writes, and what it takes to make the page and its figures
// again.
func (l *Literature) Record(w io.Writer) error {
	r := record{Literature: l, Notes: l.notes, Survivors: l.survivors}
	if l.First != nil {
		var b bytes.Buffer
		if err := l.First.JSON(&b); err != nil {
			return err
		}
		r.FirstBody = b.Bytes()
	}
	for k := range l.Rows {
		values := []report.Number{}
		for _, x := range l.Rows[k].Values {
			values = append(values, report.Number(x))
		}
		r.Pooled = append(r.Pooled, values)
	}
	return report.WriteJSON(w, r)
}

// Read reads what Record writes.
func Read(in io.Reader) (*Literature, error) {
	r := record{Literature: &Literature{}}
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return nil, fmt.Errorf("got something else than bodies of trials: %w", err)
	}
	l := r.Literature
	if l.Scenario == "" || len(l.Rows) == 0 || len(r.Pooled) != len(l.Rows) {
		return nil, errors.New("got something else than bodies of trials, or of an older version")
	}
	for k := range l.Rows {
		for _, x := range r.Pooled[k] {
			l.Rows[k].Values = append(l.Rows[k].Values, float64(x))
		}
	}
	l.notes, l.survivors = r.Notes, r.Survivors
	if len(r.FirstBody) == 0 || bytes.Equal(r.FirstBody, []byte("null")) {
		return l, nil
	}
	var err error
	l.First, err = meta.Read(bytes.NewReader(r.FirstBody))
	return l, err
}
