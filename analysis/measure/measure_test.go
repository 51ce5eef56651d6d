package measure

import (
	"strings"
	"testing"
)

// Each measure is listed once, says what it is, and is explained under its own
// letters; logarithms say so in their letters.
func TestMeasuresAreDescribed(t *testing.T) {
	seen := map[Measure]bool{}
	for _, m := range All() {
		if seen[m] {
			t.Errorf("%s is listed twice", m)
		}
		seen[m] = true
		if m.About() == "" || !strings.HasPrefix(m.Legend(), string(m)) {
			t.Errorf("%s is %q, with the legend %q", m, m.About(), m.Legend())
		}
		if log := strings.HasPrefix(string(m), "log "); log != (m.Scale() == Logarithm) {
			t.Errorf("%s: a logarithm %v, and its scale is %d", m, log, m.Scale())
		}
		if inPoints := strings.Contains(m.Legend(), "percentage points"); inPoints != (m.Scale() == Share) {
			t.Errorf("%s: percentage points %v, and its scale is %d", m, inPoints, m.Scale())
		}
	}
	if m := Measure("XY"); m.Legend() != "" || m.About() != "" {
		t.Errorf("%s is described, and there is no such measure", m)
	}
}

// A hazard ratio above 1 makes deaths come sooner, which is bad, and admissions
// too, which is good; a longer mean time is the other way round.
func TestGood(t *testing.T) {
	const later, sooner = 1, -1
	for _, c := range []struct {
		m             Measure
		outcome, want int
	}{
		{LogHR, later, -1}, {LogHR, sooner, +1}, {LogSHR, later, -1}, {LogSHR, sooner, +1},
		{CIFD, later, -1}, {CIFD, sooner, +1}, // of shares who have had the event
		{RMSTD, later, +1}, {RMSTD, sooner, -1}, {Median, later, +1}, {Median, sooner, -1},
		{RD, +1, +1}, {RD, -1, -1}, {LogIRR, -1, -1},
	} {
		if got := c.m.Good(c.outcome); got != c.want {
			t.Errorf("%s, outcome %+d: %+d, want %+d", c.m, c.outcome, got, c.want)
		}
	}
}

// The mean of zeros and ones is a share.
func TestOfShares(t *testing.T) {
	for m, want := range map[Measure]Measure{MD: RD, RD: RD, LogOR: LogOR} {
		if got := m.OfShares(); got != want {
			t.Errorf("%s of shares is %s, want %s", m, got, want)
		}
	}
}
