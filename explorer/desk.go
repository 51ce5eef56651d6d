package explorer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"caseload/analysis"
	"caseload/scenarios"
)

// A Desk answers what a page asks, one question after another: each is a JSON object whose
// "do" says what is wanted.
type Desk struct {
	s    *Session
	base *scenarios.Scenario // the one opened last, before sliders, and what was asked for then
	of   Request
	// sources are those of the base's numbers, kept from session to session.
	sources map[string]string
}

// question is what can be asked.
type question struct {
	Do         string  `json:"do"`
	Open       Request `json:"open"`
	From       int     `json:"from"`
	To         int     `json:"to"`
	Outcome    string  `json:"outcome"`
	Replicate  int     `json:"replicate"`
	Client     int     `json:"client"`
	Replicates int     `json:"replicates"`
}

// failure is the answer to a question that has none.
type failure struct {
	Error    string    `json:"error"`
	Problems []problem `json:"problems,omitempty"` // what is wrong with a scenario
}

type problem struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Answer answers a question, with the block that belongs to it. The answer is JSON, and
// an object with "error" if something is wrong. Progress is told of long questions.
func (d *Desk) Answer(ctx context.Context, asked, block []byte, progress func(done, want int)) (answer, left []byte) {
	value, left, err := d.try(ctx, asked, block, progress)
	if text, ok := value.([]byte); ok && err == nil {
		return text, nil // JSON or CSV as it is
	}
	if err == nil {
		if answer, err = json.Marshal(value); err == nil {
			return answer, left
		}
	}
	f := failure{Error: err.Error()}
	if problems, ok := errors.AsType[scenarios.Problems](err); ok {
		for _, p := range problems.Sorted() {
			f.Problems = append(f.Problems, problem{p.File, p.Line, p.Error()})
		}
	}
	answer, _ = json.Marshal(f) // strings and numbers alone
	return answer, nil
}

// try answers a question. A broken invariant is an error, too.
func (d *Desk) try(ctx context.Context, asked, block []byte, progress func(done, want int)) (value any, left []byte, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%v\nThis is a bug in caseload: please report this message with the address of the page", cause)
		}
	}()
	var q question
	if err := json.Unmarshal(asked, &q); err != nil {
		return nil, nil, err
	}
	switch q.Do {
	case "stories":
		return struct {
			Stories []Story `json:"stories"`
			Block   int     `json:"block"` // trials of a block
			Model   int     `json:"model"` // version of the model
		}{Stories(), BlockSize, analysis.ModelVersion}, nil, nil
	case "open":
		d.s, err = d.open(q.Open)
		return struct{}{}, nil, err
	}
	if d.s == nil {
		return nil, nil, errors.New("explorer: asked before a scenario was opened")
	}
	return d.ask(ctx, &q, block, progress)
}

// open opens a scenario. One that was open, with other sliders, is not read again.
func (d *Desk) open(req Request) (*Session, error) {
	if d.base == nil || d.of.Scenario != req.Scenario || d.of.Text != req.Text {
		base, err := load(req)
		if err != nil {
			return nil, err
		}
		d.base, d.of, d.sources = base, req, map[string]string{}
	}
	return open(d.base, d.sources, req)
}

// ask answers a question about the scenario that is open.
func (d *Desk) ask(ctx context.Context, q *question, block []byte, progress func(done, want int)) (value any, left []byte, err error) {
	switch q.Do {
	case "run":
		r, err := d.s.Run(ctx, q.From, q.To, progress)
		if err != nil {
			return nil, nil, err
		}
		return r, r.Block, nil
	case "add":
		return struct{}{}, nil, d.s.Add(block)
	case "view":
		value, err = d.s.View()
	case "found":
		value, err = d.s.Found(q.Outcome)
	case "one":
		value, err = d.s.One(q.Replicate, q.Outcome)
	case "lives":
		value, err = d.s.Lives(q.Replicate, q.Client)
	case "waterfall":
		value, err = d.s.Waterfall(ctx, q.Outcome, q.Replicates, progress)
	case "assumptions":
		value, err = d.s.Assumptions()
	case "back":
		value = d.s.Back()
	case "json":
		value, err = d.s.JSON()
	case "csv":
		value, err = d.s.CSV()
	default:
		err = fmt.Errorf("explorer: no question %q", q.Do)
	}
	return value, nil, err
}
