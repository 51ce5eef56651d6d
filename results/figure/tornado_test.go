package figure

import (
	"math"
	"strings"
	"testing"

	"caseload/results/report"
)

// tornadoCases are tornado diagrams.
func tornadoCases() map[string]*Figure {
	long := swings()
	long.Rows[0].Label = "share of clients who come because of the program among those who would not have come otherwise within a quarter of a year"
	long.Rows[0].High = "a value that takes more words than anybody would want to read beside a bar"
	bare := swings()
	bare.Centre, bare.Unit = report.Missing(), ""
	for k := range bare.Rows {
		bare.Rows[k].AtLowMCSE, bare.Rows[k].AtHighMCSE = report.Missing(), report.Missing()
	}
	return map[string]*Figure{"tornado": Tornado(swings()), "tornado long": Tornado(long), "tornado bare": Tornado(bare)}
}

func swings() *Swings {
	return &Swings{Name: "tornado-linked_7d", Of: "Entered treatment within 7 days", Answer: "assurance", Unit: "%", Ends: "5th and 95th percentile of the prior", Centre: 71.2,
		Rows: []Swing{
			{"share lost to follow-up", "5 %", "25 %", 73.1, 0.8, 66.4, 0.8},
			{"share brought into treatment by the program", "18 %", "36 %", 41.5, 0.9, 93.3, 0.5},
			{"unknown", "1", "2", report.Missing(), report.Missing(), 50, 1},
		}}
}

func TestTheLongestSwingIsOnTop(t *testing.T) {
	d := read(t, svg(t, Tornado(swings())))
	if want := "Share brought into treatment by the program moves the assurance most"; d.title != want {
		t.Errorf("got title %q, want %q", d.title, want)
	}
	place := map[string]float64{}
	for _, x := range d.texts {
		place[x.content] = x.y
	}
	if a, b := place["share brought into treatment by the"], place["share lost to follow-up"]; a == 0 || b == 0 || a > b {
		t.Errorf("the longest at %g, the other at %g", a, b)
	}
	low, high := d.filled("#E69F00"), d.filled("#0072B2")
	low, high = low[:len(low)-1], high[:len(high)-1] // the legend's
	if len(low) != 2 || len(high) != 2 {
		t.Fatalf("got %d bars for low and %d for high values, want 2 each", len(low), len(high))
	}
	// Lengths are as the numbers: 71.2 - 41.5 to 93.3 - 71.2.
	a, b := low[0][1]-low[0][0], high[0][1]-high[0][0]
	if want := (71.2 - 41.5) / (93.3 - 71.2); math.Abs(a/b-want) > 0.01 {
		t.Errorf("bars are %g and %g long, want a ratio of %g", a, b, want)
	}
}

func TestSwingsThatAreNotKnownAreLeftOut(t *testing.T) {
	if f := Tornado(&Swings{Rows: swings().Rows[2:]}); f != nil {
		t.Error("a figure without any swing")
	}
	if got := svg(t, Tornado(swings())); strings.Contains(got, "unknown") {
		t.Error("the swing that is not known is drawn")
	}
}

// TestColumnsHaveOneFormat takes errors whose own digits differ.
func TestColumnsHaveOneFormat(t *testing.T) {
	rows := []Swing{{AtLow: 41.512, AtLowMCSE: 1.21}, {AtLow: 7, AtLowMCSE: 0.32}, {AtLow: report.Missing(), AtLowMCSE: report.Missing()}}
	got := inOneFormat(rows, func(r *Swing) (report.Number, report.Number) { return r.AtLow, r.AtLowMCSE })
	if strings.Join(got, "|") != "41.5 (1.2)|7.0 (0.3)|-" {
		t.Errorf("got %q", got)
	}
	rows[1].AtLowMCSE = 0.004
	got = inOneFormat(rows, func(r *Swing) (report.Number, report.Number) { return r.AtLow, r.AtLowMCSE })
	if strings.Join(got, "|") != "41.5 (1.2)|7.0 (<0.1)|-" {
		t.Errorf("got %q", got)
	}
}
