package explain

import (
	"slices"
	"strings"
	"testing"

	"caseload/results/report"
)

func TestDilutionTable(t *testing.T) {
	rows := example().dilutionTable().Rows
	for k, want := range [][]string{
		{"10", "all", "14.00 (0.20)", "63.00 (0.30)", "6.8 (1.2)", "7.20 (0.30)", "11.0 (2.0)"},
		{"", "members", "", "", "68.0 (2.1)", "68.20 (0.90)", "50.0 (2.0)"},
		{"", "interaction", "", "", "67.0 (3.1)", "68.20 (0.90)", "31.0 (2.0)"},
		{"30", "all", "30.00 (0.20)", "86.00 (0.30)", "20.1 (1.2)", "20.50 (0.30)", "43.0 (2.0)"},
	} {
		if !slices.Equal(rows[k], want) {
			t.Errorf("row %d: got %q, want %q", k, rows[k], want)
		}
	}
}

// Without error of membership and without a test of interaction there are no
// columns, rows or words of them; proportions are in percentage points.
func TestDilutionWithoutMore(t *testing.T) {
	e := example()
	e.Unit, e.Dilution.Measured, e.Dilution.Interaction = "proportion", false, ""
	e.Dilution.Shares = []Share{exampleShare(0.25, report.Missing(), report.Missing(), 0.05, 0.4)}
	e.Dilution.Shares[0].Overall.EffectMCSE = 0.01
	if rows := e.dilutionTable().Rows; len(rows) != 2 || !slices.Equal(rows[0][:3], []string{"25", "all", "5.0 (1.0)"}) {
		t.Errorf("rows %q", rows)
	}
	text := written(t, e, report.Text, 120)
	if part := text[strings.Index(text, "\nDilution"):]; strings.Contains(part, "interaction") || strings.Contains(part, "measured") {
		t.Errorf("interaction or measurement in\n%s", part)
	}
}

func TestDilutionSentences(t *testing.T) {
	for _, c := range []struct {
		powers []report.Number // at shares of 10, 20 ... %
		want   string
	}{
		{[]report.Number{0.3, 0.7, 0.81, 0.95}, "The overall test reaches 80 % power at a share of 30 %: 81 % (MCSE 2)."},
		{[]report.Number{0.8, 0.9}, "The overall test reaches 80 % power at a share of 10 %: 80 % (MCSE 2)."},
		{[]report.Number{0.3, 0.82, 0.79}, "The overall test reaches 80 % power at a share of 20 % (82 % (MCSE 2)), but not at every larger one."},
		{[]report.Number{0.3, 0.79, 0.5}, "The overall test has 80 % power at none of these shares: at most 79 % (MCSE 2), at 20 %."},
		{[]report.Number{report.Missing(), 0.85}, "The overall test reaches 80 % power at a share of 20 %: 85 % (MCSE 2)."},
		{[]report.Number{report.Missing()}, "The power of the overall test is not known."},
		{nil, "The power of the overall test is not known."},
	} {
		e := example()
		e.Dilution.Shares = nil
		for k, p := range c.powers {
			e.Dilution.Shares = append(e.Dilution.Shares, exampleShare(float64(k+1)/10, 1, 1, 1, p))
		}
		slices.Reverse(e.Dilution.Shares) // whatever their order
		if got := e.dilutionSentence(); got != c.want {
			t.Errorf("%v:\n got %s\nwant %s", c.powers, got, c.want)
		}
	}
}
