package main

import (
	"errors"
	"fmt"

	"caseload/analysis/calibrate"
	calibrateresults "caseload/results/calibrate"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/report"

	"github.com/spf13/cobra"
)

// calibrateFlags are the flags of the calibrate command alone.
type calibrateFlags struct {
	flags
	simulations int
	check       int
	out         string
}

func (e *env) calibrateCommand() *cobra.Command {
	var f calibrateFlags
	c := &cobra.Command{
		Use:   "calibrate SCENARIO",
		Short: "Find the parameters that are compatible with published figures",
		Long: `Calibrate asks which values of the parameters in [[calibrate.parameter]], each
with a prior, are compatible with the published figures in
[[calibrate.figure]]: of one trial like the scenario's, or of a review of the
body of trials that it describes. Trials are simulated with parameters from the
priors; those whose figures come nearest to the published ones are kept and
adjusted by regression (approximate Bayesian computation). The published
figures have the sampling error of their design, as the simulated ones do.

It prints what failed, the effective sample size, each parameter before and
after with its Monte Carlo standard error (MCSE), a parameter that the figures
do not inform of, and each published figure beside those simulated anew. Priors
and figures are those of the scenario; their hash is printed.

--check N calibrates N simulated data sets whose parameters are known instead,
and shows whether the true values rank evenly among the posteriors' draws and
how often 95 % intervals hold them (simulation-based calibration).

--out DIR keeps it: calibrate-SCENARIO.json and .csv (calibrate-check-SCENARIO
with --check), figures as SVG and PNG, and in posterior.csv 1,000 draws of the
parameters, for from = "posterior.csv" in [[uncertain]].`,
		Example: `  caseload calibrate docs/examples/needle-calibrate.toml
  caseload calibrate docs/examples/cochrane-calibrate.toml --simulations 4000
  caseload calibrate mine.toml --check 200
  caseload calibrate mine.toml --json
  caseload calibrate mine.toml --out results`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.calibrate(c, &f, args[0]) },
	}
	c.Flags().IntVar(&f.simulations, "simulations", 0, "how many simulations from the priors (default the scenario's)")
	sets(c, "simulations", "calibrate.simulations")
	c.Flags().IntVar(&f.check, "check", 0, "calibrate so many simulated data sets with known parameters instead")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the results and figures in this folder")
	return c
}

func (e *env) calibrate(c *cobra.Command, f *calibrateFlags, name string) error {
	const most = 1_000_000 // as of calibrate.simulations
	if c.Flags().Changed("check") && (f.check < 2 || f.check > most) {
		return fmt.Errorf("--check: got %d, want 2 to 1,000,000 data sets", f.check)
	}
	sc, err := e.scenario(c, &f.flags, name)
	if err != nil {
		return err
	}
	if sc, err = asWritten(sc); err != nil {
		return err
	}
	if err := forReviews(f.out); err != nil {
		return err
	}
	q, err := calibrate.New(sc)
	if err != nil {
		return err
	}
	opt := q.Options
	opt.Workers = f.workers
	e.sayLooksAreLeftOut(&f.flags, sc, "the simulated figures are those")
	if f.check > 0 {
		r, err := withProgress(e, &f.flags, "simulations", 0, func(update func(done, want int)) (*calibrate.Checked, error) {
			opt.Progress = update
			return q.Problem.Check(c.Context(), opt, f.check)
		})
		if err != nil {
			return calibrateError(c, err)
		}
		return e.concludeCheck(f, calibrateresults.NewCheck(q, r, baseName(name), f.check))
	}
	r, err := withProgress(e, &f.flags, "simulations", 0, func(update func(done, want int)) (*calibrate.Result, error) {
		opt.Progress = update
		return q.Problem.Run(c.Context(), opt)
	})
	if err != nil {
		return calibrateError(c, err)
	}
	return e.concludeCalibration(f, calibrateresults.New(q, r, baseName(name)))
}

// calibrateError tells an interruption and too few simulations from what broke.
func calibrateError(c *cobra.Command, err error) error {
	few := calibrate.TooFew{}
	switch isFew := errors.As(err, &few); {
	case c.Context().Err() != nil && isFew:
		return tooFewFinished
	case isFew:
		return err
	}
	return failed(err)
}

func (e *env) concludeCalibration(f *calibrateFlags, r *calibrateresults.Calibration) error {
	return e.concludeShown(f, r, folder.CalibrateStem(r.Scenario), r.Partial, figure.Posteriors(r), folder.File{Name: folder.PosteriorName, Write: r.Posterior})
}

func (e *env) concludeCheck(f *calibrateFlags, r *calibrateresults.Check) error {
	return e.concludeShown(f, r, folder.CalibrateStem("check-"+r.Scenario), r.Partial, figure.RankHistograms(r))
}

// concludeShown keeps and shows a result, and says if it is partial: then it is
// shown only.
func (e *env) concludeShown(f *calibrateFlags, r report.Answer, stem string, partial bool, drawn *figure.Figure, others ...folder.File) error {
	var cut error
	if partial {
		cut = showsSimulations
	}
	return e.conclude(&f.flags, r, func() error {
		return e.keepReview(&f.flags, f.out, stem, r, "Wrote %[1]s.json, %[1]s.csv, figures and the page report.html in %[2]s.", []*figure.Figure{drawn}, others...)
	}, cut)
}
