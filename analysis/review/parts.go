package review

import (
	"cmp"
	"math"
	"slices"

	"caseload/analysis/meta"
)

// subgroups pools each group, and tests their difference.
func (a *analyst) subgroups() {
	d := a.Data
	if d.Subgroup == nil {
		return
	}
	group, names := Groups(d.Subgroup)
	var fits []meta.Fit
	for g, name := range names {
		f := a.poolSome(slices.DeleteFunc(d.all(), func(i int) bool { return group[i] != g }))
		a.Groups, fits = append(a.Groups, Group{name, f}), append(fits, f)
	}
	random := a.Question.Method != "fe" && !a.Question.byCounts()
	a.Between = meta.BetweenFits(fits, random, &a.work)
	if a.Common = meta.NotBetween(meta.TooFew); len(names) > 1 && !a.Question.byCounts() {
		a.Common = meta.BetweenCommon(d.Y, d.V, group, len(names), a.Question.options(), &a.work)
		a.count(a.Common.Status)
	}
}

func (a *analyst) regress() {
	d := a.Data
	if len(d.Moderators) == 0 {
		return
	}
	r := &Regression{Terms: []string{"intercept"}}
	var x [][]float64
	for _, m := range d.Moderators {
		if m.Numbers != nil {
			r.Terms, x = append(r.Terms, m.Name), append(x, m.Numbers)
			continue
		}
		group, names := Groups(m.Texts)
		x = append(x, meta.Indicators(group, len(names), nil)...)
		for _, n := range names[1:] {
			r.Terms = append(r.Terms, m.Name+": "+n+" - "+names[0])
		}
	}
	if a.cluster != nil {
		r.Robust = &meta.Clustered{}
		meta.RegressClustered(d.Y, d.V, a.cluster, x, a.Question.options(), &a.work, r.Robust)
	} else {
		r.Plain = &meta.Regression{}
		meta.Regress(d.Y, d.V, x, a.Question.options(), &a.work, r.Plain)
	}
	a.Regression = r
	a.count(r.Status())
}

// smallStudies asks whether small studies find other effects. By counts, the effects
// are those of the tables, and trim and fill is of a common effect.
func (a *analyst) smallStudies() {
	d, o, w := a.Data, a.Question.options(), &a.work
	nan := math.NaN()
	a.RankTau, a.RankP, a.FailSafe = nan, nan, nan
	if a.cluster != nil {
		se := make([]float64, len(d.V))
		for i, v := range d.V {
			se[i] = math.Sqrt(v)
		}
		var r meta.Clustered
		meta.RegressClustered(d.Y, d.V, a.cluster, [][]float64{se}, o, w, &r)
		a.count(r.Status)
		a.Mixed = meta.NoAsymmetry(r.Status)
		switch {
		case r.Status == meta.OK && !r.Coefficients[1].SE.Known():
			a.Mixed.Status = meta.TooFew // a trial decides the slope alone
		case r.Status == meta.OK:
			a.Mixed.Limit, a.Mixed.Slope = r.Coefficients[0], r.Coefficients[1]
		}
		return
	}
	a.Egger = meta.Egger(d.Y, d.V, a.Question.Alpha, w)
	a.Mixed = meta.EggerMixed(d.Y, d.V, meta.Options{Method: o.Method, Alpha: a.Question.Alpha}, w)
	a.RankTau, a.RankP = meta.RankTest(d.Y, d.V, w)
	a.FailSafe = meta.FailSafe(d.Y, d.V, 0.05)
	t := meta.TrimAndFill(d.Y, d.V, false, o, w)
	a.Trim = &t
	a.count(a.Egger.Status)
	a.count(a.Mixed.Status)
	a.count(t.Status)
}

// plain reports whether each effect is of a study of its own, and pooled as such.
func (a *analyst) plain() bool { return a.cluster == nil && !a.Question.byCounts() }

func (a *analyst) countAll(fits []meta.Fit) {
	for i := range fits {
		a.count(fits[i].Status)
	}
}

// leaveOut leaves out each study, or each trial with all its effects.
func (a *analyst) leaveOut() {
	d := a.Data
	of, names := d.all(), d.Study
	if a.cluster != nil {
		of, names = Groups(d.Cluster)
	}
	if len(names) < 2 {
		return
	}
	if a.cluster == nil {
		a.Left, a.Without = names, make([]meta.Fit, len(names))
		if a.plain() {
			meta.LeaveOneOut(d.Y, d.V, a.Question.options(), &a.work, a.Without)
		} else {
			meta.LeaveTableOut(d.Tables, tableMeasures[d.Measure], a.Question.Method == Peto, a.Question.options(), &a.work, a.Without)
		}
		a.countAll(a.Without)
		names = nil
	}
	for g, name := range names {
		if a.ctx.Err() != nil {
			return
		}
		a.Left = append(a.Left, name)
		a.Without = append(a.Without, a.poolSome(slices.DeleteFunc(d.all(), func(i int) bool { return of[i] == g })))
	}
	if a.plain() && a.Fit.Status == meta.OK {
		a.Influence = make([]meta.Influence, len(d.Y))
		meta.Influences(d.Y, d.V, &a.Fit, a.Without, a.Influence)
	}
}

// cumulate pools ever more studies: by the column asked, ties in the file's order.
// Clusters are too few at first for a robust variance, so that they have no such part.
func (a *analyst) cumulate() {
	d := a.Data
	if a.cluster != nil {
		return
	}
	a.Order = d.all()
	if d.Order != nil {
		slices.SortStableFunc(a.Order, func(i, j int) int { return cmp.Compare(d.Order[i], d.Order[j]) })
	}
	a.UpTo = make([]meta.Fit, len(a.Order))
	if a.plain() {
		meta.Cumulative(d.Y, d.V, a.Order, a.Question.options(), &a.work, a.UpTo)
	} else {
		meta.CumulateTables(d.Tables, a.Order, tableMeasures[d.Measure], a.Question.Method == Peto, a.Question.options(), &a.work, a.UpTo)
	}
	a.countAll(a.UpTo)
}

func (a *analyst) suspect() {
	d := a.Data
	se := make([]float64, len(d.V))
	for i, v := range d.V {
		se[i] = math.Sqrt(v)
	}
	switch {
	case d.Tables != nil: // counts have no errors to be mistaken
	case d.Means != nil:
		a.Suspicions = meta.SuspectDeviations(d.Means, d.Measure == MD)
	default:
		a.Suspicions = meta.SuspectErrors(d.Y, se, d.N, d.Measure == SMD, d.Measure == LogOR)
	}
}
