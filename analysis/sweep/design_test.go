package sweep

import (
	"errors"
	"math"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/scenarios"
	"pgregory.net/rapid"
)

var _ = suite.FewerChecks(10)

func TestTheLastKeyOfAGridChangesFastest(t *testing.T) {
	d := design(t, "[sweep.over]\n\"trial.clients\" = [60, 40]\n\"attrition.missed\" = [0.1, 0.2, 0.0]\n")
	if got, want := values(d), "60 0.1\n60 0.2\n60 0\n40 0.1\n40 0.2\n40 0\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if d.Reference != 2 || !d.AsWritten {
		t.Errorf("reference %d (as written: %v), want cell 2, which the scenario is", d.Reference, d.AsWritten)
	}
	d = design(t, "[sweep.over]\n\"trial.clients\" = [50, 40]\n")
	if d.Reference != 0 || d.AsWritten {
		t.Errorf("reference %d (as written: %v), want the first", d.Reference, d.AsWritten)
	}
}

func TestOneAtATimeChangesOneKeyOfTheScenario(t *testing.T) {
	d := design(t, "[sweep]\nmethod = \"one_at_a_time\"\n[sweep.over]\n\"trial.clients\" = [40, 60, 80]\n\"subgroup_share.distressed\" = [0.2]\n")
	if got, want := values(d), "60 <nil>\n40 <nil>\n80 <nil>\n60 0.2\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if d.Reference != 0 || !d.AsWritten || d.Cells[0].Levels[0] != 1 || d.Cells[0].Levels[1] != -1 {
		t.Errorf("reference %d, levels %v, want the first, which has the second level of clients", d.Reference, d.Cells[0].Levels)
	}
}

func TestLabelsTellKeysApart(t *testing.T) {
	d := design(t, "[sweep.over]\n\"trial.clients\" = [60]\n\"program.help.uptake\" = [0.5]\n\"arm.usual.ratio\" = [1]\n\"arm.helped.ratio\" = [1]\n"+
		"\"subgroup_share.distressed\" = [0.2]\n\"program.help.effect[0].lasts_days\" = [20]\n")
	var labels []string
	for _, k := range d.Keys {
		labels = append(labels, k.Label)
	}
	if got, want := strings.Join(labels, " "), "clients uptake usual.ratio helped.ratio distressed program.help.effect[0].lasts_days"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestACellThatCannotBeMadeHasAReason(t *testing.T) {
	d := design(t, "[sweep.over]\n\"trial.clients\" = [60, 20]\n\"trial.sites\" = [1, 30]\n")
	for i := range d.Cells {
		reason := d.Cells[i].Reason
		if (i == 3) != strings.Contains(reason, `sweep.over."trial.sites"[1]: got 30`) || (i == 3) != (d.Cells[i].Hash == "") {
			t.Errorf("cell %s: reason %q", d.Name(i), reason)
		}
	}
	_, err := layOut("[sweep.over]\n\"trial.clients\" = [20]\n\"trial.sites\" = [30]\n")
	if err == nil || !strings.Contains(err.Error(), "trial.clients = 20, trial.sites = 30") || !strings.Contains(err.Error(), "got 30") {
		t.Errorf("got %v, want the cell's name and its reason", err)
	}
	if _, ok := errors.AsType[scenarios.Problems](err); !ok {
		t.Errorf("got a %T, want Problems within", err)
	}
}

func TestASweepOfNothing(t *testing.T) {
	_, err := layOut("")
	if err == nil || !strings.Contains(err.Error(), "sweep.over: got nothing, want keys to vary") {
		t.Errorf("got %v", err)
	}
}

// A cell is kept, and read again: nothing that is asked of the base beside may
// stand in its way.
func TestTheScenarioOfACellCanBeReadAgain(t *testing.T) {
	const text = "[cost]\n[cost.over]\n\"trial.sites\" = [30]\n[[factor]]\nname = \"late\"\nideal = { \"program.help.uptake\" = 1.0 }\n" +
		"[sweep.over]\n\"trial.clients\" = [20]\n\"program.help.uptake\" = [1.0]\n"
	d := design(t, text)
	sc, err := d.Scenario(0)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := sc.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := scenarios.Parse("cell.toml", encoded)
	if err != nil || again.Hash() != d.Cells[0].Hash || again.Trial.Clients != 20 {
		t.Errorf("got %v", err)
	}
}

// Levels are not in the hash, but tell cells apart.
func TestCellsMayDifferInALevel(t *testing.T) {
	d := design(t, "[sweep]\nmethod = \"one_at_a_time\"\n[sweep.over]\n\"outcome.linked.alpha\" = [0.01, 0.05, 0.1]\n")
	if got, want := values(d), "0.05\n0.01\n0.1\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if d.Reference != 0 || !d.AsWritten || d.Cells[0].Levels[0] != 1 || d.Cells[1].Hash != d.Cells[0].Hash {
		t.Errorf("reference %d (as written: %v), levels %v", d.Reference, d.AsWritten, d.Cells[0].Levels)
	}
}

func TestALatinHypercubeHasOneCellInEachStratum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "samples")
		d := design(t, "[sweep]\nmethod = \"latin_hypercube\"\n[sweep.over]\n\"program.help.uptake\" = { from = 0, to = 1 }\n"+
			"\"attrition.missed\" = { from = 0.01, to = 0.9, log = true }\n\"trial.clients\" = { from = 41, to = 80 }\n\"trial.sites\" = [1, 2, 3]\n",
			scenarios.Setting{Key: "sweep.samples", Value: n}, scenarios.Setting{Key: "seed", Value: rapid.Int64().Draw(t, "seed")})
		seen := make([]map[int]bool, 3)
		sites := map[any]int{}
		for k := range seen {
			seen[k] = map[int]bool{}
		}
		for i := range d.Cells {
			v := d.Cells[i].Values
			shares := []float64{v[0].(float64), math.Log(v[1].(float64)/0.01) / math.Log(0.9/0.01), 0}
			for k := range 2 {
				seen[k][int(shares[k]*float64(n)*(1-1e-12))] = true
			}
			sites[v[3]]++
			if c := v[2].(int64); c < 41 || c > 80 {
				t.Fatalf("%d clients", c)
			}
			if n == 40 {
				seen[2][int(v[2].(int64))] = true
			}
		}
		for k, s := range seen {
			if want := n; len(s) != want && (k < 2 || n == 40) {
				t.Fatalf("key %d: %d strata of %d have a cell", k, len(s), want)
			}
		}
		for _, level := range []int64{1, 2, 3} {
			if c := sites[level]; c < n/3 || c > n/3+1 {
				t.Fatalf("%d of %d cells have %d sites", c, n, level)
			}
		}
	})
}

func TestTheLayoutIsTheSeeds(t *testing.T) {
	const text = "[sweep]\nmethod = \"latin_hypercube\"\nsamples = 5\n[sweep.over]\n\"program.help.uptake\" = { from = 0, to = 1 }\n\"use.using\" = { from = 0, to = 1 }\n"
	first := values(design(t, text))
	if again := values(design(t, text)); again != first {
		t.Error("another layout of the same seed")
	}
	if first == values(design(t, text, scenarios.Setting{Key: "seed", Value: 2})) {
		t.Error("the same layout of another seed")
	}
}
