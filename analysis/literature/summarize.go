package literature

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/scenarios"
)

func (e *Engine) summarize(bodies []*kept, opt Options) *Result {
	r := &Result{Scenario: e.Scenario, Seed: opt.Seed, Bodies: len(bodies), Wanted: opt.Bodies, Partial: len(bodies) < opt.Bodies, Trials: len(e.designs)}
	for _, b := range bodies {
		r.Effects += b.effects
		r.Published += float64(b.published) / float64(len(bodies))
		for s, n := range b.failed {
			r.Failed[s] += n
		}
	}
	for g := range e.Groups {
		r.Rows = append(r.Rows, e.row(g, bodies))
	}
	r.order()
	e.ranks(r)
	for k := range e.tests {
		r.Tested = append(r.Tested, e.tested(k, bodies))
	}
	r.Levels = e.levelMeans(bodies)
	if len(bodies) > 0 {
		e.first(r, opt)
	}
	return r
}

// first is the first body again, in full.
func (e *Engine) first(r *Result, opt Options) {
	var b Body
	if e.NewWorker().Body(opt.Seed, 0, &b) == nil {
		r.First, r.FirstPool = b.Trials, b.Pooled
	}
}

func (e *Engine) row(g int, bodies []*kept) Row {
	n := len(bodies)
	row := Row{Group: e.Groups[g], P: math.NaN(), I2P: math.NaN(), Values: make([]float64, n), I2s: make([]float64, n), Rank: intervalOf(nil)}
	var studies, tau2 []float64
	var up, down, q counter
	for b := range bodies {
		p := &bodies[b].pooled[g]
		row.Values[b], row.I2s[b] = float64(p.Estimate), float64(p.I2)
		studies = append(studies, float64(p.Trials))
		tau2 = append(tau2, float64(p.Tau2))
		if p.Status.Failed() {
			row.Failed++
			continue
		}
		up.add(p.Estimate > 0 && p.P < 0.05)
		down.add(p.Estimate < 0 && p.P < 0.05)
		if p.QP == p.QP {
			q.add(p.QP < 0.05)
		}
	}
	row.Studies, row.SMD, row.I2, row.Tau2 = intervalOf(studies), intervalOf(row.Values), intervalOf(row.I2s), intervalOf(tau2)
	row.Favourable, row.Adverse, row.Heterogeneous = up.share(), down.share(), q.share()
	list := e.Scenario.Literature.Published
	if k := slices.IndexFunc(list, func(p scenarios.Published) bool { return p.Group == row.Group }); k >= 0 {
		row.Published = &list[k]
		row.Inside, row.P = compare(row.Published.SMD, row.Values, row.SMD)
		row.I2Inside, row.I2P = compare(row.Published.I2, row.I2s, row.I2)
	}
	return row
}

// compare sets a published figure beside those of bodies.
func compare(figure *float64, values []float64, x Interval) (inside *bool, p float64) {
	if figure == nil || !x.Mean.Known() {
		return nil, math.NaN()
	}
	at := measure.Number(*figure)
	within := x.Low <= at && at <= x.High
	var below, above, n float64
	for _, v := range values {
		if v != v {
			continue
		}
		n++
		if v <= *figure {
			below++
		}
		if v >= *figure {
			above++
		}
	}
	// The published figure counts as one more, so that p is never 0 (Davison &
	// Hinkley 1997, section 4.2).
	return &within, min(1, 2*(min(below, above)+1)/(n+1))
}

// order compares the groups two by two.
func (r *Result) order() {
	for a := range r.Rows {
		line := make([]Share, len(r.Rows))
		for b := range r.Rows {
			var c counter
			for i, x := range r.Rows[a].Values {
				if y := r.Rows[b].Values[i]; a != b && x == x && y == y {
					c.add(x > y)
				}
			}
			line[b] = c.share()
		}
		r.Order = append(r.Order, line)
	}
}

// ranks ranks the groups that have a published rank, body by body.
func (e *Engine) ranks(r *Result) {
	var ranked []*Row
	for k := range r.Rows {
		if p := r.Rows[k].Published; p != nil && p.Rank > 0 {
			ranked = append(ranked, &r.Rows[k])
		}
	}
	for _, row := range ranked {
		var ranks []float64
		for i, x := range row.Values {
			rank := 1.0
			for _, other := range ranked {
				switch y := other.Values[i]; {
				case y != y || x != x:
					rank = math.NaN()
				case y > x && sameSide(other, row):
					rank++
				}
			}
			ranks = append(ranks, rank)
		}
		row.Rank = intervalOf(ranks)
	}
}

// sameSide reports whether reviews rank two clusters together: those of engagement,
// or those of recovery.
func sameSide(a, b *Row) bool {
	return scenarios.Cluster(a.Group).In(scenarios.Engagement) == scenarios.Cluster(b.Group).In(scenarios.Engagement)
}

func (e *Engine) tested(k int, bodies []*kept) Tested {
	t := Tested{Test: e.tests[k].Test}
	var values []float64
	var as, up, down counter
	for _, b := range bodies {
		s := &b.slopes[k]
		values = append(values, s.Estimate)
		if s.Status.Failed() {
			t.Failed++
			continue
		}
		if t.Published != "" {
			as.add((s.Estimate > 0) == (t.Published == "positive"))
		}
		up.add(s.Estimate > 0 && s.P < 0.05)
		down.add(s.Estimate < 0 && s.P < 0.05)
	}
	t.Slope, t.AsPublished, t.Positive, t.Negative = intervalOf(values), as.share(), up.share(), down.share()
	return t
}

// levelMeans pools the trials of all bodies, with the error of a ratio of sums
// (Cochran 1977, Sampling Techniques, section 2.11).
func (e *Engine) levelMeans(bodies []*kept) (list []LevelMean) {
	for m := range e.radix {
		mod := &e.Scenario.Moderators[m]
		for l := range mod.Levels {
			for g, group := range e.Groups {
				n, total := 0.0, 0.0
				for _, b := range bodies {
					n += float64(b.levels[m][l][g].n)
					total += b.levels[m][l][g].total
				}
				if n == 0 {
					continue
				}
				mean, squares, all := total/n, 0.0, float64(len(bodies))
				for _, b := range bodies {
					x := b.levels[m][l][g]
					pull := (x.total - float64(mean*float64(x.n))) / n
					squares += float64(pull * pull)
				}
				x := LevelMean{Moderator: mod.Name, Level: mod.Levels[l].Name, Group: group, Trials: measure.Number(n / all)}
				x.Mean, x.MCSE = measure.Numbers(mean, math.Sqrt(squares*all/(all-1)))
				list = append(list, x)
			}
		}
	}
	return list
}
