package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"caseload/analysis/size"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/report"
	sizeresults "caseload/results/size"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// sizeFlags are the flags of the size command alone.
type sizeFlags struct {
	flags
	question size.Question
	subgroup string
	power    numbers
	half     float64
	assured  float64
	hold     string
	scale    []string
	clients  int // --max-clients
	most     int // --max-replicates
	budget   float64
	precise  float64
	out      string
}

func (e *env) sizeCommand() *cobra.Command {
	var f sizeFlags
	c := &cobra.Command{
		Use:   "size SCENARIO",
		Short: "Find the clients that give a wanted power",
		Long: `Size finds how many clients give a wanted power. It simulates trials of several
sizes, fits a curve to the power found, and puts more trials where they tell
most, until the answer's 95 % confidence interval is narrow enough. Beside the
answer it prints what a formula gives, or the design effect where there is none,
and what such a trial takes in case managers, slots, months and hours. --full
also prints the power curve with its band and the designs tried. If the target
cannot be reached it says why, and what would have to change.

--solve sites or staff adds whole sites or case managers with their clients;
effect finds the multiple of the programs' effects that the trial as written can
detect; power finds its power. --solve cost compares the designs of [cost.over]
and finds the cheapest that reaches the power; budget finds the one with the
most power for the money. Several outcomes are each asked about, or --require
any, or all.

--half-width finds the clients with which the confidence interval is so narrow,
in as many trials as the power says: its assurance. --power may be given twice.

--assurance finds the clients, sites or staff with which so many trials find a
benefit, where each draws the numbers of [[uncertain]] anew. If none up to
--max-clients does it gives the greatest assurance found. Powers, multiples of
effects, costs and formulas are of the scenario as written.

--out DIR keeps it: size-SOLVE-OUTCOME.json, the power curve as SVG and PNG, the
page report.html, and a planner's sheet for a funder or an ethics committee,
sheet.html to print and sheet.md for word processors. The sheet also says what
the power is where an assumption is wrong, which takes more trials.`,
		Example: `  caseload size needle-exchange
  caseload size needle-exchange --power 0.8 --power 0.9
  caseload size needle-exchange --half-width 0.05
  caseload size dilution --subgroup high_need --json
  caseload size needle-exchange --solve effect
  caseload size crowded --hold duration --scale staff --scale slots
  caseload size needle-exchange --outcome linked_7d --outcome linked_365 \
      --require all
  caseload size mine.toml --assurance 0.8
  caseload size mine.toml --solve cost`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.size(c, &f, args[0]) },
	}
	q := &f.question
	c.Flags().Var(&f.power, "power", "the power wanted; repeatable (default the scenario's [size] power, 0.8)")
	c.Flags().Float64Var(&f.half, "half-width", 0, "a confidence interval of the estimate ± this, in place of a rejection:\nin the unit of the effect, 0.05 for five percentage points")
	c.Flags().Float64Var(&f.assured, "assurance", 0, "the assurance wanted, in place of a power: what is not known is drawn\nanew in each trial (default the scenario's [size] assurance)")
	c.MarkFlagsMutuallyExclusive("power", "assurance")
	c.Flags().StringVar(&q.Solve, "solve", size.Clients, "what to find: "+strings.Join(solutions(), ", "))
	c.Flags().StringArrayVar(&q.Outcomes, "outcome", nil, "the outcome; repeatable (default the primary one, else the first)")
	c.Flags().StringVar(&q.Require, "require", size.Each, "of several outcomes: each by itself, any or all of them")
	c.Flags().StringVar(&q.Family, "family", "", "correct the tests of --require for their number, as this [[family]] says")
	c.Flags().StringVar(&f.subgroup, "subgroup", "", "among this subgroup (default everyone)")
	c.Flags().StringVar(&q.Method, "method", "", "the method of analysis (default each outcome's first)")
	c.Flags().StringVar(&q.Arm, "arm", "", "the arm compared with control (default the first)")
	c.Flags().StringVar(&f.hold, "hold", "", "what stays as clients are added: accrual_rate (the trial gets longer)\nor duration (more come a month) (default the scenario's)")
	c.Flags().StringArrayVar(&f.scale, "scale", nil, "what grows with the clients: staff, slots, sites; repeatable")
	c.Flags().IntVar(&f.clients, "max-clients", 0, "the largest trial tried (default the scenario's, 10,000)")
	c.Flags().IntVar(&f.most, "max-replicates", 0, "how many trials at most (default the scenario's, 20,000)")
	c.Flags().Float64Var(&f.precise, "precision", 0, "half the width of the answer's interval, as a share of it (default 0.05)")
	c.Flags().Float64Var(&f.budget, "budget", 0, "the money for --solve budget (default the scenario's [cost] budget)")
	setsAsked(c)
	for _, flag := range []string{"power", "half-width", "assurance", "hold", "scale", "max-clients", "max-replicates", "precision"} {
		sets(c, flag, "size."+strings.ReplaceAll(flag, "-", "_"))
	}
	sets(c, "budget", "cost.budget")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	f.alphaFlag(c)
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the plan, its power curve, a page and a planner's sheet in this folder")
	return c
}

