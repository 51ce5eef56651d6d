package estimate

import (
	"math"

	"caseload/sim/portable"
)

// An Assumption is what multiple imputation supposes of clients of the treated arm whose
// outcome is missing, beyond what those who were seen tell of them.
type Assumption struct {
	// Reference supposes that they have gone over to the control arm after their last
	// visit: jump to reference (Carpenter, Roger & Kenward 2013, J Biopharm Stat
	// 23:1352, section 3.2).
	Reference bool
	// Delta shifts what is imputed of the outcome, of zeros and ones in log odds (Rubin
	// 1987, section 6.2).
	Delta float64
	// Keeps tells that Tip will be called.
	Keeps bool
}

// referenceWork is the scratch of imputation by reference.
type referenceWork struct {
	used []int        // columns that are imputed or predict, in order; the outcome last
	mean [2][]float64 // of each arm, by column: what the model of the arm expects of a client
}

// planReference sets up what is to be drawn. A visit is used if enough clients of either
// arm attended it, since both arms' models have the same predictors.
func (m *imputeWork) planReference(arms [2][]int32) Status {
	outcome, r := len(m.original)-1, &m.reference
	r.used, m.with = r.used[:0], m.with[:0]
	for c := range m.covariates {
		m.with = append(m.with, c)
	}
	var changed [2]bool
	m.complete = true
	for v, x := range m.original {
		enough, missing := true, 0
		for k, rows := range arms {
			f := &m.models[k][v]
			f.missing(x, rows)
			missing += len(f.rows)
			enough = enough && len(rows)-len(f.rows) >= len(m.with)+1+leastDF
		}
		switch {
		case v == outcome && missing == 0:
			return OK
		case v == outcome && !enough:
			return TooFew
		case !enough:
			continue
		}
		for k := range arms {
			f := &m.models[k][v]
			f.with, f.changes = append(f.with[:0], m.with...), changed[k]
			f.logit = dichotomous(x)
			changed[k] = changed[k] || len(f.rows) > 0
		}
		r.used, m.with = append(r.used, v), append(m.with, len(m.covariates)+v)
	}
	m.complete = false
	return OK
}

// drawUnder completes the data once more under an assumption.
func (m *imputeWork) drawUnder(a *Assumption, arms [2][]int32, first bool, l *glmWork, s Source) Status {
	status := OK
	if a.Reference {
		status = m.drawReference(arms, first, l, s)
	} else {
		status = m.draw(arms, first, l, s)
	}
	m.keep()
	return status
}

// drawReference completes the data once more, the treated arm by reference to control.
func (m *imputeWork) drawReference(arms [2][]int32, first bool, l *glmWork, s Source) Status {
	for k, rows := range arms {
		for _, v := range m.reference.used {
			f := &m.models[k][v]
			if first || f.changes {
				if status := f.fit(m, v, rows, first, l); status != OK {
					return status
				}
			}
			if k == 0 {
				f.impute(m, m.completed[v], s)
				continue
			}
			f.drawCoefficients(s)
			for _, i := range f.rows {
				m.completed[v][i] = m.jump(v, i, s)
			}
		}
	}
	return OK
}

// jump draws the value of a column for client i of the treated arm. A visit before the
// last one made is imputed by the arm's own model. Later, control's model is given what
// the client would have had there: the mean of control, and at visits made the distance
// of what was seen from the mean of the treated arm. With the means of covariates in
// the models of both arms this is the conditional distribution of Carpenter, Roger &
// Kenward (2013), which has the treated arm's means up to the last visit, control's
// means after it, and control's regressions. Zeros and ones have probabilities in place
// of means, which is by analogy.
func (m *imputeWork) jump(v int, i int32, s Source) float64 {
	last := m.lastSeen(i)
	if own := &m.models[1][v]; v < last {
		m.row = resize(m.row, len(own.draw))
		own.predictors(m.row, m, int(i))
		return own.value(m, i, s)
	}
	m.expect(v, i)
	r, f := &m.reference, &m.models[0][v]
	m.row = resize(m.row, len(f.draw))
	m.row[0] = 1
	for j, c := range f.with {
		x, visit := m.column(c)[i], c-len(m.covariates)
		if visit >= 0 && visit <= last {
			x += r.mean[0][visit] - r.mean[1][visit]
		}
		m.row[1+j] = x - f.centre[1+j]
	}
	f.shift = m.models[1][v].shift
	y := f.value(m, i, s)
	f.shift = 0
	return y
}

// lastSeen returns the last column used at which client i was seen, -1 for none.
func (m *imputeWork) lastSeen(i int32) int {
	for k := len(m.reference.used) - 1; k >= 0; k-- {
		if v := m.reference.used[k]; !math.IsNaN(m.original[v][i]) {
			return v
		}
	}
	return -1
}

// expect finds what the models of either arm, as drawn, expect of client i at the visits
// before v, given the covariates.
func (m *imputeWork) expect(v int, i int32) {
	r := &m.reference
	for k := range r.mean {
		r.mean[k] = resize(r.mean[k], len(m.original))
		for _, c := range r.used {
			if c >= v {
				break
			}
			f := &m.models[k][c]
			eta := f.draw[0]
			for j, with := range f.with {
				x := 0.0
				if visit := with - len(m.covariates); visit >= 0 {
					x = r.mean[k][visit]
				} else {
					x = m.covariates[with][i]
				}
				eta += float64(f.draw[1+j] * (x - f.centre[1+j]))
			}
			if f.logit {
				r.mean[k][c] = 1 / (1 + portable.Exp(-eta))
			} else {
				r.mean[k][c] = f.origin + eta
			}
		}
	}
}
