package performance

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"caseload/analysis/numeric"
	"pgregory.net/rapid"
)

// R: closed testing, in testdata/graph.R.
func TestGatekeepingAgainstClosedTesting(t *testing.T) {
	text, err := os.ReadFile("testdata/graph.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID                   string
			Weights, P, Adjusted []float64
			Transitions          [][]float64
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 30 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		g := Correction{Method: Gatekeeping, Weights: c.Weights, Transitions: c.Transitions}
		if err := g.Check(len(c.P)); err != nil {
			t.Fatal(err)
		}
		for i, got := range g.Adjust(c.P, nil) {
			if !(math.Abs(got-c.Adjusted[i]) <= 1e-12) {
				t.Errorf("%s, p value %d: got %v, want %v", c.ID, i, got, c.Adjusted[i])
			}
		}
	}
}

// alike is the graph that is Holm's procedure, and chain the one that is a fixed sequence
// (Bretz et al. 2009, section 3).
func alike(m int) Correction {
	c := Correction{Method: Gatekeeping}
	for i := range m {
		row := make([]float64, m)
		for j := range row {
			if j != i {
				row[j] = 1 / float64(m-1)
			}
		}
		c.Weights, c.Transitions = append(c.Weights, 1/float64(m)), append(c.Transitions, row)
	}
	return c
}

func chain(m int) Correction {
	c := Correction{Method: Gatekeeping, Weights: make([]float64, m)}
	c.Weights[0] = 1
	for i := range m {
		row := make([]float64, m)
		if i+1 < m {
			row[i+1] = 1
		}
		c.Transitions = append(c.Transitions, row)
	}
	return c
}

// drawnGraph is any graph.
func drawnGraph(t *rapid.T, m int) Correction {
	shares := func(skip int) []float64 {
		row, sum := make([]float64, m), rapid.Float64Range(0.01, 3).Draw(t, "slack")
		for j := range row {
			if j != skip {
				row[j] = rapid.SampledFrom([]float64{0, 0, 1, 2, 5}).Draw(t, "share")
			}
			sum += row[j]
		}
		for j := range row {
			row[j] /= sum
		}
		return row
	}
	c := Correction{Method: Gatekeeping, Weights: shares(-1)}
	for i := range m {
		c.Transitions = append(c.Transitions, shares(i))
	}
	return c
}

// Laws: a graph with equal shares is Holm's procedure and a chain is a fixed sequence;
// adjusted p values are not below the p values, nor above 1; and a p value that falls raises no
// adjusted one, of any test.
func TestCorrectionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 40), func(i int) float64 { return float64(i) / 40 }), 2, 6).Draw(t, "p")
		m := len(p)
		equal, sequence, graph := alike(m), chain(m), drawnGraph(t, m)
		fixed := Correction{Method: FixedSequence}
		same(t, "Holm", equal.Adjust(p, nil), Adjust("holm", p, nil))
		same(t, "a fixed sequence", sequence.Adjust(p, nil), fixed.Adjust(p, nil))
		lower := slices.Clone(p)
		lower[rapid.IntRange(0, m-1).Draw(t, "which")] *= rapid.Float64Range(0, 1).Draw(t, "by")
		for _, c := range []*Correction{&graph, &fixed, &equal} {
			if err := c.Check(m); err != nil {
				t.Fatal(err)
			}
			before, after := c.Adjust(p, nil), c.Adjust(lower, nil)
			for i := range p {
				if before[i] < p[i] || before[i] > 1 || after[i] > before[i]+1e-12 {
					t.Fatalf("%+v of %v: %v, of %v: %v", c, p, before, lower, after)
				}
			}
		}
	})
}

func same(t *rapid.T, what string, got, want []float64) {
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12) { // rounding of shares of 1
			t.Fatalf("%s: got %v, want %v", what, got, want)
		}
	}
}

// With true hypotheses among others, and with correlated tests, the chance of any false
// rejection is at most alpha; that of a fixed sequence whose first hypothesis is true
// is alpha.
func TestFamilywiseErrorOfOrderedTests(t *testing.T) {
	const replicates = 40000
	graph := Correction{Method: Gatekeeping, Weights: []float64{0.5, 0.5, 0, 0}, Transitions: [][]float64{{0, 0.5, 0.5, 0}, {0.5, 0, 0, 0.5}, {0, 1, 0, 0}, {1, 0, 0, 0}}}
	for k, means := range [][]float64{{0, 0, 0, 0}, {3, 0, 0, 0}, {3, 0, 2, 0}, {0, 5, 0, 5}} {
		for j, how := range []Correction{graph, {Method: FixedSequence}} {
			rng := rand.New(rand.NewPCG(7, uint64(10*k+j)))
			p, adjusted, wrong := make([]float64, 4), make([]float64, 4), 0
			for range replicates {
				common := rng.NormFloat64()
				for i, mean := range means {
					p[i] = numeric.NormalTwoSided(mean + 0.6*common + 0.8*rng.NormFloat64())
				}
				adjusted = how.Adjust(p, adjusted)
				for i, mean := range means {
					if mean == 0 && adjusted[i] < 0.05 {
						wrong++
						break
					}
				}
			}
			r := rate(wrong, replicates)
			if r.Share > 0.05+4*r.MCSE {
				t.Errorf("%s with means %v: %v (%v)", how.Method, means, r.Share, r.MCSE)
			}
			if means[0] == 0 && how.Method == FixedSequence {
				about(t, how.Method, r, 0.05)
			}
		}
	}
}

func TestCorrectionEdges(t *testing.T) {
	fixed := Correction{Method: FixedSequence}
	if got := fixed.Adjust([]float64{0.01, nan, 0.001}, nil); !slices.Equal(got, []float64{0.01, 1, 1}) {
		t.Errorf("a fit that failed does not stop the sequence: %v", got)
	}
	none := Correction{Method: Gatekeeping, Weights: []float64{0, 0}, Transitions: [][]float64{{0, 1}, {1, 0}}}
	if got := none.Adjust([]float64{0, 0}, nil); !slices.Equal(got, []float64{1, 1}) {
		t.Errorf("without a weight: %v", got)
	}
	graph := chain(3)
	p, dst := []float64{0.01, nan, 0.5}, make([]float64, 3)
	graph.Adjust(p, dst)
	if n := testing.AllocsPerRun(100, func() { dst = graph.Adjust(p, dst) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for what, c := range map[string]Correction{
		"weights above 1":    {Method: Gatekeeping, Weights: []float64{0.6, 0.5}, Transitions: [][]float64{{0, 1}, {1, 0}}},
		"a weight below 0":   {Method: Gatekeeping, Weights: []float64{-0.1, 0.5}, Transitions: [][]float64{{0, 1}, {1, 0}}},
		"to itself":          {Method: Gatekeeping, Weights: []float64{0.5, 0.5}, Transitions: [][]float64{{0.5, 0}, {1, 0}}},
		"a row above 1":      {Method: Gatekeeping, Weights: []float64{0.5, 0.5}, Transitions: [][]float64{{0, 1.5}, {1, 0}}},
		"too few weights":    {Method: Gatekeeping, Weights: []float64{0.5}, Transitions: [][]float64{{0, 1}, {1, 0}}},
		"too few in a row":   {Method: Gatekeeping, Weights: []float64{0.5, 0.5}, Transitions: [][]float64{{0}, {1, 0}}},
		"no such correction": {Method: "bayes"},
	} {
		if c.Check(2) == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
