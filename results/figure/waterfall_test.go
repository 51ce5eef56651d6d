package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/results/explain"
	"caseload/results/report"
)

// near tells whether two places are the same but for rounding.
func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

func TestBarsFollowEachOther(t *testing.T) {
	e := full()
	got := rows(e)
	if len(got) != len(e.Factors)+2 {
		t.Fatalf("%d rows for %d factors", len(got), len(e.Factors))
	}
	first, last := got[0], got[len(got)-1]
	if first.from != 0 || first.to != 0.8 || last.from != 0 || last.to != float64(e.Observed.SMD) || !first.total || !last.total {
		t.Errorf("got %+v and %+v for the totals", first, last)
	}
	for k, f := range e.BySize() {
		r := got[k+1]
		if r.from != got[k].to || !near(r.to-r.from, float64(f.Shapley), 1e-12) || r.total {
			t.Errorf("%s: from %g to %g after %g, want a Shapley value of %g", r.name, r.from, r.to, got[k].to, float64(f.Shapley))
		}
		if gain := r.colour == gainColour; gain != (f.Shapley > 0) {
			t.Errorf("%s: a Shapley value of %g is drawn as a gain: %v", r.name, float64(f.Shapley), gain)
		}
		if !near(r.step-r.from, float64(f.Step), 1e-12) {
			t.Errorf("%s: step %g from the beginning, want %g", r.name, r.step-r.from, float64(f.Step))
		}
		if half := 1.96 * float64(f.ShapleyMCSE); !near(r.high-r.to, half, 1e-12) || !near(r.to-r.low, half, 1e-12) {
			t.Errorf("%s: error bar from %g to %g about %g, want %g to either side", r.name, r.low, r.high, r.to, half)
		}
	}
	if !near(got[len(got)-2].to, last.to, 1e-9) {
		t.Errorf("the last bar ends at %g, observed is %g", got[len(got)-2].to, last.to)
	}
}

// The other bars follow each other all the same.
func TestMissingValuesHaveNoBar(t *testing.T) {
	e := typical() // Shapley values -0.11, 0.04, -0.17, -0.21
	e.Factors[2].Shapley = report.Missing()
	got := rows(e)
	if last := got[4]; last.name != e.Factors[2].Label() || last.drawn() || last.smd != "-" {
		t.Errorf("got %+v for a missing value", last)
	}
	if next := got[2]; !near(next.from, 0.41, 1e-12) || !near(next.to, 0.30, 1e-12) {
		t.Errorf("got a bar from %g to %g, want 0.41 to 0.30", next.from, next.to)
	}
	e.Factors[3].ShapleyMCSE = report.Missing()
	if r := rows(e)[1]; !math.IsNaN(r.low) || !math.IsNaN(r.high) {
		t.Errorf("got an error bar from %g to %g without an error", r.low, r.high)
	}
}

// TestBarsAreDrawnToScale reads the boxes back. The scale is taken from the ideal
// bar, from 0 to 0.62; the others are worked out by hand.
func TestBarsAreDrawnToScale(t *testing.T) {
	const legend = 1 // box of each colour of steps
	d := read(t, svg(t, Waterfall(typical())))
	ideal := d.filled("#BBBBBB")
	if len(ideal) != 1 {
		t.Fatalf("%d ideal bars", len(ideal))
	}
	zero, perSMD := ideal[0][0], (ideal[0][1]-ideal[0][0])/0.62
	if perSMD < 200 {
		t.Errorf("%g points for an SMD of 1", perSMD)
	}
	for _, c := range []struct {
		colour string
		want   [][2]float64
		more   int
	}{
		{"#E69F00", [][2]float64{{0.41, 0.62}, {0.24, 0.41}, {0.13, 0.24}}, legend},
		{"#0072B2", [][2]float64{{0.13, 0.17}}, legend},
		{"#777777", [][2]float64{{0, 0.17}}, 0},
	} {
		got := d.filled(c.colour)
		if len(got) != len(c.want)+c.more {
			t.Fatalf("%s: got %v", c.colour, got)
		}
		for k, want := range c.want {
			if left, right := (got[k][0]-zero)/perSMD, (got[k][1]-zero)/perSMD; !near(left, want[0], 1e-4) || !near(right, want[1], 1e-4) {
				t.Errorf("%s: bar from %.4f to %.4f, want %v", c.colour, left, right, want)
			}
		}
	}
}

// TestStepsAreDrawnToScale: each step in causal order from where the bar begins,
// and the one of the legend.
func TestStepsAreDrawnToScale(t *testing.T) {
	d := read(t, svg(t, Waterfall(typical())))
	ideal := d.filled("#BBBBBB")[0]
	zero, perSMD := ideal[0], (ideal[1]-ideal[0])/0.62
	var got []float64 // ends, lower and higher
	for _, x := range d.filled("#B4B4B4") {
		got = append(got, (x[0]-zero)/perSMD, (x[1]-zero)/perSMD)
	}
	want := []float64{0.62 - 0.17, 0.62, 0.41, 0.41 + 0.04, 0.24 - 0.21, 0.24, 0.13 - 0.11, 0.13}
	if len(got) != len(want)+2 || !slices.EqualFunc(got[:len(want)], want, func(a, b float64) bool { return near(a, b, 1e-4) }) {
		t.Errorf("steps at %.4f, want %.4f and the legend's", got, want)
	}
}