// solutions are what --solve takes.
func solutions() []string { return append(size.Solutions(), size.Cost, size.Budget) }

func (e *env) size(c *cobra.Command, f *sizeFlags, name string) error {
	sc, err := e.sizeScenario(c, f, name)
	if err != nil {
		return err
	}
	if err := compatible(f.out, sc); err != nil {
		return err
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	opt := size.Options{Seed: sc.Seed, Workers: f.workers, Name: replayName(name, f.replay())}
	if f.question.Solve == size.Cost || f.question.Solve == size.Budget {
		x, err := withProgress(e, &f.flags, "trials", 0, func(update func(done, want int)) (*size.Costed, error) {
			opt.Progress = update
			return size.RunCost(c.Context(), m, f.question, opt)
		})
		if err != nil {
			return f.sizeError(c, err)
		}
		cost := sizeresults.NewCost(x, baseName(name))
		return e.conclude(&f.flags, cost, func() error { return e.keepCost(c, f, m, x, cost) }, f.cut(cost.Partial))
	}
	x, err := withProgress(e, &f.flags, "trials", 0, func(update func(done, want int)) (*size.Result, error) {
		opt.Progress = update
		return size.Run(c.Context(), m, f.question, opt)
	})
	if err != nil {
		return f.sizeError(c, err)
	}
	plan := sizeresults.New(x, baseName(name))
	return e.conclude(&f.flags, plan, func() error { return e.keepSize(c, f, m, plan) }, f.cut(plan.Partial))
}

// sizeScenario loads the scenario and lays the flags over it.
func (e *env) sizeScenario(c *cobra.Command, f *sizeFlags, name string) (*scenarios.Scenario, error) {
	sc, err := e.load(c, &f.flags, name)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.checkNumbers(c), f.checkWords(sc), f.checkIdle(c)); err != nil {
		return nil, err
	}
	if sc, err = with(c, sc); err != nil {
		return nil, err
	}
	if sc, err = f.drawn(c, sc); err != nil {
		return nil, err
	}
	q := &f.question
	q.Size, q.Outcomes = sc.Size, sc.Ask.Outcomes
	q.Subgroup, err = atMostOne("ask.subgroup", sc.Ask.Subgroups)
	return sc, err
}

// drawn lets trials draw what is not known where an assurance is wanted, and have it as
// written where a power is.
func (f *sizeFlags) drawn(c *cobra.Command, sc *scenarios.Scenario) (*scenarios.Scenario, error) {
	if sc.Size.Assurance == 0 {
		return asWritten(sc)
	}
	if c.Flags().Changed("power") {
		return nil, errors.New("--power: the scenario wants an assurance, [size] assurance: want --assurance, or --set size.assurance=0")
	}
	f.uncertain = true
	return sc.With(scenarios.Setting{Key: "uncertainty.use", Value: true})
}

// checkNumbers refuses numbers that no search can have.
func (f *sizeFlags) checkNumbers(c *cobra.Command) error {
	var errs []error
	number := func(flag string, ok bool, got any, want string) {
		if x, ok := got.(float64); ok {
			got = spelled(x)
		}
		if c.Flags().Changed(flag) && !ok {
			errs = append(errs, fmt.Errorf("--%s: got %v, want %s", flag, got, want))
		}
	}
	for _, p := range f.power {
		number("power", p > 0 && p < 1, p, "a number between 0 and 1, such as 0.9")
	}
	number("half-width", f.half > 0, f.half, "more than 0, such as 0.05")
	number("assurance", f.assured > 0 && f.assured < 1, f.assured, "a number between 0 and 1, such as 0.8")
	number("precision", f.precise > 0 && f.precise < 1, f.precise, "a number between 0 and 1, such as 0.05")
	number("max-clients", f.clients >= 2 && f.clients <= 1_000_000, f.clients, "2 to 1,000,000")
	number("max-replicates", f.most >= 1, f.most, "at least 1")
	number("budget", f.budget > 0, f.budget, "more than 0")
	return errors.Join(errs...)
}

