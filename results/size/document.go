package size

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/scenarios"
)

// Document returns the plan: what failed, if anything did, each answer in words, what its
// trial takes, and, in full, the power curve and the designs tried.
func (s *Search) Document(l report.Level) *report.Document {
	d := &report.Document{}
	for _, line := range s.headline() {
		d.Paragraph(line)
	}
	d.Gap()
	said := map[string]bool{}
	for _, a := range s.Answers() {
		s.addWords(d, a, l, said)
	}
	switch l {
	case report.Screen:
		s.addNeeds(d, &s.Answer, s.of(&s.Answer), l)
		d.More()
	case report.Full:
		for _, a := range s.Answers() {
			of := s.of(a)
			s.addNeeds(d, a, of, l)
			s.addCurve(d, a, of)
			d.Table("Designs tried"+of, s.designsTable(a), s.designsLegend(a))
		}
	}
	return d
}

// DocumentOf returns an answer in words and what its trial takes.
func (s *Search) DocumentOf(a *Answer) *report.Document {
	d := &report.Document{}
	s.addWords(d, a, report.Full, map[string]bool{})
	s.addNeeds(d, a, s.of(a), report.Full)
	return d
}

// addWords adds an answer in words. What is so of all answers, or of an outcome whatever
// its answer, is added unless it has been said.
func (s *Search) addWords(d *report.Document, a *Answer, l report.Level, said map[string]bool) {
	d.Paragraph(s.sentence(a))
	formula := s.formulaSentence(a)
	if l != report.Full && a.byProduct() {
		formula = fmt.Sprintf("A formula for independent clients gives %s; the design effect is %s.", a.formulaClients(a.Independent), a.DesignEffect.WithMCSE(a.DesignMCSE))
	}
	texts := append(s.checked(a), s.inflation(a), formula, s.beyond(a))
	for _, text := range texts {
		if text != "" {
			d.Paragraph(text)
		}
	}
	if text := s.inProportion(a); text != "" && !said[text] {
		d.Paragraph(text)
		said[text] = true
	}
	for _, name := range a.Outcomes {
		for _, note := range report.EventNotes(a.Death[name], a.Events[name], a.AtDays) {
			if !said[note] {
				d.Paragraph(report.SentenceCase(note) + ".")
			}
			said[note] = true
		}
	}
}

// Designs returns those tried, with their power; nil if there are none.
func (s *Search) Designs(a *Answer) *report.Table {
	t := s.designsTable(a)
	if len(t.Rows) == 0 {
		return nil
	}
	t.Title, t.Notes = "Designs tried", s.designsLegend(a)
	return t
}

// of says of which answer a table is, where there are several.
func (s *Search) of(a *Answer) string {
	if len(s.Others) == 0 {
		return ""
	}
	text := ": " + s.About(a)
	if s.powers() {
		text += fmt.Sprintf(", %s %s", report.Percent(a.TargetPower), s.Wanted())
	}
	return text
}

// powers tells that answers are to several powers.
func (s *Search) powers() bool {
	return slices.ContainsFunc(s.Others, func(a Answer) bool { return a.TargetPower != s.TargetPower })
}

// addNeeds adds what an answer's trial takes.
func (s *Search) addNeeds(d *report.Document, a *Answer, of string, l report.Level) {
	d.Table("What the answer's trial takes"+of, staffingTable(a.Staffing, l), staffingLegend(a.Staffing))
	d.Table("The effects that it takes"+of, effectsTable(a.Effects), nil)
}

// headline says what failed and what was asked.
func (s *Search) headline() []string {
	var lines []string
	if s.Failed > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s failed.", report.Grouped(s.Failed), report.Counted(s.Fits, "fit")))
	}
	if s.Partial {
		lines = append(lines, "Partial: interrupted. The answer is what was known by then.")
	}
	hold := ""
	switch {
	case s.Solve == size.Power || s.Solve == size.Effect:
	case s.Solve == size.Sites:
		hold = ", each site recruiting as many a month as written"
	case s.Hold == scenarios.HoldDuration:
		hold = ", recruiting for as long as written"
	default:
		hold = ", recruiting as many a month as written"
	}
	if len(s.Scale) > 0 && hold != "" {
		hold += ", with " + strings.Join(s.Scale, " and ") + " in proportion"
	}
	return append(lines, fmt.Sprintf("%s: %s in all, seed %d%s.", report.Titled(s.Title, s.Scenario), report.Counted(s.Replicates, "simulated trial"), s.Seed, hold))
}

// named is a number of what was solved for.
func (s *Search) named(x report.Number) string {
	switch s.Solve {
	case size.Effect:
		return x.Fixed(2) + " times"
	case size.Power:
		return (x * 100).Fixed(1) + " % " + s.Wanted()
	}
	if !x.Known() {
		return report.Absent
	}
	return report.Counted(int(x), s.thing())
}

// thing is one of what was solved for.
func (s *Search) thing() string { return thingOf[s.Solve] }

// aSite tells that the case managers solved for are those of one of several sites, or
// of one of several arms.
func (s *Search) aSite() bool {
	for _, a := range s.Answers() {
		for _, e := range a.Evaluations {
			if e.Managers != 0 && report.Number(e.Managers) != e.Design {
				return true
			}
		}
	}
	return false
}

