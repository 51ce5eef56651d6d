package sweep

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"caseload/analysis/measure"
	"caseload/scenarios"
)

// known is a grid of two keys whose powers are known, and replicates that share
// their chances: a test rejects where one uniform number is below its power.
type known struct {
	d *Design
	p [][]float64 // by level of either key
}

func newKnown(p [][]float64) *known {
	k := &known{d: &Design{Method: scenarios.Grid, Keys: make([]Key, 2)}, p: p}
	for a := range p {
		k.d.Keys[0].Levels = append(k.d.Keys[0].Levels, int64(a))
		for b := range p[a] {
			if a == 0 {
				k.d.Keys[1].Levels = append(k.d.Keys[1].Levels, int64(b))
			}
			k.d.Cells = append(k.d.Cells, Cell{Levels: []int{a, b}, Values: []any{int64(a), int64(b)}})
		}
	}
	return k
}

// draw is one sweep. Of the replicates, some have no test in some cells.
func (k *known) draw(random *rand.Rand, replicates int, lost float64) *powers {
	p := &powers{n: replicates}
	luck := make([]float64, replicates)
	for r := range luck {
		luck[r] = random.Float64()
	}
	for i := range k.d.Cells {
		at := k.d.Cells[i].Levels
		tested := make([]bool, replicates)
		for r := range tested {
			tested[r] = random.Float64() >= lost
		}
		of := ratio{replicates, func(r int) (float64, bool) {
			if luck[r] < k.p[at[0]][at[1]] {
				return 1, tested[r]
			}
			return 0, tested[r]
		}}
		power, count := of.value()
		p.cells, p.items = append(p.cells, i), append(p.items, newItem(of, power, count))
	}
	return p
}

// spread is the mean, its standard error, and the standard deviation of numbers.
type spread struct{ n, sum, squares float64 }

func (s *spread) add(x float64)   { s.n++; s.sum += x; s.squares += x * x }
func (s *spread) mean() float64   { return s.sum / s.n }
func (s *spread) sd() float64     { return math.Sqrt((s.squares - s.sum*s.sum/s.n) / (s.n - 1)) }
func (s *spread) within() float64 { return 4 * s.sd() / math.Sqrt(s.n) }

// Power is 0.3, 0.4, 0.5 by the first key and, at its last level, 0.2 more by the
// second: main effects and an interaction whose variances are worked out below
// from their definition (Sobol 1993).
func TestSharesAreThoseOfKnownPowers(t *testing.T) {
	k := newKnown([][]float64{{0.3, 0.3}, {0.4, 0.4}, {0.5, 0.7}})
	mean, total := (0.3+0.3+0.4+0.4+0.5+0.7)/6, 0.0
	for _, row := range k.p {
		for _, x := range row {
			total += (x - mean) * (x - mean) / 6
		}
	}
	square := func(x float64) float64 { return x * x }
	first := (square(0.3-mean) + square(0.4-mean) + square(0.6-mean)) / 3
	second := (square(0.4-mean) + square(1.4/3-mean)) / 2

	const sweeps, replicates = 400, 150
	var sd2, shareA, shareB, mcseA, rangeA, rangeMCSE spread
	random := rand.New(rand.NewPCG(1, 2))
	for range sweeps {
		p := k.draw(random, replicates, 0.05)
		rank := Ranking{SD: measure.Missing(), SDMCSE: measure.Missing(), Cells: len(p.cells)}
		rank.levels(k.d, p)
		if !rank.SD.Known() {
			t.Fatal("cells can't be told apart")
		}
		sd2.add(float64(rank.SD * rank.SD))
		shareA.add(float64(rank.Keys[0].Share * rank.SD * rank.SD))
		shareB.add(float64(rank.Keys[1].Share * rank.SD * rank.SD))
		mcseA.add(float64(rank.Keys[0].ShareMCSE))
		rangeA.add(float64(rank.Keys[0].Range))
		rangeMCSE.add(float64(rank.Keys[0].RangeMCSE * rank.Keys[0].RangeMCSE))
	}
	// Unbiased but for what lost tests do, of order 1/replicates.
	near(t, "variance between cells", sd2.mean(), total, sd2.within())
	near(t, "variance of the first key", shareA.mean(), first, shareA.within())
	near(t, "variance of the second key", shareB.mean(), second, shareB.within())
	near(t, "range of the first key", rangeA.mean(), 0.3, rangeA.within())
	near(t, "MCSE of the range over its standard deviation", math.Sqrt(rangeMCSE.mean())/rangeA.sd(), 1, 4/math.Sqrt(2*(sweeps-1)))

	shares := spread{}
	for range sweeps {
		p := k.draw(random, replicates, 0)
		rank := Ranking{SD: measure.Missing()}
		rank.levels(k.d, p)
		shares.add(float64(rank.Keys[0].Share))
	}
	// The jackknife is conservative by a little (Efron & Stein 1981).
	if ratio := mcseA.mean() / shares.sd(); ratio < 1-4/math.Sqrt(2*(sweeps-1)) || ratio > 1.35 {
		t.Errorf("MCSE of a share %v, its standard deviation %v", mcseA.mean(), shares.sd())
	}
	t.Logf("jackknife over SD of the share: %.3f", mcseA.mean()/shares.sd())
}

// Without noise taken out, cells that do not differ would seem to.
func TestNoVarianceIsFoundWhereThereIsNone(t *testing.T) {
	k := newKnown([][]float64{{0.5, 0.5}, {0.5, 0.5}})
	random := rand.New(rand.NewPCG(3, 4))
	var total spread
	for range 400 {
		p := k.draw(random, 60, 0.2)
		v := newVariances(p, nil)
		total.add(v.between(0, len(v.groups), false))
	}
	near(t, "variance between cells", total.mean(), 0, total.within())
}

