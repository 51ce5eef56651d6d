package figure

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"caseload/results/literature"
	"caseload/results/report"
)

func pooledCase() *literature.Literature {
	known := func(mean float64) literature.Interval {
		return literature.Interval{Mean: report.Number(mean), MCSE: 0.01, Low: report.Number(mean - 0.2), Median: report.Number(mean), High: report.Number(mean + 0.2)}
	}
	gone := literature.Interval{Mean: report.Missing(), MCSE: report.Missing(), Low: report.Missing(), Median: report.Missing(), High: report.Missing()}
	return &literature.Literature{Scenario: "mine", Title: "A body", Bodies: 5, Rows: []literature.Row{
		{Group: "linkage", Studies: 10, SMD: known(0.3), Values: []float64{0.1, 0.3, 0.5, 0.3, math.NaN()}, Published: &literature.Published{SMD: 0.42, Low: 0.21, High: 0.62}},
		{Group: "recovery", Studies: 7, SMD: known(0), Values: []float64{0, 0.1, -0.1, 0, 2}, Published: &literature.Published{SMD: 0.06, Low: report.Missing(), High: report.Missing()}},
		{Group: "health", SMD: gone, Values: []float64{math.NaN()}},
	}}
}

func TestPooledEffectsAreDrawn(t *testing.T) {
	f := Pooled(pooledCase())
	if f.Name != "pooled-mine" || !strings.Contains(f.Alt, "Linkage to services of either kind: 0.30 (95 % of reviews 0.10 to 0.50), published 0.42.") || strings.Contains(f.Alt, "Health") {
		t.Errorf("%s: %s", f.Name, f.Alt)
	}
	for _, format := range Formats {
		var a, b bytes.Buffer
		if err := f.Draw(&a, format); err != nil {
			t.Fatal(err)
		}
		if err := Pooled(pooledCase()).Draw(&b, format); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() < 1000 {
			t.Errorf("%s: %d bytes, the same again: %v, %v", format, a.Len(), bytes.Equal(a.Bytes(), b.Bytes()), err)
		}
	}
	var svg bytes.Buffer
	if err := f.Draw(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"either kind", "Recovery", "pooled SMD", "published, with its 95 % confidence interval", "0.30 [0.10, 0.50]", "median [95 %]"} {
		if !strings.Contains(svg.String(), word) {
			t.Errorf("the drawing does not say %q", word)
		}
	}
}

func TestNothingPooledIsNotDrawn(t *testing.T) {
	l := pooledCase()
	l.Rows = l.Rows[2:]
	if Pooled(l) != nil {
		t.Error("a figure of nothing")
	}
}
