package size

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/results/report"
	"caseload/scenarios"
)

// Facts are what a planner's sheet says beside its plan: the JSON object in sheet.json.
type Facts struct {
	Plan     string       `json:"plan"`     // the file of the plan
	Staffing *Staffing    `json:"staffing"` // of the trial; null where it is not known
	WhatIf   *size.WhatIf `json:"what_if"`  // null where there is none
}

// JSON writes the facts as one object.
func (f *Facts) JSON(w io.Writer) error { return report.WriteJSON(w, f) }

// ReadFacts reads what JSON writes.
func ReadFacts(r io.Reader) (*Facts, error) {
	f := new(Facts)
	if err := json.NewDecoder(r).Decode(f); err != nil || f.Plan == "" {
		return nil, errors.Join(errors.New("got something else than the facts of a sheet"), err)
	}
	return f, nil
}

// A Sheet is what a planner hands over: the size of a trial, what it rests on and what it
// takes, on a page. Its items are those that DELTA2 recommends for a protocol and a grant
// proposal (Cook et al. 2018, BMJ 363:k3750, boxes 4 and 5).
type Sheet struct {
	Plan     *Plan
	Facts    *Facts
	Scenario *scenarios.Scenario // of the plan
}

// answer is the one that the sheet is about; nil where the plan is a choice of designs.
func (s *Sheet) answer() *Answer {
	if s.Plan.Size == nil {
		return nil
	}
	return &s.Plan.Size.Answer
}

// Title is that of the sheet.
func (s *Sheet) Title() string {
	title := s.Scenario.Title
	if title == "" {
		title = "A trial"
	}
	return "Sample size and resources: " + title
}

// Stem names what belongs to the sheet, as the files of its plan are named.
func (s *Sheet) Stem() string {
	return strings.TrimSuffix(strings.TrimPrefix(s.Facts.Plan, "size-"), ".json")
}

// About says what the sheet is about.
func (s *Sheet) About() string {
	if c := s.Plan.Cost; c != nil {
		return report.SentenceCase(labelled(c.Labels, c.outcomes, c.Outcome, c.require, c.Subgroup))
	}
	return report.SentenceCase(s.Plan.Size.About(s.answer()))
}

// Document returns the sheet.
func (s *Sheet) Document() *report.Document {
	d := &report.Document{}
	d.Title(s.Title())
	s.addSize(d)
	s.addWhatIf(d)
	s.addResources(d)
	s.addAlternatives(d)
	d.Gap()
	d.Paragraph(s.origin())
	return d
}

// addSize adds the paragraph and the items.
func (s *Sheet) addSize(d *report.Document) {
	d.Heading("Sample size")
	d.Paragraph(s.paragraph())
	d.Table("What the sample size rests on", &report.Table{Columns: []report.Column{report.Key("item"), report.Left("in this trial")}, Rows: s.items()}, nil)
}

// paragraph is the sample size in words, for a protocol.
func (s *Sheet) paragraph() string {
	if c := s.Plan.Cost; c != nil {
		return c.sentence()
	}
	p, a := s.Plan.Size, s.answer()
	text := []string{p.sentence(a)}
	if target := s.target(); target != "" {
		text = append(text, fmt.Sprintf("The target difference is %s.", target))
	}
	text = append(text, p.checked(a)...)
	if lost := p.inflation(a); lost != "" {
		text = append(text, lost)
	}
	return strings.Join(text, " ")
}

// target is the difference that the trial is to find, as its trials estimate it.
func (s *Sheet) target() string {
	a, w := s.answer(), s.Facts.WhatIf
	if a == nil || w == nil || !w.Estimate.Known() {
		return ""
	}
	text := fmt.Sprintf("%s %s (MCSE %s)", a.Measure, w.Estimate.Rounded(w.EstimateMCSE), w.EstimateMCSE.Rounded(report.Missing()))
	if a.Measure == measure.RD {
		text = fmt.Sprintf("%s percentage points (MCSE %s)", (w.Estimate * 100).Fixed(1), (w.EstimateMCSE * 100).Fixed(1))
	}
	if arms := s.arms(); arms != "" {
		text += ": " + arms
	}
	return text
}

// arms says what trials show in either arm.
func (s *Sheet) arms() string {
	a, w, l := s.answer(), s.Facts.WhatIf, s.Scenario.Labels()
	if w == nil || !w.Control.Known() {
		return ""
	}
	show := func(x, mcse report.Number) string { return x.Rounded(mcse) + " " + report.UnitOf(a.Variable) }
	switch report.KindOf(a.Variable) {
	case scenarios.Binary:
		show = func(x, mcse report.Number) string { return (x * 100).Fixed(1) + " %" }
	case scenarios.Time:
		return ""
	}
	return fmt.Sprintf("%s %s and %s %s", show(w.Control, w.ControlMCSE), l.InArm(s.Plan.Size.Control), show(w.Treated, w.TreatedMCSE), l.InArm(s.Plan.Size.Arm))
}