func TestKeysAreInOrderOfTheirRange(t *testing.T) {
	d := design(t, "[sweep.over]\n\"attrition.missed\" = [0.0, 0.1]\n\"program.help.uptake\" = [0.1, 0.9]\n")
	r := run(t, d, Options{Replicates: 200})
	for _, rank := range r.Rankings {
		if rank.Outcome == "linked" && rank.Subgroup == "all" && (rank.Keys[0].Index != 1 || rank.Keys[0].Range <= rank.Keys[1].Range) {
			t.Errorf("%+v", rank.Keys)
		}
	}
	m := r.Rankings[0].Maps[0]
	if m.A != 1 || m.B != 0 || m.Cells[1][0].Power != r.Cells[1].Rows[0].Performance.Power || (m.Cells[0][1].MCSE-r.Cells[2].Rows[0].Performance.PowerMCSE).Abs() > 1e-12 {
		t.Errorf("map %+v is not of the cells", m)
	}
}

// A fit to powers that are additive and quadratic is exact: uptake from 0 to 1 at
// z = -1 to 1 is 0.4 + 0.2 z - 0.1 z^2, a list of words a step of 0.05.
func TestAFitFindsWhatIsThere(t *testing.T) {
	d := design(t, "[sweep]\nmethod = \"latin_hypercube\"\nsamples = 12\n[sweep.over]\n\"program.help.uptake\" = { from = 0, to = 1 }\n"+
		"\"trial.randomization.method\" = [\"simple\", \"blocks\"]\n\"trial.sites\" = [1, 2]\n",
		scenarios.Setting{Key: "trial.randomization", Value: map[string]any{"method": "simple", "sizes": []any{}}})
	p := exact(d, func(c *Cell) float64 {
		z := 2*c.Values[0].(float64) - 1
		return 0.4 + 0.2*z - 0.1*z*z + 0.05*float64(c.Levels[1]) - 0.02*float64(c.Levels[2])
	})
	rank := Ranking{R2: measure.Missing(), R2MCSE: measure.Missing()}
	rank.fit(d, p)
	if rank.NoFit != "" {
		t.Fatal(rank.NoFit)
	}
	near(t, "R2", rank.R2, 1, 1e-9)
	near(t, "change", rank.Keys[0].Change, 0.4, 1e-9)
	near(t, "range", rank.Keys[0].Range, 0.4, 1e-9) // the top would be at z = 1
	near(t, "step", rank.Keys[1].Range, 0.05, 1e-9)
	steps, sites, uptake := rank.Keys[1].Levels, 0.0, 0.0
	for i := range d.Cells {
		z := 2*d.Cells[i].Values[0].(float64) - 1
		sites += -0.02 * float64(d.Cells[i].Levels[2]) / 12
		uptake += (0.2*z - 0.1*z*z) / 12
	}
	near(t, "second level", steps[1].Power, 0.45+sites+uptake, 1e-9)
	near(t, "its MCSE", steps[1].MCSE, 0, 1e-9)
	near(t, "line", rank.Keys[2].Change, -0.02, 1e-9)
	near(t, "MCSE", rank.Keys[0].ChangeMCSE, 0, 1e-9)
	curve := rank.Keys[0].Curve
	near(t, "curve", curve[40].Power-curve[0].Power, 0.4, 1e-9)
	near(t, "middle of the curve", curve[20].Power-curve[0].Power, 0.3, 1e-9)

	p = exact(d, func(c *Cell) float64 { z := 2*c.Values[0].(float64) - 1; return 0.5 - 0.3*z*z })
	rank = Ranking{}
	rank.fit(d, p)
	near(t, "change of a hump", rank.Keys[0].Change, 0, 1e-9)
	near(t, "range of a hump", rank.Keys[0].Range, 0.3, 1e-9)
}

// exact is powers without noise.
func exact(d *Design, f func(c *Cell) float64) *powers {
	p := &powers{n: 10}
	for i := range d.Cells {
		x := f(&d.Cells[i])
		p.cells, p.items = append(p.cells, i), append(p.items, item{x, func(int) float64 { return x }})
	}
	return p
}

func TestTooFewCellsHaveNoFit(t *testing.T) {
	d := design(t, "[sweep]\nmethod = \"latin_hypercube\"\nsamples = 3\n[sweep.over]\n\"program.help.uptake\" = { from = 0, to = 1 }\n\"use.using\" = { from = 0, to = 1 }\n")
	rank := Ranking{}
	rank.fit(d, exact(d, func(*Cell) float64 { return 0.5 }))
	if !strings.Contains(rank.NoFit, "3 cells for 5 coefficients") || len(rank.Keys) != 2 {
		t.Errorf("%q", rank.NoFit)
	}
	d = design(t, "[sweep]\nmethod = \"latin_hypercube\"\nsamples = 8\n[sweep.over]\n\"program.help.uptake\" = { from = 0, to = 1 }\n\"trial.sites\" = [1, 2]\n")
	for i := range d.Cells {
		d.Cells[i].Values[1], d.Cells[i].Levels[1] = int64(1), 0
	}
	rank = Ranking{}
	rank.fit(d, exact(d, func(*Cell) float64 { return 0.5 }))
	if !strings.Contains(rank.NoFit, "cannot be told apart") {
		t.Errorf("%q", rank.NoFit)
	}
}
