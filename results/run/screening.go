package run

import (
	"fmt"

	"caseload/results/report"
	"caseload/scenarios"
)

// addScreening adds which factors of a factorial trial would be kept for each outcome.
func (r *Run) addScreening(d *report.Document) {
	if len(r.Screening) == 0 {
		return
	}
	t := &report.Table{Columns: []report.Column{report.Key("outcome"), report.Key("factor"), report.Left("is kept if"), report.Left("to keep"), report.Right("kept, % [95 % CI]")}}
	for k := range r.Screening {
		s := &r.Screening[k]
		outcome := r.Labels.Outcome(s.Outcome)
		for j, f := range s.Factors {
			rule := "significant and good (" + scenarios.Plain(f.Method) + ")"
			if s.Above.Known() {
				rule = fmt.Sprintf("better by more than %g (%s)", float64(s.Above), scenarios.Plain(f.Method))
			}
			if j > 0 {
				outcome = ""
			}
			t.Rows = append(t.Rows, []string{outcome, r.Labels.Program(f.Factor), rule, f.Keep, shareText(f.Kept)})
		}
		t.Rows = append(t.Rows, []string{"", "exactly those to keep", "", "", shareText(s.Right)})
	}
	d.Table("Which factors a trial would keep", t, []string{"To keep: the true main effect is good and of a size that matters or, with keep_above, larger than that; " +
		"exactly those to keep: share of trials that keep them and no other factor; -: there are too few trials to tell which are to be kept."})
}
