package run

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// Summary returns one sentence for each primary outcome and contrast (or for the
// first outcome if none is primary): what happens, and whether a trial would
// find it.
func (r *Run) Summary() []string {
	anyPrimary := false
	for k := range r.Rows {
		anyPrimary = anyPrimary || r.Rows[k].Primary
	}
	return r.sentences(func(row *Row) bool { return row.Primary || !anyPrimary && row.Outcome == r.Rows[0].Outcome })
}

// About returns the sentences about some outcomes, those of Summary where they are
// primary.
func (r *Run) About(outcomes ...string) []string {
	return r.sentences(func(row *Row) bool { return slices.Contains(outcomes, row.Outcome) })
}

// sentences returns one for each outcome and contrast of the chosen rows.
func (r *Run) sentences(chosen func(*Row) bool) (out []string) {
	said := map[[2]string]bool{}
	for k := range r.Rows {
		row := &r.Rows[k]
		key := [2]string{row.Outcome, row.Contrast}
		if !chosen(row) || row.Subgroup != r.Rows[0].Subgroup || said[key] {
			continue
		}
		said[key] = true
		out = append(out, r.sentence(r.tested(row)))
	}
	return out
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
	s := fmt.Sprintf("%s: %s %s, %s %s%s. ", report.SentenceCase(r.Labels.Within(row.Outcome, row.Subgroup)),
		r.armValue(row, row.Arm), r.Labels.InArm(row.Arm), r.armValue(row, row.Control), r.Labels.InArm(row.Control),
		map[bool]string{true: ", of those alive"}[report.OfTheLiving(row.Death)])
	if why := row.noPower(); why != "" {
		return s + r.judged(row) + why
	}
	trial := "A trial of " + r.ofClients()
	often := fmt.Sprintf("%s %% of the time (%s; %s, %s)", (row.chance().value * 100).Fixed(0), row.PowerError(), scenarios.Plain(row.Method), row.testText())
	if row.Drawn != nil {
		return s + r.assured(row, trial, often) + r.failed(row) + r.asked(row) + r.beyond(row)
	}
	return s + r.finding(row, trial, often) + r.failed(row) + r.asked(row) + r.beyond(row)
}

// failed says how many fits failed, where they are more than one in a hundred.
func (r *Run) failed(row *Row) string {
	if !row.manyFailed(r) {
		return ""
	}
	text := fmt.Sprintf(" Of the fits %s %% failed and reject nothing", report.Number(100*float64(row.Failed)/float64(r.Replicates)).Fixed(1))
	if row.PowerFitted.Known() {
		text += fmt.Sprintf("; of the others %s %% reject", (row.PowerFitted * 100).Fixed(0))
	}
	return text + "."
}

// PowerError is the error of a power, or an assurance, in words: its MCSE, or where all trials agree,
// so that this is zero, its Wilson interval.
func (r *Row) PowerError() string {
	c := r.chance()
	if c.mcse == 0 {
		return fmt.Sprintf("95 %% CI %s to %s", (c.low * 100).Fixed(1), (c.high * 100).Fixed(1))
	}
	return "MCSE " + (c.mcse * 100).Fixed(1)
}

// finding says how often a trial detects what there is, by the verdict on it.
func (r *Run) finding(row *Row, trial, often string) string {
	switch {
	case row.againstMargin():
		return fmt.Sprintf("%s would conclude %s %s.", trial, map[string]string{scenarios.NonInferiority: "non-inferiority", scenarios.Equivalence: "equivalence"}[row.Test], often)
	case row.Verdict.Effect():
		return fmt.Sprintf("%s would detect this %s %s.", trial, row.Verdict.Words(row.VerySmall()), often)
	}
	return fmt.Sprintf("%s: %s would find a significant difference %s.", r.unfound(row), strings.ToLower(trial[:1])+trial[1:], often)
}

// unfound says that there is no effect to speak of, or that the trials can't tell; of a
// comparison that has no truth, why.
func (r *Run) unfound(row *Row) string {
	switch {
	case r.untrue(row):
		return "The trial has no true effect to compare this with, since clients share places or case managers"
	case row.Verdict == verdict.CannotTell && r.Replicates < verdict.Enough:
		return fmt.Sprintf("Fewer than %d trials can't tell whether there is an effect", verdict.Enough)
	case row.Verdict == verdict.CannotTell:
		return "These trials can't tell whether there is an effect"
	}
	return "The arms differ by nothing of a size that matters"
}

// untrue reports whether the comparison has no truth in the trial: each regime's clients meet
// those of the others, so that what comes of it depends on how many follow which.
func (r *Run) untrue(row *Row) bool { return r.SharedQueues && !row.Truth.Known() }

// judged is the verdict by itself, where no power is given; nothing where there is no
// truth.
func (r *Run) judged(row *Row) string {
	switch {
	case !row.Truth.Known():
		return ""
	case row.Verdict.Effect():
		return fmt.Sprintf("This is a %s. ", row.Verdict.Words(row.VerySmall()))
	}
	return r.unfound(row) + ". "
}

// beyond says what the effect is when everyone gets it, where that differs from the
// trial by more than chance, or the trial has none.
func (r *Run) beyond(row *Row) string {
	if r.untrue(row) && row.TruthRollout.Known() && r.Replicates >= fewest {
		x := row.Scale()
		return fmt.Sprintf(" With all clients treated in the one way or in the other, and the same staff and slots, the effect is %s %s.",
			brief(row.TruthRollout*x, row.RolloutMCSE*x), row.unitText())
	}
	if !r.SharedQueues || r.inPeriods || r.Replicates < fewest || row.Set.FromEntry() || !row.rolloutDiffers() {
		return ""
	}
	x, unit := row.Scale(), " "+row.unitText()
	return fmt.Sprintf(" In the trial the effect is %s%s; with everyone in the one arm or in the other, and the same staff and slots, it is %s%s.",
		brief(row.Truth*x, row.TruthMCSE*x), unit, brief(row.TruthRollout*x, row.RolloutMCSE*x), unit)
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
