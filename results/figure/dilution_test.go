package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"caseload/results/report"
)

func TestDilutionNeedsShares(t *testing.T) {
	if f := Dilution(typical()); f != nil {
		t.Errorf("got %q without shares", f.Name)
	}
}

func TestPlacesAreWhatWasFound(t *testing.T) {
	e := diluted()
	d, k := e.Dilution, curves(e)
	if len(k) != 3 {
		t.Fatalf("%d curves", len(k))
	}
	// A quarter in the target: 0.4 + 9/4 found, 0.5 + 9/4 in theory, power
	// 0.06 + 0.8/16, as helpers_test.go has them.
	effect, power := k[0].effects(d)[2], k[0].powers(d)[2]
	want := place{share: 25, found: 2.65, low: 2.65 - 1.96*0.3, high: 2.65 + 1.96*0.3, line: 2.75}
	if !samePlace(effect, want) {
		t.Errorf("got effect %+v, want %+v", effect, want)
	}
	want = place{share: 25, found: 11, low: 11 - 196*0.008, high: 11 + 196*0.008, line: 11}
	if !samePlace(power, want) {
		t.Errorf("got power %+v, want %+v", power, want)
	}
	if at := k[1].effects(d)[0]; !math.IsNaN(at.found) || !math.IsNaN(at.line) {
		t.Errorf("got %+v for members where there are none", at)
	}
	d.Shares[5].Overall.Power, d.Shares[0].Overall.Power = 0.995, 0.004
	if at := k[0].powers(d); at[5].high != 100 || at[0].low != 0 {
		t.Errorf("got intervals up to %g and down to %g, want 100 and 0", at[5].high, at[0].low)
	}
}

func samePlace(a, b place) bool {
	return near(a.share, b.share, 1e-9) && near(a.found, b.found, 1e-9) && near(a.low, b.low, 1e-9) && near(a.high, b.high, 1e-9) && near(a.line, b.line, 1e-9)
}

// TestSharesAreDrawnToScale reads squares, the members' points, back.
func TestSharesAreDrawnToScale(t *testing.T) {
	d := read(t, svg(t, Dilution(diluted())))
	left, right := d.panel(t, 0, 16), d.panel(t, 0, 100)
	var got [][2]float64
	for _, s := range d.shapes {
		if s.style["fill"] == "#D55E00" && len(s.points) == 4 {
			got = append(got, [2]float64{(s.points[0][0] + s.points[2][0]) / 2, (s.points[0][1] + s.points[2][1]) / 2})
		}
	}
	if len(got) != 11 { // five shares with members in each panel, and the legend
		t.Fatalf("%d squares", len(got))
	}
	for k, share := range []float64{10, 25, 50, 75, 100} {
		if x, y := left.value(got[k]); !near(x, share, 0.02) || !near(y, 9.6, 0.005) {
			t.Errorf("effect at %g, %g, want 9.6 at %g", x, y, share)
		}
		if x, y := right.value(got[k+5]); !near(x, share, 0.02) || !near(y, 0.86*share, 0.02) {
			t.Errorf("power of %g at %g, want %g at %g", y, x, 0.86*share, share)
		}
	}
}

// TestLinesOfPowerJoinThePoints reads circles, everyone's points.
func TestLinesOfPowerJoinThePoints(t *testing.T) {
	d := read(t, svg(t, Dilution(diluted())))
	var circles, lines [][][2]float64
	for _, s := range d.shapes {
		switch {
		case s.style["fill"] == "#0072B2":
			circles = append(circles, s.points)
		case s.style["stroke"] == "#0072B2" && s.style["stroke-width"] == "0.6":
			lines = append(lines, s.points)
		}
	}
	if len(circles) != 13 || len(lines) != 5 { // six shares in each panel, and the legend
		t.Fatalf("%d circles, %d lines", len(circles), len(lines))
	}
	for k, line := range lines {
		for end, at := range line {
			circle := circles[6+k+end] // from its right end around to its left
			if centre := (circle[0][0] + circle[1][0]) / 2; !near(at[0], centre, 0.02) || !near(at[1], circle[0][1], 0.02) {
				t.Errorf("line %d goes to %v, want %g, %g", k, at, centre, circle[0][1])
			}
		}
	}
}

func TestTheGoalIsEightyPercent(t *testing.T) {
	d := read(t, svg(t, Dilution(diluted())))
	dashed := slices.IndexFunc(d.shapes, func(s shape) bool { return s.style["stroke-dasharray"] != "" && s.style["stroke-dasharray"] != "none" })
	if dashed < 0 {
		t.Fatal("no dashed line")
	}
	if _, y := d.panel(t, 0, 100).value(d.shapes[dashed].points[0]); !near(y, 80, 0.02) {
		t.Errorf("the line of 80 %% power is at %g", y)
	}
}

// scale maps points of the drawing to values of a panel.
type scale struct{ x0, x100, y0, y1, low, high float64 }

func (s scale) value(at [2]float64) (x, y float64) {
	return (at[0] - s.x0) / (s.x100 - s.x0) * 100, s.low + (at[1]-s.y0)/(s.y1-s.y0)*(s.high-s.low)
}

// panel finds the scale of the panel whose heights are labelled from low to
// high. The ticks are short lines of the axis colour.
func (d *drawing) panel(t *testing.T, low, high float64) scale {
	t.Helper()
	middle := d.width / 2
	isRight := high == 100
	var xs, ys []float64
	for _, s := range d.shapes {
		if s.style["stroke"] != "#595959" || len(s.points) != 2 || (s.points[0][0] > middle) != isRight {
			continue
		}
		a, b := s.points[0], s.points[1]
		switch {
		case a[0] == b[0] && near(math.Abs(a[1]-b[1]), 3, 0.02):
			xs = append(xs, a[0])
		case a[1] == b[1] && near(math.Abs(a[0]-b[0]), 3, 0.02):
			ys = append(ys, a[1])
		}
	}
	if len(xs) != 6 || len(ys) < 6 {
		t.Fatalf("ticks at %v and %v", xs, ys)
	}
	return scale{slices.Min(xs), slices.Max(xs), slices.Max(ys), slices.Min(ys), low, high}
}

func TestDilutionSaysHowWellMembersAreTold(t *testing.T) {
	e := diluted()
	if notes := dilutionNotes(e); strings.Contains(notes, "error:") || strings.Contains(notes, "Membership") {
		t.Errorf("got %q for membership without error", notes)
	}
	e.Dilution.Measured = true
	if got := measured(e); got != "Membership is measured with error." {
		t.Errorf("got %q", got)
	}
	e.Dilution.Shares[1].Correct, e.Dilution.Shares[4].Correct = 0.31, report.Number(0.94)
	if got := measured(e); got != "Membership is measured with error: of clients counted as high need, from 31 to 94 % are, depending on the share." {
		t.Errorf("got %q", got)
	}
}

func TestDilutionInWords(t *testing.T) {
	const want = "Effect (days) and power by share of high need among clients." +
		" everyone: at a share of 0 % effect 0.40, power 0.0600; at a share of 100 % effect 9.40, power 0.8600." +
		" high need: at a share of 10 % effect 9.6, power 0.086; at a share of 100 % effect 9.60, power 0.860." +
		" interaction with high need: at a share of 10 % effect 8.8, power 0.144; at a share of 75 % effect 8.8, power 0.300."
	if got := Dilution(diluted()).Alt; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
