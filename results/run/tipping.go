package run

import (
	"fmt"

	"caseload/results/report"
	"caseload/scenarios"
)

// tippingNote says at what shift of imputed outcomes the findings of a row go.
func tippingNote(row *Row, labels scenarios.Labels) string {
	x := row.Tipping
	if x.Findings == 0 {
		return "tipping point: no trial has a finding in favour of the arm"
	}
	unit := ""
	if row.Effect.OfShares() == row.Effect {
		unit = " in log odds"
	}
	text := fmt.Sprintf("tipping point: the finding goes when what is imputed %s is shifted by", labels.InArm(row.Arm))
	if !x.Delta.Known() {
		text += " more than was tried, in at least half"
	} else {
		text += fmt.Sprintf(" %s%s (MCSE %s), the median", x.Delta.Rounded(x.DeltaMCSE), unit, precision(x.DeltaMCSE, x.DeltaMCSE))
	}
	return text + fmt.Sprintf(" of %s in favour of it; %s %% of them stay at the largest shift tried", report.Counted(x.Findings, "finding"), (x.Stays*100).Fixed(1))
}
