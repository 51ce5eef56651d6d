package meta

import "caseload/analysis/measure"

// Between is a test of whether subgroups differ.
type Between struct {
	Status Status         `json:"status"`
	Q      measure.Number `json:"q"`
	DF     measure.Number `json:"df"`
	P      measure.Number `json:"p"`
	// Tau2 is the variance between studies within subgroups if it is taken to be
	// the same in all; missing if each has its own.
	Tau2 measure.Number `json:"tau2"`
}

// NotBetween is a test that came to nothing.
func NotBetween(s Status) Between {
	none := measure.Missing()
	return Between{s, none, none, none, none}
}

// Subgroups pools each group of studies, group[i] from 0 to len(out)-1, on its own,
// and tests the difference of their estimates with each group's own tau2.
func Subgroups(y, v []float64, group []int, o Options, w *Work, out []Fit) Between {
	for g := range out {
		w.y, w.v = w.y[:0], w.v[:0]
		for i := range y {
			if group[i] == g {
				w.y, w.v = append(w.y, y[i]), append(w.v, v[i])
			}
		}
		out[g] = Pool(w.y, w.v, o, w)
	}
	return BetweenFits(out, o.Method != FE, w)
}

// BetweenFits tests the difference of estimates by Cochran's Q. There is none with a group
// that failed or, where true effects may vary within groups (random), one of a single
// study: how much they vary there is not known.
func BetweenFits(fits []Fit, random bool, w *Work) Between {
	w.y, w.v = w.y[:0], w.v[:0]
	status := OK
	for g := range fits {
		f := &fits[g]
		switch {
		case f.Status != OK:
			status = f.Status
		case random && f.K < 2 && status == OK:
			status = TooFew
		}
		w.y, w.v = append(w.y, float64(f.Estimate)), append(w.v, float64(f.SE*f.SE))
	}
	if status == OK && len(fits) < 2 {
		status = TooFew
	}
	if status != OK {
		return NotBetween(status)
	}
	f := Pool(w.y, w.v, Options{}, w)
	return Between{f.Status, f.Q, f.QDF, f.QP, measure.Missing()}
}

// BetweenCommon tests the difference of groups, numbered from 0, with one tau2 for
// all: the test of all coefficients of a regression on the groups (F with Knapp &
// Hartung's method, with Q the F times DF).
func BetweenCommon(y, v []float64, group []int, groups int, o Options, w *Work) Between {
	w.columns = Indicators(group, groups, w.columns)
	Regress(y, v, w.columns, o, w, &w.part)
	r := &w.part
	if r.Status == OK && groups < 2 {
		r.Status = TooFew
	}
	if r.Status != OK {
		return NotBetween(r.Status)
	}
	b := Between{OK, measure.Number(r.QM), measure.Number(r.QMDF1), measure.Number(r.QMP), r.Tau2}
	if o.KnappHartung {
		b.Q *= b.DF
	}
	return b
}

// Indicators returns the columns of a design that tell groups but the first, into
// space that may be reused.
func Indicators(group []int, groups int, into [][]float64) [][]float64 {
	for len(into) < groups-1 {
		into = append(into, nil)
	}
	into = into[:max(0, groups-1)]
	for g := range into {
		into[g] = resize(into[g], len(group))
		clear(into[g])
		for i, of := range group {
			if of == g+1 {
				into[g][i] = 1
			}
		}
	}
	return into
}
