package main

import (
	"errors"

	"caseload/analysis/explain"
	"caseload/analysis/literature"
	"caseload/analysis/sweep"
	explainresults "caseload/results/explain"
	"caseload/results/folder"
	literatureresults "caseload/results/literature"
	"caseload/scenarios"

	"github.com/spf13/cobra"
)

// joinSweep joins the cells of shards, and then does what is left of the sweep: to
// compare them.
func (e *env) joinSweep(c *cobra.Command, f *flags, out string, dirs []string, about *folder.Design) (err error) {
	if about == nil {
		return nil
	}
	sc, err := loadKept(dirs[0])
	if err != nil {
		return err
	}
	if err := folder.MergeSweep(out, createdBy(), sc, dirs...); err != nil {
		return outError("", err)
	}
	d, err := sweep.New(sc)
	if err != nil {
		return err
	}
	sf := &sweepFlags{flags: *f, out: out}
	into, err := e.openSweep(sf, d, about.Scenario, about.Total, folder.Shard{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, into.close()) }()
	opt := sweep.Options{Replicates: about.Total, Workers: f.workers, Name: about.Scenario, Keep: into.keep}
	r, err := sweep.Run(c.Context(), d, opt)
	if err != nil {
		return sweepError(err)
	}
	if err := e.keepSweep(r, into, about.Scenario); err != nil {
		return err
	}
	if r.Partial {
		return keepsReplicates
	}
	e.infof(f, "Joined %d folders: %d replicates of %d cells are in %s.", len(dirs), about.Total, len(d.Cells), out)
	return nil
}

// joinQuestion joins what shards have found of an explanation or a literature.
func (e *env) joinQuestion(c *cobra.Command, f *flags, out string, dirs []string, about *folder.Question) error {
	if about == nil {
		return nil
	}
	sc, err := loadKept(dirs[0])
	if err != nil {
		return err
	}
	join := e.joinExplain
	if about.Command == "literature" {
		join = e.joinLiterature
	}
	if err := join(c, f, out, dirs, sc); err != nil {
		return err
	}
	e.infof(f, "Joined %d folders.", len(dirs))
	return nil
}

func (e *env) joinExplain(c *cobra.Command, f *flags, out string, dirs []string, sc *scenarios.Scenario) error {
	about, pieces, err := folder.JoinQuestion[explain.Piece](dirs)
	if err != nil {
		return outError("", err)
	}
	if err := compatible(out, sc); err != nil {
		return err
	}
	m, err := compile(c.Context(), sc)
	if err != nil {
		return err
	}
	outcome, err1 := atMostOne("ask.outcome", sc.Ask.Outcomes)
	subgroup, err2 := atMostOne("ask.subgroup", sc.Ask.Subgroups)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	question := explain.Question{Outcome: outcome, Subgroup: subgroup, Arm: about.Arm}
	x, err := explain.Join(m, question, explain.Options{Replicates: about.Total, Seed: sc.Seed, Name: about.Scenario}, pieces)
	if err != nil {
		return explainError(err)
	}
	return e.keepExplain(&explainFlags{flags: *f, out: out}, sc, explainresults.New(x, about.Scenario))
}

func (e *env) joinLiterature(c *cobra.Command, f *flags, out string, dirs []string, sc *scenarios.Scenario) error {
	about, found, err := folder.JoinQuestion[[][]float64](dirs)
	if err != nil {
		return outError("", err)
	}
	if err := forReviews(out); err != nil {
		return err
	}
	engine, err := literature.NewContext(c.Context(), sc, nil)
	if err != nil {
		return whileSolving(c.Context(), err)
	}
	var bodies [][]float64
	for _, part := range found {
		bodies = append(bodies, *part...)
	}
	r, err := engine.Join(literature.Options{Bodies: about.Total, Seed: sc.Seed}, bodies)
	if err != nil {
		return failed(err)
	}
	return e.keepLiterature(&literatureFlags{flags: *f, out: out}, literatureresults.New(r, about.Scenario), sc)
}
