package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// levelFlags are how much of an answer is printed.
func (f *flags) levelFlags(c *cobra.Command) {
	c.Flags().BoolVar(&f.brief, "brief", false, "print the answer in words alone")
	c.Flags().BoolVar(&f.full, "full", false, "print all tables (default what fits a screen)")
	c.MarkFlagsMutuallyExclusive("json", "brief", "full")
}

// level is how much of an answer is printed.
func (f *flags) level() report.Level {
	switch {
	case f.brief:
		return report.Brief
	case f.full:
		return report.Full
	}
	return report.Screen
}

// show prints an answer as asked for.
func (e *env) show(f *flags, a report.Answer) error {
	if f.json {
		return failed(a.JSON(e.stdout))
	}
	return failed(report.Write(e.stdout, a, report.Format(f.format), tableWidth(e.stdout), f.level()))
}

// conclude keeps an answer and shows it. One that can't be kept is shown all the
// same: it took long enough. One that was cut off is shown only, and the command
// ends with that.
func (e *env) conclude(f *flags, a report.Answer, keep func() error, cut error) error {
	var kept error
	if keep != nil && cut == nil {
		kept = keep()
	}
	if err := errors.Join(kept, e.show(f, a)); err != nil {
		return err
	}
	return cut
}

// interrupted ends a command that was cut off. It says what there is.
type interrupted string

func (i interrupted) Error() string { return "interrupted" + string(i) }

// Ends of commands that were cut off.
const (
	showsReplicates  interrupted = ": the results above cover the replicates finished until then"
	showsSearch      interrupted = ": the results above are what was known by then"
	showsCells       interrupted = ": the results above are of the cells finished until then"
	showsDesigns     interrupted = ": the results above are of the designs finished until then"
	showsBodies      interrupted = ": the results above are of the bodies finished until then"
	showsSimulations interrupted = ": the results above are of the simulations finished until then"
	keepsReplicates  interrupted = ": the same command goes on with the rest"
	nothingSolved    interrupted = " before the hazards were solved"
	nothingFinished  interrupted = " before a replicate was finished"
	noCellFinished   interrupted = " before a cell was finished"
	noDesignFinished interrupted = " before a design was finished"
	noBodiesFinished interrupted = " before two bodies were finished"
	tooFewFinished   interrupted = " before there were simulations enough to say anything"
	nothingShown     interrupted = ": nothing is shown of what was done until then"
)

// notKeptIn says of what was cut off that it is not kept in the folder asked for.
func notKeptIn(dir string, err error) error {
	if dir == "" {
		return err
	}
	return fmt.Errorf("%w; nothing of it is kept in %s", err, dir)
}

// keepReview puts the files of a review, a calibration or a body of trials into a
// folder: its JSON and CSV, others, and the figures that it has. It says what it wrote,
// which is the stem of their names and then the folder.
func (e *env) keepReview(f *flags, out, stem string, a report.Answer, wrote string, drawn []*figure.Figure, others ...folder.File) error {
	if out == "" {
		return nil
	}
	write := a.JSON
	if r, ok := a.(interface{ Record(io.Writer) error }); ok {
		write = r.Record
	}
	files := append([]folder.File{{Name: stem + ".json", Write: write}, {Name: stem + ".csv", Write: a.CSV}}, others...)
	for _, g := range drawn {
		if g != nil {
			files = append(files, figureFiles(g, g.Name)...)
		}
	}
	if err := folder.WriteReview(out, files...); err != nil {
		return outError("--out: ", err)
	}
	made, _, err := pageOfReviews(out)
	if err != nil {
		return err
	}
	if err := folder.WriteReview(out, made); err != nil {
		return outError("--out: ", err)
	}
	e.infof(f, wrote, stem, out)
	return nil
}

// keepAnnex puts an answer about a scenario, and its figures, into a folder, which may be
// that of a run; in another it makes the page of all answers there anew.
func (e *env) keepAnnex(f *flags, out string, sc *scenarios.Scenario, name string, a report.Answer, figures []folder.File, others ...folder.File) error {
	if out == "" {
		return nil
	}
	_, err := folder.Inspect(out)
	ofRun := err == nil
	files := append([]folder.File{{Name: name, Write: a.JSON}}, figures...)
	if !ofRun {
		kept, err := scenarioFile(sc)
		if err != nil {
			return failed(err)
		}
		files = append(files, kept)
	}
	if err := folder.WriteFiles(out, sc.Hash(), append(files, others...)...); err != nil {
		return outError("--out: ", err)
	}
	drawings := ""
	switch len(figures) / len(figure.Formats) {
	case 0:
	case 1:
		drawings = " and its figure"
	default:
		drawings = " and its figures"
	}
	e.infof(f, "Wrote %s%s in %s.", name, drawings, out)
	if ofRun {
		e.infof(f, "To have it on the page of the run there: caseload report %s", out)
		return nil
	}
	made, _, err := e.pageOfAnswers(out, sc)
	if err != nil {
		return err
	}
	if err := folder.WriteFiles(out, sc.Hash(), made); err != nil {
		return outError("--out: ", err)
	}
	e.infof(f, "The page is %s.", filepath.Join(out, folder.PageName))
	return nil
}

// figureFiles are the files of a figure.
func figureFiles(f *figure.Figure, stem string) (files []folder.File) {
	if f == nil {
		return nil
	}
	for _, format := range figure.Formats {
		files = append(files, folder.File{Name: folder.FiguresName + "/" + stem + "." + format,
			Write: func(w io.Writer) error { return f.Draw(w, format) }})
	}
	return files
}
