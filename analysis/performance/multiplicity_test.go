package performance

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// R: stats::p.adjust.
func TestAdjustAgainstR(t *testing.T) {
	text, err := os.ReadFile("testdata/multiplicity.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID       string
			P        []float64
			Expected struct{ Bonferroni, Holm, Hochberg, BH []float64 }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 6 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	var dst []float64
	for _, c := range file.Cases {
		for method, want := range map[string][]float64{"none": c.P, "bonferroni": c.Expected.Bonferroni,
			"holm": c.Expected.Holm, "hochberg": c.Expected.Hochberg, "benjamini_hochberg": c.Expected.BH} {
			dst = Adjust(method, c.P, dst)
			for i, got := range dst {
				if !(math.Abs(got-want[i]) <= 1e-12*want[i]) {
					t.Errorf("%s, %s, p value %d: got %v, want %v", c.ID, method, i, got, want[i])
				}
			}
		}
	}
}

// Laws of every adjustment: it grows p values up to 1, keeps their order, looks
// at values and not at places, takes NaN for 1, and Bonferroni's is above Holm's
// above Hochberg's above that of Benjamini & Hochberg.
func TestAdjustmentLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 40), func(i int) float64 { return float64(i) / 40 }), 1, 8).Draw(t, "p")
		last := Adjust("bonferroni", p, nil)
		for _, method := range []string{"bonferroni", "holm", "hochberg", "benjamini_hochberg", "none"} {
			got := Adjust(method, p, nil)
			for i := range p {
				if !(got[i] >= p[i] && got[i] <= 1) || got[i] > last[i]*(1+1e-15) {
					t.Fatalf("%s of %v: %v", method, p, got)
				}
				for j := range p {
					if p[i] <= p[j] && got[i] > got[j] {
						t.Fatalf("%s of %v is out of order: %v", method, p, got)
					}
				}
			}
			turned := slices.Clone(p)
			slices.Reverse(turned)
			back := Adjust(method, turned, nil)
			slices.Reverse(back)
			if !slices.Equal(got, back) {
				t.Fatalf("%s of %v: %v, backwards %v", method, p, got, back)
			}
			last = got
		}
		with, one := append(slices.Clone(p), math.NaN()), append(slices.Clone(p), 1)
		for _, method := range Adjustments {
			if got, want := Adjust(method, with, nil), Adjust(method, one, nil); !slices.Equal(got, want) {
				t.Fatalf("%s: NaN is not 1: %v, %v", method, got, want)
			}
		}
	})
}

func TestAdjustEdges(t *testing.T) {
	for _, method := range Adjustments {
		if got := Adjust(method, nil, nil); len(got) != 0 {
			t.Errorf("%s of nothing: %v", method, got)
		}
		p, dst := []float64{0.01, nan, 0.5, 0.01}, make([]float64, 9)
		if n := testing.AllocsPerRun(100, func() { dst = Adjust(method, p, dst) }); n != 0 {
			t.Errorf("%s: %v allocations", method, n)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic at an unknown method")
		}
	}()
	Adjust("bayes", []float64{1}, nil)
}