// checkWords refuses words that the scenario, or the command, doesn't have.
func (f *sizeFlags) checkWords(sc *scenarios.Scenario) error {
	q, w := &f.question, choicesOf(sc)
	var families, methods []string
	for _, x := range sc.Families {
		families = append(families, x.Name)
	}
	for _, o := range sc.Outcomes {
		if _, ok := scenarios.LookupVariable(o.Variable); ok {
			methods = append(methods, o.Analyses()...)
		}
	}
	return errors.Join(oneOf("--solve", []string{q.Solve}, solutions()), oneOf("--outcome", q.Outcomes, w.outcomes), oneOf("--require", []string{q.Require}, size.Requirements()),
		optionalOneOf("--family", q.Family, families), optionalOneOf("--subgroup", f.subgroup, append(w.groups, "all")), optionalOneOf("--method", q.Method, unique(methods)),
		optionalOneOf("--arm", q.Arm, w.arms), optionalOneOf("--hold", f.hold, []string{scenarios.HoldAccrualRate, scenarios.HoldDuration}),
		oneOf("--scale", f.scale, scenarios.Scalable))
}

// idle are the flags that make no difference to what is solved for.
var idle = map[string][]string{
	size.Clients: {"budget"},
	size.Sites:   {"budget", "hold"},
	size.Staff:   {"budget"},
	size.Effect:  {"budget", "hold", "scale", "max-clients"},
	size.Power:   {"budget", "hold", "scale", "max-clients", "power"},
	size.Cost:    {"budget"},
	size.Budget:  {"power"},
}

// checkIdle refuses flags that would make no difference.
func (f *sizeFlags) checkIdle(c *cobra.Command) error {
	var errs []error
	for _, name := range idle[f.question.Solve] {
		if c.Flags().Changed(name) {
			errs = append(errs, fmt.Errorf("--%s: makes no difference to --solve %s", name, f.question.Solve))
		}
	}
	return errors.Join(errs...)
}

// sizeError tells an interruption from what is wrong with the question or the
// scenario.
func (f *sizeFlags) sizeError(c *cobra.Command, err error) error {
	if c.Context().Err() != nil && errors.Is(err, context.Cause(c.Context())) {
		return notKeptIn(f.out, nothingFinished)
	}
	return err
}

// cut is the end of a search that was cut off.
func (f *sizeFlags) cut(partial bool) error {
	if !partial {
		return nil
	}
	return notKeptIn(f.out, showsSearch)
}

// keepSize puts a plan into --out, with a planner's sheet if it has an answer.
func (e *env) keepSize(c *cobra.Command, f *sizeFlags, m *sim.Model, x *sizeresults.Search) error {
	if f.out == "" {
		return nil
	}
	var outcomes []string
	for _, a := range x.Answers() {
		if a.TargetPower == x.TargetPower {
			outcomes = append(outcomes, a.Outcomes...)
		}
	}
	name := folder.SizeFile(x.Stem(outcomes...))
	var sheet []folder.File
	if !x.Design.Known() {
		e.infof(&f.flags, "There is no planner's sheet, as there is no answer to plan by.")
	} else {
		w, err := e.swings(c, f, m, f.question, float64(x.Design))
		if err != nil {
			return err
		}
		sheet = sheetFiles(&sizeresults.Sheet{Plan: &sizeresults.Plan{Size: x}, Facts: &sizeresults.Facts{Plan: name, Staffing: x.Staffing, WhatIf: w}, Scenario: m.Scenario})
	}
	return e.keepPlan(f, m, name, x, powerFigures(x), sheet)
}

// keepPlan puts a plan into --out, with its sheet if there is one.
func (e *env) keepPlan(f *sizeFlags, m *sim.Model, name string, a report.Answer, figures, sheet []folder.File) error {
	if err := e.keepAnnex(&f.flags, f.out, m.Scenario, name, a, figures, sheet...); err != nil {
		return err
	}
	if len(sheet) > 0 {
		e.infof(&f.flags, "The planner's sheet is %s.", filepath.Join(f.out, folder.SheetPage))
	}
	return nil
}

// keepCost puts a choice of designs into --out, with a planner's sheet of the best.
func (e *env) keepCost(c *cobra.Command, f *sizeFlags, m *sim.Model, x *size.Costed, cost *sizeresults.Cost) error {
	if f.out == "" {
		return nil
	}
	name := folder.SizeFile(cost.Stem())
	facts := &sizeresults.Facts{Plan: name}
	if best := &x.Designs[0]; cost.Designs[0].Clients != nil {
		facts.Staffing = sizeresults.NewStaffing(best.Answer.Staffing)
	}
	sheet := sheetFiles(&sizeresults.Sheet{Plan: &sizeresults.Plan{Cost: cost}, Facts: facts, Scenario: m.Scenario})
	return e.keepPlan(f, m, name, cost, nil, sheet)
}

// powerFigures are the power curves of a plan, of the answers that have one.
func powerFigures(x *sizeresults.Search) (files []folder.File) {
	for _, a := range x.Answers() {
		if a.TargetPower != x.TargetPower { // the curve is that of the first
			continue
		}
		if g := figure.Power(x, a); g != nil {
			files = append(files, figureFiles(g, g.Name)...)
		}
	}
	return files
}
