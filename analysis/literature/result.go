package literature

import (
	"math"
	"slices"

	"caseload/analysis/estimate"
	"caseload/scenarios"
)

// Result is what reviews of so many simulated bodies find.
type Result struct {
	Scenario *scenarios.Scenario
	Seed     int64
	Bodies   int
	Wanted   int
	Partial  bool
	Rows     []Row     // by group
	Order    [][]Share // [a][b]: bodies in which group a's pooled effect is above group b's
	Tested   []Tested
	Levels   []LevelMean
	// Trials is the number of trials of a body, Published that of published ones on
	// average, and Effects that of effects in all trials of all bodies, of which
	// Failed, by status, could not be estimated.
	Trials    int
	Published float64
	Effects   int
	Failed    [estimate.Statuses]int
	First     []Trial // the first body
	FirstPool []Pooled
}

// Interval is the middle 95 % of bodies, their mean with its Monte Carlo standard
// error, and their median; NaN if no body has the number.
type Interval struct{ Mean, MCSE, Low, Median, High float64 }

// Share is a proportion of bodies with its Monte Carlo standard error; NaN of none.
type Share struct {
	Value, MCSE float64
	N           int
}

// Row is what the reviews find in a group.
type Row struct {
	Group         string
	Studies       Interval // trials pooled
	SMD           Interval
	I2, Tau2      Interval
	Favourable    Share     // pooled SMD above 0, p below 0.05
	Adverse       Share     // below 0, p below 0.05
	Heterogeneous Share     // Cochran's Q, p below 0.05
	Values        []float64 // pooled SMDs by body, NaN where it failed
	I2s           []float64
	Failed        int // bodies whose meta-analysis failed
	Published     *scenarios.Published
	// Inside and I2Inside tell whether the published figure is within the middle
	// 95 % of bodies; P and I2P are twice the smaller share of bodies at least as far
	// to its side: small where the simulated literature would hardly give it.
	Inside, I2Inside *bool
	P, I2P           float64
	Rank             Interval // among the groups that have a published rank, 1 the largest
}

// LevelMean is the mean effect of the trials at a level of a moderator in a group,
// over all bodies and whether published or not.
type LevelMean struct {
	Moderator, Level, Group string
	Trials                  float64 // a body, that measure the group
	Mean, MCSE              float64
}

// Tested is what the reviews find of a moderator.
type Tested struct {
	Test
	Slope       Interval
	AsPublished Share // the slope has the published sign
	Positive    Share // above 0, p below 0.05
	Negative    Share
	Failed      int
}

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
		row.Values[b], row.I2s[b] = p.SMD, p.I2
		studies = append(studies, float64(p.Trials))
		tau2 = append(tau2, p.Tau2)
		if p.Status.Failed() {
			row.Failed++
			continue
		}
		up.add(p.SMD > 0 && p.P < 0.05)
		down.add(p.SMD < 0 && p.P < 0.05)
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
	if figure == nil || math.IsNaN(x.Mean) {
		return nil, math.NaN()
	}
	within := x.Low <= *figure && *figure <= x.High
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

// sameSide tells of two clusters that reviews rank together: those of engagement,
// or those of recovery.
func sameSide(a, b *Row) bool {
	return scenarios.InGroup(a.Group, scenarios.Engagement) == scenarios.InGroup(b.Group, scenarios.Engagement)
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

type counter struct{ yes, n int }

func (c *counter) add(yes bool) {
	c.n++
	if yes {
		c.yes++
	}
}

func (c *counter) share() Share {
	if c.n == 0 {
		return Share{math.NaN(), math.NaN(), 0}
	}
	p, n := float64(c.yes)/float64(c.n), float64(c.n)
	return Share{p, math.Sqrt(p * (1 - p) / n), c.n}
}

// intervalOf leaves out what is NaN.
func intervalOf(values []float64) Interval {
	var list []float64
	sum := 0.0
	for _, v := range values {
		if v == v {
			list = append(list, v)
			sum += v
		}
	}
	n := float64(len(list))
	if n == 0 {
		nan := math.NaN()
		return Interval{nan, nan, nan, nan, nan}
	}
	slices.Sort(list)
	x := Interval{Mean: sum / n, Low: quantile(list, 0.025), Median: quantile(list, 0.5), High: quantile(list, 0.975)}
	squares := 0.0
	for _, v := range list {
		squares += (v - x.Mean) * (v - x.Mean)
	}
	x.MCSE = math.Sqrt(squares / (n - 1) / n) // NaN of one
	return x
}

// quantile interpolates between order statistics (Hyndman & Fan 1996, type 7).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	k := int(at)
	if k+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + (at-float64(k))*(sorted[k+1]-sorted[k])
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
					pull := (x.total - mean*float64(x.n)) / n
					squares += pull * pull
				}
				list = append(list, LevelMean{mod.Name, mod.Levels[l].Name, group, n / all, mean, math.Sqrt(squares * all / (all - 1))})
			}
		}
	}
	return list
}
