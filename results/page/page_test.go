package page

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseload/internal/suite"
	"caseload/results/report"
	"caseload/scenarios"
)

// headings are the questions and sections of a page in their order.
func headings(text string) (ids []string) {
	for _, m := range regexp.MustCompile(`<(?:section|div) id="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func TestPageHasItsSectionsInOrder(t *testing.T) {
	text := written(t, New(dilution(t)))
	want := []string{"run", "design", "flow", "findings", "course", "trust", "failures", "explain-1", "explain-1-results", "explain-1-figures", "size-1", "size-1-results", "assumptions", "reproduce"}
	if got := headings(text); !slices.Equal(got, want) {
		t.Errorf("sections %v, want %v", got, want)
	}
	for _, id := range []string{"run", "explain-1", "size-1"} {
		if !strings.Contains(text, `<a href="#`+id+`">`) {
			t.Errorf("no link to %s", id)
		}
	}
	if n := strings.Count(text, "Next question:"); n != 2 {
		t.Errorf("%d links from three questions to the next", n)
	}
	// Each is drawn for a desk and for a telephone.
	if n := strings.Count(text, "<svg "); n != 2*(len(dilution(t).Figures.All())+3) { // two of the explanation, and the power curve
		t.Errorf("%d figures", n)
	}
}

// The answer stands before all else, with what to beware of: in the words of the command.
func TestPageAnswersFirst(t *testing.T) {
	c := dilution(t)
	text := written(t, New(c))
	first, _, _ := strings.Cut(text, `<details`)
	for _, want := range append(c.Run.Summary(), c.Run.Beware()...) {
		if !strings.Contains(first, escapedText(want)) {
			t.Errorf("the first screen does not say %q", want)
		}
	}
	if len(c.Run.Beware()) == 0 || !strings.Contains(first, "Would a trial of") || !strings.Contains(first, "<svg ") {
		t.Error("the first screen lacks the question, the figure, or what to beware of")
	}
}

// The page asks the question of its scenario, and begins with the answer to that.
func TestPageAsksTheQuestionOfTheScenario(t *testing.T) {
	c := simulated(t, "needle-exchange", false)
	q := New(c).Questions[0]
	if !strings.Contains(q.Text, "among those who entered") || len(q.Answer) != 2 || !strings.HasPrefix(q.Answer[0], "Stay of those who entered") || q.Answer[1] != c.Run.Summary()[0] {
		t.Errorf("%q is answered by %q", q.Text, q.Answer)
	}
}

// escapedText is a text as a page has it.
func escapedText(text string) string { return template.HTMLEscapeString(unbroken(text)) }

// Sections with nothing in them are left out; two of one name are refused.
func TestSectionsAreNamedOnce(t *testing.T) {
	p := &Page{Title: "x", Questions: []*Question{{ID: "a", Text: "Why?", Sections: []Section{{ID: "b", Title: "B", Blocks: []Block{Paragraph("b")}}, {ID: "empty", Title: "Nothing"}}}}}
	if got := headings(written(t, p)); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("sections %v", got)
	}
	p.Sections = []Section{{ID: "b", Title: "B", Blocks: []Block{Paragraph("b")}}}
	if err := p.Write(&strings.Builder{}); err == nil {
		t.Error("two sections have one name")
	}
}

// A body of trials has a page of its own, with what each section needs.
func TestPageOfABodyOfTrials(t *testing.T) {
	suite.Long(t)
	text := written(t, reviewed(t))
	if got, want := headings(text), []string{"literature-1", "literature-1-results", "literature-1-body", "literature-1-assumptions", "reproduce"}; !slices.Equal(got, want) {
		t.Errorf("sections %v, want %v", got, want)
	}
	if n := strings.Count(text, "<svg "); n != 2*3 {
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
	p := New(c)
	p.Sections = append(p.Sections, Section{ID: "more", Title: "<i>", Blocks: []Block{{Table: &report.Table{Title: "<u>", Columns: []report.Column{{Head: "<s>"}}, Rows: [][]string{{"<em>"}}, Notes: []string{"<q>"}}}}})
	text := written(t, p)
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
	if head, _, _ := strings.Cut(text, "</header>"); !strings.Contains(head, "3 of ") || !strings.Contains(head, "3 not converged") || !strings.Contains(head, "alpha 0.01") {
		t.Errorf("the page begins with\n%s", head[strings.Index(head, "<header"):])
	}
	_, last, _ := strings.Cut(text, `<div id="failures"`)
	for _, want := range []string{"3 of 30", "3 not converged", "Something is not there."} {
		if !strings.Contains(last, want) {
			t.Errorf("no %q among failures and warnings", want)
		}
	}
}

// Every assumption in use stands there with its value, source and confidence, in each
// group the weakest first; what no arm is offered does not.
func TestAssumptionsAreOnThePage(t *testing.T) {
	sc := dilution(t).Scenario
	all, err := sc.Used()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for _, b := range Assumptions(sc).Blocks {
		if b.Table == nil {
			continue
		}
		last := -1
		for _, r := range b.Table.Rows {
			k := slices.IndexFunc(all, func(a scenarios.Assumption) bool {
				return a.Block == r[0] && a.Source == r[3] && strings.Contains("; "+r[1], "; "+a.Key+" ")
			})
			if k < 0 || all[k].Weakness() < last {
				t.Errorf("%v stands below what rests on more", r)
				continue
			}
			last = all[k].Weakness()
		}
		rows = append(rows, b.Table.Rows...)
	}
	if len(all) < 20 {
		t.Fatalf("%d assumptions", len(all))
	}
	for _, a := range all {
		if !slices.ContainsFunc(rows, func(r []string) bool {
			return r[0] == a.Block && r[3] == a.Source && strings.Contains("; "+r[1]+";", "; "+a.Key+" "+strings.Trim(a.Value, `"`)+";") && strings.Contains(r[2], string(a.Evidence)) && strings.Contains(r[2], a.Confidence)
		}) {
			t.Errorf("%+v is not there", a)
		}
	}
	idle, err := scenarios.Load(nil, "needle-exchange", []string{`arm.sbcm.programs=["referral"]`})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range Assumptions(idle).Blocks {
		if b.Table != nil && slices.ContainsFunc(b.Table.Rows, func(r []string) bool { return strings.HasPrefix(r[0], "program.strengths_based") || r[0] == "size" }) {
			t.Errorf("what no arm is offered is among %s", b.Table.Title)
		}
	}
}
