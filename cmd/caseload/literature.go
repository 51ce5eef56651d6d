package main

import (
	"caseload/analysis/literature"
	"caseload/results/figure"
	"caseload/results/folder"
	literatureresults "caseload/results/literature"
	"caseload/results/report"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// literatureFlags are the flags of the literature command alone.
type literatureFlags struct {
	flags
	out   string
	shard string
}

func (e *env) literatureCommand() *cobra.Command {
	var f literatureFlags
	c := &cobra.Command{
		Use:   "literature SCENARIO",
		Short: "Simulate bodies of trials and review them",
		Long: `Literature simulates all trials of a body, the [[study]] rows of the scenario,
many times over, and reviews each body as reviewers do: what would a
meta-analysis of such trials conclude? Each study is a variation on a built-in
scenario or on this one; what is not known of it is drawn anew in each body.

It prints a paragraph in words, and what the reviews find in each group of
outcomes. --full also prints these beside the figures of
[[literature.published]], the order of the groups, and moderators, each number
with its Monte Carlo standard error (MCSE) or the middle 95 % of bodies.

--out DIR keeps it: literature-SCENARIO.json and .csv, the page report.html, and
the distribution of pooled effects and one body's forest and funnel plots as SVG
and PNG. --shard I/N simulates one of N parts of the bodies, each into a folder
of its own; "caseload merge" joins them.`,
		Example: `  caseload literature cochrane-2007
  caseload literature review-2019 --replicates 1000
  caseload literature cochrane-2007 --set literature.effect_sd=0
  caseload literature mine.toml --json
  caseload literature mine.toml --out results`,
		Args:              oneArg(scenarioArg),
		ValidArgsFunction: scenarioWords,
		RunE:              func(c *cobra.Command, args []string) error { return e.literature(c, &f, args[0]) },
	}
	f.countFlag(c, "literature.bodies", "how many bodies (default the scenario's literature.bodies)", 2, "")
	f.seedFlag(c)
	f.workersFlag(c)
	f.setFlag(c)
	f.uncertainFlag(c)
	f.formatFlags(c)
	f.quietFlag(c, "no progress on standard error")
	c.Flags().StringVar(&f.out, "out", "", "keep the results and figures in this folder")
	shardFlag(c, &f.shard, "the bodies")
	return c
}

func (e *env) literature(c *cobra.Command, f *literatureFlags, name string) error {
	sc, err := e.scenario(c, &f.flags, name)
	if err != nil {
		return err
	}
	var shard folder.Shard
	if sc.Literature != nil { // else there is more to say
		if shard, err = parseShard(f.shard, f.out, sc.Literature.Bodies, "bodies"); err != nil {
			return err
		}
	}
	if f.shard == "" {
		if err := forReviews(f.out); err != nil {
			return err
		}
	}
	engine, err := literature.NewContext(c.Context(), sc, nil)
	if err != nil {
		return whileSolving(c.Context(), err)
	}
	opt := literature.Options{Bodies: sc.Literature.Bodies, Seed: sc.Seed, Workers: f.workers}
	if e.planned(sc, baseName(name), report.Grouped(opt.Bodies)+" bodies", shard.To()-shard.From()) {
		return nil
	}
	if shard.Of > 0 {
		return e.literatureShard(c, f, engine, opt, shard, baseName(name))
	}
	r, err := withProgress(e, &f.flags, "bodies", 0, func(update func(done, want int)) (*literature.Result, error) {
		opt.Progress = update
		return engine.Run(c.Context(), opt)
	})
	switch {
	case err != nil:
		return failed(err)
	case r.Partial && r.Bodies < 2:
		return noBodiesFinished
	}
	return e.concludeLiterature(f, literatureresults.New(r, baseName(name)), sc)
}

// concludeLiterature keeps and shows a literature, and says if it is partial.
func (e *env) concludeLiterature(f *literatureFlags, l *literatureresults.Literature, sc *scenarios.Scenario) error {
	var cut error
	if l.Partial {
		cut = showsBodies
	}
	return e.conclude(&f.flags, l, func() error { return e.keepLiterature(f, l, sc) }, cut)
}

// keepLiterature puts a literature and its figures into --out. One that was cut off
// is shown only.
func (e *env) keepLiterature(f *literatureFlags, l *literatureresults.Literature, sc *scenarios.Scenario) error {
	if f.out == "" {
		return nil
	}
	drawn := []*figure.Figure{figure.Pooled(l)}
	if l.First != nil {
		drawn = append(drawn, figure.Forest(l.First), figure.Funnel(l.First))
	}
	stem := folder.LiteratureStem(l.Scenario)
	kept, err := scenarioFile(sc)
	if err != nil {
		return failed(err)
	}
	kept.Name = stem + ".toml"
	return e.keepReview(&f.flags, f.out, stem, l, "Wrote %[1]s.json, %[1]s.csv, figures and the page report.html in %[2]s.", drawn, kept)
}
