package explain

import (
	"cmp"
	"fmt"
	"slices"

	"caseload/results/report"
	"caseload/scenarios"
)

// wanted is the power that trials are planned for.
const wanted = 0.80

// addDilution adds what the trial finds as the share of the target varies.
func (e *Explanation) addDilution(d *report.Document) {
	if e.Dilution == nil {
		return
	}
	d.Table(fmt.Sprintf("Dilution: what is found by the share of %s", e.Dilution.Subgroup), e.dilutionTable(), e.dilutionLegend())
}

// dilutionTable has a row a share and test.
func (e *Explanation) dilutionTable() *report.Table {
	v, x := e.Dilution, e.scale()
	t := &report.Table{Columns: []report.Column{report.NumberKey("share %"), report.Key("effect in")}}
	if v.Measured {
		t.Columns = append(t.Columns, report.Right("measured as %"), report.Right("of whom are %"))
	}
	t.Columns = append(t.Columns, report.Right("found, "+e.unitHead()),
		report.Right("theory, "+e.unitHead()), report.Right("power %"))
	for k := range v.Shares {
		s := &v.Shares[k]
		share, measured := report.SixDigits(100*s.Share), []string{}
		if v.Measured {
			measured = []string{s.observed().times(100).text(), s.correct().times(100).text()}
		}
		add := func(name string, r *Diluted) {
			cells := append([]string{share, name}, measured...)
			t.Rows = append(t.Rows, append(cells, r.effect().times(x).text(), r.theory().times(x).text(), r.power().times(100).text()))
			share, measured = "", make([]string, len(measured)) // said once a share
		}
		add("all", &s.Overall)
		add("members", &s.Member)
		if v.Interaction != "" {
			add("interaction", &s.Interaction)
		}
	}
	return t
}

func (e *Explanation) dilutionLegend() []string {
	v := e.Dilution
	text := fmt.Sprintf("%s for each share. Share: of clients who truly belong to %s; all, members: the effect estimated (%s) in all clients and in the members of the subgroup",
		report.Counted(v.Replicates, "replicate"), e.Labels.Subgroup(v.Subgroup), scenarios.Plain(v.Method))
	if v.Interaction != "" {
		text += fmt.Sprintf("; interaction: the effect in members less the effect in others (%s)", scenarios.Plain(v.Interaction))
	}
	text += "; theory: the mean of the effects in members and others, weighted by the share; positive is better for the client; in parentheses: MCSE."
	if v.Measured {
		text += " Membership is measured with error. The members are those measured as members."
	}
	return []string{e.dilutionSentence(), text}
}

// dilutionSentence says from which share on the overall test has the power that
// is wanted.
func (e *Explanation) dilutionSentence() string {
	shares := slices.SortedFunc(slices.Values(e.Dilution.Shares), func(a, b Share) int { return cmp.Compare(a.Share, b.Share) })
	first, best, always := -1, -1, true
	for k := range shares {
		p := shares[k].Overall.Power
		if !p.Known() {
			continue
		}
		if best < 0 || p > shares[best].Overall.Power {
			best = k
		}
		switch {
		case p >= wanted && first < 0:
			first = k
		case p < wanted && first >= 0:
			always = false
		}
	}
	if best < 0 {
		return "The power of the overall test is not known."
	}
	power := func(k int) string { return shares[k].Overall.power().percent() }
	share := func(k int) string { return report.SixDigits(100*shares[k].Share) + " %" }
	switch {
	case first < 0:
		return fmt.Sprintf("The overall test reaches 80 %% power at none of these shares. The highest is %s, at %s.", power(best), share(best))
	case !always:
		return fmt.Sprintf("The overall test reaches 80 %% power at a share of %s (%s), but not at every larger share.", share(first), power(first))
	}
	return fmt.Sprintf("The overall test reaches 80 %% power at a share of %s: %s.", share(first), power(first))
}
