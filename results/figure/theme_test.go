package figure

import (
	"math"
	"strings"
	"testing"

	"caseload/results/report"

	"gonum.org/v1/plot/vg"
)

func TestNumbersArePrintedAsPreciselyAsKnown(t *testing.T) {
	none := report.Missing()
	for _, c := range []struct {
		value, mcse   report.Number
		plain, signed string
	}{
		{0.12345, 0.0123, "0.123", "+0.123"},
		{-0.12345, 0.0012, "−0.1235", "−0.1235"},
		{12.345, 3, "12.3", "+12.3"},
		{1234.5, 300, "1234", "+1234"}, // to even, as the tables do
		{0.12345, none, "0.123", "+0.123"},
		{-0.00001, 0.01, "0.000", "0.000"},
		{0.00001, 0.01, "0.000", "0.000"},
		{0, none, "0", "0"},
		{none, 0.1, "-", "-"},
		{report.Number(math.Inf(1)), 0.1, "-", "-"},
		{-4.2e9, 1, "−4.2e+09", "−4.2e+09"},
	} {
		if got := plain(c.value, c.mcse); got != c.plain {
			t.Errorf("%g (%g): got %q, want %q", c.value, c.mcse, got, c.plain)
		}
		if got := signed(c.value, c.mcse); got != c.signed {
			t.Errorf("%g (%g): got %q, want %q", c.value, c.mcse, got, c.signed)
		}
	}
}

func TestWholeNumbersAreGroupedAndRounded(t *testing.T) {
	for _, c := range []struct {
		value, mcse report.Number
		want        string
	}{{126.4, 0.7, "126"}, {1087.2, 96, "1,087"}, {1087.2, 140, "1,090"}, {1234567, 23456, "1,235,000"}, {999.6, report.Missing(), "1,000"}} {
		if got := whole(c.value, c.mcse); got != c.want {
			t.Errorf("%g (%g): got %q, want %q", c.value, c.mcse, got, c.want)
		}
	}
}

// labels are those of the ticks from low to high, all of which lie there.
func labels(t *testing.T, low, high float64) string {
	t.Helper()
	var out []string
	for _, tick := range ticks(low, high, manyTicks) {
		if tick.Value < low-1e-9*(high-low) || tick.Value > high+1e-9*(high-low) {
			t.Errorf("a tick at %g from %g to %g", tick.Value, low, high)
		}
		out = append(out, tick.Label)
	}
	return strings.Join(out, " ")
}

func TestTicksAreRoundAndFew(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{0, 100, "0 20 40 60 80 100"},
		{0, 0.65, "0.0 0.1 0.2 0.3 0.4 0.5 0.6"},
		{-0.57, 0, "−0.5 −0.4 −0.3 −0.2 −0.1 0.0"},
		{-1, 1, "−1.0 −0.5 0.0 0.5 1.0"},
		{-0.022, 0.013, "−0.020 −0.015 −0.010 −0.005 0.000 0.005 0.010"},
		{0, 3e-7, "0 5e−08 1e−07 1.5e−07 2e−07 2.5e−07 3e−07"},
		{0, 1234, "0 200 400 600 800 1000 1200"},
	} {
		if got := labels(t, c.low, c.high); got != c.want {
			t.Errorf("from %g to %g: got %s, want %s", c.low, c.high, got, c.want)
		}
	}
	// Six steps of a round size are off by a factor of the root of 10/2 at most:
	// 3.8 to 9.5 of them.
	for high := 1e-9; high < 1e9; high *= 1.07 {
		if n := len(strings.Fields(labels(t, -high/3, high))); n < 3 || n > 10 {
			t.Errorf("%d ticks up to %g", n, high)
		}
	}
}

func TestSpansTakeInZeroAndLeaveRoom(t *testing.T) {
	var s span
	if low, high := s.padded(); low != -1 || high != 1 {
		t.Errorf("from %g to %g for nothing", low, high)
	}
	s.include(0.5, math.NaN(), math.Inf(-1), 0.2)
	if low, high := s.padded(); low != 0 || !near(high, 0.52, 1e-12) {
		t.Errorf("from %g to %g, want 0 to 0.52", low, high)
	}
	s.include(-0.5)
	if low, high := s.padded(); !near(low, -0.54, 1e-12) || !near(high, 0.54, 1e-12) {
		t.Errorf("from %g to %g, want -0.54 to 0.54", low, high)
	}
}

func TestLinesFitAndLoseNothing(t *testing.T) {
	const words = "effects of a program on clients who live far away, in no_bus_to_the_clinic_country and Donaudampfschifffahrtsgesellschaftskapitänsmützenland"
	for room := vg.Length(40); room < 700; room += 7 {
		lines := smallLetters.wrap(words, room, 1000)
		for _, line := range lines {
			if w := smallLetters.width(line); w > room || line == "" {
				t.Errorf("%q is %g wide in %g", line, w.Points(), room.Points())
			}
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := strings.Join(lines, ""); squeeze(got) != squeeze(words) {
			t.Errorf("%g wide: got %q", room.Points(), lines)
		}
		cut := smallLetters.wrap(words, room, 2)
		if len(lines) > 2 && (len(cut) != 2 || !strings.HasSuffix(cut[1], ellipsis) || smallLetters.width(cut[1]) > room) {
			t.Errorf("%g wide: got %q for two lines", room.Points(), cut)
		}
		if len(lines) <= 2 && strings.Join(cut, "|") != strings.Join(lines, "|") {
			t.Errorf("%g wide: got %q, want %q", room.Points(), cut, lines)
		}
	}
}

func TestLinesEndWhereAReaderExpects(t *testing.T) {
	if got := smallLetters.wrap("", 100, 3); len(got) != 0 {
		t.Errorf("got %q for no words", got)
	}
	if got := smallLetters.wrap("share of a_name_that_is_too_long", smallLetters.width("share of a_name_…"), 1); strings.Join(got, "|") != "share of a_name_…" {
		t.Errorf("got %q, want as much of the name as fits", got)
	}
	if got := headLetters.wrap("one_two_three", headLetters.width("one_two_t"), 9); strings.Join(got, "|") != "one_two_|three" {
		t.Errorf("got %q, want a break after a mark", got)
	}
}

// TestWidthsAreThoseOfHelvetica checks the face that everything is placed by
// against Adobe's metrics of Helvetica (Core 14 AFM files): 278, 556 and 722
// thousandths of the size for a space, a digit and a capital C.
func TestWidthsAreThoseOfHelvetica(t *testing.T) {
	for text, want := range map[string]float64{" ": 0.278, "0": 0.556, "C": 0.722} {
		if got := (lettering{size: 1000}).width(text).Points() / 1000; math.Abs(got-want) > 0.001 {
			t.Errorf("%q: got %g, want %g", text, got, want)
		}
	}
}