// items are those of DELTA2, each with what the trial has.
func (s *Sheet) items() (rows [][]string) {
	sc := s.Scenario
	add := func(item, text string) {
		if text != "" {
			rows = append(rows, []string{item, text})
		}
	}
	a := s.answer()
	if a == nil {
		add("target difference, where it comes from", s.sources())
		add("allocation", s.allocation())
		return rows
	}
	p := s.Plan.Size
	for k, name := range a.Outcomes {
		o := outcomeOf(sc, name)
		item := "outcome"
		if k == 0 && o.Primary {
			item = "primary outcome"
		}
		add(item, fmt.Sprintf("%s: %s", p.Labels.Within(name, a.Subgroup), report.VariableText(o.Variable, o.AtDays)))
	}
	add("analysed", s.analysed(a))
	add("target difference", report.SentenceCase(orNone(s.target())))
	add("where it comes from", s.sources())
	wanted := fmt.Sprintf("%s %%", measure.Number(100*a.TargetPower).Fixed(0))
	if p.HalfWidth > 0 {
		wanted += " of trials with an interval no wider than the estimate ± " + report.SixDigits(p.HalfWidth)
	}
	add(p.Wanted(), wanted)
	add("test", a.testText())
	add("allocation", s.allocation())
	add("clustering", s.clustering(a))
	lost := "none of the clients"
	if a.Lost > 0 {
		lost = fmt.Sprintf("%s %% of clients (MCSE %s)", (a.Lost * 100).Fixed(1), (a.LostMCSE * 100).Fixed(1))
	}
	add("without the outcome", lost)
	return rows
}

func orNone(text string) string {
	if text == "" {
		return "not given"
	}
	return text
}

func outcomeOf(sc *scenarios.Scenario, name string) *scenarios.Outcome {
	k := slices.IndexFunc(sc.Outcomes, func(o scenarios.Outcome) bool { return o.Name == name })
	return &sc.Outcomes[max(0, k)]
}

// analysed says who is analysed.
func (s *Sheet) analysed(a *Answer) string {
	return map[scenarios.Set]string{scenarios.SetITT: "everyone, in the arm drawn (intention to treat)", scenarios.SetPerProtocol: "those treated as planned (per protocol)",
		scenarios.SetAsTreated: "everyone, by the treatment received", scenarios.SetEntered: "those who entered treatment, from entry"}[outcomeOf(s.Scenario, a.Outcomes[0]).Set]
}

// sources are those of the effects of the programs that make the arms differ.
func (s *Sheet) sources() string {
	var out []string
	all, err := s.Scenario.Used()
	if err != nil {
		return ""
	}
	control := s.Scenario.Arms[max(0, s.Scenario.Control())].Programs
	for _, a := range all {
		parts := strings.Split(strings.ReplaceAll(a.Block, " ", "."), ".")
		if len(parts) < 3 || parts[0] != "program" || parts[2] != "effect" || slices.Contains(control, parts[1]) || a.Source == "" {
			continue
		}
		text := strings.TrimSuffix(a.Source, ".")
		if a.Confidence != "" {
			text += " (confidence: " + a.Confidence + ")"
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return "the scenario, which names no source of its own for the effects"
	}
	return strings.Join(out, "; ")
}

// allocation is how clients come to the arms.
func (s *Sheet) allocation() string {
	var names, ratio []string
	for _, a := range s.Scenario.Arms {
		names, ratio = append(names, s.Scenario.Labels().Arm(a.Name)), append(ratio, fmt.Sprint(a.Ratio))
	}
	r := &s.Scenario.Trial.Randomization
	text := fmt.Sprintf("%s to %s, %s", strings.Join(ratio, ":"), report.Series(names), r.Method.How())
	if r.By != "" {
		text += ", each " + string(r.By) + " with all its clients"
	}
	return text
}

// clustering says how far clients are alike.
func (s *Sheet) clustering(a *Answer) string {
	if !a.DesignEffect.Known() {
		return ""
	}
	if !(math.Abs(float64(a.DesignEffect-1)) > report.ClearMCSEs*float64(a.DesignMCSE)) {
		return "a design effect that cannot be told from 1"
	}
	why := a.NoFormula
	for name := range s.Scenario.Programs {
		why = strings.ReplaceAll(why, name, s.Scenario.Labels().Program(name))
	}
	return fmt.Sprintf("%s: design effect %s", why, a.DesignEffect.WithMCSE(a.DesignMCSE))
}

// addResources adds what the trial takes and what it costs.
func (s *Sheet) addResources(d *report.Document) {
	d.Table("What the trial takes", staffingTable(s.Facts.Staffing, report.Full, s.Scenario.Labels()), staffingLegend(s.Facts.Staffing))
	d.Table("What it costs"+s.inCurrency(), s.costs(), nil)
}

func (s *Sheet) inCurrency() string {
	if c := s.Scenario.Cost; c != nil && c.Currency != "" {
		return ", in " + c.Currency
	}
	return ""
}

// costs has a row for each thing that has a price.
func (s *Sheet) costs() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("of"), report.Right("amount"), report.Right("price"), report.Right("cost")}}
	c, x := s.Scenario.Cost, s.Facts.Staffing
	if c == nil || x == nil {
		return t
	}
	total := report.Number(0)
	for _, part := range []struct {
		name   string
		amount report.Number
		price  float64
	}{{"clients", report.Number(x.Clients), c.PerClient}, {"contact hours", x.ContactHours, c.PerContactHour}, {"case manager months", x.ManagerMonths, c.PerManagerMonth}, {"visits", x.Visits, c.PerVisit}} {
		if part.price > 0 {
			cost := report.Number(float64(float64(part.amount) * part.price))
			total += cost
			t.Rows = append(t.Rows, []string{part.name, part.amount.Whole(), report.SixDigits(part.price), cost.Whole()})
		}
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, []string{"all", "", "", total.Whole()})
	}
	return t
}

