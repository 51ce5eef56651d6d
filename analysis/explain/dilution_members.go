package explain

import (
	"context"
	"slices"
	"strings"

	"caseload/analysis/replicate"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// membership is how well a trial knows who is in the target.
type membership struct {
	share   Number // of clients measured as members
	members Number // of those, the share who are
	others  Number // of the rest, the share who are not; missing if there is no rest
}

// mismeasured reports whether a trait that the subgroup's rule names is measured
// with error.
func mismeasured(sc *scenarios.Scenario, subgroup int) bool {
	words := strings.FieldsFunc(sc.Subgroups[subgroup].When, func(c rune) bool { return !strings.ContainsRune(letters, c) })
	return slices.ContainsFunc(sc.Traits, func(t scenarios.Trait) bool { return t.Observed != nil && slices.Contains(words, t.Name) })
}

// letters are those of the names of traits.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789_-"

// membership returns the shares of members: exact where membership is measured
// without error, else from the cohorts of all replicates; nil if interrupted.
func (d *diluter) membership(ctx context.Context, x *mixture) (*membership, error) {
	if !d.mismeasured {
		exact := &membership{share: Number{x.share, 0}, members: Number{1, 0}, others: Number{1, 0}}
		if x.share == 1 {
			exact.others = Missing()
		}
		return exact, nil
	}
	counts := replicate.NewPlaces[memberCounts](d.opt.Replicates)
	n, err := d.replicates(ctx, func() func(r int) {
		ws, truth := x.model.NewWorkspace(), x.model.NewTruth()
		return func(r int) {
			ws.Begin(d.opt.Seed, r)
			observed := ws.Trial()
			ws.World(x.model.Scenario.Control(), truth)
			c := counts.At(r)
			c.all, c.in, c.out = d.countMembers(observed, truth)
		}
	})
	if err != nil || n < d.opt.Replicates {
		return nil, err
	}
	var all, in, out []counted
	for _, c := range counts.First(n) {
		all, in, out = append(all, c.all), append(in, c.in), append(out, c.out)
	}
	return &membership{share: pooledMean(all), members: pooledMean(in), others: pooledMean(out)}, nil
}

// memberCounts are those of a replicate.
type memberCounts struct{ all, in, out counted }

// countMembers counts a cohort: of all clients those measured as members, of
// these the true members, and of the rest the true others.
func (d *diluter) countMembers(o *trial.Observed, t *trial.Truth) (all, in, out counted) {
	for i, measured := range o.Member[d.group] {
		member := t.Member[d.group][i]
		all.n++
		if measured {
			all.sum++
			in.n++
			in.sum += float64(oneIf(member))
			continue
		}
		out.n++
		out.sum += float64(oneIf(!member))
	}
	return all, in, out
}
