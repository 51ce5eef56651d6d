package main

import (
	"caseload/results/figure"
	"caseload/results/folder"
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
