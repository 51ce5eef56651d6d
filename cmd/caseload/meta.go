package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"caseload/analysis/review"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/meta"

	"github.com/spf13/cobra"
)

const studiesArg = `a CSV file of studies, or "-" for standard input`

// metaFlags are the flags of the meta command alone.
type metaFlags struct {
	flags
	question review.Question
	columns  review.Options
	measure  string
	leaveOut bool
	out      string
}

func (e *env) metaCommand() *cobra.Command {
	var f metaFlags
	c := &cobra.Command{
		Use:   "meta FILE.csv",
		Short: "Pool the effects of studies: a meta-analysis",
		Long: `Meta pools the effects of the studies in a CSV file, one a line under a line of
column names. They may be given as any of
  yi, vi                              an effect and its variance; or yi, se
  smd, se                             also md, log_or, log_rr, log_hr, rd
  or, low, high                       a ratio (or, rr, hr) and its 95 % limits;
                                      or yi, low, high: an effect and its limits
  d, n1, n0                           a standardized mean difference (Cohen's d,
                                      Hedges' g) and the clients of both arms
  events1, n1, events0, n0            counts (1 is the treated arm, 0 control),
                                      or the four cells a, b, c, d
  mean1, sd1, n1, mean0, sd0, n0      means and standard deviations
Names of other programs (ai, n1i, m1i ...) are known too. A column study names
the studies; n is the number of clients. Other columns are used by the flags
below. Ratios are given, and shown in JSON, as logarithms.

It prints a paragraph in words, a forest plot, the pooled effect, how much
effects vary, subgroups and moderators if asked, and whether small studies find
other effects. Definitions are those of the R package metafor.

--out DIR keeps it: meta-FILE.json and .csv, and forest and funnel plot as SVG
and PNG.`,
		Example: `  caseload meta docs/examples/bcg.csv --measure log_rr
  caseload meta mine.csv --knapp-hartung --leave-one-out
  caseload meta mine.csv --subgroup setting --moderator year --factor staff
  caseload meta mine.csv --cluster trial
  caseload meta mine.csv --json
  caseload meta mine.csv --out results`,
		Args: oneArg(studiesArg),
		RunE: func(c *cobra.Command, args []string) error { return e.meta(c, &f, args[0]) },
	}
	fl := c.Flags()
	fl.StringVar(&f.question.Method, "method", "reml", "fe (common effect), or random effects by dl, he, hs, sj, ml, reml, pm or eb;\nof counts also mh (Mantel-Haenszel) and peto")
	fl.BoolVar(&f.question.KnappHartung, "knapp-hartung", false, "standard error and t test by Knapp and Hartung (default a z test)")
	fl.StringVar(&f.measure, "measure", "", "given, or of counts log_or, log_rr or rd, of means smd or md\n(default what the file gives: log_or, smd)")
	fl.StringVar(&f.columns.Study, "study", "", `the column that names studies (default "study", if there is one)`)
	fl.StringArrayVar(&f.columns.Moderators, "moderator", nil, "regress effects on this column: numbers, or words as categories; repeatable")
	fl.StringArrayVar(&f.columns.Factors, "factor", nil, "regress effects on this column as categories, even if they are numbers;\nrepeatable")
	fl.StringVar(&f.columns.Subgroup, "subgroup", "", "pool by the groups in this column, and compare them")
	fl.StringVar(&f.columns.Cluster, "cluster", "", "the column of the trial, where trials have several effects: tests robust\nto clusters (CR2)")
	fl.StringVar(&f.columns.Order, "cumulative", "", "show the result up to each study, in the order of this column")
	fl.BoolVar(&f.leaveOut, "leave-one-out", false, "show the result without each study, and what each does to it\n(JSON and CSV have that anyway)")
	fl.Float64Var(&f.question.Alpha, "alpha", 0.05, "significance level; intervals are of level 1 - alpha")
	before(c, f.check)
	f.formatFlags(c)
	f.quietFlag(c, "don't say on standard error what was written")
	fl.StringVar(&f.out, "out", "", "keep the results and figures in this folder")
	return c
}

func (e *env) meta(c *cobra.Command, f *metaFlags, name string) error {
	text, name, err := e.studies(name)
	if err != nil {
		return err
	}
	d, err := review.Read(name, text, f.columns)
	if err != nil {
		return err
	}
	a, err := review.Analyse(c.Context(), d, f.question)
	switch {
	case err != nil && errors.Is(err, context.Cause(c.Context())):
		return nothingShown
	case err != nil:
		return err
	}
	return e.concludeMeta(f, meta.New(a, f.columns.Order))
}

// check refuses flags that make no sense whatever the file.
func (f *metaFlags) check() error {
	f.columns.Measure = review.Measure(f.measure)
	f.alpha = f.question.Alpha
	errs := []error{f.checkAlpha(), oneOf("--method", []string{f.question.Method}, review.Methods())}
	if f.measure != "" {
		var names []string
		for _, m := range review.Measures() {
			names = append(names, string(m))
		}
		errs = append(errs, oneOf("--measure", []string{f.measure}, names))
	}
	return errors.Join(errs...)
}

// studies reads a file of studies.
func (e *env) studies(name string) (text []byte, shown string, err error) {
	const most = 16 << 20
	var in io.Reader = e.stdin
	if shown = filepath.ToSlash(name); name == "-" {
		shown = "stdin.csv"
	} else {
		file, err := e.files.Open(shown)
		if err != nil {
			return nil, shown, unreadableStudies(name, err)
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	text, err = io.ReadAll(io.LimitReader(in, most+1))
	switch {
	case err != nil:
		return nil, shown, unreadableStudies(name, err)
	case len(text) > most:
		return nil, shown, fmt.Errorf("%s: got more than %d MB, want a file of studies", name, most>>20)
	}
	return text, shown, nil
}

func unreadableStudies(name string, err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: got no such file, want %s", name, studiesArg)
	}
	return fmt.Errorf("%s: got %w, want %s", name, err, studiesArg)
}

// concludeMeta keeps and shows a meta-analysis. One without a result is a failure, but
// is shown all the same.
func (e *env) concludeMeta(f *metaFlags, m *meta.Meta) error {
	m.View = meta.View{LeaveOut: f.leaveOut, UpTo: f.columns.Order != ""}
	if err := e.conclude(&f.flags, m, func() error { return e.keepMeta(f, m) }, nil); err != nil {
		return err
	}
	if m.Status.Failed() {
		return failed(fmt.Errorf("no pooled effect: %s", m.Status))
	}
	return nil
}

// keepMeta puts a meta-analysis and its figures into --out.
func (e *env) keepMeta(f *metaFlags, m *meta.Meta) error {
	if f.out == "" {
		return nil
	}
	stem := folder.MetaStem(strings.TrimSuffix(m.File, filepath.Ext(m.File)))
	return e.keepReview(&f.flags, f.out, stem, m, "Wrote %[1]s.json, %[1]s.csv, figures and the page report.html in %[2]s.", []*figure.Figure{figure.Forest(m), figure.Funnel(m)})
}
