package figure

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"caseload/results/explain"
	"caseload/results/report"
	"caseload/scenarios"
)

// explained says what an explanation is of: everything a reader needs who sees
// the figure alone.
func explained(e *explain.Explanation) []string {
	what := fmt.Sprintf("%s (day %s; %s)", e.Labels.Within(e.Outcome, e.Subgroup), report.SixDigits(e.AtDays), e.Labels.Contrast(e.Arm, e.Control))
	if e.Set != "" && !e.Set.Everyone() {
		what += ", analysis set " + scenarios.Plain(string(e.Set))
	}
	what = fmt.Sprintf("%s: %s clients a trial, %s replicates of each of %d worlds.",
		what, report.Grouped(e.Clients), report.Grouped(e.Replicates), e.Worlds)
	if e.Partial {
		what += " Interrupted before all replicates were done."
	}
	return []string{e.Title, what}
}

// waterfallAlt is the waterfall in words.
func waterfallAlt(e *explain.Explanation) string {
	var steps []string
	for _, f := range e.BySize() {
		steps = append(steps, f.Label()+" "+signed(f.Shapley, f.ShapleyMCSE))
	}
	alt := fmt.Sprintf("Waterfall from an ideal effect of %s SMD to %s observed (positive is better for the client).",
		plain(e.Ideal.SMD, e.Ideal.MCSE), plain(e.Observed.SMD, e.Observed.MCSE))
	if len(steps) > 0 {
		alt += " Shapley values, the largest first: " + strings.Join(steps, ", ") + "."
	}
	return alt
}

func dilutionNotes(e *explain.Explanation) string {
	d := e.Dilution
	notes := []string{"Points: mean over trials with ± 1.96 Monte Carlo standard errors. Lines: theory on the left; on the right they only join the points.",
		"Positive is better for the client."}
	if d.Measured {
		notes = append(notes, measured(e))
	}
	return strings.Join(notes, " ")
}

// measured says how well members are told from others, over the shares at which
// that is known.
func measured(e *explain.Explanation) string {
	d := e.Dilution
	const fact = "Membership is measured with error"
	var correct []float64
	for _, share := range d.Shares {
		if share.Correct.Known() {
			correct = append(correct, float64(share.Correct)*100)
		}
	}
	if len(correct) == 0 {
		return fact + "."
	}
	return fmt.Sprintf("%s: of clients counted as %s, from %.0f to %.0f %% are, depending on the share.", fact, e.Labels.Subgroup(d.Subgroup), slices.Min(correct), slices.Max(correct))
}

// dilutionAlt is the dilution in words: each effect and its power at the first
// and last share at which it is known.
func dilutionAlt(e *explain.Explanation) string {
	alt := fmt.Sprintf("Effect (%s) and power by share of %s among clients.", e.Unit, e.Labels.Subgroup(e.Dilution.Subgroup))
	for _, k := range curves(e) {
		var at []string
		for j := range e.Dilution.Shares {
			s := &e.Dilution.Shares[j]
			if x := k.of(s); x.Effect.Known() {
				at = append(at, fmt.Sprintf("at a share of %.0f %% effect %s, power %s", s.Share*100, plain(x.Effect, x.EffectMCSE), plain(x.Power, x.PowerMCSE)))
			}
		}
		if len(at) > 2 {
			at = []string{at[0], at[len(at)-1]}
		}
		if len(at) > 0 {
			alt += " " + k.name + ": " + strings.Join(at, "; ") + "."
		}
	}
	return alt
}

// stem names a figure of an explanation's outcome and subgroup.
func stem(kind string, e *explain.Explanation) string {
	name := kind + "-" + e.Outcome
	if e.Subgroup != "all" {
		name += "-" + e.Subgroup
	}
	return fileName(name)
}

// fileName is a name in letters that every file system takes.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, name)
}
