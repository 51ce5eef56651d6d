package run

import (
	"fmt"

	"caseload/analysis"
	"caseload/analysis/performance"
	"caseload/results/report"
	"caseload/scenarios"
)

// rateText is a share with its MCSE, in percent.
func rateText(r performance.Rate) string {
	return (r.Share * 100).Fixed(1) + " (" + (r.MCSE * 100).Fixed(1) + ")"
}

// addInterim adds what comes of looks while the trial goes on, if there are any.
func (r *Run) addInterim(d *report.Document, full bool) {
	x := r.Interim
	if x == nil {
		return
	}
	d.Table("Looks at "+r.Labels.Within(x.Outcome, "all")+" while the trial goes on", r.looksTable(), nil)
	d.Paragraph(r.looksSentence())
	if full {
		d.Table("Estimates of trials that end at a look"+r.ofContrast(), r.endsTable(), []string{
			"At the decision: by what is known then. Followed up: when all who were enrolled by then have been. Both as the method gives them, as if nobody had looked before: " +
				"trials that end early for efficacy exaggerate. True effect: that of the whole trial."})
	}
	d.Gap()
	for _, text := range r.looksLegend() {
		d.Paragraph(text)
	}
}

// looksSentence says what the looks do to power, clients and time.
func (r *Run) looksSentence() string {
	x := r.Interim
	return fmt.Sprintf("With %s before the final analysis %s %% of trials reject (MCSE %s), and %s %% in favour of the arm; by the final analysis alone %s %% would. "+
		"They enrol %s clients on average (MCSE %s; 90 %% of trials %s to %s), and are decided after %s months (MCSE %s; %s to %s).",
		report.Counted(len(x.Looks)-1, "look"), (x.Power.Share * 100).Fixed(1), (x.Power.MCSE * 100).Fixed(1), (x.Favourable.Share * 100).Fixed(1), (x.PowerFixed.Share * 100).Fixed(1),
		x.Clients.Mean.Fixed(1), x.Clients.MCSE.Fixed(1), x.Clients.Low.Fixed(0), x.Clients.High.Fixed(0),
		months(x.Days.Mean), months(x.Days.MCSE), months(x.Days.Low), months(x.Days.High))
}

// months writes days as months.
func months(days report.Number) string { return (days / scenarios.DaysPerMonth).Fixed(1) }

// boundP writes the p value of a bound, which is often small.
func boundP(p report.Number) string {
	if p.Known() && p < 1e-4 {
		return "< 0.0001"
	}
	return p.Fixed(4)
}

// known is what is counted at a look.
func known(x *analysis.Interim) string {
	if x.Information == scenarios.InformationEvents {
		return "events"
	}
	return "outcomes known"
}

// looksTable has a row for each look.
func (r *Run) looksTable() *report.Table {
	x := r.Interim
	futility, harm := false, x.Sides == 2
	for k := range x.Looks {
		futility = futility || x.Looks[k].FutilityBound.Known() && !x.Looks[k].Final
		harm = harm || x.Looks[k].HarmBound.Known()
	}
	t := &report.Table{Columns: []report.Column{report.Key("look"), report.Right("day"), report.Right("enrolled"), report.Right(known(x)), report.Right("information %"),
		report.Right("bound z"), report.Right("p"), report.Right("reached %"), report.Right("efficacy % (MCSE)")}}
	if futility {
		t.Columns = append(t.Columns, report.Right("futile below z"), report.Right("futility % (MCSE)"))
	}
	if harm {
		t.Columns = append(t.Columns, report.Right("harm % (MCSE)"))
	}
	for k := range x.Looks {
		l := &x.Looks[k]
		name := fmt.Sprint(l.Look)
		if l.Final {
			name = "final"
		}
		row := []string{name, l.Day.Fixed(0), l.Enrolled.Fixed(0), l.Known.Fixed(0), (l.Share * 100).Fixed(0), l.Upper.Fixed(3), boundP(l.Level), (l.Reached * 100).Fixed(1), rateText(l.Efficacy)}
		if futility {
			bound, share := l.FutilityBound.Fixed(3), rateText(l.Futility)
			if l.Final {
				bound, share = report.Absent, report.Absent
			}
			row = append(row, bound, share)
		}
		if harm {
			row = append(row, rateText(l.Harm))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// looksLegend explains the table.
func (r *Run) looksLegend() []string {
	x := r.Interim
	text := fmt.Sprintf("Looks are by %s, at a %s alpha of %g over all looks, %s. Day, clients and bounds are means of the trials that get so far. z is large where the arm is good for clients.",
		scenarios.Plain(x.Method), map[int]string{1: "one-sided", 2: "two-sided"}[x.Sides], x.Alpha, x.Spending.Words())
	if x.Sides == 2 {
		text += " Harm: below minus the bound"
		if x.Looks[0].HarmBound.Known() {
			text += fmt.Sprintf(", or below %s before the final analysis", x.Looks[0].HarmBound.Fixed(2))
		}
		text += "."
	} else if x.Looks[0].HarmBound.Known() {
		text += fmt.Sprintf(" Harm: below %s before the final analysis.", x.Looks[0].HarmBound.Fixed(2))
	}
	texts := []string{text}
	for k := range x.Looks {
		if df := x.Looks[k].DF; df < fewDF {
			texts = append(texts, fmt.Sprintf("At look %d the test has %s degrees of freedom on average. With so few the level of looks may not be that of theory: simulate the scenario without an effect.", k+1, df.Fixed(1)))
			break
		}
	}
	return texts
}

// fewDF is below how many degrees of freedom the level of looks is to be simulated: by
// their theory increments between looks are independent and normal, which a variance of
// few clusters only comes near to.
const fewDF = 20

// endsTable has the estimates of trials that end at each look, and of all.
func (r *Run) endsTable() *report.Table {
	x := r.Interim
	scale, unit := report.Number(1), ""
	for k := range r.Rows {
		if row := &r.Rows[k]; row.Outcome == x.Outcome && row.Method == x.Method && row.Contrast == x.Contrast && row.Subgroup == "all" {
			scale, unit = row.Scale(), " "+row.unitText()
		}
	}
	t := &report.Table{Columns: []report.Column{report.Key("ends at"), report.Right("trials"), report.Right("true effect" + unit), report.Right("at the decision"), report.Right("bias (MCSE)"),
		report.Right("coverage % (MCSE)"), report.Right("followed up"), report.Right("bias (MCSE)"), report.Right("coverage % (MCSE)")}}
	add := func(name string, a, b *analysis.Estimates) {
		row := []string{name, report.Grouped(a.N), brief(x.Truth*scale, x.TruthMCSE*scale)}
		for _, e := range []*analysis.Estimates{a, b} {
			coverage := report.Absent
			if e.Coverage.Known() {
				coverage = (e.Coverage * 100).Fixed(1) + " (" + (e.CoverageMCSE * 100).Fixed(1) + ")"
			}
			row = append(row, brief(e.Mean*scale, e.MeanMCSE*scale), (e.Bias * scale).WithMCSE(e.BiasMCSE*scale), coverage)
		}
		t.Rows = append(t.Rows, row)
	}
	for k := range x.Looks {
		l := &x.Looks[k]
		name := fmt.Sprintf("look %d", l.Look)
		if l.Final {
			name = "final"
		}
		add(name, &l.AtDecision, &l.AtEnd)
	}
	add("any", &x.AtDecision, &x.AtEnd)
	return t
}
