package estimate

import (
	"math"

	"caseload/analysis/measure"
)

// mmrm is the difference of means at the last visit in a mixed model for
// repeated measures: means by arm and visit, the outcome at baseline with a
// coefficient for each visit, other covariates with one for all visits, and an
// unstructured covariance of a client's visits, by
// restricted maximum likelihood (Mallinckrodt et al. 2008, Drug Inf J 42:303).
// Outcomes may be missing at random given those that are there: a client counts
// with any visit. SE is that of generalized least squares; test and interval
// are t with Satterthwaite degrees of freedom from the observed information, as
// R's mmrm has them. With kr they are Kenward and Roger's (1997, Biometrics 53:983):
// SE allows for the covariances being estimated, and the degrees of freedom are
// from the expected information, as pbkrtest has them and SAS for a covariance
// that is linear in its parameters. With one visit it is least squares. SMD is Hedges g of the
// raw outcomes at the last visit.
//
// An earlier visit with fewer than three outcomes, or all of them equal, is left
// out; so is a covariate that the others determine. EmptyArm; TooFew where
// rows do not suffice for the means and covariances, or an arm has no outcome
// at the last visit; ZeroVariance where the model fits a visit exactly;
// NotConverged, as where two visits are never seen together; BadData.
type mmrm struct{ kr bool }

func (r mmrm) Method() Method {
	name := "mmrm"
	if r.kr {
		name += "_kr"
	}
	return Method{Name: name, Kinds: Numbers, Measure: measure.MD, Needs: Repeats | Incomplete, Linear: true, Covariates: true}
}

func (r mmrm) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Repeats | Incomplete)
	m := &w.linear.repeated
	status := m.load(d)
	if status == OK {
		status = m.fit()
	}
	if status != OK {
		return failed(m.subjects, status)
	}
	value, variance, df, ok := m.effect(r.kr)
	if !ok || !(variance > 0) || !(df > 0) {
		return failed(m.subjects, NotConverged)
	}
	e := waldT(value, math.Sqrt(variance), df, m.subjects, alpha, w)
	if !e.Status.Failed() {
		e.SMD = m.lastSMD(d)
	}
	return e
}

// lastSMD returns the standardized difference of the outcomes that are there.
func (m *repeated) lastSMD(d *Data) float64 {
	y, treated := resize(m.y, len(d.Y))[:0], resize(m.treated, len(d.Y))[:0]
	for i, v := range d.Y {
		if !math.IsNaN(v) {
			y, treated = append(y, v), append(treated, d.Treated[i])
		}
	}
	m.y, m.treated = y, treated
	return rawSMD(&Data{Y: y, Treated: treated})
}

// load sums up the rows by their pattern of missing visits.
func (m *repeated) load(d *Data) Status {
	m.subjects = len(d.Y)
	if !m.choose(d) {
		return BadData
	}
	var inArm, last [2]int
	m.subjects = 0
	for i, t := range d.Treated {
		if m.pattern(i) != 0 {
			m.subjects++
			inArm[bit(t)]++
			last[bit(t)] += bit(!math.IsNaN(d.Y[i]))
		}
	}
	switch {
	case inArm[0]*inArm[1] == 0:
		return EmptyArm
	case last[0]*last[1] == 0 || m.subjects < 2+len(d.X)+len(m.visits):
		return TooFew
	}
	m.reset(len(d.X), d.ByVisit)
	if !m.centre(d) {
		return BadData
	}
	for i, t := range d.Treated {
		if mask := m.pattern(i); mask != 0 {
			m.add(d, i, bit(t), mask)
		}
	}
	for k := range m.masks {
		reflect(m.moments[k*m.wide*m.wide:(k+1)*m.wide*m.wide], m.wide)
	}
	return OK
}

// choose lists the visits that count, the last one last, and tells whether all
// outcomes are finite or missing.
func (m *repeated) choose(d *Data) bool {
	m.visits, m.shift, m.size = m.visits[:0], m.shift[:0], m.size[:0]
	for v := range len(d.Earlier) + 1 {
		y := d.Y
		if v < len(d.Earlier) {
			y = d.Earlier[v]
		}
		count, first, sum, varies, size := 0.0, 0.0, 0.0, false, largest(y)
		for _, x := range y {
			switch {
			case math.IsNaN(x):
				continue
			case math.IsInf(x, 0):
				return false
			case count == 0:
				first = x
			}
			count++
			sum += x - first
			varies = varies || math.Abs(x-first) > noise(size, 1)
		}
		if v == len(d.Earlier) || count >= 3 && varies {
			m.visits, m.shift, m.size = append(m.visits, y), append(m.shift, first+sum/max(count, 1)), append(m.size, size)
		}
	}
	return len(m.visits) <= 64
}

// pattern returns which visits of a row are there, as bits.
func (m *repeated) pattern(i int) uint64 {
	mask := uint64(0)
	for v, y := range m.visits {
		mask |= uint64(bit(!math.IsNaN(y[i]))) << v
	}
	return mask
}

// centre takes the means of the covariates, and the unit of the outcome, over
// all visits.
func (m *repeated) centre(d *Data) bool {
	for k, x := range d.X {
		m.mean[k] = columnMean(x)
		for _, v := range x {
			if v-v != 0 {
				return false
			}
		}
	}
	squares, count := 0.0, 0.0
	for v, y := range m.visits {
		for _, x := range y {
			if !math.IsNaN(x) {
				squares += float64((x - m.shift[v]) * (x - m.shift[v]))
				count++
			}
		}
	}
	m.scale = math.Sqrt(squares / count)
	if m.scale == 0 {
		m.scale = 1
	}
	return !math.IsInf(squares, 0)
}

// add counts a row in the moments of its pattern.
func (m *repeated) add(d *Data, i, treated int, mask uint64) {
	at := 0
	for at < len(m.masks) && m.masks[at] != mask {
		at++
	}
	size := m.wide * m.wide
	if at == len(m.masks) {
		m.masks = append(m.masks, mask)
		for range size {
			m.moments = append(m.moments, 0)
		}
	}
	row := m.row
	row[0], row[1] = 1, float64(treated)
	for k, x := range d.X {
		row[2+k] = x[i] - m.mean[k]
	}
	for v, y := range m.visits {
		row[m.base+v] = 0
		if mask>>v&1 != 0 {
			row[m.base+v] = (y[i] - m.shift[v]) / m.scale
		}
	}
	addProduct(m.moments[at*size:(at+1)*size], row, 1)
}
