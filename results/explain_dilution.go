package results

import (
	"cmp"
	"fmt"
	"slices"
)

// wanted is the power that trials are planned for.
const wanted = 0.80

// addDilution adds what the trial finds as the share of the target varies.
func (e *Explain) addDilution(d *Document) {
	if e.Dilution == nil {
		return
	}
	d.Table(fmt.Sprintf("Dilution: what is found by the share of %s", e.Dilution.Subgroup), e.dilutionTable(), e.dilutionLegend())
}

// dilutionTable has a row a share and test.
func (e *Explain) dilutionTable() *Table {
	v, x := e.Dilution, e.scale()
	t := &Table{Columns: []Column{NumberKey("share %"), Key("effect in")}}
	if v.Measured {
		t.Columns = append(t.Columns, Right("measured as %"), Right("of whom are %"))
	}
	t.Columns = append(t.Columns, Right("found, "+e.unitHead()),
		Right("theory, "+e.unitHead()), Right("power %"))
	for k := range v.Shares {
		s := &v.Shares[k]
		share, measured := brief(100*s.Share), []string{}
		if v.Measured {
			measured = []string{s.observed().times(100).text(), s.correct().times(100).text()}
		}
		add := func(name string, r *ExplainDiluted) {
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

func (e *Explain) dilutionLegend() []string {
	v := e.Dilution
	text := fmt.Sprintf("%s a share. Share: of clients who are %s, in truth; all, members: the effect as found (%s) in all clients and in those of the subgroup",
		Counted(v.Replicates, "replicate"), v.Subgroup, v.Method)
	if v.Interaction != "" {
		text += fmt.Sprintf("; interaction: the effect in members less that in the others (%s)", v.Interaction)
	}
	text += "; theory: the effects in members and others as written, mixed in proportion; positive is better for the client; in parentheses: MCSE."
	if v.Measured {
		text += " Membership is measured with error: the trial's members are those measured as such."
	}
	return []string{e.dilutionSentence(), text}
}

// dilutionSentence says from which share on the overall test has the power that
// is wanted.
func (e *Explain) dilutionSentence() string {
	shares := slices.SortedFunc(slices.Values(e.Dilution.Shares), func(a, b ExplainShare) int { return cmp.Compare(a.Share, b.Share) })
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
	share := func(k int) string { return brief(100*shares[k].Share) + " %" }
	switch {
	case first < 0:
		return fmt.Sprintf("The overall test has 80 %% power at none of these shares: at most %s, at %s.", power(best), share(best))
	case !always:
		return fmt.Sprintf("The overall test reaches 80 %% power at a share of %s (%s), but not at every larger one.", share(first), power(first))
	}
	return fmt.Sprintf("The overall test reaches 80 %% power at a share of %s: %s.", share(first), power(first))
}
