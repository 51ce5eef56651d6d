package run

import (
	"fmt"
	"math"
	"strings"

	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// Summary returns one sentence for each primary outcome and contrast (or for the
// first outcome if none is primary): what happens, and whether a trial would
// find it.
func (r *Run) Summary() []string {
	var out []string
	anyPrimary := false
	for k := range r.Rows {
		anyPrimary = anyPrimary || r.Rows[k].Primary
	}
	said := map[[2]string]bool{}
	for k := range r.Rows {
		row := &r.Rows[k]
		chosen := row.Primary || !anyPrimary && row.Outcome == r.Rows[0].Outcome
		key := [2]string{row.Outcome, row.Contrast}
		if !chosen || row.Subgroup != r.Rows[0].Subgroup || said[key] {
			continue
		}
		said[key] = true
		out = append(out, r.sentence(r.tested(row)))
	}
	return out
}

// tested is the first row of the same outcome, group and contrast whose method
// has a test, or row itself.
func (r *Run) tested(row *Row) *Row {
	for k := range r.Rows {
		other := &r.Rows[k]
		if other.Outcome == row.Outcome && other.Subgroup == row.Subgroup && other.Contrast == row.Contrast && other.Power.Known() && !other.Interaction {
			return other
		}
	}
	return row
}

// testText says how the test decides.
func (r *Row) testText() string {
	text := map[int]string{1: "one-sided", 2: "two-sided"}[r.Sides] + fmt.Sprintf(" alpha %g", r.Alpha)
	if r.Margin.Known() {
		text += fmt.Sprintf(", margin %g", float64(r.Margin))
	}
	return text
}

// sentence says what happens in the arms of a row, and how often a trial would
// detect it.
func (r *Run) sentence(row *Row) string {
	s := fmt.Sprintf("%s: %s in the %s arm, %s in the %s arm%s. ", report.SentenceCase(r.Labels.Within(row.Outcome, row.Subgroup)),
		r.armValue(row, row.Arm), r.Labels.Arm(row.Arm), r.armValue(row, row.Control), r.Labels.Arm(row.Control),
		map[bool]string{true: ", of those alive"}[report.OfTheLiving(row.Death)])
	if row.untested {
		return s + "No power is given: a test would need a method for clusters."
	}
	if !row.Power.Known() {
		return s + "No trial could be analysed."
	}
	trial := "A trial of " + report.Counted(r.Clients, "client")
	often := fmt.Sprintf("%s %% of the time (MCSE %s; %s, %s)", (row.Power * 100).Fixed(0), (row.PowerMCSE * 100).Fixed(1), scenarios.Plain(row.Method), row.testText())
	switch {
	case row.againstMargin():
		return s + fmt.Sprintf("%s would conclude %s %s.", trial, map[string]string{scenarios.NonInferiority: "non-inferiority", scenarios.Equivalence: "equivalence"}[row.Test], often)
	case row.noEffect():
		return s + fmt.Sprintf("No effect can be told from zero: %s would find a significant one %s.", strings.ToLower(trial[:1])+trial[1:], often)
	}
	return s + fmt.Sprintf("%s would detect this %s.", trial, often)
}

// armValue is what happens in an arm, in a sentence.
func (r *Run) armValue(row *Row, arm string) string {
	for k := range r.Arms {
		a := &r.Arms[k]
		if a.Outcome != row.Outcome || a.Subgroup != row.Subgroup || a.Arm != arm {
			continue
		}
		if report.KindOf(a.Variable) == scenarios.Binary {
			return (a.Mean * 100).Fixed(1) + " %"
		}
		// Two decimals of what the standard deviation can bear.
		d := max(0, 1-int(math.Floor(portable.Log10(max(float64(a.SD), 1e-6)))))
		return a.Mean.Fixed(d) + " " + report.UnitOf(a.Variable)
	}
	return "unknown"
}
