package main

import (
	"errors"
	"fmt"
	"time"

	"caseload/analysis"
	"caseload/analysis/explain"
	"caseload/analysis/literature"
	"caseload/analysis/replicate"
	"caseload/results/folder"
	"caseload/scenarios"
	"caseload/sim"

	"github.com/spf13/cobra"
)

// shardFlag is --shard. A shard is not shown, so that flags of how are refused.
func shardFlag(c *cobra.Command, shard *string, of string) {
	c.Flags().StringVar(shard, "shard", "", "run part I of N of "+of+", as 2/4, into --out")
	for _, shown := range []string{"json", "format", "brief", "full", "measure"} {
		if c.Flags().Lookup(shown) != nil {
			c.MarkFlagsMutuallyExclusive("shard", shown)
		}
	}
}

// parseShard is --shard, checked; the zero one where it is not given.
func parseShard(text, out string, total int, things string) (folder.Shard, error) {
	switch {
	case text == "":
		return folder.Shard{}, nil
	case out == "":
		return folder.Shard{}, errors.New("--shard: got no --out, want a folder to keep the shard in")
	}
	s, err := folder.ParseShard(text, total, things)
	if err != nil {
		return s, fmt.Errorf("--shard: %w", err)
	}
	return s, nil
}

// shardOf is the question that a shard is of.
func shardOf(command, name string, sc *scenarios.Scenario, shard folder.Shard) folder.Question {
	return folder.Question{Command: command, Scenario: name, Hash: sc.Hash(), Seed: sc.Seed, ModelVersion: analysis.ModelVersion,
		Shard: shard.String(), Total: shard.Total, Want: shard.To() - shard.From(), CreatedBy: createdBy()}
}

// literatureShard simulates the bodies of a shard, those that its folder lacks.
func (e *env) literatureShard(c *cobra.Command, f *literatureFlags, engine *literature.Engine, opt literature.Options, shard folder.Shard, name string) (err error) {
	began := time.Now()
	var bodies [][]float64
	q, err := folder.OpenQuestion(f.out, shardOf("literature", name, engine.Scenario, shard), engine.Scenario, &bodies)
	if err != nil {
		return outError("--out: ", err)
	}
	defer func() { err = errors.Join(err, failed(q.Close())) }()
	want, found := q.About().Want, len(bodies)
	e.infoFound(&f.flags, found, want, "bodies", f.out)
	bodies, err = withProgress(e, &f.flags, "bodies", found, func(update func(done, want int)) ([][]float64, error) {
		opt.Progress = update
		return engine.Bodies(c.Context(), opt, replicate.Range{From: shard.From(), To: shard.To()}, bodies, func(bodies [][]float64) error {
			return q.Save(bodies, len(bodies), len(bodies) == want, e.runRecord(&f.flags, began))
		})
	})
	if err != nil {
		return failed(err)
	}
	return e.questionDone(f.out, shard, "bodies", q.About())
}

// explainShard simulates the worlds of a shard, as far as its folder lacks them.
func (e *env) explainShard(c *cobra.Command, f *explainFlags, x *asked, shard explain.Shard) (err error) {
	began := time.Now()
	about := shardOf("explain", x.name, x.m.Scenario, folder.Shard{Index: shard.Index, Of: shard.Of, Total: x.opt.Replicates})
	about.Arm, about.Want = f.question.Arm, x.opt.Replicates
	var piece explain.Piece
	q, err := folder.OpenQuestion(f.out, about, x.m.Scenario, &piece)
	if err != nil {
		return outError("--out: ", err)
	}
	defer func() { err = errors.Join(err, failed(q.Close())) }()
	e.infoFound(&f.flags, piece.Replicates, about.Want, "trials of each world", f.out)
	save := func(p *explain.Piece, whole bool) error {
		return q.Save(p, p.Replicates, whole, e.runRecord(&f.flags, began))
	}
	whole, err := withProgress(e, &f.flags, "trials", 0, func(update func(done, want int)) (bool, error) {
		x.opt.Progress = update
		return piece.Find(c.Context(), x.m, f.question, x.opt, shard, func(p *explain.Piece) error { return save(p, false) })
	})
	if err != nil {
		return explainError(err)
	}
	if whole {
		if err := save(&piece, true); err != nil {
			return failed(err)
		}
	}
	return e.questionDone(f.out, folder.Shard{Index: shard.Index, Of: shard.Of}, "trials of each of its worlds", q.About())
}

// infoFound says what a shard's folder has already.
func (e *env) infoFound(f *flags, found, want int, things, dir string) {
	if found > 0 {
		e.infof(f, "Found %d of %d %s in %s.", found, want, things, dir)
	}
}

// questionDone says what a shard is good for.
func (e *env) questionDone(dir string, shard folder.Shard, things string, about folder.Question) error {
	_, err := fmt.Fprintf(e.stdout, "Shard %v: %d of its %d %s are in %s. Join the shards with caseload merge.\n", shard, about.Done, about.Want, things, dir)
	if err == nil && !about.Whole {
		return keepsReplicates
	}
	return failed(err)
}

// asked is a question about a compiled scenario.
type asked struct {
	m    *sim.Model
	opt  explain.Options
	name string
}

// parseWorldShard is --shard of an explanation, whose worlds are shared out.
func parseWorldShard(f *explainFlags, x *asked) (explain.Shard, error) {
	if f.out == "" {
		return explain.Shard{}, errors.New("--shard: got no --out, want a folder to keep the shard in")
	}
	parts, err := explain.Parts(x.m, f.question, x.opt)
	if err != nil {
		return explain.Shard{}, explainError(err)
	}
	s, err := folder.ParseShard(f.shard, parts, "parts of this explanation")
	if err != nil {
		return explain.Shard{}, fmt.Errorf("--shard: %w; worlds whose clients live the same lives are one part", err)
	}
	return explain.Shard{Index: s.Index, Of: s.Of}, nil
}
