package page

import (
	"fmt"
	"slices"
	"strings"

	"caseload/results/calibrate"
	"caseload/results/compare"
	"caseload/results/explain"
	"caseload/results/figure"
	"caseload/results/literature"
	"caseload/results/meta"
	"caseload/results/report"
	"caseload/results/size"
	"caseload/results/sweep"
)

// answered makes a question of an answer: what the command prints in words is the
// answer, what it warns of is what to beware of, and all else that it prints in full is
// folded up.
func answered(id, text string, a report.Answer, shown ...*figure.Figure) *Question {
	q := &Question{ID: id, Text: text}
	brief, full := a.Document(report.Brief).Parts, a.Document(report.Full).Parts
	gap := false
	for _, p := range brief {
		warning, warns := strings.CutPrefix(p.Text, "Warning: ")
		switch {
		case p.Kind == report.GapPart:
			gap = true
		case warns:
			q.Beware = append(q.Beware, report.SentenceCase(warning))
		case p.Kind == report.ItemPart && !gap:
			q.Beware = append(q.Beware, p.Text)
		case p.Kind == report.TitlePart || p.Text == "":
		case gap:
			q.Answer = append(q.Answer, p.Text)
		default:
			q.Lead = append(q.Lead, p.Text)
		}
	}
	for k, f := range shown {
		if k == 0 {
			q.Shown = Drawn(f)
		}
	}
	q.Sections = []Section{{ID: id + "-results", Title: "Results", Blocks: blocks(full[min(len(brief), len(full)):])}}
	return q
}

// warn moves sentences of the answer to what to beware of.
func (q *Question) warn(beware []string) {
	q.Beware = append(q.Beware, beware...)
	q.Answer = slices.DeleteFunc(q.Answer, func(text string) bool { return slices.Contains(beware, text) })
}

// figures adds a section of further figures.
func (q *Question) figures(title string, all ...*figure.Figure) {
	q.Sections = append(q.Sections, Section{ID: q.ID + "-figures", Title: title, Blocks: Drawn(all...)})
}

// OfExplanation is the question of an explanation.
func OfExplanation(id string, e *explain.Explanation) *Question {
	text := fmt.Sprintf("Where does the effect on “%s” go, between promise and trial?", e.Labels.Within(e.Outcome, e.Subgroup))
	q := answered(id, text, e, figure.Waterfall(e))
	short, rest := e.Answer()
	if q.Answer = []string{short}; rest != "" {
		q.Answer = append(q.Answer, rest)
	}
	q.figures("If other clients were enrolled", figure.Dilution(e))
	return q
}

// OfPlan is the question of a plan, with the power curve of its first answer.
func OfPlan(id string, p *size.Plan) *Question {
	if p.Cost != nil {
		return answered(id, p.Cost.Question(), p.Cost)
	}
	s := p.Size
	q := answered(id, s.Question(), s)
	q.warn(s.Beware())
	var curves []*figure.Figure
	for _, a := range s.Answers() {
		if a.TargetPower == s.TargetPower { // the curve is that of the first power
			if f := figure.Power(s, a); f != nil {
				curves = append(curves, f)
			}
		}
	}
	if len(curves) > 0 {
		q.Shown = Drawn(curves[0])
		q.figures("Curves of the other outcomes", curves[1:]...)
	}
	return q
}

// OfComparison is the question of a comparison of designs.
func OfComparison(id string, c *compare.Comparison) *Question {
	figures := figure.Designs(c)
	q := answered(id, c.Question(), c, figures...)
	q.warn(c.Beware())
	if len(figures) > 1 {
		q.figures("Other outcomes", figures[1:]...)
	}
	return q
}

// OfSweep is the question of a sweep.
func OfSweep(id string, s *sweep.Sweep) *Question {
	var all []*figure.Figure
	for k := range s.Rankings {
		all = append(append(all, figure.SweepMaps(s, &s.Rankings[k])...), figure.SweepCurves(s, &s.Rankings[k])...)
	}
	q := answered(id, s.Question(), s, all...)
	q.warn(s.Beware())
	if len(all) > 1 {
		q.figures("Other figures", all[1:]...)
	}
	return q
}

// OfLiterature is the question of bodies of trials.
func OfLiterature(id string, l *literature.Literature) *Question {
	text := fmt.Sprintf("What would a review of %s such trials conclude?", report.Grouped(l.Trials))
	q := answered(id, text, l, figure.Pooled(l))
	if l.First != nil {
		body := Section{ID: id + "-body", Title: "One body of trials", Blocks: []Block{Paragraph("The first of the simulated bodies, as its reviewer would see it. Another has other trials by chance alone.")}}
		body.Blocks = append(body.Blocks, Drawn(figure.Forest(l.First), figure.Funnel(l.First))...)
		q.Sections = append(q.Sections, body)
	}
	return q
}

// OfMeta is the question of a meta-analysis.
func OfMeta(id string, m *meta.Meta) *Question {
	q := answered(id, m.Question(), m, figure.Forest(m))
	q.figures("Small studies and large ones", figure.Funnel(m))
	return q
}

// OfCalibration is the question of a calibration.
func OfCalibration(id string, c *calibrate.Calibration) *Question {
	return answered(id, "Which values of the parameters agree with the published figures?", c, figure.Posteriors(c))
}

// OfCheck is the question of a calibration's check.
func OfCheck(id string, c *calibrate.Check) *Question {
	return answered(id, "Does the calibration find parameters that are known?", c, figure.RankHistograms(c))
}
