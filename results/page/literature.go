package page

import (
	"fmt"

	"caseload/results/figure"
	"caseload/results/literature"
	"caseload/results/report"
	"caseload/scenarios"
)

// NewLiterature is the page of a body of trials and its reviews.
func NewLiterature(l *literature.Literature, sc *scenarios.Scenario, version int) *Page {
	c := &Content{Scenario: sc}
	p := &Page{Title: l.Title, Lead: l.Headline()}
	if p.Title == "" {
		p.Title = l.Scenario
	}
	p.Sections = []Section{literatureQuestion(l, sc), literatureFindings(l), oneBody(l), c.assumptions(), literatureAgain(l, version)}
	return p
}

func literatureQuestion(l *literature.Literature, sc *scenarios.Scenario) Section {
	s := Section{ID: "question", Title: "The question, and the answer in short"}
	if sc.Teaches != "" {
		s.Blocks = append(s.Blocks, Paragraph(sc.Teaches))
	}
	s.Blocks = append(s.Blocks, Paragraph(fmt.Sprintf("What would a review of %d such trials conclude? The whole body of them was simulated %s times, and each reviewed as the reviewers did.",
		l.Trials, report.Grouped(l.Bodies))), Paragraph(l.Story()))
	if sc.Source != "" {
		s.Blocks = append(s.Blocks, Paragraph("After: "+sc.Source+"."))
	}
	return s
}

func literatureFindings(l *literature.Literature) Section {
	s := Section{ID: "findings", Title: "What reviews would find", Blocks: Drawn(figure.Pooled(l))}
	s.Blocks = append(s.Blocks, Parts(l.Tables())...)
	return s
}

// oneBody is the review of the first body: what one reviewer would have seen.
func oneBody(l *literature.Literature) Section {
	s := Section{ID: "body", Title: "One body of trials"}
	if l.First == nil {
		return s
	}
	s.Blocks = append(s.Blocks, Paragraph("The first of the simulated bodies, as its reviewer would see it. Another has other trials by chance alone."))
	s.Blocks = append(s.Blocks, Drawn(figure.Forest(l.First), figure.Funnel(l.First))...)
	return s
}

func literatureAgain(l *literature.Literature, version int) Section {
	about := &report.Table{Title: "What identifies it", Columns: []report.Column{{Head: "what", Left: true, Key: true}, {Head: "value", Left: true}},
		Rows: [][]string{{"scenario", l.Scenario}, {"seed", fmt.Sprint(l.Seed)}, {"bodies", fmt.Sprint(l.Bodies)}, {"model version", fmt.Sprint(version)}}}
	return Section{ID: "reproduce", Title: "How to reproduce it", Blocks: []Block{
		{Code: fmt.Sprintf("caseload literature %s --seed %d --replicates %d", l.Scenario, l.Seed, l.Bodies)}, {Table: about}}}
}
