package meta

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What is pooled quickly is what the methods for counts give, to 1e-10: of 150 trials, some
// without events, of rare ones, and of trials of which one has nearly all events.
func TestManyPartsOfTablesArePooledAsEachAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	for name, risk := range map[string]float64{"frequent": 0.3, "rare": 0.01, "one large": 0.002} {
		var tables []TwoByTwo
		for i := range 150 {
			n := float64(40 + rng.IntN(60))
			var a, c float64
			for range int(n) {
				a, c = a+float64(b2i(rng.Float64() < risk)), c+float64(b2i(rng.Float64() < 1.5*risk))
			}
			if name == "one large" && i == 70 {
				a, c, n = 9e6, 8e6, 2e7
			}
			tables = append(tables, TwoByTwo{a, n - a, c, n - c})
		}
		order := rng.Perm(len(tables))
		for _, m := range []struct {
			by   TableMeasure
			peto bool
		}{{OddsRatio, false}, {RiskRatio, false}, {RiskDifference, false}, {OddsRatio, true}} {
			q := quickCounts{by: m.by, peto: m.peto}
			var w, alone Work
			out := make([]Fit, len(tables))
			LeaveTableOut(tables, m.by, m.peto, Options{}, &w, out)
			for i := range tables {
				alikeFits(t, name+" without one", out[i], q.pool(slices.Delete(slices.Clone(tables), i, i+1), Options{}, &alone))
			}
			CumulateTables(tables, order, m.by, m.peto, Options{}, &w, out)
			var first []TwoByTwo
			for n, i := range order {
				first = append(first, tables[i])
				alikeFits(t, name+" cumulated", out[n], q.pool(first, Options{}, &alone))
			}
		}
	}
}
