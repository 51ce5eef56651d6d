package explorer

import (
	"fmt"
	"math"
	"strings"

	"caseload/analysis/measure"
	"caseload/analysis/verdict"
	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
	"caseload/sim/portable"
)

// People puts the true effect of a row into people. A difference of shares is so many of
// 100 clients. Of other outcomes it is the share of clients of the control arm to whom a
// typical client of the other arm is superior, Cohen's U3, which takes the outcome as
// normal (Cohen 1988, Statistical Power Analysis, section 2.2). The verdict on the effect
// is that of all commands.
func People(row *run.Row, l scenarios.Labels) string {
	switch {
	case !row.Truth.Known():
		return ""
	case row.Verdict == verdict.CannotTell:
		return "So many trials can't tell yet whether clients are better off."
	case !row.Verdict.Effect():
		return "The arms differ by nothing of a size that matters."
	case row.Effect.Scale() == measure.Share:
		return share(row, l)
	}
	n := math.Round(50 * portable.Erfc(-math.Abs(float64(row.TruthSD))/math.Sqrt2))
	than := "better"
	if row.TruthSD < 0 {
		than = "worse"
	}
	if n <= 50 {
		return fmt.Sprintf("A typical client of %s does hardly %s than one of %s.", l.TheArm(row.Arm), than, l.TheArm(row.Control))
	}
	return fmt.Sprintf("A typical client of %s does %s than %.0f of 100 clients of %s.", l.TheArm(row.Arm), than, n, l.TheArm(row.Control))
}

// share says how many more or fewer of 100 clients have the outcome.
func share(row *run.Row, l scenarios.Labels) string {
	n := math.Round(100 * math.Abs(float64(row.Truth)))
	more := "more"
	if row.Truth < 0 {
		more = "fewer"
	}
	text := fmt.Sprintf("Of 100 clients, %.0f %s", n, more)
	if n == 0 {
		text = "Of 100 clients, not even one " + more
	}
	return text + ": " + lowerFirst(l.Outcome(row.Outcome)) + "."
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// withError is a number with its unit and its Monte Carlo standard error, "" if there is
// none.
func withError(x, mcse report.Number, unit string) string {
	if !x.Known() {
		return ""
	}
	d := x.Decimals(mcse)
	text := x.Fixed(d) + unit
	if mcse.Known() {
		text += " (MCSE " + mcse.Fixed(d) + ")"
	}
	return text
}

// unitOf is the unit of an effect as shown.
func unitOf(row *run.Row) string {
	name := row.MeasureName()
	if _, unit, ok := strings.Cut(name, ", "); ok {
		return unit
	}
	return name
}
