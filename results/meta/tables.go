package meta

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"caseload/results/report"
)

// pooledTable is the effect on the scale it was pooled on.
func (m *Meta) pooledTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("measure"), report.Right("studies"), report.Right("estimate"), report.Right("SE"),
		report.Right(m.LevelText() + " interval"), report.Right("z"), report.Right("p"), report.Right("prediction interval")}}
	if !m.Estimate.Known() {
		return t
	}
	digits := m.Estimate.Decimals(m.SE)
	stat := m.Z.Fixed(2)
	if m.T.Known() {
		t.Columns[5].Head, stat = "t (df)", m.T.Fixed(2)+" ("+dfText(m.DF)+")"
	}
	between := func(low, high report.Number) string {
		if !low.Known() {
			return report.Absent
		}
		return "[" + low.Fixed(digits) + ", " + high.Fixed(digits) + "]"
	}
	p := report.Absent
	if m.P.Known() {
		p = report.PValue(m.P)
	}
	t.Rows = [][]string{{scales[m.Measure].name, strconv.Itoa(m.K), m.Estimate.Fixed(digits), m.SE.Fixed(digits), between(m.Low, m.High), stat, p, between(m.PILow, m.PIHigh)}}
	if m.Clusters != nil {
		t.Columns[1].Head = "effects"
	}
	return t
}

func (m *Meta) pooledLegend() []string {
	text := report.SentenceCase(m.MethodText()) + "; "
	switch m.Test {
	case "knapp_hartung":
		text += "standard error and t by Knapp and Hartung"
	case "cr2":
		text += "standard error robust to clusters (CR2), t with Satterthwaite degrees of freedom"
		if m.Clusters.ModelSE.Known() {
			text += "; the model's own standard error is " + m.Clusters.ModelSE.Fixed(m.Estimate.Decimals(m.SE))
		}
	default:
		text += "z test"
	}
	return []string{text + "."}
}

func (m *Meta) variationTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("Q (df)"), report.Right("p"), report.Right("tau2"), report.Right("tau"), report.Right("I2 %"), report.Right("H2")}}
	with := func(x, low, high report.Number, digits int) string {
		switch {
		case !low.Known():
			return x.Fixed(digits)
		case digits > mostDigits || high >= 1e6:
			return tauText(x) + " [" + tauText(low) + ", " + tauText(high) + "]"
		}
		return x.Fixed(digits) + " [" + low.Fixed(digits) + ", " + high.Fixed(digits) + "]"
	}
	if m.K < 2 || m.Status.Failed() {
		return t
	}
	digits := m.Tau2.Decimals(report.Missing())
	if m.Tau2 == 0 && m.Tau2High.Known() {
		digits = m.Tau2High.Decimals(report.Missing())
	}
	row := []string{m.Q.Fixed(2) + " (" + m.QDF.Fixed(0) + ")", report.PValue(m.QP), with(m.Tau2, m.Tau2Low, m.Tau2High, digits),
		tauText(report.Number(math.Sqrt(float64(m.Tau2)))), with(m.I2, m.I2Low, m.I2High, 1), with(m.H2, m.H2Low, m.H2High, 2)}
	if c := m.Clusters; c != nil && c.Between.Known() {
		t.Columns = append(t.Columns, report.Right("tau2 between trials"), report.Right("within"))
		row = append(row, tauText(c.Between), tauText(c.Within))
	}
	t.Rows = append(t.Rows, row)
	return t
}

func (m *Meta) variationLegend() string {
	text := "Q: Cochran's, of no difference between true effects; tau2: their variance; I2: its share of the variance of estimates; H2: total variance by that of sampling"
	if m.Tau2Low.Known() {
		text += fmt.Sprintf("; in brackets: %s intervals by the Q profile", m.LevelText())
	}
	return text + "."
}

// partsTable is the pooled effect of several sets of studies.
func (m *Meta) partsTable(head string, parts []Part) *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key(head), report.Right("studies"), report.Right(scales[m.Measure].short + " [" + m.LevelText() + " CI]"),
		report.Right("p"), report.Right("tau2"), report.Right("I2 %"), report.Right("Q (df)"), report.Right("p of Q")}}
	for _, p := range parts {
		pq, pp := report.Absent, report.Absent
		if p.QP.Known() {
			pq = report.PValue(p.QP)
		}
		if p.P.Known() {
			pp = report.PValue(p.P)
		}
		effect := m.ShownInterval(p.Estimate, p.Low, p.High)
		if p.Status.Failed() {
			effect = p.Status.String()
		}
		q := report.Absent
		if p.Q.Known() {
			q = p.Q.Fixed(2) + " (" + p.QDF.Fixed(0) + ")"
		}
		t.Rows = append(t.Rows, []string{p.Name, strconv.Itoa(p.K), effect, pp, tauText(p.Tau2), p.I2.Fixed(1), q, pq})
	}
	return t
}

func (m *Meta) partsLegend() []string {
	if !m.IsRatio() {
		return nil
	}
	return []string{"tau2 is on the log scale."}
}

func (m *Meta) influenceTable() *report.Table {
	t := &report.Table{Columns: []report.Column{report.Key("study"), report.Right("rstudent"), report.Right("DFFITS"), report.Right("Cook's D"), report.Right("cov. ratio"), report.Right("weight %")}}
	for _, x := range m.Influence {
		t.Rows = append(t.Rows, []string{x.Study, x.RStudent.Fixed(2), x.DFFits.Fixed(2), x.CookD.Fixed(3), x.CovRatio.Fixed(2), (x.Hat * 100).Fixed(1)})
	}
	return t
}

