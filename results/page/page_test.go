package page

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/results/report"
)

// headings are the sections of a page in their order.
func headings(text string) (ids []string) {
	for _, m := range regexp.MustCompile(`<section id="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func TestPageHasItsSectionsInOrder(t *testing.T) {
	text := written(t, New(dilution(t)))
	want := []string{"question", "design", "flow", "findings", "course", "explained", "plans", "trust", "assumptions", "failures", "reproduce"}
	if got := headings(text); !slices.Equal(got, want) {
		t.Errorf("sections %v, want %v", got, want)
	}
	for _, id := range want {
		if !strings.Contains(text, `<a href="#`+id+`">`) {
			t.Errorf("no link to %s", id)
		}
	}
	if n := strings.Count(text, "<svg "); n != len(dilution(t).Figures.All())+3 { // two of the explanation, and the power curve
		t.Errorf("%d figures", n)
	}
}

// What others have to say stands after the explanation; sections with nothing
// in them, and links to them, are left out.
func TestOthersAddSections(t *testing.T) {
	c := dilution(t)
	c.Explanations, c.Plans = nil, nil
	c.More = []Section{{ID: "size", Title: "What it takes", Blocks: []Block{Paragraph("245 clients")}}, {ID: "sweep", Title: "Nothing"}}
	text := written(t, New(c))
	got := headings(text)
	if k := slices.Index(got, "size"); k < 1 || got[k-1] != "course" || got[k+1] != "trust" || slices.Contains(got, "sweep") {
		t.Errorf("sections %v", got)
	}
	if strings.Contains(text, `href="#explained"`) || strings.Contains(text, `href="#sweep"`) {
		t.Error("a link to a section that is not there")
	}
	c.More[1] = c.More[0]
	if err := New(c).Write(&strings.Builder{}); err == nil {
		t.Error("two sections have one name")
	}
}

// A body of trials has a page of its own, with what each section needs.
func TestPageOfABodyOfTrials(t *testing.T) {
	suite.Long(t)
	text := written(t, reviewed(t))
	if got, want := headings(text), []string{"question", "findings", "body", "assumptions", "reproduce"}; !slices.Equal(got, want) {
		t.Errorf("sections %v, want %v", got, want)
	}
	if n := strings.Count(text, "<svg "); n != 3 {
		t.Errorf("%d figures, want the pooled effects, a forest and a funnel", n)
	}
	for _, needs := range []string{"4 simulated bodies of 15 trials", "literature.effect_sd", "caseload literature cochrane-2007"} {
		if !strings.Contains(text, needs) && !strings.Contains(text, strings.TrimPrefix(needs, "literature.")) {
			t.Errorf("the page doesn't say %q", needs)
		}
	}
}

// A page asks nothing of anybody: all that is loaded stands in it.
func TestPageIsWhole(t *testing.T) {
	text := written(t, New(dilution(t)))
	for _, loads := range []string{"src=", "<script", "<iframe", "<object", "<embed", "@import", "url("} {
		if strings.Contains(text, loads) {
			t.Errorf("%s", loads)
		}
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(m[1], "#") && m[1] != "data:," {
			t.Errorf("a link to %s", m[1])
		}
	}
	if again := written(t, New(dilution(t))); again != text {
		t.Error("made again it differs")
	}
}

// Names are people's, and can be anything.
func TestNamesAreNoMarkup(t *testing.T) {
	c := dilution(t)
	run := *c.Run
	run.Title = `<script>alert("x")</script> & more`
	c.Run = &run
	sc := *c.Scenario
	sc.Teaches, sc.Source = "</p><img src=x>", "a <b> & c"
	c.Scenario = &sc
	c.More = []Section{{ID: "more", Title: "<i>", Blocks: []Block{{Table: &report.Table{Title: "<u>", Columns: []report.Column{{Head: "<s>"}}, Rows: [][]string{{"<em>"}}, Notes: []string{"<q>"}}}}}}
	text := written(t, New(c))
	for _, raw := range []string{"<script", "<img", "<b>", "<i>", "<u>", "<s>", "<em>", "<q>"} {
		if strings.Contains(text, raw) {
			t.Errorf("%s stands there as it is", raw)
		}
	}
	if !strings.Contains(text, "&lt;script&gt;") {
		t.Error("the title is not there")
	}
}

func TestPageSaysWhatFailed(t *testing.T) {
	c := dilution(t)
	run := *c.Run
	run.Rows = slices.Clone(run.Rows)
	run.Failed, run.Rows[0].Failed, run.Rows[0].Failures = 3, 3, map[string]int{"not converged": 3}
	c.Run, c.Alpha, c.Missing = &run, 0.01, []string{"Something is not there."}
	text := written(t, New(c))
	if head, _, _ := strings.Cut(text, "<nav"); !strings.Contains(head, "3 of ") || !strings.Contains(head, "3 not converged") || !strings.Contains(head, "alpha 0.01") {
		t.Errorf("the page begins with\n%s", head[strings.Index(head, "<header"):])
	}
	_, last, _ := strings.Cut(text, `<section id="failures"`)
	for _, want := range []string{"3 of 30", "3 not converged", "Something is not there."} {
		if !strings.Contains(last, want) {
			t.Errorf("no %q among failures and warnings", want)
		}
	}
}

// Every assumption stands there with its value, source and confidence.
func TestAssumptionsAreOnThePage(t *testing.T) {
	c := dilution(t)
	s := c.assumptions()
	all, err := c.Scenario.Assumptions()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for _, b := range s.Blocks {
		if b.Table != nil {
			rows = append(rows, b.Table.Rows...)
		}
	}
	if len(rows) != len(all) || len(rows) < 20 {
		t.Fatalf("%d rows for %d assumptions", len(rows), len(all))
	}
	for k, a := range all {
		if r := rows[k]; r[0] != a.Block || r[1] != a.Key || r[3] != string(a.Evidence) || r[4] != a.Source || r[5] != a.Confidence {
			t.Errorf("%v, want %v", r, a)
		}
	}
}
