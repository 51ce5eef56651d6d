package main

import (
	"caseload/analysis"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/page"
	"caseload/results/sweep"
)

// sweepFigures are those of the rows that a sweep shows, as SVG and PNG.
func sweepFigures(s *sweep.Sweep) []folder.File {
	var files []folder.File
	for k := range s.Rankings {
		r := &s.Rankings[k]
		for _, g := range append(figure.SweepCurves(s, r), figure.SweepMaps(s, r)...) {
			files = append(files, figureFiles(g, g.Name)...)
		}
	}
	return files
}

// conclude writes what the whole sweep shows, with figures of some rows. One that
// was cut off has its cells.
func (s *sweepFolder) conclude(all, drawn *sweep.Sweep) error {
	if s == nil || all.Partial {
		return nil
	}
	answers := &page.Answers{Scenario: s.design.Base, Version: analysis.ModelVersion, Sweep: drawn}
	files := []folder.File{{Name: folder.SweepName, Write: all.JSON}, {Name: "cells.csv", Write: all.CSV}, {Name: "differences.csv", Write: all.DifferencesCSV},
		{Name: folder.PageName, Write: answers.Page().Write}}
	return failed(s.folder.WriteFiles(append(files, sweepFigures(drawn)...)...))
}