// TestErrorBarsAreDrawnToScale reads the error bars back: level lines of the
// weight that is theirs.
func TestErrorBarsAreDrawnToScale(t *testing.T) {
	d := read(t, svg(t, Waterfall(typical())))
	ideal := d.filled("#BBBBBB")[0]
	zero, perSMD := ideal[0], (ideal[1]-ideal[0])/0.62
	var got [][2]float64
	for _, s := range d.shapes {
		if s.style["stroke"] == "#222222" && s.style["stroke-width"] == "1.1" && s.points[0][1] == s.points[1][1] {
			got = append(got, [2]float64{(s.points[0][0] - zero) / perSMD, (s.points[1][0] - zero) / perSMD})
		}
	}
	// 1.96 x 0.0042 about the totals, 1.96 x 0.0057 about the ends of the others.
	want := [][2]float64{{0.61177, 0.62823}, {0.39883, 0.42117}, {0.22883, 0.25117}, {0.11883, 0.14117}, {0.15883, 0.18117}, {0.16177, 0.17823}}
	if len(got) != len(want)+1 { // the legend's
		t.Fatalf("got %.4f", got)
	}
	for k := range want {
		if !near(got[k][0], want[k][0], 1e-4) || !near(got[k][1], want[k][1], 1e-4) {
			t.Errorf("row %d: error bar over %.4f, want %.4f", k, got[k], want[k])
		}
	}
}

func TestWaterfallPrintsNamesAndNumbers(t *testing.T) {
	f := Waterfall(full())
	d := read(t, svg(t, f))
	var texts []string
	for _, x := range d.texts {
		texts = append(texts, x.content)
	}
	for _, want := range []string{"ideal", "observed", "the mix of clients", "limited capacity", "error of measurement", "the choice of whom to analyse †", "strikes", "SMD", "days",
		"0.800", "16.00", "−0.120", "−2.40", "+0.020", "+0.40", "0.199", "3.98", "loss", "gain",
		"standardized mean difference (SMD)", "the program works in the target subgroup alone",
		"no bus to the clinic in the long winter", "months of the north",
		"This trial reports 25 % (MCSE 1) of the effect on “days in treatment”; the largest", "loss comes from the factor \"strikes\"",
		"days in treatment (day 365; sbcm - referral): 245 clients a trial, 2,000 replicates of each of 24 worlds.",
	} {
		if !slices.Contains(texts, want) {
			t.Errorf("no text %q", want)
		}
	}
	const alt = "Waterfall from an ideal effect of 0.6200 SMD to 0.1700 observed (positive is better for the client). " +
		"Shapley values, the largest first: the delivery of the program −0.2100, refusal of the offer −0.1700, the mix of clients −0.1100, what the control arm gets +0.0400."
	if got := Waterfall(typical()).Alt; got != alt {
		t.Errorf("got alt %q, want %q", got, alt)
	}
}

func TestSubtitleSaysWhatIsUnusual(t *testing.T) {
	e := typical()
	e.Subgroup, e.Set, e.Partial, e.Orders = "high_need", "entered", true, 64
	var all string
	for _, x := range read(t, svg(t, Waterfall(e))).texts {
		all += x.content + " " // lines end where they may
	}
	for _, want := range []string{"days in treatment in high need (day 365; sbcm - referral), analysis set entered:", "Interrupted before all replicates were done.", "mean steps over 64 orders"} {
		if !strings.Contains(all, want) {
			t.Errorf("no text %q", want)
		}
	}
}

// Proportions are drawn in percentage points, and the explanation given stays as
// it was.
func TestProportionsAreInPoints(t *testing.T) {
	e := &explain.Explanation{Unit: "proportion", Ideal: explain.Effect{Units: 0.15, UnitsMCSE: 0.01},
		Factors:  []explain.Factor{{UnitsStep: -0.05}},
		Dilution: &explain.Shares{Shares: []explain.Share{{Share: 0.5, Overall: explain.Diluted{Effect: 0.1, Power: 0.8}}}}}
	p := inPoints(e)
	share := p.Dilution.Shares[0]
	if p.Unit != "pp" || p.Ideal.Units != 15 || p.Factors[0].UnitsStep != -5 || share.Overall.Effect != 10 || share.Overall.Power != 0.8 {
		t.Errorf("%+v", p)
	}
	if e.Ideal.Units != 0.15 || e.Factors[0].UnitsStep != -0.05 || e.Dilution.Shares[0].Overall.Effect != 0.1 {
		t.Errorf("%+v has changed", e)
	}
	e.Unit = "days"
	if inPoints(e) != e {
		t.Error("days are no proportion")
	}
}
