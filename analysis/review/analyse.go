package review

import (
	"context"
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/meta"
)

// Analysis is everything that is found out about a body of studies. A part that does
// not apply is nil; one that fails has its Status.
type Analysis struct {
	Data     *Data
	Question Question

	Fit     meta.Fit // the pooled effect; with clusters, by the robust variance
	Limits  meta.HeterogeneityLimits
	Weights []float64 // percent
	Robust  *meta.Clustered

	Groups     []Group
	Between    meta.Between // each group with its own tau2
	Common     meta.Between // one tau2 for all
	Regression *Regression

	Egger, Mixed meta.Asymmetry // Mixed alone with clusters
	RankTau      float64        // NaN with clusters, as what follows
	RankP        float64
	FailSafe     float64
	Trim         *meta.TrimFill

	Without   []meta.Fit // a study, or a trial with all its effects, left out
	Left      []string   // which
	Influence []meta.Influence
	UpTo      []meta.Fit // the first study, the first two ... in Order
	Order     []int

	Suspicions []meta.Suspicion
	Fits       int // done, and how many of them failed
	Failures   map[meta.Status]int
}

// Group is the result of a subgroup.
type Group struct {
	Name string
	Fit  meta.Fit
}

// Regression is one on moderators. Of Plain and Robust, which is for clusters, one is
// nil.
type Regression struct {
	Terms  []string // of the coefficients, the intercept first
	Plain  *meta.Regression
	Robust *meta.Clustered
}

// Status returns how it ended.
func (r *Regression) Status() meta.Status {
	if r.Robust != nil {
		return r.Robust.Status
	}
	return r.Plain.Status
}

// Analyse answers the question, or says why it can't be asked of these data. Where the
// context ends before, its cause is returned.
func Analyse(ctx context.Context, d *Data, q Question) (*Analysis, error) {
	if err := q.check(d); err != nil {
		return nil, err
	}
	a := &analyst{Analysis: Analysis{Data: d, Question: q, Failures: map[meta.Status]int{}}, ctx: ctx}
	a.work.Stop = func() bool { return ctx.Err() != nil }
	for _, part := range []func(){a.pool, a.subgroups, a.regress, a.smallStudies, a.leaveOut, a.cumulate, a.suspect} {
		if part(); ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	return &a.Analysis, nil
}

// analyst is an analysis in the making.
type analyst struct {
	Analysis
	ctx     context.Context // asked between fits, of which there are as many as studies
	work    meta.Work
	cluster []int
}

// count counts a fit that was done. One that there are too few studies for was not.
func (a *analyst) count(s meta.Status) {
	if s == meta.TooFew || s == meta.NoStudies {
		return
	}
	a.Fits++
	if s.Failed() {
		a.Failures[s]++
	}
}

// all returns the indices of all effects.
func (d *Data) all() []int {
	out := make([]int, len(d.Y))
	for i := range out {
		out[i] = i
	}
	return out
}

// pick returns some of the values.
func pick[T any](values []T, at []int) []T {
	out := make([]T, len(at))
	for k, i := range at {
		out[k] = values[i]
	}
	return out
}

// renumber numbers groups from 0 without gaps, in the order of their numbers.
func renumber(group []int) []int {
	at := make([]int, slices.Max(group)+1)
	for _, g := range group {
		at[g] = 1
	}
	next := 0
	for g, there := range at {
		at[g], next = next, next+there
	}
	out := make([]int, len(group))
	for i, g := range group {
		out[i] = at[g]
	}
	return out
}

// poolSome pools some of the effects by the method asked.
func (a *analyst) poolSome(at []int) meta.Fit {
	d, o := a.Data, a.Question.options()
	var f meta.Fit
	switch {
	case a.Question.Method == MantelHaenszel:
		f = meta.MantelHaenszel(pick(d.Tables, at), tableMeasures[d.Measure], o, &a.work)
	case a.Question.Method == Peto:
		f = meta.Peto(pick(d.Tables, at), o, &a.work)
	case d.Cluster != nil:
		var r meta.Clustered
		cluster := renumber(pick(a.cluster, at))
		meta.RegressClustered(pick(d.Y, at), pick(d.V, at), cluster, nil, o, &a.work, &r)
		f = robustFit(&r, o, &a.work)
	default:
		f = meta.Pool(pick(d.Y, at), pick(d.V, at), o, &a.work)
	}
	a.count(f.Status)
	return f
}

// robustFit returns a pooled effect with its robust test.
func robustFit(r *meta.Clustered, o meta.Options, w *meta.Work) meta.Fit {
	f := r.Fit()
	if f.Status == meta.OK && o.Method != meta.FE {
		half := (f.High - f.Low) / 2 / f.SE * measure.Number(math.Sqrt(float64(f.Tau2+measure.Number(f.SE*f.SE))))
		f.PILow, f.PIHigh = f.Estimate-measure.Number(half), f.Estimate+measure.Number(half)
	}
	return f
}

func (a *analyst) pool() {
	d, o := a.Data, a.Question.options()
	a.Weights = make([]float64, len(d.Y))
	a.Limits = meta.NoLimits()
	if d.Cluster == nil {
		a.Fit = a.poolSome(d.all())
		switch {
		case a.Question.Method == MantelHaenszel:
			meta.MantelHaenszelWeights(d.Tables, tableMeasures[d.Measure], a.Weights)
		case a.Question.Method == Peto:
			meta.PetoWeights(d.Tables, a.Weights)
		default:
			meta.Weights(d.V, orZero(float64(a.Fit.Tau2)), a.Weights)
			if o.Method != meta.FE {
				a.Limits = meta.QProfile(d.Y, d.V, nil, o, &a.work)
			}
		}
		return
	}
	a.cluster, _ = Groups(d.Cluster)
	a.Robust = &meta.Clustered{}
	meta.RegressClustered(d.Y, d.V, a.cluster, nil, o, &a.work, a.Robust)
	a.Fit = robustFit(a.Robust, o, &a.work)
	a.count(a.Fit.Status)
	meta.ClusteredWeights(d.V, a.cluster, a.Robust, a.Weights)
}

func orZero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}
