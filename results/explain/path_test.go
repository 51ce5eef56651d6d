package explain

import (
	"slices"
	"strings"
	"testing"

	"caseload/results/report"
)

func TestPathTable(t *testing.T) {
	e := example()
	tab := e.pathTable()
	// 35.2/41.3 is 85.2 %; by the delta method with MCSEs of 0.9 and 1.1 that is
	// known to sqrt(0.9^2 + (0.852 x 1.1)^2)/41.3, which is 3.1 %.
	for k, want := range [][]string{
		{"entering treatment", "35.20 (0.90)", "85.2 (3.1)", "34.10 (0.80)", "82.6 (2.9)"},
		{"staying in it", "4.10 (0.60)", "9.9 (1.5)", "5.20 (0.50)", "12.6 (1.3)"},
		{"other services", "0 (0)", "0 (0)", "0 (0)", "0 (0)"},
		{"directly", "2.00 (0.40)", "4.84 (0.98)", "2.00 (0.40)", "4.84 (0.98)"},
		{"total", "41.3 (1.1)", "100", "41.3 (1.1)", "100"},
	} {
		if !slices.Equal(tab.Rows[k], want) {
			t.Errorf("got %q, want %q", tab.Rows[k], want)
		}
	}
	if got, want := tab.Columns[1].Head, "from referral, days"; got != want {
		t.Errorf("the first way is headed %q, want %q", got, want)
	}
}

func TestPathSentences(t *testing.T) {
	for _, c := range []struct {
		name string
		how  func(e *Explanation)
		want string
	}{
		{"mostly entering", func(*Explanation) {},
			"Of the total effect, 41.3 days (MCSE 1.1), the largest part comes through entering treatment: 85 % (MCSE 3) when taken from referral to sbcm, and 83 % (MCSE 3) in the other direction."},
		{"mostly direct", func(e *Explanation) { e.Path.Parts[3].Forward = 50 },
			"Of the total effect, 41.3 days (MCSE 1.1), the largest part comes directly, not through services: 121 % (MCSE 3) when taken from referral to sbcm, and 4.8 % (MCSE 1.0) in the other direction."},
		{"harm", func(e *Explanation) { e.Path.Total, e.Path.Parts[1].Forward = -41.3, -35 },
			"Of the total effect, -41.3 days (MCSE 1.1), the largest part comes through staying in treatment: 85 % (MCSE 3) when taken from referral to sbcm, and -13 % (MCSE 1) in the other direction."},
		{"proportion", func(e *Explanation) {
			e.Unit, e.Path.Total, e.Path.TotalMCSE = "proportion", 0.1, 0.004
			e.Path.Parts = []PathPart{{Part: "entering", Forward: 0.08, ForwardMCSE: 0.003, Backward: 0.08, BackwardMCSE: 0.003}}
		}, "Of the total effect, 10.00 percentage points (MCSE 0.40), the largest part comes through entering treatment: 80 % (MCSE 4) when taken from referral to sbcm, and 80 % (MCSE 4) in the other direction."},
		{"no effect", func(e *Explanation) { e.Path.Total = 3.2 }, "The total effect, 3.2 days (MCSE 1.1), cannot be told from zero."},
		{"not known", func(e *Explanation) { e.Path.Total = report.Missing() }, "The total effect is not known."},
	} {
		e := example()
		c.how(e)
		e.Path.shared()
		if got := e.pathSentence(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// No share of a total that cannot be told from zero, not even in the table.
func TestPathWithoutAnEffectHasNoShares(t *testing.T) {
	e := example()
	e.Path.Total = 3.2
	text := written(t, e, report.Text, 120)
	part := text[strings.Index(text, "\nPath"):strings.Index(text, "\nDilution")]
	if strings.Contains(part, "%") {
		t.Errorf("a share in\n%s", part)
	}
	if rows := e.pathTable().Rows; !slices.Equal(rows[4], []string{"total", "3.2 (1.1)", "3.2 (1.1)"}) {
		t.Errorf("the last row is %q", rows[4])
	}
}
