package run

import (
	"fmt"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
)

// bestTable is how often each regime is named as the best.
func (r *Run) bestTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Left("regime"), report.Right("true mean"), report.Right("named best, % of trials"), report.Right("rightly named, % (MCSE)")}}
	for k := range r.Best {
		b := &r.Best[k]
		for j, x := range b.Regimes {
			outcome, right := "", ""
			if j == 0 {
				outcome, right = r.Labels.Outcome(b.Outcome), (b.Right * 100).WithMCSE(b.MCSE*100)
			}
			mean := x.Mean.Fixed(2)
			if b.Variable.Kind == scenarios.Binary {
				mean = (x.Mean * 100).Fixed(1) + " %"
			}
			name := r.Labels.Arm(x.Regime)
			if x.Right {
				name += " *"
			}
			t.Rows = append(t.Rows, []string{outcome, name, mean, (x.Named * 100).Fixed(1), right})
		}
	}
	return t
}

var bestLegend = []string{"True mean: if everyone follows the regime. Named best: it has the best weighted mean of the trial. Rightly: a regime marked by *, whose true mean is within 0.02 standard deviations of the best one."}

// decisionTable says when it is decided anew what clients get; it is empty if it is not.
func decisionTable(sc *scenarios.Scenario) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("decision"), report.Left("arms"), report.Right("days"), report.Left("for whom"), report.Left("known by"), report.Left("what is done")}}
	labels := sc.Labels()
	for k := range sc.Decisions {
		d := &sc.Decisions[k]
		arms, who := "all", "all"
		if len(d.Arms) > 0 {
			arms = strings.Join(mapped(d.Arms, labels.Arm), ", ")
		}
		if d.When != "" {
			who = d.When
		}
		t.Rows = append(t.Rows, []string{labels.Decision(d.Name), arms, decisionDays(d), who, knownBy(d), done(d, labels)})
	}
	return t
}

// decisionDays are the days of a decision in words.
func decisionDays(d *scenarios.Decision) string {
	if d.EveryDays == 0 {
		return report.SixDigits(d.AtDays)
	}
	return fmt.Sprintf("%s, every %s, to %s", report.SixDigits(d.AtDays), report.SixDigits(d.EveryDays), report.SixDigits(d.UntilDay))
}

// knownBy says by what it is found who meets a decision.
func knownBy(d *scenarios.Decision) string {
	switch {
	case d.When == "":
		return ""
	case d.MeasuredBy == "":
		return "true state"
	case d.Missing == scenarios.MissingAct:
		return scenarios.Plain(d.MeasuredBy) + "; missed: as if met"
	}
	return scenarios.Plain(d.MeasuredBy) + "; missed: as if not met"
}

// done says what a decision does.
func done(d *scenarios.Decision, labels scenarios.Labels) string {
	if !d.Randomizes() {
		return changes(d.Add, d.Stop, labels)
	}
	var parts []string
	for _, o := range d.Randomize {
		name := o.Label
		if name == "" {
			name = scenarios.Plain(o.Name)
		}
		parts = append(parts, fmt.Sprintf("%d %s (%s)", o.Ratio, name, changes(o.Add, o.Stop, labels)))
	}
	return "randomize " + strings.Join(parts, " : ")
}

// changes says which programs are added and stopped.
func changes(add, stop []string, labels scenarios.Labels) string {
	var parts []string
	if len(add) > 0 {
		parts = append(parts, "add "+report.Series(mapped(add, labels.Program)))
	}
	if len(stop) > 0 {
		parts = append(parts, "stop "+report.Series(mapped(stop, labels.Program)))
	}
	if len(parts) == 0 {
		return "no change"
	}
	return strings.Join(parts, ", ")
}

// mapped returns what a function makes of each name.
func mapped(names []string, of func(string) string) (list []string) {
	for _, name := range names {
		list = append(list, of(name))
	}
	return list
}

// regimeTable lists the regimes.
func regimeTable(sc *scenarios.Scenario) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("regime"), report.Left("begins in"), report.Left("and then")}}
	labels := sc.Labels()
	for k := range sc.Regimes {
		r := &sc.Regimes[k]
		var parts []string
		for j := range sc.Decisions {
			if option, ok := r.Options[sc.Decisions[j].Name]; ok {
				parts = append(parts, labels.Arm(sc.Decisions[j].Name+"."+option))
			}
		}
		t.Rows = append(t.Rows, []string{labels.Arm(r.Name), labels.Arm(r.Arm), strings.Join(parts, "; ")})
	}
	return t
}
