package meta

import (
	"math"

	"caseload/analysis/meta"
	"caseload/analysis/numeric"
	"caseload/analysis/review"
	"caseload/results/report"
)

func (m *Meta) addStudies(a *review.Analysis) {
	d := a.Data
	z := -numeric.NormalQuantile(a.Question.Alpha / 2)
	for i, y := range d.Y {
		se := math.Sqrt(d.V[i])
		group := ""
		if d.Subgroup != nil {
			group = d.Subgroup[i]
		}
		trial := ""
		if d.Cluster != nil {
			trial = d.Cluster[i]
		}
		m.Studies = append(m.Studies, Study{Group: group, Trial: trial, Study: d.Study[i], Line: d.Line[i], YI: report.Number(y), VI: report.Number(d.V[i]), SE: report.Number(se),
			Low: report.Number(y - float64(z*se)), High: report.Number(y + float64(z*se)), N: report.Number(d.N[i]), Weight: report.Number(a.Weights[i])})
	}
	for _, s := range d.Skipped {
		m.Skipped = append(m.Skipped, Skipped{s.Study, s.Line, s.Column})
	}
}

func (m *Meta) addParts(a *review.Analysis) {
	part := func(name string, f *meta.Fit) Part {
		p := Part{name, *f}
		if !m.random() {
			p.Tau2 = report.Missing()
		}
		return p
	}
	for k := range a.Without {
		m.LeaveOut = append(m.LeaveOut, part(a.Left[k], &a.Without[k]))
	}
	for k := range a.UpTo {
		m.Cumulative = append(m.Cumulative, part(a.Data.Study[a.Order[k]], &a.UpTo[k]))
	}
	for i, x := range a.Influence {
		m.Influence = append(m.Influence, Influence{a.Data.Study[i], x})
	}
	if a.Groups != nil {
		m.Subgroups = &Subgroups{Between: a.Between, CommonT2: a.Common}
		for k := range a.Groups {
			m.Subgroups.Groups = append(m.Subgroups.Groups, part(a.Groups[k].Name, &a.Groups[k].Fit))
		}
	}
	if r := a.Robust; r != nil {
		m.Clusters = &Clusters{r.Clusters, report.Number(r.Between), report.Number(r.Within), report.Missing()}
		if len(r.Model) > 0 {
			m.Clusters.ModelSE = r.Model[0].SE
		}
	}
	if a.Regression != nil {
		m.Moderators = newModerators(a.Regression)
		if !m.random() {
			m.Moderators.Tau2 = report.Missing()
		}
	}
}

func newModerators(r *review.Regression) *Moderators {
	none := report.Missing()
	out := &Moderators{Status: r.Status(), QM: none, QMDF1: none, QMDF2: none, QMP: none, R2: none}
	var h meta.Heterogeneity
	var coefficients []meta.Coefficient
	if r.Robust != nil {
		h, coefficients = r.Robust.Heterogeneity, r.Robust.Coefficients
	} else {
		p := r.Plain
		h, coefficients = p.Heterogeneity, p.Coefficients
		out.QM, out.QMDF1, out.QMDF2, out.QMP, out.R2 = report.Number(p.QM), report.Number(p.QMDF1), report.Number(p.QMDF2), report.Number(p.QMP), report.Number(p.R2)
	}
	out.QE, out.QEDF, out.QEP, out.Tau2, out.I2, out.H2 = h.Q, h.QDF, h.QP, h.Tau2, h.I2, h.H2
	for k, c := range coefficients {
		out.Coefficients = append(out.Coefficients, Coefficient{r.Terms[k], c})
	}
	return out
}

func (m *Meta) addBias(a *review.Analysis) {
	m.Bias = &Bias{Mixed: newAsymmetry(a.Mixed), RankTau: report.Number(a.RankTau), RankP: report.Number(a.RankP), FailSafe: report.Number(a.FailSafe)}
	if a.Robust == nil {
		m.Bias.Egger = newAsymmetry(a.Egger)
	}
	if t := a.Trim; t != nil && t.Status == meta.OK {
		out := &TrimFill{Missing: t.Missing, Side: "left", Filled: []Outline{}, Effect: t.Fit}
		if t.Right {
			out.Side = "right"
		}
		for k, y := range t.FilledY {
			out.Filled = append(out.Filled, Outline{report.Number(y), report.Number(math.Sqrt(t.FilledV[k]))})
		}
		m.Bias.TrimFill = out
	}
}

func newAsymmetry(x meta.Asymmetry) *Asymmetry {
	s, l := x.Slope, x.Limit
	return &Asymmetry{Status: x.Status, Slope: s.Estimate, SE: s.SE, Z: s.Z, T: s.T, DF: s.DF, P: s.P, Limit: l.Estimate, Low: l.Low, High: l.High}
}

// random tells that true effects may vary.
func (m *Meta) random() bool {
	return m.Method != "fe" && m.Method != review.MantelHaenszel && m.Method != review.Peto
}
