package results

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"caseload/analysis/measure"
	"caseload/analysis/size"
	"caseload/scenarios"
)

// Document returns the plan: what failed first, then each answer in words, what
// its trial takes, the power curve and the designs tried.
func (s *Size) Document(l Level) *Document {
	d := &Document{}
	for _, line := range s.headline() {
		d.Paragraph(line)
	}
	d.Gap()
	for _, a := range s.Answers() {
		s.addWords(d, a)
	}
	if l == Brief {
		return d
	}
	for _, a := range s.Answers() {
		of := s.of(a)
		s.addNeeds(d, a, of)
		s.addCurve(d, a, of)
		d.Table("Designs tried"+of, s.designsTable(a), s.designsLegend(a))
	}
	return d
}

// Answer returns an answer in words and what its trial takes.
func (s *Size) Answer(a *SizeAnswer) *Document {
	d := &Document{}
	s.addWords(d, a)
	s.addNeeds(d, a, s.of(a))
	return d
}

func (s *Size) addWords(d *Document, a *SizeAnswer) {
	d.Paragraph(s.sentence(a))
	if text := s.formulaSentence(a); text != "" {
		d.Paragraph(text)
	}
}

// Designs returns those tried, with their power; nil if there are none.
func (s *Size) Designs(a *SizeAnswer) *Table {
	t := s.designsTable(a)
	if len(t.Rows) == 0 {
		return nil
	}
	t.Title, t.Notes = "Designs tried", s.designsLegend(a)
	return t
}

// of says of which answer a table is, where there are several.
func (s *Size) of(a *SizeAnswer) string {
	if len(s.Others) == 0 {
		return ""
	}
	return ": " + Within(a.Outcome, a.Subgroup)
}

// addNeeds adds what an answer's trial takes.
func (s *Size) addNeeds(d *Document, a *SizeAnswer, of string) {
	d.Table("What the answer's trial takes"+of, staffingTable(a.Staffing), staffingLegend(a.Staffing))
	d.Table("The effects that it takes"+of, effectsTable(a.Effects), nil)
}

