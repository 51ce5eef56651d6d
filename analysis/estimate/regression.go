package estimate

import "caseload/sim/portable"

// regression is a generalized linear model of the outcome: the intercept, the
// arm, perhaps the subgroup and its product with the arm, and the covariates,
// in this order. Counts have the log exposure as offset.
type regression struct {
	family      family
	interaction bool
	shares      bool // of a share: there are no exposures
}

// exposed reports whether the log exposure is an offset.
func (m regression) exposed() bool {
	return (m.family == poissonLog || m.family == negbinLog) && !m.shares
}

// needs of the model's columns.
func (m regression) needs() Needs {
	var needs Needs
	if m.interaction {
		needs |= Members
	}
	if m.exposed() {
		needs |= Exposures
	}
	return needs
}

// lead returns the number of columns before the covariates.
func (m regression) lead() int {
	if m.interaction {
		return 4
	}
	return 2
}

// effect returns the column of which the effect is the coefficient.
func (m regression) effect() int { return m.lead() - 1 }

// row of the design for a row of the data.
func (m regression) row(d *Data, i int, row []float64) {
	arm := float64(bit(d.Treated[i]))
	row[0], row[1] = 1, arm
	if m.interaction {
		member := float64(bit(d.Member[i]))
		row[2], row[3] = member, arm*member
	}
	for j, x := range d.X {
		row[m.lead()+j] = x[i]
	}
}

func (m regression) offset(d *Data, i int) float64 {
	if !m.exposed() {
		return 0
	}
	return portable.Log(d.Exposure[i])
}

// fit the model in w.glm. Beta starts at intercept and arm, and other
// coefficients at zero.
func (m regression) fit(d *Data, intercept, arm float64, w *Work) Status {
	g := &w.glm
	if status := m.load(d, g); status != OK {
		return status
	}
	return g.maximizeFrom(intercept, arm)
}

// load the data, covariates centred.
func (m regression) load(d *Data, g *glmWork) Status {
	lead := m.lead()
	g.family = m.family
	g.resize(len(d.Y), lead+len(d.X))
	g.asked = m.effect()
	clear(g.centre)
	m.leading(d, g)
	for j, x := range d.X {
		mean, ok := centre(g.column(lead+j), x)
		if !ok {
			return BadData
		}
		g.centre[lead+j] = mean
	}
	copy(g.y, d.Y)
	if m.family == poissonLog || m.family == negbinLog {
		m.offsets(d, g.offset)
	}
	return OK
}

// leading fills the columns before the covariates.
func (m regression) leading(d *Data, g *glmWork) {
	one, arm := g.column(0), g.column(1)
	for i, treated := range d.Treated {
		one[i], arm[i] = 1, float64(bit(treated))
	}
	if !m.interaction {
		return
	}
	member, both := g.column(2), g.column(3)
	for i, in := range d.Member {
		member[i] = float64(bit(in))
		both[i] = arm[i] * member[i]
	}
}

// offsets fills the logarithms of the exposures.
func (m regression) offsets(d *Data, offset []float64) {
	if !m.exposed() {
		clear(offset)
		return
	}
	exposure, logExposure := 1.0, 0.0 // of the row before, mostly the same
	for i, e := range d.Exposure {
		if e != exposure {
			exposure, logExposure = e, m.offset(d, i)
		}
		offset[i] = logExposure
	}
}

// effectOf a model fitted, with its variance by the information. ZeroVariance:
// other columns determine that of the effect.
func (m regression) effectOf(g *glmWork) (value, variance float64, status Status) {
	if g.aliased(m.effect()) {
		return 0, 0, ZeroVariance
	}
	return g.beta[m.effect()], g.modelVariance(m.effect()), OK
}

// score adds the derivative of the log likelihood at beta, of columns not
// centred, and the information, expected and row by row.
func (m regression) score(d *Data, beta, score, information []float64, stride int, alpha float64, w *Work) {
	d.check(m.needs())
	p := m.lead() + len(d.X)
	w.glm.gradient = resize(w.glm.gradient, p)
	row := w.glm.gradient
	for i, y := range d.Y {
		m.row(d, i, row)
		_, _, _, residual, weight := m.family.terms(y, m.offset(d, i)+dot(row, beta[:p]), alpha)
		for j, x := range row {
			score[j] += float64(residual * x)
			wx := weight * x
			out := information[j*stride : j*stride+p]
			for k := range out {
				out[k] += float64(wx * row[k])
			}
		}
	}
}