// Ends are those of an answer's interval: of the whole designs that it consists of,
// where it does. One that was read may not have them.
func (s *Search) Ends(a *Answer) (low, high report.Number) {
	if s.Solve == size.Effect || s.Solve == size.Power || !a.DesignHigh.Known() && a.High.Known() || a.DesignHigh == 0 {
		return a.Low, a.High
	}
	return a.DesignLow, a.DesignHigh
}

// thingOf is one of what was solved for.
var thingOf = map[string]string{size.Clients: "client", size.Sites: "site", size.Staff: "case manager"}

// bounds are the ends of an interval, open ones said in words.
func (s *Search) bounds(low, high report.Number) string {
	show := func(x report.Number) string {
		switch {
		case !x.Known():
			return "no bound"
		case s.Solve == size.Effect:
			return x.Fixed(2)
		case s.Solve == size.Power:
			return (x * 100).Fixed(1)
		}
		return report.Grouped(int(float64(x) + 0.5))
	}
	return "[95 % CI " + show(low) + " to " + show(high) + "]"
}

// testText says by which test.
func (a *Answer) testText() string {
	return fmt.Sprintf("%s, %s alpha %g", scenarios.Plain(a.Method), map[int]string{1: "one-sided", 2: "two-sided"}[a.Sides], a.Alpha)
}

// About names what an answer is about.
func (s *Search) About(a *Answer) string {
	return labelled(s.Labels, a.Outcomes, a.Outcome, s.Require, a.Subgroup)
}

// labelled joins the labels of outcomes, among a subgroup.
func labelled(l scenarios.Labels, outcomes []string, name, require, subgroup string) string {
	if len(outcomes) < 2 {
		return l.Within(name, subgroup)
	}
	var labels []string
	for _, o := range outcomes {
		labels = append(labels, l.Outcome(o))
	}
	text := newOutcomeNames(labels, require)
	if subgroup != report.Everyone {
		text += " in " + l.Subgroup(subgroup)
	}
	return text
}

// sentence is the answer in words.
func (s *Search) sentence(a *Answer) string {
	power := report.Percent(a.TargetPower)
	about := fmt.Sprintf("%s, %s (%s)", s.About(a), s.Labels.Contrast(s.Arm, s.Control), a.testText())
	if len(a.Outcomes) > 1 {
		about = fmt.Sprintf("%s, %s", s.About(a), s.Labels.Contrast(s.Arm, s.Control))
	}
	var text string
	switch {
	case s.Solve == size.Power && a.Value.Known():
		text = fmt.Sprintf("%s: a trial of %s has %s%s %s.", about, report.Counted(s.Written, "client"), s.named(a.Value), size.OfWidth(s.HalfWidth), s.bounds(a.Low, a.High))
	case s.Solve == size.Effect && a.Value.Known():
		text = fmt.Sprintf("%s: a trial of %s has %s power if the effects are %s as large as written %s: %s.", about, report.Counted(s.Written, "client"), power, s.named(a.Value), s.bounds(a.Low, a.High), a.effectText())
	case a.Clients != nil && a.Value.Known():
		give := "give"
		if a.Design == 1 {
			give = "gives"
		}
		what := s.named(a.Design)
		if s.aSite() {
			what += " a site"
		}
		low, high := s.Ends(a)
		text = fmt.Sprintf("%s: %s %s %s %s%s %s%s.", about, what, give, power, s.Wanted(), size.OfWidth(s.HalfWidth), s.bounds(low, high), s.clientsToo(a))
	case a.Clients != nil:
		text = about + "."
	default:
		text = about + ": no answer."
	}
	if a.Upper != nil {
		text += fmt.Sprintf(" %s falls again as clients are added, and is below %s beyond %s %s.", report.SentenceCase(s.Wanted()), power, s.named(report.Number(math.Round(float64(a.Upper.Value)))), s.bounds(a.Upper.Low, a.Upper.High))
	}
	if a.Reason != nil {
		text += " " + report.SentenceCase(*a.Reason)
		if !strings.HasSuffix(text, ".") {
			text += "."
		}
	}
	return report.SentenceCase(text)
}

// clientsToo adds the clients where something else was solved for, and what the
// trial as written has.
func (s *Search) clientsToo(a *Answer) string {
	text := ""
	switch {
	case s.aSite():
		text = fmt.Sprintf(": %s in all, with %s", report.Grouped(a.Managers), report.Counted(*a.Clients, "client"))
	case s.Solve != size.Clients:
		text = ", " + report.Counted(*a.Clients, "client")
	}
	return text + fmt.Sprintf(". The trial as written has %s", report.Grouped(s.Written))
}

// effectText is the effect that trials near the answer estimate.
func (a *Answer) effectText() string {
	text := fmt.Sprintf("%s %s", a.Measure, a.Estimate.WithMCSE(a.EstimateMCSE))
	if a.Measure == measure.RD {
		text = (a.Estimate * 100).WithMCSE(a.EstimateMCSE*100) + " percentage points"
	}
	if a.SMD.Known() {
		text += fmt.Sprintf(", SMD %s", a.SMD.Fixed(2))
	}
	return text
}

