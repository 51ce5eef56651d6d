package main

import (
	"context"
	"errors"
	"fmt"

	"caseload/analysis/explain"
	explainresults "caseload/results/explain"
	"caseload/results/figure"
	"caseload/results/folder"
	"caseload/results/report"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// explainReplicates is how many replicates of each world are run unless another
// number is asked for: worlds share their chances, so that their differences
// take fewer than powers do.
const explainReplicates = 400

// explainFlags are the flags of the explain command alone.
type explainFlags struct {
	flags
	question explain.Question
	outcome  string
	subgroup string
	target   string
	out      string
	shard    string
}

func (e *env) explainCommand() *cobra.Command {
	var f explainFlags
	c := &cobra.Command{
		Use:   "explain SCENARIO",
		Short: "Show where the effect goes between promise and trial",
		Long: `Explain follows the effect of one contrast on one outcome from the ideal world
(the target clients, fully served, against no service, perfectly measured) to
what the trial reports. Each obstacle on the way is a factor, which can be made
real or ideal: who the clients are, what the control arm gets, uptake, delivery,
capacity, contamination, how long effects last, who stays in treatment, jail and
death, loss, errors of measurement, who is analysed; and those of the scenario's
own [[factor]] tables. All worlds are run on the same chances.

It prints a paragraph in words and a chart. --full also prints the waterfall in
causal order, each factor's Shapley value (the mean over all orders), what each
takes alone, and what it does to the size of a trial; for outcomes of recovery
the path through services; and what becomes of the effect as the share of the
target subgroup varies.

--out DIR keeps it: explain-OUTCOME.json, the figures as SVG and PNG, and the
page report.html. DIR may be the folder of a run of the same scenario.
--shard I/N simulates one of N parts of the worlds, each into a folder of its
own; "caseload merge" joins them.`,
		Example: `  caseload explain needle-exchange
  caseload explain dilution --brief
  caseload explain crowded --outcome days_in_treatment
  caseload explain dilution --subgroup high_need --json
  caseload explain mine.toml --replicates 2000 --out results`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.explain(c, &f, args[0]) },
	}
	f.countFlag(c, "explain.replicates", fmt.Sprintf("how many trials of each world (default %d, or the scenario's if fewer)", explainReplicates), 2, tooFewForError)
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	c.Flags().StringVar(&f.outcome, "outcome", "", "the outcome (default the primary one, else the first)")
	c.Flags().StringVar(&f.subgroup, "subgroup", "", "among this subgroup (default everyone)")
	setsAsked(c)
	c.Flags().StringVar(&f.question.Arm, "arm", "", "the arm compared with control (default the first)")
	c.Flags().StringVar(&f.target, "target", "", "the subgroup that the promise is made for (default the scenario's [explain] target, else the one that effects are limited to)")
	sets(c, "target", "explain.target")
	f.alphaFlag(c)
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the explanation and its figures in this folder")
	shardFlag(c, &f.shard, "the worlds")
	return c
}