const influenceLegend = "rstudent: distance of the study from what the others predict, in standard errors; DFFITS: how far it moves the pooled effect, in standard errors; " +
	"Cook's D: the same, squared; cov. ratio: variance of the pooled effect without it by that with it, below 1 if the study makes the result less precise."

func (m *Meta) biasTable() *report.Table {
	b := m.Bias
	t := &report.Table{Columns: []report.Column{report.Key("method"), report.Left("what"), report.Right("estimate"), report.Right("statistic"), report.Right("p")}}
	row := func(method, what, estimate, stat string, p report.Number) {
		shown := report.Absent
		if p.Known() {
			shown = report.PValue(p)
		}
		t.Rows = append(t.Rows, []string{method, what, estimate, stat, shown})
	}
	asymmetry := func(name string, x *Asymmetry) {
		if x == nil || x.Status.Failed() {
			return
		}
		stat := "z = " + x.Z.Fixed(2)
		if x.T.Known() {
			stat = "t = " + x.T.Fixed(2) + " (" + dfText(x.DF) + ")"
		}
		row(name, "slope on the standard error", x.Slope.WithMCSE(x.SE), stat, x.P)
		row("", "effect at standard error 0", m.ShownInterval(x.Limit, x.Low, x.High), "", report.Missing())
	}
	asymmetry("Egger", b.Egger)
	if b.Egger == nil {
		asymmetry("Egger, robust", b.Mixed)
	} else if m.random() {
		asymmetry("Egger, mixed effects", b.Mixed)
	}
	if b.RankTau.Known() {
		row("rank test", "Kendall's tau", b.RankTau.Fixed(3), "", b.RankP)
	}
	if f := b.TrimFill; f != nil {
		what := "none missing"
		if f.Missing > 0 {
			what = fmt.Sprintf("%s missing on the %s", report.Plural(f.Missing, "study", "studies"), f.Side)
		}
		row("trim and fill", what, m.ShownInterval(f.Estimate, f.Low, f.High), "", f.P)
	}
	if b.FailSafe.Known() {
		row("fail-safe N", "null studies to undo p < 0.05", b.FailSafe.Fixed(0), "", report.Missing())
	}
	return t
}

func (m *Meta) biasLegend() []string {
	lines := []string{"Small studies may differ because others were not published, because they were less well done, or because they were done on other clients: no test tells which. " +
		"Trim and fill is what the pooled effect would be if the funnel were symmetric, not a correction; fail-safe N says nothing of the size of effects."}
	if m.K < fewStudies {
		lines = append(lines, fmt.Sprintf("Fewer than %d studies: these tests have next to no power.", fewStudies))
	}
	return lines
}

// metaColumns are the columns of CSV after kind and name.
var columns = []string{"kind", "name", "k", "status", "estimate", "se", "low", "high", "z", "t", "df", "p", "tau2", "i2", "h2", "q", "q_df", "q_p", "pi_low", "pi_high", "weight"}

// csv writes every effect in full: the pooled one, groups, studies, coefficients, without each
// study, up to each study, and with those filled in.
func (m *Meta) CSV(w io.Writer) error {
	var rows [][]string
	effect := func(kind, name string, e *Effect) {
		row := []string{kind, name, strconv.Itoa(e.K), e.Status.String()}
		for _, x := range []report.Number{e.Estimate, e.SE, e.Low, e.High, e.Z, e.T, e.DF, e.P, e.Tau2, e.I2, e.H2, e.Q, e.QDF, e.QP, e.PILow, e.PIHigh} {
			row = append(row, x.CSV())
		}
		rows = append(rows, append(row, ""))
	}
	effect("pooled", m.Method, &m.Effect)
	if m.Subgroups != nil {
		for k := range m.Subgroups.Groups {
			effect("subgroup", m.Subgroups.Groups[k].Name, &m.Subgroups.Groups[k].Effect)
		}
	}
	blank := func(kind, name string) []string {
		row := make([]string, len(columns))
		row[0], row[1] = kind, name
		return row
	}
	set := func(row []string, from int, xs ...report.Number) {
		for k, x := range xs {
			row[from+k] = x.CSV()
		}
		rows = append(rows, row)
	}
	if m.Moderators != nil {
		for _, c := range m.Moderators.Coefficients {
			set(blank("coefficient", c.Term), 4, c.Estimate, c.SE, c.Low, c.High, c.Z, c.T, c.DF, c.P)
		}
	}
	for _, s := range m.Studies {
		row := blank("study", s.Study)
		row[len(row)-1] = s.Weight.CSV()
		set(row, 4, s.YI, s.SE, s.Low, s.High)
	}
	for k := range m.LeaveOut {
		effect("without", m.LeaveOut[k].Name, &m.LeaveOut[k].Effect)
	}
	for k := range m.Cumulative {
		effect("up_to", m.Cumulative[k].Name, &m.Cumulative[k].Effect)
	}
	if t := m.Bias.TrimFill; t != nil {
		effect("trim_fill", t.Side, &t.Effect)
	}
	return report.WriteCSV(w, columns, rows)
}
