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
		m.Studies = append(m.Studies, Study{Group: group, Study: d.Study[i], Line: d.Line[i], YI: report.Number(y), VI: report.Number(d.V[i]), SE: report.Number(se),
			Low: report.Number(y - float64(z*se)), High: report.Number(y + float64(z*se)), N: report.Number(d.N[i]), Weight: report.Number(a.Weights[i])})
	}
	for _, s := range d.Skipped {
		m.Skipped = append(m.Skipped, Skipped{s.Study, s.Line, s.Column})
	}
}

func (m *Meta) addParts(a *review.Analysis) {
	part := func(name string, f *meta.Fit) Part {
		p := Part{name, newEffect(f)}
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
		m.Influence = append(m.Influence, Influence{a.Data.Study[i], report.Number(x.RStudent), report.Number(x.DFFits), report.Number(x.CookD), report.Number(x.CovRatio), report.Number(x.Hat)})
	}
	if a.Groups != nil {
		m.Subgroups = &Subgroups{Between: newBetween(a.Between), CommonT2: newBetween(a.Common)}
		for k := range a.Groups {
			m.Subgroups.Groups = append(m.Subgroups.Groups, part(a.Groups[k].Name, &a.Groups[k].Fit))
		}
	}
	if r := a.Robust; r != nil {
		m.Clusters = &Clusters{r.Clusters, report.Number(r.Between), report.Number(r.Within), report.Missing()}
		if len(r.Model) > 0 {
			m.Clusters.ModelSE = report.Number(r.Model[0].SE)
		}
	}
	if a.Regression != nil {
		m.Moderators = newModerators(a.Regression)
		if !m.random() {
			m.Moderators.Tau2 = report.Missing()
		}
	}
}

func newBetween(b meta.Between) Between {
	return Between{b.Status.String(), report.Number(b.Q), report.Number(b.DF), report.Number(b.P), report.Number(b.Tau2)}
}

func newModerators(r *review.Regression) *Moderators {
	none := report.Missing()
	out := &Moderators{Status: r.Status().String(), QM: none, QMDF1: none, QMDF2: none, QMP: none, R2: none}
	var h meta.Heterogeneity
	var coefficients []meta.Coefficient
	if r.Robust != nil {
		h, coefficients = r.Robust.Heterogeneity, r.Robust.Coefficients
	} else {
		p := r.Plain
		h, coefficients = p.Heterogeneity, p.Coefficients
		out.QM, out.QMDF1, out.QMDF2, out.QMP, out.R2 = report.Number(p.QM), report.Number(p.QMDF1), report.Number(p.QMDF2), report.Number(p.QMP), report.Number(p.R2)
	}
	out.QE, out.QEDF, out.QEP, out.Tau2, out.I2, out.H2 = report.Number(h.Q), report.Number(h.QDF), report.Number(h.QP), report.Number(h.Tau2), report.Number(h.I2), report.Number(h.H2)
	for k, c := range coefficients {
		z, t := zOrT(c.Stat, c.DF)
		out.Coefficients = append(out.Coefficients, Coefficient{r.Terms[k], report.Number(c.Estimate), report.Number(c.SE), report.Number(c.Low), report.Number(c.High), z, t, report.Number(c.DF), report.Number(c.P)})
	}
	return out
}

func (m *Meta) addBias(a *review.Analysis) {
	m.Bias = &Bias{Mixed: newAsymmetry(a.Mixed), RankTau: report.Number(a.RankTau), RankP: report.Number(a.RankP), FailSafe: report.Number(a.FailSafe)}
	if a.Robust == nil {
		m.Bias.Egger = newAsymmetry(a.Egger)
	}
	if t := a.Trim; t != nil && t.Status == meta.OK {
		out := &TrimFill{Missing: t.Missing, Side: "left", Filled: []Outline{}, Effect: newEffect(&t.Fit)}
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
	out := &Asymmetry{Status: x.Status.String(), Slope: report.Missing(), SE: report.Missing(), Z: report.Missing(), T: report.Missing(), DF: report.Missing(), P: report.Missing(),
		Limit: report.Missing(), Low: report.Missing(), High: report.Missing()}
	if x.Status == meta.OK {
		s, l := x.Slope, x.Limit
		out.Slope, out.SE, out.DF, out.P, out.Limit, out.Low, out.High = report.Number(s.Estimate), report.Number(s.SE), report.Number(s.DF), report.Number(s.P), report.Number(l.Estimate), report.Number(l.Low), report.Number(l.High)
		out.Z, out.T = zOrT(s.Stat, s.DF)
	}
	return out
}

// random tells that true effects may vary.
func (m *Meta) random() bool {
	return m.Method != "fe" && m.Method != review.MantelHaenszel && m.Method != review.Peto
}