func (e *env) explain(c *cobra.Command, f *explainFlags, name string) error {
	sc, opt, err := e.explainOptions(c, f, name)
	if err != nil {
		return err
	}
	if f.shard == "" {
		if err := compatible(f.out, sc); err != nil {
			return err
		}
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	e.sayLooksAreLeftOut(&f.flags, sc, "the worlds are those")
	if f.shard != "" {
		x := &asked{m, opt, baseName(name)}
		shard, err := parseWorldShard(f, x)
		if err != nil {
			return err
		}
		if e.planned(sc, x.name, report.Counted(opt.Replicates, "replicate")+" of each world", opt.Replicates) {
			return nil
		}
		return e.explainShard(c, f, x, shard)
	}
	x, err := withProgress(e, &f.flags, "trials", 0, func(update func(done, want int)) (*explain.Explanation, error) {
		opt.Progress = update
		return explain.Run(c.Context(), m, f.question, opt)
	})
	switch {
	case err != nil && errors.Is(err, context.Cause(c.Context())):
		return notKeptIn(f.out, nothingFinished)
	case err != nil:
		return explainError(err)
	}
	return e.concludeExplain(f, sc, explainresults.New(x, baseName(name)))
}

// explainOptions reads the flags.
func (e *env) explainOptions(c *cobra.Command, f *explainFlags, name string) (sc *scenarios.Scenario, opt explain.Options, err error) {
	if sc, err = e.load(c, &f.flags, name); err != nil {
		return nil, opt, err
	}
	if err = f.checkQuestion(sc); err != nil {
		return nil, opt, err
	}
	if sc, err = with(c, sc); err != nil {
		return nil, opt, err
	}
	if sc, err = asWritten(sc); err != nil {
		return nil, opt, err
	}
	q := &f.question
	outcome, err1 := atMostOne("ask.outcome", sc.Ask.Outcomes)
	subgroup, err2 := atMostOne("ask.subgroup", sc.Ask.Subgroups)
	q.Outcome, q.Subgroup = outcome, subgroup
	opt = explain.Options{Replicates: sc.Explain.Replicates, Seed: sc.Seed, Workers: f.workers, Name: replayName(name, f.sets)}
	if opt.Replicates == 0 {
		opt.Replicates = min(explainReplicates, sc.Replicates)
	}
	if opt.Replicates < 2 {
		return nil, opt, fmt.Errorf("replicates: got %d, want at least 2%s", opt.Replicates, tooFewForError)
	}
	return sc, opt, errors.Join(err1, err2)
}

// tooFewForError ends the refusal of a single replicate.
const tooFewForError = ", as one has no Monte Carlo error"

// checkQuestion refuses words that the scenario doesn't have.
func (f *explainFlags) checkQuestion(sc *scenarios.Scenario) error {
	w := choicesOf(sc)
	return errors.Join(optionalOneOf("--outcome", f.outcome, w.outcomes), optionalOneOf("--subgroup", f.subgroup, append(w.groups, "all")),
		optionalOneOf("--arm", f.question.Arm, w.arms), optionalOneOf("--target", f.target, w.groups))
}

// explainError tells what is wrong with the scenario from what broke.
func explainError(err error) error {
	if _, ok := errors.AsType[scenarios.Problems](err); ok {
		return err
	}
	return failed(err)
}

// concludeExplain keeps and shows an explanation, and says if it is partial.
func (e *env) concludeExplain(f *explainFlags, sc *scenarios.Scenario, x *explainresults.Explanation) error {
	var cut error
	if x.Partial {
		cut = notKeptIn(f.out, showsReplicates)
	}
	return e.conclude(&f.flags, x, func() error { return e.keepExplain(f, sc, x) }, cut)
}

// keepExplain puts a whole explanation into --out.
func (e *env) keepExplain(f *explainFlags, sc *scenarios.Scenario, x *explainresults.Explanation) error {
	if f.out == "" {
		return nil
	}
	stem := explainStem(x)
	return e.keepAnnex(&f.flags, f.out, sc, folder.ExplainFile(stem), x, explainFigures(x, stem))
}

// explainStem names the files of an explanation by what it is about, so that no
// other question has the same: names have no dots, and "all" is none.
func explainStem(x *explainresults.Explanation) string {
	stem := x.Outcome
	if x.Subgroup != "all" || x.Arm != x.FirstArm {
		stem += "." + x.Subgroup
	}
	if x.Arm != x.FirstArm {
		stem += "." + x.Arm
	}
	return stem
}

// explainFigures are the figures of an explanation, those that it has.
func explainFigures(x *explainresults.Explanation, stem string) (files []folder.File) {
	for _, f := range []struct {
		kind   string
		figure *figure.Figure
	}{{"waterfall", figure.Waterfall(x)}, {"dilution", figure.Dilution(x)}} {
		if f.figure != nil {
			files = append(files, figureFiles(f.figure, f.kind+"-"+stem)...)
		}
	}
	return files
}
