package page

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/compare"
	"caseload/results/explain"
	"caseload/results/figure"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/results/size"
	"caseload/scenarios"
)

// Content is what a page about a run is made of.
type Content struct {
	Scenario *scenarios.Scenario
	Run      *run.Run
	Figures  *figure.Set
	Flow     int     // replicates that flow and curves are of; 0: there are none
	Alpha    float64 // of all tests and intervals; 0: the scenario's own
	Measures []string
	Version  int // of the model

	Explanations []*explain.Explanation
	Plans        []*size.Plan
	Comparisons  []*compare.Comparison
	// Missing says what the page would show but for a file that is not there.
	Missing []string
}

// New is the page of a run, and of what else has been asked about its scenario.
func New(c *Content) *Page {
	p := &Page{Title: c.Run.Title, Lead: c.lead(), Questions: append([]*Question{c.question()}, Asked(c.Explanations, c.Plans, c.Comparisons)...)}
	if p.Title == "" {
		p.Title = c.Run.Scenario
	}
	p.Sections = []Section{Assumptions(c.Scenario), c.reproduce()}
	return p
}

// Asked are the questions of explanations, plans and comparisons.
func Asked(explanations []*explain.Explanation, plans []*size.Plan, comparisons []*compare.Comparison) (out []*Question) {
	for k, e := range explanations {
		out = append(out, OfExplanation(fmt.Sprintf("explain-%d", k+1), e))
	}
	for k, p := range plans {
		out = append(out, OfPlan(fmt.Sprintf("size-%d", k+1), p))
	}
	for k, c := range comparisons {
		out = append(out, OfComparison(fmt.Sprintf("compare-%d", k+1), c))
	}
	return out
}

// lead says what failed, if anything did, and what the run is of.
func (c *Content) lead() []string {
	out := c.Run.Headline()
	if c.Alpha > 0 {
		out = append(out, fmt.Sprintf("All tests and intervals are at alpha %g, not at the scenario's own.", c.Alpha))
	}
	return out
}

// question is that of the run: the one that the scenario asks, else what a trial would
// find.
func (c *Content) question() *Question {
	q := &Question{ID: "run", Text: c.asks(), Answer: c.answer(), Shown: Drawn(c.Figures.Effects), Beware: c.Run.Beware()}
	q.Sections = []Section{Design(c.Scenario), c.flow(), c.findings(), c.course(), c.trust(), c.failures()}
	return q
}

// asked are the outcomes that answer questions of the scenario, and these.
func (c *Content) asked() (outcomes, questions []string) {
	for _, o := range c.Scenario.Outcomes {
		shown := slices.ContainsFunc(c.Run.Rows, func(r run.Row) bool { return r.Outcome == o.Name })
		if o.Question != "" && shown {
			outcomes, questions = append(outcomes, o.Name), append(questions, o.Question)
		}
	}
	return outcomes, questions
}

func (c *Content) asks() string {
	if _, questions := c.asked(); len(questions) > 0 {
		return strings.Join(questions, " ")
	}
	var about []string
	for _, row := range c.Run.Main() {
		name := "“" + c.Run.Labels.Outcome(row.Outcome) + "”"
		if (row.Primary || len(about) == 0) && !slices.Contains(about, name) {
			about = append(about, name)
		}
	}
	between := "the arms"
	if contrast := c.Run.OnlyContrast(); contrast != "" && len(c.Run.Rows) > 0 {
		between = fmt.Sprintf("%s and %s", c.Run.Labels.TheArm(c.Run.Rows[0].Arm), c.Run.Labels.TheArm(c.Run.Rows[0].Control))
	}
	return fmt.Sprintf("Would a trial of %s find a difference in %s between %s?", report.Counted(c.Run.Clients, "client"), report.Series(about), between)
}

// answer is first that of the questions, and then what the trial finds of its primary
// outcomes.
func (c *Content) answer() []string {
	outcomes, _ := c.asked()
	out := c.Run.About(outcomes...)
	for _, text := range c.Run.Summary() {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func (c *Content) flow() Section {
	return Section{ID: "flow", Title: "The flow of clients", Blocks: Drawn(c.Figures.Flow)}
}

func (c *Content) findings() Section {
	return Section{ID: "findings", Title: "What the trial would find", Blocks: Parts(c.Run.Findings())}
}

func (c *Content) course() Section {
	s := Section{ID: "course", Title: "What happens over time"}
	s.Blocks = append(s.Blocks, Drawn(c.Figures.Survival...)...)
	s.Blocks = append(s.Blocks, Drawn(c.Figures.States, c.Figures.Loads)...)
	return s
}

func (c *Content) trust() Section {
	s := Section{ID: "trust", Title: "How far the analyses can be trusted", Blocks: Drawn(c.Figures.Bias, c.Figures.Zip)}
	s.Blocks = append(s.Blocks, Parts(c.Run.Trust(c.Measures))...)
	return s
}

func (c *Content) failures() Section {
	s := Section{ID: "failures", Title: "Failures and warnings", Blocks: []Block{Paragraph(c.Run.FailureLine())}}
	if t := c.Run.FailureTable(); t != nil {
		s.Blocks = append(s.Blocks, Block{Table: t})
	}
	var list []string
	for _, w := range c.Run.Warnings() {
		list = append(list, report.SentenceCase(w)+".")
	}
	if list = append(list, c.Missing...); len(list) > 0 {
		s.Blocks = append(s.Blocks, Block{List: list})
	}
	return s
}

// reproduce says how the same numbers are had again, and nothing of where and
// when they were had.
func (c *Content) reproduce() Section {
	r := c.Run
	again := Again{Command: fmt.Sprintf("caseload run ./scenario.toml --seed %d --replicates %d --out again\ncaseload report .", r.Seed, r.Replicates),
		Does: "The first simulates it all again; the second makes this page and its figures anew from the numbers kept."}
	again.Facts = [][]string{{"scenario", r.Scenario}, {"hash", r.Hash}, {"seed", fmt.Sprint(r.Seed)}, {"replicates", fmt.Sprint(r.Replicates)}, {"model version", fmt.Sprint(c.Version)}}
	if c.Flow > 0 {
		again.Facts = append(again.Facts, []string{"replicates in flow and curves", fmt.Sprint(c.Flow)})
	}
	again.Notes = []string{"The hash is that of the scenario as it is simulated, without its title, its notes and the numbers of replicates. " +
		"Same hash, seed, replicates and model version give the same numbers, whatever the machine."}
	return again.Section()
}

// Again says how the numbers of a page are had again.
type Again struct {
	Command, Does string
	Facts         [][]string // names and values
	Notes         []string
}

// Section sets it on a page.
func (a *Again) Section() Section {
	about := &report.Table{Title: "What identifies the numbers", Columns: []report.Column{report.Key("what"), report.Left("value")}, Rows: a.Facts, Notes: a.Notes}
	s := Section{ID: "reproduce", Title: "How to reproduce it", Blocks: []Block{Paragraph("In the folder that this page lies in:"), {Code: a.Command}}}
	if a.Does != "" {
		s.Blocks = append(s.Blocks, Paragraph(a.Does))
	}
	return Section{ID: s.ID, Title: s.Title, Blocks: append(s.Blocks, Block{Table: about})}
}
