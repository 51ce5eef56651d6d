package explain

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"caseload/internal/suite"
	"caseload/results/report"
)

func written(t *testing.T, e *Explanation, f report.Format, width int) string {
	t.Helper()
	var b strings.Builder
	if err := report.Write(&b, e, f, width, report.Full); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestExplanationIsInOrder(t *testing.T) {
	e := example()
	suite.InOrder(t, written(t, e, report.Text, 120), "Where the effect goes: Needle exchange\n",
		"Days in treatment: days in substance-use services up to day 365 (set entered: counted from entry). All clients as\nrandomized, sbcm - referral. 2,000 replicates of each of 14 worlds of needle-exchange, seed 1; 245 clients in a trial.\n",
		"\nIn the ideal world, ", "\nThe waterfall", " ideal ", " mix of clients ", " transport ² ", " who is analysed ¹ ", " observed ", "Positive is better for the client",
		"¹ a change of the estimand", "² a factor that this scenario defines", "transport: no lift to the clinic, which is two bus rides away from the exchange\n",
		"\nAs a chart: Shapley values in SMD (MCSE), the largest first\nideal ", "\nmix of clients ", "\ntransport ", "\nrefusal of the offer ", "contamination         +0.040", "\nwho is analysed ", "\nobserved ", "█ effect   ░ loss   ▓ gain\n",
		"\nOne after the other, in causal order\n", " ideal ", " mix of clients ", " refusal of the offer ", " transport ² ", "\nEach factor on its own\n",
		"\nLeft out\nlimited capacity: there are slots and staff enough\njail and death: nobody is jailed or dies\n", "\nPath: through services or directly", "\nDilution", "\nNotes\n",
		"The SMDs that single trials report are 0.188 (MCSE 0.012) on average", "Shapley value: the mean of a factor's step over all orders",
		"includes what the factor does to the standard deviation", "over 200 orders drawn at random",
		"assume that staff and slots grow with the trial", "MCSE: Monte Carlo standard error")
	suite.InOrder(t, written(t, e, report.Markdown, 120), "## Where the effect goes: Needle exchange\n\n", "\n\nIn the ideal world, ", "\n### The waterfall", "| factor ",
		"transport: no lift to the clinic, which is two bus rides away from the exchange", "```text\nideal ", "\n```\n", "### Left out\n\n- limited capacity: ", "### Notes\n\n- ")
}

// What is incomplete or failed comes before anything else.
func TestExplanationSaysWhatFailedFirst(t *testing.T) {
	e := example()
	e.Partial, e.Replicates, e.Failed = true, 812, 3
	for _, f := range []report.Format{report.Text, report.Markdown} {
		text := strings.Join(strings.Fields(written(t, e, f, 120)), " ")
		want := "Partial: interrupted after 812 replicates of each world. 3 of 812 trials in the real world could not be analysed. " +
			"The mean of the SMDs that trials report is over the others. "
		if !strings.HasPrefix(text, want) {
			t.Errorf("%s begins %q", f, text[:len(want)])
		}
	}
	if text := written(t, example(), report.Text, 120); strings.Contains(text, "Partial") || strings.Contains(text, "could not be analysed") {
		t.Errorf("something failed in\n%s", text)
	}
}

// Each number stands in its column: the two worlds have effects and no steps.
func TestWaterfallTable(t *testing.T) {
	rows, causal := example().waterfall().Rows, example().causal().Rows
	for k, want := range map[int][]string{
		0: {"ideal", "", "0.610 (0.011)", "67.1 (1.3)", ""},
		1: {"mix of clients", "only 30 % of clients are in high_need", "-0.170 (0.012)", "-18.7 (1.4)", "2.40 (0.21)"},
		6: {"observed", "", "0.190 (0.012)", "20.9 (1.5)", ""},
	} {
		if !slices.Equal(rows[k], want) {
			t.Errorf("row %d: got %q, want %q", k, rows[k], want)
		}
	}
	for k, want := range map[int][]string{
		0: {"ideal", "", "0.610 (0.011)", "", "67.1 (1.3)", "134 (5)"},
		1: {"mix of clients", "-0.150 (0.011)", "0.460 (0.012)", "-16.5 (1.3)", "50.6 (1.4)", "147 (21)"},
		6: {"observed", "", "0.190 (0.012)", "", "20.9 (1.5)", "1,370 (88)"},
	} {
		if !slices.Equal(causal[k], want) {
			t.Errorf("causal order, row %d: got %q, want %q", k, causal[k], want)
		}
	}
	if got, want := example().alone().Rows[0], []string{"mix of clients", "-0.180 (0.013)", "-0.120 (0.014)", "-19.8 (1.5)", "-13.2 (1.6)", "-0.135 (0.011)"}; !slices.Equal(got, want) {
		t.Errorf("alone: got %q, want %q", got, want)
	}
}

// Differences of proportions are in percentage points everywhere.
func TestProportionsAreInPercentagePoints(t *testing.T) {
	e := linked()
	f := &e.Factors[0]
	f.UnitsShapley, f.UnitsShapleyMCSE = -0.05, 0.003
	f.UnitsFromIdeal, f.UnitsFromIdealMCSE, f.UnitsFromReal, f.UnitsFromRealMCSE = -0.06, 0.003, -0.03, 0.003
	e.Path = &Path{Total: 0.12, TotalMCSE: 0.003, Parts: []PathPart{{Part: "entering", Forward: 0.11, ForwardMCSE: 0.003, Backward: 0.09, BackwardMCSE: 0.003}}}
	way, causal, alone, path := e.waterfall(), e.causal(), e.alone(), e.pathTable()
	if way.Columns[3].Head != "pp (MCSE)" || causal.Columns[3].Head != "pp step (MCSE)" || alone.Columns[3].Head != "from ideal, pp" || path.Columns[1].Head != "from referral, pp" {
		t.Errorf("heads %q, %q, %q, %q", way.Columns[3].Head, causal.Columns[3].Head, alone.Columns[3].Head, path.Columns[1].Head)
	}
	for _, c := range []struct{ got, want string }{
		{way.Rows[0][3], "14.00 (0.30)"}, {way.Rows[1][3], "-5.00 (0.30)"}, {causal.Rows[0][4], "14.00 (0.30)"}, {causal.Rows[1][3], "-4.00 (0.30)"}, {causal.Rows[1][4], "10.00 (0.30)"},
		{alone.Rows[0][3], "-6.00 (0.30)"}, {alone.Rows[0][4], "-3.00 (0.30)"},
		{path.Rows[0][1], "11.00 (0.30)"}, {path.Rows[0][3], "9.00 (0.30)"}, {path.Rows[1][1], "12.00 (0.30)"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

// Times have no standard deviation to divide by: then there is no column and
// no word of it. A missing number of clients is a dash.
func TestWhatIsMissingIsLeftOut(t *testing.T) {
	e := linked()
	e.Factors[0].IdealSDStep, e.Factors[0].IdealSDStepMCSE, e.Factors[0].After.Clients = report.Missing(), report.Missing(), report.Missing()
	if text := written(t, e, report.Text, 120); strings.Contains(text, "ideal SD") {
		t.Errorf("the ideal SD is spoken of in\n%s", text)
	}
	if got := e.causal().Rows[1][5]; got != report.Absent {
		t.Errorf("clients are %q", got)
	}
	e.Factors, e.PerTrial = nil, report.Missing()
	text := written(t, e, report.Text, 120)
	for _, none := range []string{"waterfall", "drawn", "on its own", "Left out", "Path", "Dilution", "Shapley", "queues", "report are"} {
		if strings.Contains(text, none) {
			t.Errorf("without factors and the rest, %q is spoken of in\n%s", none, text)
		}
	}
	if strings.Contains(text, "NaN") {
		t.Errorf("NaN in\n%s", text)
	}
}

func TestExplanationKeepsToItsWidth(t *testing.T) {
	for _, e := range []*Explanation{example(), linked()} {
		for _, width := range []int{60, 80, 100, 120} {
			for line := range strings.Lines(written(t, e, report.Text, width)) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
					t.Errorf("%d characters, want at most %d: %s", n, width, line)
				}
				if strings.HasPrefix(line, "%") || strings.HasSuffix(line, "(MCSE\n") || strings.Contains(line, "\x1f") {
					t.Errorf("width %d: broken between a number and its sign: %s", width, line)
				}
			}
		}
	}
}

// TestExplanationCSV: a row a factor between those of the two worlds, every
// number in full under its name in the JSON.
func TestExplanationCSV(t *testing.T) {
	e := example()
	e.Factors[0].Step = -0.123456789012345678
	e.Factors[1].Multiplies = report.Missing()
	rows, err := csv.NewReader(strings.NewReader(written(t, e, report.CSV, 80))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cell := func(row int, name string) string {
		k := slices.Index(rows[0], name)
		if k < 0 {
			t.Fatalf("no column %q in %q", name, rows[0])
		}
		return rows[row][k]
	}
	var kinds []string
	for k := range rows {
		kinds = append(kinds, cell(k, "row")+" "+cell(k, "factor"))
	}
	if want := "row factor,ideal ,factor mix,factor uptake,factor transport,factor contamination,factor selection,observed "; strings.Join(kinds, ",") != want {
		t.Errorf("rows %q, want %q", kinds, want)
	}
	for _, c := range [][3]string{{"1", "after_smd", "0.61"}, {"1", "after_clients", "133.2"}, {"1", "step", ""}, {"1", "own", ""}, {"2", "step", "-0.12345678901234568"},
		{"3", "multiplies", ""}, {"4", "own", "true"}, {"6", "new_estimand", "true"}, {"7", "after_units", "20.9"}, {"7", "shapley", ""}, {"2", "contrast", "sbcm - referral"}} {
		row, _ := strconv.Atoi(c[0])
		if got := cell(row, c[1]); got != c[2] {
			t.Errorf("row %s, %s: %q, want %q", c[0], c[1], got, c[2])
		}
	}
	wantJSONNames(t, &e.Factors[0], rows[0])
}

// wantJSONNames checks that every number of a factor's JSON has a column.
func wantJSONNames(t *testing.T, f *Factor, head []string) {
	t.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var whole map[string]any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	for name, value := range whole {
		names := []string{name}
		if nested, ok := value.(map[string]any); ok {
			names = nil
			for inner := range nested {
				names = append(names, name+"_"+inner)
			}
		}
		for _, n := range names {
			if !slices.Contains(head, n) {
				t.Errorf("the CSV has no %q", n)
			}
		}
	}
}

// Each amount is read from its own two fields: value.mcse, numbered in the
// order of the struct, go up by one from one to the other.
func TestAmountsAreValuesWithTheirOwnErrors(t *testing.T) {
	var f Factor
	var p PathPart
	var s Share
	for _, v := range []any{&f, &f.After, &p, &s, &s.Overall} {
		number := report.Number(0)
		for fields, k := reflect.ValueOf(v).Elem(), 0; k < fields.NumField(); k++ {
			if n, ok := fields.Field(k).Addr().Interface().(*report.Number); ok {
				number++
				*n = number
			}
		}
	}
	for name, a := range map[string]amount{"step": f.step(), "shapley": f.shapley(), "from ideal": f.fromIdeal(), "from real": f.fromReal(), "units step": f.unitsStep(),
		"units shapley": f.unitsShapley(), "units ideal": f.unitsIdeal(), "units real": f.unitsReal(), "ideal SD": f.idealSDStep(), "multiplies": f.multiplies(),
		"smd": f.After.smd(), "units": f.After.units(), "need": f.After.need(), "forward": p.forward(), "backward": p.backward(), "observed": s.observed(),
		"correct": s.correct(), "effect": s.Overall.effect(), "theory": s.Overall.theory(), "power": s.Overall.power()} {
		if a.mcse != a.value+1 {
			t.Errorf("%s: value of field %g, error of field %g", name, float64(a.value), float64(a.mcse))
		}
	}
}

// TestBrief: the paragraph and the drawing of the whole, and nothing else of it.
func TestBrief(t *testing.T) {
	var whole, short strings.Builder
	e := example()
	if err := errors.Join(report.Write(&whole, e, report.Text, 120, report.Full), report.Write(&short, e, report.Text, 120, report.Brief)); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(short.String()) {
		if !strings.Contains(whole.String(), line) {
			t.Errorf("a line of its own: %s", line)
		}
	}
	for _, has := range []string{"In the ideal world"} {
		if !strings.Contains(short.String(), has) {
			t.Errorf("without %q:\n%s", has, short.String())
		}
	}
	if strings.Contains(short.String(), "─") {
		t.Errorf("a table:\n%s", short.String())
	}
}
