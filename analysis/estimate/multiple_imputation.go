package estimate

import (
	"math"

	"caseload/analysis/measure"
	"caseload/analysis/numeric"
)

// imputations is how many times the missing outcomes are drawn. With a tenth
// of the outcomes missing it leaves a relative efficiency above 0.99 (Rubin
// 1987, equation 4.2.10).
const imputations = 20

// multipleImputation is the difference of means, adjusted for covariates, after
// multiple imputation of the outcomes that are missing. Those who died before the
// outcome was measured have none, and none is imputed. It is unbiased where
// being missing depends on the arm, the covariates and the earlier visits that
// were attended, and the model of the imputations holds.
//
// Visits are imputed in order and within each arm: each earlier visit that was
// missed from the covariates and the visits before it, and the outcome from the
// covariates and all visits. That is right for monotone missingness, in which
// a client who has missed a visit misses all later ones; one who came back has
// the missed visit imputed without the later ones. Each of 20 completed data sets
// is analysed by least squares on arm and covariates with an HC2 standard
// error (MacKinnon & White 1985), and the results are combined by Rubin's
// rules, with a t interval and test on Barnard & Rubin's (1999) degrees of
// freedom. With nothing missing it is that analysis itself. Outcomes that are
// all 0 or 1 are imputed by logistic regression, others by linear regression:
// see imputer. SMD is the mean of Hedges g over the completed data, or that of
// their two-by-two tables.
//
// EmptyArm; TooFew: the observed outcomes of an arm leave fewer than three
// degrees of freedom to learn from; NotConverged; ZeroVariance; BadData. An
// earlier visit that too few of an arm attended, in that sense, is not used in
// it.
//
// Data.Assume may suppose other things of clients of the treated arm: see Assumption.
type multipleImputation struct{}

func (multipleImputation) Method() Method {
	return Method{Name: "multiple_imputation", Kinds: Binary | Numbers, Measure: measure.MD,
		Needs: Incomplete | Alive | Repeats | Draws, Covariates: true, Linear: true}
}

func (multipleImputation) Fit(d *Data, alpha float64, w *Work) Estimate {
	d.check(Incomplete | Repeats | Draws)
	n, m := len(d.Y), &w.missing.impute
	status := w.missing.split(d)
	if status == OK {
		status = m.load(d)
	}
	if status == OK {
		status = m.effect.load(d)
	}
	if status == OK && d.Assume.Reference {
		status = m.planReference(w.missing.rows)
	} else if status == OK {
		status = m.plan(w.missing.rows)
	}
	if status == OK {
		status = m.repeat(d, w)
	}
	if status != OK {
		return failed(n, status)
	}
	return m.combine(d, alpha, w)
}

// combine pools the analyses of the completed data.
func (m *imputeWork) combine(d *Data, alpha float64, w *Work) Estimate {
	n := len(d.Y)
	value, variance, df := rubin(m.values, m.variances, m.effect.df)
	if rounding(variance, m.effect.weight, largest(d.Y), n) {
		return failed(n, ZeroVariance)
	}
	e := Estimate{Value: value, SE: math.Sqrt(variance), DF: df, SMD: meanOf(m.smds), N: n}
	half := float64(w.critical.Student(alpha, df) * e.SE)
	e.Low, e.High, e.Stat = value-half, value+half, value/e.SE
	e.P = numeric.StudentTwoSided(e.Stat, df)
	return e.orBad()
}

// repeat imputes and analyses, once only if no outcome is missing.
func (m *imputeWork) repeat(d *Data, w *Work) Status {
	binary := dichotomous(d.Y)
	m.models[1][len(m.original)-1].shift = d.Assume.Delta
	m.keeps(&d.Assume)
	for time := range imputations {
		if m.complete && time == 1 {
			break
		}
		if !m.complete {
			if status := m.drawUnder(&d.Assume, w.missing.rows, time == 0, &w.missing.logit, d.Source); status != OK {
				return status
			}
		}
		m.analyse(d.Treated, binary)
	}
	return OK
}

