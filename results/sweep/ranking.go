package sweep

import (
	"fmt"
	"slices"

	"caseload/results/report"
	"caseload/results/run"
	"caseload/scenarios"
)

func (s *Sweep) ranking(r *run.Row) *Ranking {
	for k := range s.Rankings {
		if x := &s.Rankings[k]; x.Key == r.Key() {
			return x
		}
	}
	return nil
}

// addRanking shows how power depends on the keys: the two that matter most
// crossed, or each drawn, then all in order.
func (s *Sweep) addRanking(d *report.Document, k *Ranking, name string) {
	if len(s.Cells)-s.CellsFailed < 2 {
		return
	}
	if len(k.Maps) > 0 {
		d.Table("Power % (MCSE), "+name, s.cross(k), nil)
	} else {
		s.addBars(d, k, name)
	}
	if len(s.Keys) < 2 && !k.R2.Known() && k.NoFit == "" {
		if !k.Keys[0].Range.Known() {
			return
		}
		d.Gap()
		d.Item(fmt.Sprintf("Over the levels of %s, power varies by %s points.", s.words(0), (k.Keys[0].Range * 100).WithMCSE(k.Keys[0].RangeMCSE*100)))
		return
	}
	if k.NoFit != "" {
		d.Gap()
		d.Item("No fit to these cells: " + k.NoFit + ".")
		return
	}
	d.Table("Which key moves the power most, "+name, s.rankTable(k), s.rankLegend(k))
}

// cross is the map of the first two keys.
func (s *Sweep) cross(k *Ranking) *report.Table {
	m := &k.Maps[0]
	a, b := &s.Keys[m.A], &s.Keys[m.B]
	t := &report.Table{Columns: []report.Column{report.NumberKey(s.Labels.Key(a.Label))}}
	for _, v := range b.Levels {
		t.Columns = append(t.Columns, report.Right(s.Labels.Key(b.Label)+" "+ValueText(v)))
	}
	for i := range m.Cells {
		row := []string{ValueText(a.Levels[i])}
		for _, l := range m.Cells[i] {
			row = append(row, (l.Power * 100).WithMCSE(l.MCSE*100))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// draw draws the power at the levels of each key.
func (s *Sweep) addBars(d *report.Document, k *Ranking, name string) {
	var bars []report.Bar
	for i := range s.Keys {
		e := effectOf(k, s.Keys[i].Key)
		for _, l := range e.Levels {
			label := s.words(i) + " " + ValueText(l.Value)
			bars = append(bars, report.Bar{Label: label, Shown: (l.Power * 100).WithMCSE(l.MCSE * 100), To: l.Power * 100, Level: true})
		}
	}
	if len(bars) > 0 {
		d.Drawing("As a chart: power % (MCSE), "+name, func(width int) []string { return report.DrawBars(bars, width) }, "")
	}
}

// effectOf is what a key does.
func effectOf(k *Ranking, key string) *Effect {
	return &k.Keys[slices.IndexFunc(k.Keys, func(e Effect) bool { return e.Key == key })]
}

func (s *Sweep) rankTable(k *Ranking) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("key"), report.Right("range, points (MCSE)")}}
	fitted := s.Method == scenarios.LatinHypercube
	switch {
	case fitted:
		t.Columns = append(t.Columns, report.Right("change over the range (MCSE)"))
	case k.SD.Known():
		t.Columns = append(t.Columns, report.Right("share of variance % (MCSE)"))
	}
	for i := range k.Keys {
		e := &k.Keys[i]
		row := []string{e.Key, (e.Range * 100).WithMCSE(e.RangeMCSE * 100)}
		switch {
		case fitted:
			row = append(row, (e.Change * 100).WithMCSE(e.ChangeMCSE*100))
		case k.SD.Known():
			row = append(row, (e.Share * 100).WithMCSE(e.ShareMCSE*100))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *Sweep) rankLegend(k *Ranking) []string {
	switch {
	case s.Method == scenarios.LatinHypercube:
		return []string{fmt.Sprintf("An additive quadratic fit to the powers of %s: R2 %s. Range: largest less smallest fitted power over the key's range; "+
			"change: at its end less at its beginning.", report.Counted(k.Cells, "cell"), k.R2.WithMCSE(k.R2MCSE))}
	case s.Method == scenarios.OneAtATime:
		return []string{"Range: largest less smallest power over the levels of the key, that of the scenario included, with all other keys as written."}
	}
	text := "Range: largest less smallest power over the levels of the key, averaged over the other keys."
	switch {
	case k.Missing > 0:
		text += fmt.Sprintf(" %s missing, so that the averages are over different values of the other keys, and no share of variance is given.", are(k.Missing, "cell"))
	case k.SD.Known():
		text += fmt.Sprintf(" Share: of the variance of power between cells (SD %s points) the part between the levels of this key, corrected for Monte Carlo error. "+
			"The rest is due to interactions of keys.", (k.SD * 100).WithMCSE(k.SDMCSE*100))
	default:
		text += " The powers of the cells cannot be told apart, so that no share of variance is given."
	}
	return []string{text}
}

// are is a count with its verb.
func are(n int, thing string) string {
	if n == 1 {
		return report.Counted(n, thing) + " is"
	}
	return report.Counted(n, thing) + " are"
}