// addAlternatives adds the designs that were not taken.
func (s *Sheet) addAlternatives(d *report.Document) {
	if c := s.Plan.Cost; c != nil {
		d.Table("The alternatives", c.table(), c.legend())
		return
	}
	p, a := s.Plan.Size, s.answer()
	if text := s.written(); text != "" {
		d.Gap()
		d.Paragraph(text)
	}
	t := &report.Table{Columns: []report.Column{report.NumberKey(p.Wanted() + " %"), report.Right(p.unitOf()), report.Right("95 % CI")}}
	for k := range p.Others {
		if o := &p.Others[k]; o.Outcome == a.Outcome && o.Design.Known() {
			low, high := p.Ends(o)
			t.Rows = append(t.Rows, []string{report.Number(100 * o.TargetPower).Fixed(0), p.designText(o.Design), openEnd(low, p) + " to " + openEnd(high, p)})
		}
	}
	asked := len(t.Rows) > 0
	for _, level := range []float64{0.6, 0.7, 0.8, 0.9, 0.95} {
		if asked {
			break // of these there are answers of their own
		}
		x, low, high := a.reaches(level), a.reachedBy(level, func(q *Point) report.Number { return q.High }), a.reachedBy(level, func(q *Point) report.Number { return q.Low })
		if level == a.TargetPower || !x.Known() {
			continue
		}
		t.Rows = append(t.Rows, []string{report.Number(100 * level).Fixed(0), p.designText(x), openEnd(low, p) + " to " + openEnd(high, p)})
	}
	note := "Read from the curve through the designs that were tried. Ask for a level to have an answer of its own."
	if asked {
		note = "Each is an answer of its own."
	}
	d.Table("What other levels of "+p.Wanted()+" would take", t, []string{note})
}

// leastTried is how many trials of a design tell its power well enough for the sheet.
const leastTried = 200

// written says what the trial as written has, where trials of it told.
func (s *Sheet) written() string {
	p, a := s.Plan.Size, s.answer()
	for _, e := range a.Evaluations {
		if p.Solve == size.Clients && e.Clients == p.Written && e.Replicates >= leastTried && a.Clients != nil && *a.Clients != p.Written {
			return fmt.Sprintf("The trial as written, with %s, was not taken: it has %s %% %s [95 %% CI %s to %s].", report.Counted(p.Written, "client"), (e.Power * 100).Fixed(1), p.Wanted(), (e.Low * 100).Fixed(1), (e.High * 100).Fixed(1))
		}
	}
	return ""
}

func openEnd(x report.Number, p *Search) string {
	if !x.Known() {
		return "not tried"
	}
	return p.designText(x)
}

// reaches returns where the power curve reaches a level; missing if it does not where it
// was tried.
func (a *Answer) reaches(level float64) report.Number {
	return a.reachedBy(level, func(p *Point) report.Number { return p.Power })
}

// reachedBy returns where a line of the curve reaches a level from below.
func (a *Answer) reachedBy(level float64, of func(*Point) report.Number) report.Number {
	for k := 1; k < len(a.Curve); k++ {
		from, to := of(&a.Curve[k-1]), of(&a.Curve[k])
		if float64(from) < level && float64(to) >= level {
			step := (report.Number(level) - from) / (to - from)
			return a.Curve[k-1].Design + report.Number(float64(float64(step)*float64(a.Curve[k].Design-a.Curve[k-1].Design)))
		}
	}
	return report.Missing()
}

// origin says how the numbers came about.
func (s *Sheet) origin() string {
	n, seed, hash, version := 0, int64(0), "", 0
	if p := s.Plan.Size; p != nil {
		n, seed, hash, version = p.Replicates, p.Seed, p.Hash, p.ModelVersion
	} else {
		n, seed, hash, version = s.Plan.Cost.Replicates, s.Plan.Cost.Seed, s.Plan.Cost.Hash, s.Plan.Cost.ModelVersion
	}
	return fmt.Sprintf("Found by simulating %s with caseload (model version %d, seed %d, scenario %.12s). MCSE: Monte Carlo standard error.", report.Counted(n, "trial"), version, seed, hash)
}