// formulaSentence sets a closed form beside the answer.
func (s *Search) formulaSentence(a *Answer) string {
	if a.Clients == nil {
		return ""
	}
	deff := ""
	if a.DesignEffect.Known() {
		deff = fmt.Sprintf("design effect %s", a.DesignEffect.WithMCSE(a.DesignMCSE))
	}
	at := fmt.Sprintf("%% power with %s", report.Counted(*a.Clients, "client"))
	switch {
	case s.Solve == size.Effect || s.Solve == size.Power:
		if !a.FormulaPower.Known() {
			return noFormula(a, deff)
		}
		return fmt.Sprintf("By formula (%s) there is %s %s.", a.Formula, (a.FormulaPower * 100).Fixed(1), at)
	case a.ClosedForm.Known():
		return fmt.Sprintf("A formula (%s) gives %s, for arms like those of this trial.", a.Formula, a.formulaClients(a.ClosedForm))
	case a.byProduct():
		return a.designSentence() + " " + a.productSentence()
	case a.Independent.Known() && deff != "":
		return fmt.Sprintf("A formula (%s) would give %s for a test that takes clients as independent, but %s (%s).", a.Formula, a.formulaClients(a.Independent), a.NoFormula, deff)
	}
	return noFormula(a, deff)
}

// byProduct tells that there is a formula for independent clients and a design effect
// to set beside it.
func (a *Answer) byProduct() bool { return a.DesignClients.Known() && !a.ClosedForm.Known() }

// designSentence sets beside the answer a formula for independent clients, and how
// much more the estimate varies.
func (a *Answer) designSentence() string {
	return fmt.Sprintf("Were clients independent, a formula (%s) would give %s. But %s: the variance of the estimate is %s times that among as many independent clients (the design effect).",
		a.Formula, a.formulaClients(a.Independent), a.NoFormula, a.DesignEffect.WithMCSE(a.DesignMCSE))
}

// productSentence says what the design effect makes of the formula's clients, and why
// that is not the answer.
func (a *Answer) productSentence() string {
	about := report.Counted(int(math.Ceil(float64(a.DesignClients))), "client")
	switch {
	case !(a.DesignEffect-1 > report.ClearMCSEs*a.DesignMCSE):
		return "The design effect cannot be told from 1."
	case a.Ignored:
		return fmt.Sprintf("A test that allows for the design effect needs about %s. This one takes clients as independent: it needs fewer, and where there is no effect it rejects more often than its alpha says.", about)
	}
	return fmt.Sprintf("The formula times the design effect is about %s. What the answer has beyond that the test needs because clusters are few.", about)
}

// beyond says what the effect is when everyone gets it, where that differs from the
// trial by more than chance.
func (s *Search) beyond(a *Answer) string {
	if !verdict.Apart(float64(a.Truth), float64(a.TruthMCSE), float64(a.Rollout), float64(a.RolloutMCSE)) {
		return ""
	}
	show := func(x, mcse report.Number) string {
		if a.Measure == measure.RD {
			return (x * 100).WithMCSE(mcse*100) + " percentage points"
		}
		return fmt.Sprintf("%s %s", a.Measure, x.WithMCSE(mcse))
	}
	return fmt.Sprintf("In trials of %s the true effect is %s. With everyone in the one arm or in the other, and the same staff and slots, it is %s.",
		report.Counted(int(a.TruthClients), "client"), show(a.Truth, a.TruthMCSE), show(a.Rollout, a.RolloutMCSE))
}

// inflation says how many clients of the answer have the outcome, and how many more are
// enrolled because others are lost or miss the visit.
func (s *Search) inflation(a *Answer) string {
	if a.Clients == nil || !(a.Lost > 0.0005) || a.Lost == 1 {
		return ""
	}
	return fmt.Sprintf("Of the clients %s %% have no outcome (MCSE %s), which makes the trial %s times as large as %s with one.", (a.Lost * 100).Fixed(1), (a.LostMCSE * 100).Fixed(1),
		(1 / (1 - a.Lost)).Fixed(2), report.Counted(int(math.Round(float64(*a.Clients)*float64(1-a.Lost))), "client"))
}

// inProportion says how this number of clients differs from that of an explanation.
func (s *Search) inProportion(a *Answer) string {
	if !s.SharedQueues || s.Solve != size.Clients || slices.Contains(s.Scale, "slots") && slices.Contains(s.Scale, "staff") {
		return ""
	}
	return "Here slots and staff do not all grow with clients; in caseload explain they do."
}

// formulaClients is how many a formula gives, with the error that its effect makes.
func (a *Answer) formulaClients(n report.Number) string {
	text := report.Counted(int(math.Ceil(float64(n))), "client")
	if a.FormulaMCSE.Known() {
		text += " (MCSE " + a.FormulaMCSE.Whole() + ")"
	}
	return text
}

func noFormula(a *Answer, deff string) string {
	text := "No formula is given: " + a.NoFormula
	if deff != "" {
		text += ", " + deff
	}
	return text + "."
}
