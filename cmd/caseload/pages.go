package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"caseload/analysis"
	"caseload/results/calibrate"
	"caseload/results/folder"
	"caseload/results/literature"
	"caseload/results/meta"
	"caseload/results/page"
	"caseload/results/report"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// scenarioFile is the scenario that a folder is of, with all that is asked of it.
func scenarioFile(sc *scenarios.Scenario) (folder.File, error) {
	text, err := sc.Encode()
	return folder.File{Name: folder.ScenarioName, Write: func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}}, err
}

// pageOfAnswers makes the page of the explanations, plans and comparisons in a folder that has no run.
func (e *env) pageOfAnswers(dir string, sc *scenarios.Scenario) (folder.File, annexes, error) {
	also, err := readAnnexes(dir, sc.Labels())
	answers := &page.Answers{Scenario: sc, Version: analysis.ModelVersion, Explanations: also.explanations, Plans: also.plans, Comparisons: also.comparisons}
	return folder.File{Name: folder.PageName, Write: answers.Page().Write}, also, err
}

// pageOfReviews makes the page of the reviews and calibrations in a folder.
func pageOfReviews(dir string) (folder.File, *page.Answers, error) {
	a := &page.Answers{Version: analysis.ModelVersion}
	err := errors.Join(
		readReviews(dir, folder.Literatures, literature.Read, func(x *literature.Literature) {
			// The scenario of a body may name others by where they lie beside it: then
			// its numbers are not on the page.
			sc, err := scenarios.Load(osFS{}, filepath.ToSlash(filepath.Join(dir, folder.LiteratureStem(x.Scenario)+".toml")), nil)
			if err != nil {
				sc = nil
			}
			a.Literatures = append(a.Literatures, page.Body{Literature: x, Scenario: sc})
		}),
		readReviews(dir, folder.Metas, meta.Read, func(x *meta.Meta) { a.Metas = append(a.Metas, x) }),
		readReviews(dir, folder.Calibrations, calibrate.Read, func(x *calibrate.Kept) {
			if x.Check != nil {
				a.Checks = append(a.Checks, x.Check)
				return
			}
			a.Calibrations = append(a.Calibrations, x.Calibration)
		}))
	return folder.File{Name: folder.PageName, Write: func(w io.Writer) error { return a.Page().Write(w) }}, a, err
}

// readReviews reads the reviews of one kind in a folder.
func readReviews[T any](dir string, list func(string) ([]folder.Annex, error), read func(io.Reader) (*T, error), add func(*T)) error {
	found, err := list(dir)
	if err != nil {
		return failed(err)
	}
	all, err := folder.ReadAnnexes(dir, found, read)
	if err != nil {
		return failed(err)
	}
	for _, x := range all {
		add(x)
	}
	return nil
}

// reportOther shows a folder that has no run, and makes its page anew.
func (e *env) reportOther(c *cobra.Command, f *reportFlags, dir string, content folder.Content) error {
	if err := f.checkOther(c); err != nil {
		return err
	}
	switch content {
	case folder.Cells:
		return e.reportSweep(c, f, dir)
	case folder.OnlyAnswers:
		return e.reportAnswers(f, dir)
	}
	return e.reportReviews(f, dir)
}

// checkOther refuses flags that only the folder of a run takes.
func (f *reportFlags) checkOther(c *cobra.Command) error {
	var errs []error
	for _, name := range []string{"alpha", "measure", "outcome", "subgroup", "method", "out"} {
		if c.Flags().Changed(name) {
			errs = append(errs, fmt.Errorf("--%s: got a folder without a run, want one that \"caseload run --out\" has made: other answers are shown as they are", name))
		}
	}
	return errors.Join(errs...)
}

// reportAnswers shows the explanations, plans and comparisons in a folder.
func (e *env) reportAnswers(f *reportFlags, dir string) error {
	sc, err := loadKept(dir)
	if err != nil {
		return fmt.Errorf("%w\nThe folder is of an older version: ask again, into a new one", err)
	}
	made, also, err := e.pageOfAnswers(dir, sc)
	if err != nil {
		return err
	}
	var all []report.Answer
	for _, x := range also.explanations {
		all = append(all, x)
	}
	for _, p := range also.plans {
		if p.Cost != nil {
			all = append(all, p.Cost)
		} else {
			all = append(all, p.Size)
		}
	}
	for _, x := range also.comparisons {
		all = append(all, x)
	}
	if err := e.showAll(f, all); err != nil || f.noFiles {
		return err
	}
	files := append(also.figures, made)
	sheet, err := e.keptSheet(dir, sc, also.plans)
	if err != nil {
		return err
	}
	if err := folder.WriteFiles(dir, sc.Hash(), append(files, sheet...)...); err != nil {
		return outError("", err)
	}
	e.infof(&f.flags, "Made %s anew.", filepath.Join(dir, folder.PageName))
	return nil
}

// reportReviews shows the reviews and calibrations in a folder.
func (e *env) reportReviews(f *reportFlags, dir string) error {
	made, a, err := pageOfReviews(dir)
	if err != nil {
		return err
	}
	var all []report.Answer
	for _, x := range a.Literatures {
		all = append(all, x)
	}
	for _, x := range a.Metas {
		all = append(all, x)
	}
	for _, x := range a.Calibrations {
		all = append(all, x)
	}
	for _, x := range a.Checks {
		all = append(all, x)
	}
	if err := e.showAll(f, all); err != nil || f.noFiles {
		return err
	}
	if err := folder.WriteReview(dir, made); err != nil {
		return outError("", err)
	}
	e.infof(&f.flags, "Made %s anew.", filepath.Join(dir, folder.PageName))
	return nil
}

// showAll shows several answers. JSON and CSV are of one alone, as programs read them.
func (e *env) showAll(f *reportFlags, all []report.Answer) error {
	if len(all) > 1 && (f.json || f.format == string(report.CSV)) {
		return fmt.Errorf("--json and --format csv: got a folder with %d answers, want one with a single one; each has a file of its own there", len(all))
	}
	for k, a := range all {
		if k > 0 {
			if _, err := fmt.Fprintln(e.stdout); err != nil {
				return failed(err)
			}
		}
		if err := e.show(&f.flags, a); err != nil {
			return err
		}
	}
	return nil
}

// reportSweep shows a sweep from the runs of its cells, which are all there.
func (e *env) reportSweep(c *cobra.Command, f *reportFlags, dir string) error {
	sc, err := loadKept(dir)
	if err != nil {
		return err
	}
	about, replicates, err := folder.InspectSweep(dir)
	if err != nil {
		return outError("", err)
	}
	s := &sweepFlags{flags: f.flags, out: dir}
	return e.sweepOf(c, s, sc, replicates, about.Scenario)
}
