package page

import (
	"fmt"
	"strings"

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
	// More are sections about other questions that have been asked about the
	// scenario, in their order: what it takes to see the effect, other designs.
	More []Section
	// Missing says what the page would show but for a file that is not there.
	Missing []string
}

// New is the page of a run.
func New(c *Content) *Page {
	p := &Page{Title: c.Run.Title, Lead: c.lead()}
	if p.Title == "" {
		p.Title = c.Run.Scenario
	}
	p.Sections = []Section{c.question(), c.design(), c.flow(), c.findings(), c.course(), c.explained(), c.plans()}
	p.Sections = append(p.Sections, c.More...)
	p.Sections = append(p.Sections, c.trust(), c.assumptions(), c.failures(), c.reproduce())
	return p
}

// lead says what failed, if anything did, and what the run is of.
func (c *Content) lead() []string {
	out := c.Run.Headline()
	if c.Alpha > 0 {
		out = append(out, fmt.Sprintf("All tests and intervals are at alpha %g, not at the scenario's own.", c.Alpha))
	}
	return out
}

func (c *Content) question() Section {
	s := Section{ID: "question", Title: "The question, and the answer in short"}
	if c.Scenario.Teaches != "" {
		s.Blocks = append(s.Blocks, Paragraph(c.Scenario.Teaches))
	}
	s.Blocks = append(s.Blocks, Paragraph(fmt.Sprintf("What would a trial of %s clients find? It was simulated %s times, each time analysed as its trialist would.",
		report.Grouped(c.Run.Clients), report.Grouped(c.Run.Replicates))))
	for _, text := range c.Run.Summary() {
		s.Blocks = append(s.Blocks, Paragraph(text))
	}
	if c.Scenario.Source != "" {
		s.Blocks = append(s.Blocks, Paragraph("After: "+c.Scenario.Source+"."))
	}
	return s
}

func (c *Content) flow() Section {
	return Section{ID: "flow", Title: "The flow of clients", Blocks: Drawn(c.Figures.Flow)}
}

func (c *Content) findings() Section {
	s := Section{ID: "findings", Title: "What the trial would find", Blocks: Drawn(c.Figures.Effects)}
	s.Blocks = append(s.Blocks, Parts(c.Run.Findings())...)
	return s
}

func (c *Content) course() Section {
	s := Section{ID: "course", Title: "What happens over time"}
	s.Blocks = append(s.Blocks, Drawn(c.Figures.Survival...)...)
	s.Blocks = append(s.Blocks, Drawn(c.Figures.States, c.Figures.Loads)...)
	return s
}

func (c *Content) explained() Section {
	s := Section{ID: "explained", Title: "Where the effect goes"}
	for _, e := range c.Explanations {
		p := append([]Block{{Heading: e.Labels.Within(e.Outcome, e.Subgroup) + ": " + e.Labels.Contrast(e.Arm, e.Control)}}, Parts(e.Document(report.Full))...)
		// The figures stand below the paragraph in words.
		at := 0
		for at < len(p) && p[at].Table == nil {
			at++
		}
		s.Blocks = append(s.Blocks, p[:at]...)
		s.Blocks = append(s.Blocks, Drawn(figure.Waterfall(e), figure.Dilution(e))...)
		s.Blocks = append(s.Blocks, p[at:]...)
	}
	return s
}

// plans are what it takes to see the effect, each answer with its power curve.
func (c *Content) plans() Section {
	s := Section{ID: "plans", Title: "What it takes to see it"}
	for _, p := range c.Plans {
		if p.Cost != nil {
			s.Blocks = append(s.Blocks, Parts(p.Cost.Choice())...)
			continue
		}
		for _, a := range p.Size.Answers() {
			pieces := Parts(p.Size.DocumentOf(a))
			at := 0
			for at < len(pieces) && pieces[at].Table == nil {
				at++
			}
			s.Blocks = append(s.Blocks, pieces[:at]...)
			if a.TargetPower == p.Size.TargetPower { // the curve is that of the first power
				s.Blocks = append(s.Blocks, Drawn(figure.Power(p.Size, a))...)
			}
			s.Blocks = append(s.Blocks, pieces[at:]...)
		}
	}
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
		list = append(list, strings.ToUpper(w[:1])+w[1:]+".")
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
	about := &report.Table{Title: "What identifies the run", Columns: []report.Column{{Head: "", Left: true, Key: true}, {Head: "", Left: true}}}
	about.Columns[0].Head, about.Columns[1].Head = "what", "value"
	about.Rows = [][]string{{"scenario", r.Scenario}, {"hash", r.Hash}, {"seed", fmt.Sprint(r.Seed)}, {"replicates", fmt.Sprint(r.Replicates)}, {"model version", fmt.Sprint(c.Version)}}
	if c.Flow > 0 {
		about.Rows = append(about.Rows, []string{"replicates in flow and curves", fmt.Sprint(c.Flow)})
	}
	about.Notes = []string{"The hash is that of the scenario as it is simulated, without its title, its notes and the numbers of replicates. " +
		"Same hash, seed, replicates and model version give the same numbers, whatever the machine's cores, on one architecture."}
	return Section{ID: "reproduce", Title: "How to reproduce it", Blocks: []Block{
		Paragraph("In the folder that this page lies in:"),
		{Code: fmt.Sprintf("caseload run ./scenario.toml --seed %d --replicates %d --out again\ncaseload report .", r.Seed, r.Replicates)},
		Paragraph("The first simulates it all again; the second makes this page and its figures anew from the numbers kept."),
		{Table: about},
	}}
}