// headline says what failed and what was asked.
func (s *Size) headline() []string {
	text := fmt.Sprintf("%s of %s failed.", grouped(s.Failed), counted(s.Fits, "fit"))
	if s.Partial {
		text += " Partial: interrupted; the answer is what was known by then."
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
	return []string{text, fmt.Sprintf("%s: %s in all, seed %d%s.", s.Scenario, counted(s.Replicates, "trial"), s.Seed, hold)}
}

// named is a number of what was solved for.
func (s *Size) named(x Number) string {
	switch s.Solve {
	case size.Effect:
		return fixed(x, 2) + " times the effects"
	case size.Power:
		return fixed(x*100, 1) + " % power"
	}
	if !x.Known() {
		return absent
	}
	return counted(int(x), thingOf[s.Solve])
}

// thingOf is one of what was solved for.
var thingOf = map[string]string{size.Clients: "client", size.Sites: "site", size.Staff: "case manager"}

// bounds are the ends of an interval, open ones said in words.
func (s *Size) bounds(low, high Number) string {
	show := func(x Number) string {
		switch {
		case !x.Known():
			return "no bound"
		case s.Solve == size.Effect:
			return fixed(x, 2)
		case s.Solve == size.Power:
			return fixed(x*100, 1)
		case s.Solve == size.Sites || s.Solve == size.Staff:
			return fixed(x, 1)
		}
		return grouped(int(float64(x) + 0.5))
	}
	return "[95 % CI " + show(low) + " to " + show(high) + "]"
}

// testText says by which test.
func (a *SizeAnswer) testText() string {
	return fmt.Sprintf("%s, %s alpha %g", a.Method, map[int]string{1: "one-sided", 2: "two-sided"}[a.Sides], a.Alpha)
}

// sentence is the answer in words.
func (s *Size) sentence(a *SizeAnswer) string {
	power := percentOf(s.TargetPower)
	about := fmt.Sprintf("%s, %s (%s)", Within(a.Outcome, a.Subgroup), s.Contrast, a.testText())
	if len(a.Outcomes) > 1 {
		about = fmt.Sprintf("%s, %s", Within(a.Outcome, a.Subgroup), s.Contrast)
	}
	var text string
	switch {
	case s.Solve == size.Power && a.Value.Known():
		text = fmt.Sprintf("%s: %s of a trial of %s %s.", about, s.named(a.Value), counted(s.Written, "client"), s.bounds(a.Low, a.High))
	case s.Solve == size.Effect && a.Value.Known():
		text = fmt.Sprintf("%s: a trial of %s has %s power for %s %s: %s.", about, counted(s.Written, "client"), power, s.named(a.Value), s.bounds(a.Low, a.High), a.effectText())
	case a.Clients != nil && a.Value.Known():
		give := "give"
		if a.Design == 1 {
			give = "gives"
		}
		text = fmt.Sprintf("%s: %s %s %s power %s%s.", about, s.named(a.Design), give, power, s.bounds(a.Low, a.High), s.clientsToo(a))
	case a.Clients != nil:
		text = about + "."
	default:
		text = about + ": no answer."
	}
	if a.Upper != nil {
		text += fmt.Sprintf(" Power falls again as clients are added, and below %s beyond %s %s.", power, s.named(a.Upper.Value), s.bounds(a.Upper.Low, a.Upper.High))
	}
	if a.Reason != nil {
		text += " " + capital(*a.Reason)
		if !strings.HasSuffix(text, ".") {
			text += "."
		}
	}
	return text
}

// clientsToo adds the clients where something else was solved for, and what the
// trial as written has.
func (s *Size) clientsToo(a *SizeAnswer) string {
	text := ""
	if s.Solve != size.Clients {
		text = ", " + counted(*a.Clients, "client")
	}
	return text + fmt.Sprintf("; the trial as written has %s", grouped(s.Written))
}

// effectText is the effect that trials near the answer estimate.
func (a *SizeAnswer) effectText() string {
	text := fmt.Sprintf("%s %s", a.Measure, withMCSE(a.Estimate, a.EstimateMCSE))
	if a.Measure == measure.RD {
		text = withMCSE(a.Estimate*100, a.EstimateMCSE*100) + " percentage points"
	}
	if a.SMD.Known() {
		text += fmt.Sprintf(", SMD %s", fixed(a.SMD, 2))
	}
	return text
}

// formulaSentence sets a closed form beside the answer.
func (s *Size) formulaSentence(a *SizeAnswer) string {
	if a.Clients == nil {
		return ""
	}
	deff := ""
	if a.DesignEffect.Known() {
		deff = fmt.Sprintf("design effect %s", withMCSE(a.DesignEffect, a.DesignMCSE))
	}
	at := fmt.Sprintf("%% power with %s", counted(*a.Clients, "client"))
	switch {
	case s.Solve == size.Effect || s.Solve == size.Power:
		if !a.FormulaPower.Known() {
			return noFormula(a, deff)
		}
		return fmt.Sprintf("By formula (%s) there is %s %s.", a.Formula, fixed(a.FormulaPower*100, 1), at)
	case a.ClosedForm.Known():
		return fmt.Sprintf("By formula (%s) it takes %s, with arms like those of this trial.", a.Formula, a.formulaClients(a.ClosedForm))
	case a.Independent.Known() && deff != "":
		return fmt.Sprintf("A formula (%s) would say %s, but %s: %s.", a.Formula, a.formulaClients(a.Independent), a.NoFormula, deff)
	}
	return noFormula(a, deff)
}

// formulaClients is how many a formula gives, with the error that its effect makes.
func (a *SizeAnswer) formulaClients(n Number) string {
	text := counted(int(math.Ceil(float64(n))), "client")
	if a.FormulaMCSE.Known() {
		text += " (MCSE " + whole(a.FormulaMCSE) + ")"
	}
	return text
}

func noFormula(a *SizeAnswer, deff string) string {
	text := "No closed form: " + a.NoFormula
	if deff != "" {
		text += ", " + deff
	}
	return text + "."
}

func percentOf(p float64) string { return brief(p*100) + " %" }

// capital begins a sentence.
func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// staffingTable is what the trial takes.
func staffingTable(x *SizeStaffing) *Table {
	t := &Table{Columns: []Column{Key("of the trial"), Right("amount")}}
	if x == nil {
		return t
	}
	add := func(what, value string) { t.Rows = append(t.Rows, []string{what, value}) }
	add("clients", grouped(x.Clients))
	if x.Sites > 1 {
		add("sites", grouped(x.Sites))
	}
	add("months until the last client is enrolled", fixed(x.AccrualMonths, 1))
	add("months until the last visit", fixed(x.TrialMonths, 1))
	add("visits made", whole(x.Visits))
	for _, p := range x.Programs {
		managers := "not limited"
		if p.Managers != nil {
			managers = grouped(*p.Managers)
		}
		add(p.Program+": case managers (clients each)", managers+" ("+p.Caseload+")")
		add(p.Program+": most clients at once", fixed(p.Peak, 1))
		if p.Waited > 0 {
			add(p.Program+": clients who wait for one", fixed(p.Waited, 1))
		}
		add(p.Program+": contact hours", whole(p.Hours))
	}
	if x.ManagerMonths.Known() && x.ManagerMonths > 0 {
		add("case manager months paid for", fixed(x.ManagerMonths, 1))
	}
	for _, name := range slices.Sorted(maps.Keys(x.Slots)) {
		add("slots of "+name, grouped(x.Slots[name]))
	}
	return t
}

func staffingLegend(x *SizeStaffing) []string {
	if x == nil {
		return nil
	}
	return []string{"On average over trials. Case managers of all sites and arms."}
}

// effectsTable is the effects at the answer.
func effectsTable(list []SizeEffect) *Table {
	t := &Table{Columns: []Column{Key("program"), Key("acts on"), Left("as"),
		Right("written"), Right("detectable [95 % CI]")}}
	for _, e := range list {
		on := e.On
		if e.In != "" {
			on += " in " + e.In
		}
		t.Rows = append(t.Rows, []string{e.Program, on, strings.ReplaceAll(e.Kind, "_", " "), fixed(e.Written, 2),
			fmt.Sprintf("%s [%s, %s]", fixed(e.Value, 2), fixed(min(e.Low, e.High), 2), fixed(max(e.Low, e.High), 2))})
	}
	return t
}

// designsTable is the designs tried.
func (s *Size) designsTable(a *SizeAnswer) *Table {
	t := &Table{Columns: []Column{NumberKey(s.unitOf())}}
	if s.Solve == size.Sites || s.Solve == size.Staff {
		t.Columns = append(t.Columns, Right("clients"))
	}
	t.Columns = append(t.Columns, Right("power % [95 % CI]"), Right("MCSE"), Right("trials"), Right("in the curve"))
	for _, e := range a.Evaluations {
		row := []string{s.designText(e.Design)}
		if len(t.Columns) == 6 {
			row = append(row, grouped(e.Clients))
		}
		used := ""
		if e.Used {
			used = "yes"
		}
		t.Rows = append(t.Rows, append(row, fmt.Sprintf("%s [%s, %s]", fixed(e.Power*100, 1), fixed(e.Low*100, 1), fixed(e.High*100, 1)),
			fixed(e.MCSE*100, 1), grouped(e.Replicates), used))
	}
	return t
}

func (s *Size) unitOf() string { return SizeUnit(s.Solve) }

// SizeUnit names what a search for it counts.
func SizeUnit(solve string) string {
	switch solve {
	case size.Effect:
		return "multiple of the effects"
	case size.Sites:
		return "sites"
	case size.Staff:
		return "case managers"
	}
	return "clients"
}

func (s *Size) designText(x Number) string {
	if s.Solve == size.Effect {
		return fixed(x, 2)
	}
	return grouped(int(x))
}

func (s *Size) designsLegend(a *SizeAnswer) []string {
	legend := []string{"Each design's trials are its own. CI: Wilson interval; MCSE: Monte Carlo standard error."}
	if a.Fit.Designs == 0 {
		return legend
	}
	x := "the square root of the number of " + s.unitOf()
	if s.Solve == size.Effect {
		x = "the multiple of the effects"
	}
	text := fmt.Sprintf("The curve: power = Phi(a + b x), x %s, fitted to %s near the answer (%s).", x, counted(a.Fit.Designs, "design"), counted(a.Fit.Replicates, "trial"))
	if a.Fit.LackOfFit.Known() {
		text += fmt.Sprintf(" Test of lack of fit: p = %s", fixed(a.Fit.LackOfFit, 3))
		if a.Fit.Inflation > 1 {
			text += fmt.Sprintf("; the interval is widened for it (variance times %s)", fixed(a.Fit.Inflation, 1))
		}
		text += "."
	}
	return append(legend, text)
}

// CSV writes the designs tried, in full precision.
func (s *Size) CSV(w io.Writer) error {
	head := []string{"outcome", "subgroup", "contrast", "method", "solve", "design", "clients", "power", "mcse", "low", "high", "replicates", "used"}
	var rows [][]string
	for _, a := range s.Answers() {
		for _, e := range a.Evaluations {
			rows = append(rows, []string{a.Outcome, a.Subgroup, s.Contrast, a.Method, s.Solve, e.Design.CSV(), fmt.Sprint(e.Clients), e.Power.CSV(), e.MCSE.CSV(),
				e.Low.CSV(), e.High.CSV(), fmt.Sprint(e.Replicates), fmt.Sprint(e.Used)})
		}
	}
	return writeCSV(w, head, rows)
}
