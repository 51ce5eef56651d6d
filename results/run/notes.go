package run

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/analysis"
	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/scenarios"
)

// notes are footnotes to rows: each text once, numbered in order of appearance.
type notes struct {
	texts []string
}

// notes are those of all rows.
func (r *Run) notes() *notes {
	n := &notes{}
	for k := range r.Rows {
		n.of(&r.Rows[k], r)
	}
	return n
}

// of adds the notes that a row deserves.
func (n *notes) of(row *Row, run *Run) {
	for _, text := range warnings(row, run) {
		if !slices.Contains(n.texts, text) {
			n.texts = append(n.texts, text)
		}
	}
}

// marks are the superscripts of the notes on a row.
func (n *notes) marks(row *Row, run *Run) string {
	own := warnings(row, run)
	var marks []string
	for k, text := range n.texts {
		if slices.Contains(own, text) {
			marks = append(marks, report.Superscript(k+1))
		}
	}
	if len(marks) == 0 {
		return ""
	}
	return " " + strings.Join(marks, "·")
}

// lines are the notes under a table.
func (n *notes) lines() []string {
	lines := make([]string, len(n.texts))
	for k, text := range n.texts {
		lines[k] = report.Superscript(k+1) + " " + text
	}
	return lines
}

// warnings say how a row's numbers are to be read.
func warnings(row *Row, run *Run) []string {
	var w []string
	add := func(format string, args ...any) { w = append(w, fmt.Sprintf(format, args...)) }
	if row.Failed > 0 {
		add("%s of %s failed (%s): they reject nothing, and all numbers but the power are about the others", report.Grouped(row.Failed), report.Counted(run.Replicates, "fit"), report.FailureCounts(row.Failures))
	}
	if m, _ := scenarios.LookupMethod(row.Method); m.TestOnly {
		add("%s is a test: there is no estimate", scenarios.Plain(row.Method))
	} else if n := row.TestsAlone; n > 0 {
		add("%s of %s have a test and no estimate, as where nobody in an arm has the event: the power counts them, and the other numbers are about the rest", report.Grouped(n), report.Counted(run.Replicates, "fit"))
	}
	if n := row.Boundary; n > 0 {
		add("a variance was estimated as zero in %s of %s: those estimates stand, as if clients of one case manager or cluster were not alike, or counts not overdispersed", report.Grouped(n), report.Counted(run.Replicates, "fit"))
	}
	if row.untested {
		w = append(w, ClusterNote(run.Clustered))
	}
	w = append(w, report.EventNotes(row.Death, row.Events, row.AtDays)...)
	if note := report.BeyondDeath(row.Death, row.Method); note != "" {
		w = append(w, note)
	}
	w = append(w, report.BeyondEvents(row.Events, row.Method)...)
	if row.Tipping != nil {
		w = append(w, tippingNote(row, run.Labels))
	}
	if row.tippingLost {
		add("tipping point not given: it can't be had at another level than that of the run")
	}
	if note := report.MissingNote(row.missing, row.Variable); note != "" {
		w = append(w, note)
	}
	if row.change {
		add("the change from day 0, both as measured; standardized differences are in SDs of the change")
	}
	if row.Interaction {
		add("the effect in the subgroup less that in the rest")
	}
	if row.Set.FromEntry() {
		rolledOut := ""
		if run.SharedQueues {
			rolledOut = ", each with everyone in it: queues are then those of all clients, not of the trial"
		}
		add("set entered: conditions on something that happens after randomization; the truth is the contrast among clients who would enter in either arm%s", rolledOut)
	}
	if row.Set.AsReceived() {
		add("set %s: chosen or compared by what happened after randomization; the truth is the contrast among %s", row.Set, map[scenarios.Set]string{
			scenarios.SetPerProtocol: "clients who would follow the plan in either arm",
			scenarios.SetAsTreated:   "compliers, who would have a contact in the treated arm and none in control"}[row.Set])
	}
	if row.Method == "cace" {
		add("the truth is the effect among compliers, who would have a contact in the treated arm and none in control")
	}
	if row.Limits == "lost" {
		add("interval and coverage not given: they can't be had at another level than that of the run")
	}
	if row.Effect.Sooner() {
		add("a %s above 0 means sooner, which is %s for the client", row.Effect, map[bool]string{true: "better", false: "worse"}[row.Direction() > 0])
	}
	if row.Drawn != nil {
		add("power, coverage, relative bias, RMSE, and type S and M not given: they are conditional on a scenario, and what is not known is drawn anew in each trial")
		if !row.Bias.Known() {
			add("bias not given: there is a truth of each trial's own only for differences of means and shares")
		}
	}
	if row.Drawn == nil && row.Truth.Known() && row.uncertain() && !row.untested && !row.againstMargin() {
		add("type S and M not given: the truth is within 3 MCSE of zero; if it is zero, the power is the type I error")
	}
	if run.Biased(row) {
		add("biased: the mean estimate is more than 3 MCSE from the truth, and more than a tenth of a standard error or a twentieth of the truth")
	}
	if run.TooNarrow(row) {
		add("intervals too narrow: coverage is more than 3 MCSE below %g %%, and below %.4g %%", 100*(1-row.level()), 100*verdict.LeastCoverage(row.level()))
	}
	return w
}

// clusterNote says why there are no tests where clusters were randomized, and
// what would be needed.
func ClusterNote(by scenarios.RandomizedUnit) string {
	return fmt.Sprintf("no standard error, interval, p value or power: %ss were randomized with all their clients. "+
		"Clients of one cluster are alike, but this method takes them as independent, so that its standard error would be too small and it would reject too often. "+
		"A test would need a method for clusters (a random effect for them, a standard error robust to them with a correction for few, or an analysis of their means) "+
		"with degrees of freedom by the number of clusters", by.Words())
}

// level is one less the level of the row's intervals.
func (r *Row) level() float64 { return IntervalAlpha(r.Alpha, r.Sides) }

// IntervalAlpha returns one less the level of the intervals of a test.
func IntervalAlpha(alpha float64, sides int) float64 {
	t := analysis.Test{Alpha: alpha, Sides: sides}
	return t.IntervalAlpha()
}

// againstMargin tells whether the test is about more than no effect.
func (r *Row) againstMargin() bool {
	return r.Test == scenarios.NonInferiority || r.Test == scenarios.Equivalence
}

// uncertain tells that the truth is so near zero that nothing is to be divided by it.
func (r *Row) uncertain() bool {
	return r.null() || !(math.Abs(float64(r.Truth)) >= report.ClearMCSEs*float64(r.TruthMCSE))
}

// null tells that the truth is zero but for rounding.
func (r *Row) null() bool {
	rounding := max(report.Negligible, 1e-6*float64(r.EmpiricalSE))
	return r.Truth.Known() && math.Abs(float64(r.Truth)) < rounding && !(float64(r.TruthMCSE) > rounding)
}

// rolloutDiffers tells that trial and policy have different effects, beyond
// the error of both.
func (r *Row) rolloutDiffers() bool {
	return verdict.Apart(float64(r.Truth), float64(r.TruthMCSE), float64(r.TruthRollout), float64(r.RolloutMCSE))
}
