package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"caseload/analysis/size"
	"caseload/results/folder"
	"caseload/results/page"
	"caseload/results/report"
	sizeresults "caseload/results/size"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// swingReplicates is how many trials each end of an assumption has on a planner's sheet: a
// power of 80 % is then known to 1.3 points.
const swingReplicates = 1000

// swings simulates the trial of an answer with its assumptions wrong, for the sheet; nil
// where there is no answer, or nothing to keep it in.
func (e *env) swings(c *cobra.Command, f *sizeFlags, m *sim.Model, q size.Question, design float64) (*size.WhatIf, error) {
	sc, err := asWritten(m.Scenario)
	if err != nil {
		return nil, err
	}
	if sc.Size.Assurance > 0 || q.Size.Assurance > 0 {
		q.Size.Assurance = 0
	}
	if sc != m.Scenario {
		if m, err = compile(c.Context(), sc); err != nil {
			return nil, err
		}
	}
	opt := size.Options{Seed: sc.Seed, Workers: f.workers}
	x, err := withProgress(e, &f.flags, "trials with an assumption wrong", 0, func(update func(done, want int)) (*size.WhatIf, error) {
		opt.Progress = update
		return size.Swings(c.Context(), m, q, design, min(swingReplicates, q.Size.MaxReplicates), opt)
	})
	if err != nil && errors.Is(err, context.Cause(c.Context())) {
		return nil, notKeptIn(f.out, interrupted(": the results above are whole, the planner's sheet is not made"))
	}
	return x, err
}

// sheetFiles are those of a planner's sheet.
func sheetFiles(s *sizeresults.Sheet) []folder.File {
	files := []folder.File{
		{Name: folder.SheetPage, Write: page.NewSheet(s).Write},
		{Name: folder.SheetText, Write: func(w io.Writer) error { return s.Document().Write(w, report.Markdown, 0) }},
		{Name: folder.SheetFacts, Write: s.Facts.JSON},
	}
	if drawn := page.Tornado(s); drawn != nil {
		files = append(files, figureFiles(drawn, drawn.Name)...)
	}
	return files
}

// keptSheet makes the sheet in a folder anew; nothing where there is none.
func (e *env) keptSheet(dir string, sc *scenarios.Scenario, plans []*sizeresults.Plan) ([]folder.File, error) {
	text, found, err := folder.Read(dir, folder.SheetFacts)
	if err != nil || !found {
		return nil, err
	}
	facts, err := sizeresults.ReadFacts(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	list, err := folder.Plans(dir)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(list, func(a folder.Annex) bool { return a.Name == facts.Plan })
	if k < 0 {
		return nil, nil // its plan was removed
	}
	return sheetFiles(&sizeresults.Sheet{Plan: plans[k], Facts: facts, Scenario: sc}), nil
}
