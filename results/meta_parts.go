package results

import (
	"math"

	"caseload/analysis/meta"
	"caseload/analysis/numeric"
	"caseload/analysis/review"
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
		m.Studies = append(m.Studies, MetaStudy{Group: group, Study: d.Study[i], Line: d.Line[i], YI: Number(y), VI: Number(d.V[i]), SE: Number(se),
			Low: Number(y - float64(z*se)), High: Number(y + float64(z*se)), N: Number(d.N[i]), Weight: Number(a.Weights[i])})
	}
	for _, s := range d.Skipped {
		m.Skipped = append(m.Skipped, MetaSkipped{s.Study, s.Line, s.Column})
	}
}

func (m *Meta) addParts(a *review.Analysis) {
	part := func(name string, f *meta.Fit) MetaPart {
		p := MetaPart{name, newMetaEffect(f)}
		if !m.random() {
			p.Tau2 = Missing()
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
		m.Influence = append(m.Influence, MetaInfluence{a.Data.Study[i], Number(x.RStudent), Number(x.DFFits), Number(x.CookD), Number(x.CovRatio), Number(x.Hat)})
	}
	if a.Groups != nil {
		m.Subgroups = &MetaSubgroups{Between: newBetween(a.Between), CommonT2: newBetween(a.Common)}
		for k := range a.Groups {
			m.Subgroups.Groups = append(m.Subgroups.Groups, part(a.Groups[k].Name, &a.Groups[k].Fit))
		}
	}
	if r := a.Robust; r != nil {
		m.Clusters = &MetaClusters{r.Clusters, Number(r.Between), Number(r.Within), Missing()}
		if len(r.Model) > 0 {
			m.Clusters.ModelSE = Number(r.Model[0].SE)
		}
	}
	if a.Regression != nil {
		m.Moderators = newModerators(a.Regression)
		if !m.random() {
			m.Moderators.Tau2 = Missing()
		}
	}
}

func newBetween(b meta.Between) MetaBetween {
	return MetaBetween{b.Status.String(), Number(b.Q), Number(b.DF), Number(b.P), Number(b.Tau2)}
}

func newModerators(r *review.Regression) *MetaModerators {
	none := Missing()
	out := &MetaModerators{Status: r.Status().String(), QM: none, QMDF1: none, QMDF2: none, QMP: none, R2: none}
	var h meta.Heterogeneity
	var coefficients []meta.Coefficient
	if r.Robust != nil {
		h, coefficients = r.Robust.Heterogeneity, r.Robust.Coefficients
	} else {
		p := r.Plain
		h, coefficients = p.Heterogeneity, p.Coefficients
		out.QM, out.QMDF1, out.QMDF2, out.QMP, out.R2 = Number(p.QM), Number(p.QMDF1), Number(p.QMDF2), Number(p.QMP), Number(p.R2)
	}
	out.QE, out.QEDF, out.QEP, out.Tau2, out.I2, out.H2 = Number(h.Q), Number(h.QDF), Number(h.QP), Number(h.Tau2), Number(h.I2), Number(h.H2)
	for k, c := range coefficients {
		z, t := zOrT(c.Stat, c.DF)
		out.Coefficients = append(out.Coefficients, MetaCoefficient{r.Terms[k], Number(c.Estimate), Number(c.SE), Number(c.Low), Number(c.High), z, t, Number(c.DF), Number(c.P)})
	}
	return out
}

func (m *Meta) addBias(a *review.Analysis) {
	m.Bias = &MetaBias{Mixed: newAsymmetry(a.Mixed), RankTau: Number(a.RankTau), RankP: Number(a.RankP), FailSafe: Number(a.FailSafe)}
	if a.Robust == nil {
		m.Bias.Egger = newAsymmetry(a.Egger)
	}
	if t := a.Trim; t != nil && t.Status == meta.OK {
		out := &MetaTrimFill{Missing: t.Missing, Side: "left", Filled: []MetaOutline{}, MetaEffect: newMetaEffect(&t.Fit)}
		if t.Right {
			out.Side = "right"
		}
		for k, y := range t.FilledY {
			out.Filled = append(out.Filled, MetaOutline{Number(y), Number(math.Sqrt(t.FilledV[k]))})
		}
		m.Bias.TrimFill = out
	}
}

func newAsymmetry(x meta.Asymmetry) *MetaAsymmetry {
	out := &MetaAsymmetry{Status: x.Status.String(), Slope: Missing(), SE: Missing(), Z: Missing(), T: Missing(), DF: Missing(), P: Missing(),
		Limit: Missing(), Low: Missing(), High: Missing()}
	if x.Status == meta.OK {
		s, l := x.Slope, x.Limit
		out.Slope, out.SE, out.DF, out.P, out.Limit, out.Low, out.High = Number(s.Estimate), Number(s.SE), Number(s.DF), Number(s.P), Number(l.Estimate), Number(l.Low), Number(l.High)
		out.Z, out.T = zOrT(s.Stat, s.DF)
	}
	return out
}

// random tells that true effects may vary.
func (m *Meta) random() bool {
	return m.Method != "fe" && m.Method != review.MantelHaenszel && m.Method != review.Peto
}
