package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/results/trial"
	"caseload/scenarios"
)

// strokes are the paths drawn in a colour.
func (d *drawing) strokes(colour string) (out []shape) {
	for _, s := range d.shapes {
		if s.style["stroke"] == colour {
			out = append(out, s)
		}
	}
	return out
}

// TestZipShowsWhichIntervalsMiss: of 100 intervals five miss the truth, and they
// are the outermost.
func TestZipShowsWhichIntervalsMiss(t *testing.T) {
	r := aRun("linked", "days")
	d := read(t, svg(t, Zip(r, intervalsOf(r, 100))))
	covers, misses := d.strokes("#B7C9DA"), d.strokes("#B33C00")
	if len(covers) != 3 || len(misses) != 3 { // with the legend's
		t.Fatalf("%d and %d paths, want one a panel", len(covers), len(misses))
	}
	for k := range 2 {
		// Intervals whose |z| is above 1.96: (i + 1/2 - 50) / 100 x 4.1264 beyond it
		// for i < 2.5 and i > 96.5.
		if len(covers[k].points) != 2*94 || len(misses[k].points) != 2*6 {
			t.Errorf("panel %d: %d ends of intervals that contain the truth and %d of others, want 188 and 12", k, len(covers[k].points), len(misses[k].points))
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, p := range misses[k].points {
			low, high = math.Min(low, p[1]), math.Max(high, p[1])
		}
		for _, p := range covers[k].points {
			if p[1] <= high {
				t.Fatalf("panel %d: an interval that contains the truth lies above one that misses it", k)
			}
		}
	}
	if f := Zip(r, nil); f != nil {
		t.Error("a zip plot of nothing")
	}
}

// TestEffectsAreDrawnToScale: the effect on days of use is turned round, for more
// of them is bad, so that the means are 0.3 and 0.1; single trials have an SD of
// 0.005 sqrt(2000).
func TestEffectsAreDrawnToScale(t *testing.T) {
	d := read(t, svg(t, Effects(aRun("linked", "days"))))
	bars := d.strokes("#A9B8C6")
	if len(bars) != 3 { // and the legend's
		t.Fatalf("%d ranges", len(bars))
	}
	middle := func(s shape) float64 { return (s.points[0][0] + s.points[1][0]) / 2 }
	perSMD := (middle(bars[0]) - middle(bars[1])) / 0.2
	for k, s := range bars[:2] {
		if got, want := (s.points[1][0]-s.points[0][0])/perSMD, 2*1.96*0.005*math.Sqrt(2000); math.Abs(got-want) > 1e-3 {
			t.Errorf("range %d is %.4f wide, want %.4f", k, got, want)
		}
	}
	// The truths are 0.31 and, turned round, 0.09.
	var truths []float64
	for _, s := range d.shapes {
		if s.style["fill"] == "#222222" && len(s.points) == 3 { // the tip is on top
			truths = append(truths, (slices.MinFunc(s.points, byHeight))[0])
		}
	}
	if len(truths) != 3 || math.Abs((truths[0]-middle(bars[0]))/perSMD-0.01) > 1e-3 || math.Abs((truths[1]-middle(bars[1]))/perSMD+0.01) > 1e-3 {
		t.Errorf("truths at %v, means at %.3f and %.3f", truths, middle(bars[0]), middle(bars[1]))
	}
}

func byHeight(a, b [2]float64) int { return cmp.Compare(a[1], b[1]) }

// TestBiasBeyondChanceIsMarked by another shape and colour.
func TestBiasBeyondChanceIsMarked(t *testing.T) {
	r := aRun("linked", "days")
	r.Rows[0].BiasMCSE = 0.004 // 2 of them: chance
	f := Bias(r)
	d := read(t, svg(t, f))
	marks := map[string]int{}
	for _, s := range d.shapes {
		marks[s.style["fill"]]++
	}
	if marks["#B33C00"] != 2+1 || marks["#0072B2"] != 1+1 { // each with the legend's
		t.Errorf("%d marks of bias and %d of none", marks["#B33C00"], marks["#0072B2"])
	}
	if !strings.HasPrefix(f.Title, "2 of the analyses") {
		t.Errorf("title %q", f.Title)
	}
}

// TestCurvesAreDrawnToScale: the first arm's falls as exp(-0.01 day).
func TestCurvesAreDrawnToScale(t *testing.T) {
	h := aHistory("linked", "cm", "control")
	d := read(t, svg(t, Survival(h, scenarios.Labels{})[0]))
	var line []([2]float64)
	for _, s := range d.strokes("#0072B2") {
		if len(s.points) > 10 {
			line = s.points
		}
	}
	// A step has two corners: 19 days make 37.
	if len(line) != 37 {
		t.Fatalf("%d corners", len(line))
	}
	first, last := line[0], line[36]
	unit := (last[1] - first[1]) / (1 - math.Exp(-0.9))
	for k := 0; k < 37; k += 2 {
		day := float64(k/2) * 5
		if x, y := (line[k][0]-first[0])/(last[0]-first[0])*90, (line[k][1]-first[1])/unit; math.Abs(x-day) > 0.1 || math.Abs(y-(1-math.Exp(-0.01*day))) > 1e-3 {
			t.Errorf("corner %d lies at day %.2f, %.4f below the top", k, x, y)
		}
	}
}

// TestArmsDifferInMoreThanColour: whoever sees no colours tells arms by the
// dashes, and by labels at the ends of lines.
func TestArmsDifferInMoreThanColour(t *testing.T) {
	seen := map[string]bool{}
	for k := range armLooks {
		d := fmt.Sprint(armLine(k).Dashes)
		if seen[d] {
			t.Errorf("arm %d has the dashes of another", k)
		}
		seen[d] = true
	}
	if a, b := lightness(coversColour), lightness(missesColour); math.Abs(a-b) < 20 {
		t.Errorf("intervals that cover and that miss have lightness %.1f and %.1f", a, b)
	}
	if a, b := lightness(armLooks[0].colour), lightness(color.White); b-a < 30 {
		t.Errorf("a line of lightness %.1f on white", a)
	}
	labels := 0
	for _, x := range read(t, svg(t, Survival(aHistory("linked", "cm", "control"), scenarios.Labels{})[0])).texts {
		if x.content == "cm" || x.content == "control" {
			labels++
		}
	}
	if labels != 6 { // at the lines, at the numbers at risk, in the legend
		t.Errorf("%d labels of arms", labels)
	}
}

// The tables below figures have their numbers.
func TestFiguresHandOverTheirNumbers(t *testing.T) {
	h := aHistory("linked", "cm", "control")
	table := Survival(h, scenarios.Labels{})[0].Data
	if len(table.Columns) != 5 || len(table.Rows) != 9 {
		t.Fatalf("%d columns, %d rows", len(table.Columns), len(table.Rows))
	}
	if got := strings.Join(table.Rows[8], " | "); got != "90 | 40.7 (1.0) | 28.46 (0.70) | 16.5 (1.0) | 11.57 (0.70)" { // 100 and 70 times exp(-0.9), exp(-1.8)
		t.Errorf("day 90: %s", got)
	}
	flow := Flow(h, aRun("linked", "days")).Data
	found := false
	for _, row := range flow.Rows {
		found = found || strings.Join(row, " | ") == "program | visits | refuse it | 12; 12.00 (0.20) [11, 13] | 12; 12.00 (0.20) [11, 13]"
	}
	if !found {
		t.Errorf("no refusals in %v", flow.Rows)
	}
	for _, f := range []*Figure{States(h, scenarios.Labels{}), Loads(h, scenarios.Labels{})} {
		if f.Data == nil || len(f.Data.Rows) != 9 {
			t.Errorf("%s: %+v", f.Name, f.Data)
		}
	}
	none := &trial.History{Replicates: 1, Flow: h.Flow}
	if States(none, scenarios.Labels{}) != nil || Loads(none, scenarios.Labels{}) != nil || len(Survival(none, scenarios.Labels{})) != 0 {
		t.Error("figures of nothing")
	}
}