// imputeWork is the scratch of multipleImputation. Columns that are imputed are
// the visits in order and the outcome last.
type imputeWork struct {
	covariates [][]float64
	original   [][]float64 // as observed, NaN where missing
	completed  [][]float64
	models     [2][]imputer // of each arm and column
	complete   bool         // no outcome is missing
	with       []int        // predictors so far
	seen       []int32
	row        []float64
	filled     Data // with the completed outcome, for its SMD
	reference  referenceWork
	kept       keptWork

	effect                  armEffect
	values, variances, smds []float64
}

// column returns a covariate or, from there on, a visit as completed.
func (m *imputeWork) column(c int) []float64 {
	if c < len(m.covariates) {
		return m.covariates[c]
	}
	return m.completed[c-len(m.covariates)]
}

// load copies what is to be completed.
func (m *imputeWork) load(d *Data) Status {
	m.covariates = d.X
	m.original = append(append(m.original[:0], d.Earlier...), d.Y)
	for len(m.completed) < len(m.original) {
		m.completed = append(m.completed, nil)
		m.models[0], m.models[1] = append(m.models[0], imputer{}), append(m.models[1], imputer{})
	}
	m.seen = resize(m.seen, len(d.Y))[:0]
	m.values, m.variances, m.smds = m.values[:0], m.variances[:0], m.smds[:0]
	for v, x := range m.original {
		m.completed[v] = append(m.completed[v][:0], x...)
		m.models[0][v].shift, m.models[1][v].shift = 0, 0
		for _, value := range x {
			if math.IsInf(value, 0) {
				return BadData
			}
		}
	}
	return OK
}

// leastDF is the degrees of freedom that a regression is to have for imputing
// from it: on fewer, what is drawn has no variance.
const leastDF = 3

// plan sets up what is to be drawn in each arm, and from what.
func (m *imputeWork) plan(arms [2][]int32) Status {
	outcome := len(m.original) - 1
	m.complete = true
	for k, rows := range arms {
		m.with = m.with[:0]
		for c := range m.covariates {
			m.with = append(m.with, c)
		}
		changed := false
		for v, x := range m.original {
			f := &m.models[k][v]
			f.missing(x, rows)
			if enough := len(rows)-len(f.rows) >= len(m.with)+1+leastDF; len(f.rows) > 0 && !enough {
				if v == outcome {
					return TooFew
				}
				f.rows = f.rows[:0]
				continue // not imputed, and no predictor of others
			}
			f.with, f.changes = append(f.with[:0], m.with...), changed
			f.logit = len(f.rows) > 0 && dichotomous(x)
			changed = changed || len(f.rows) > 0
			m.with = append(m.with, len(m.covariates)+v)
		}
		m.complete = m.complete && len(m.models[k][outcome].rows) == 0
	}
	return OK
}

// missing lists the rows in which x is missing.
func (f *imputer) missing(x []float64, rows []int32) {
	f.rows = resize(f.rows, len(rows))[:0]
	for _, i := range rows {
		if math.IsNaN(x[i]) {
			f.rows = append(f.rows, i)
		}
	}
}

// draw completes the data once more.
func (m *imputeWork) draw(arms [2][]int32, first bool, l *glmWork, s Source) Status {
	for k, rows := range arms {
		for v := range m.original {
			f := &m.models[k][v]
			if len(f.rows) == 0 {
				continue
			}
			if first || f.changes {
				if status := f.fit(m, v, rows, first, l); status != OK {
					return status
				}
			}
			f.impute(m, m.completed[v], s)
		}
	}
	return OK
}

// analyse keeps the results of the data as completed.
func (m *imputeWork) analyse(treated []bool, binary bool) {
	y := m.completed[len(m.original)-1]
	value, variance := m.effect.fit(y)
	m.values, m.variances = append(m.values, value), append(m.variances, variance)
	m.filled.Treated, m.filled.Y = treated, y
	smd := math.NaN()
	if binary {
		t, _ := count(&m.filled)
		smd = t.smd()
	} else if sums, status := summarize(&m.filled); status == OK {
		smd = sums.hedges()
	}
	m.smds = append(m.smds, smd)
}
