package analysis

import (
	"math"
	"slices"

	"caseload/analysis/measure"
	"caseload/analysis/performance"
	"caseload/scenarios"
)

// Drawn is what trials show whose replicates draw what is not known.
type Drawn struct {
	performance.Assurance
	Predictive
}

// Predictive bounds what 95 % of trials report: order statistics over replicates.
type Predictive struct {
	PredictiveLow  measure.Number `json:"predictive_low"`  // 2.5 % of trials report less
	PredictiveHigh measure.Number `json:"predictive_high"` // 2.5 % of trials report more
}

// Uncertainty is what replicates drew, and what comes of it.
type Uncertainty struct {
	Keys      []DrawnKey  `json:"keys"`
	Explained []Explained `json:"explained"`
}

// DrawnKey is a number that replicates drew.
type DrawnKey struct {
	Key     string         `json:"key"`
	Prior   string         `json:"prior"` // as the scenario spells it
	Group   string         `json:"group"`
	Source  string         `json:"source"`
	Written measure.Number `json:"written"` // in the scenario
	Mean    measure.Number `json:"mean"`    // of the draws, as what follows
	SD      measure.Number `json:"sd"`
	Low     measure.Number `json:"low"` // Low and High bound 95 %
	High    measure.Number `json:"high"`
}

// Explained says how much of the variance of an effect's truth, between replicates, each
// number explains by itself. The truth is the difference of means, of shares or of
// times up to the outcome's day, whatever the method.
type Explained struct {
	Outcome  string         `json:"outcome"`
	Subgroup string         `json:"subgroup"`
	Contrast string         `json:"contrast"`
	SD       measure.Number `json:"sd"` // of the truth, between replicates
	Shares   []Share        `json:"shares"`
	Rest     measure.Number `json:"rest"` // explained by numbers together, or by chance
}

// Share is the share of a variance that a number explains, or the numbers of a group,
// which are drawn at one quantile.
type Share struct {
	Name  string         `json:"name"` // the key or the group
	Keys  []string       `json:"keys"`
	Share measure.Number `json:"share"`
	MCSE  measure.Number `json:"share_mcse"`
}

// draws keeps what each replicate drew and what came of it: order statistics and
// regressions need all of them. That is eight bytes a replicate for each number drawn,
// each effect, and each number that an analysis reports.
type draws struct {
	unknowns []scenarios.Unknown
	at       *offsets
	values   [][]float64    // by unknown
	truths   [][]float64    // by effect
	reported [][3][]float64 // by analysis: estimates, and means of the treated and the control arm
}

// newDraws returns nil where nothing is drawn.
func newDraws(p *plan) *draws {
	if len(p.unknowns) == 0 {
		return nil
	}
	return &draws{unknowns: p.unknowns, at: &p.at, values: make([][]float64, len(p.unknowns)), truths: make([][]float64, len(p.effects)),
		reported: make([][3][]float64, len(p.analyses))}
}

// report takes what an analysis of a replicate reports.
func (d *draws) report(k int, fit *Fit) {
	if fit.Status.Failed() {
		return
	}
	for j, x := range [3]float64{fit.Value, fit.Mean1, fit.Mean0} {
		if x == x {
			d.reported[k][j] = append(d.reported[k][j], x)
		}
	}
}

// add takes what a replicate drew, and its truths.
func (d *draws) add(row record, truth bool) {
	for k := range d.values {
		d.values[k] = append(d.values[k], row[d.at.drawn+k])
	}
	for k, at := range d.at.truth {
		if truth {
			d.truths[k] = append(d.truths[k], difference(row.sums(at)))
		}
	}
}

// ofAnalysis bounds the estimates of an analysis.
func (d *draws) ofAnalysis(k int) *Predictive {
	low, high := middle(d.reported[k][0])
	return &Predictive{low, high}
}

// ofArm bounds the means that trials report of an arm.
func (d *draws) ofArm(p *plan, e *effect) *Predictive {
	for k := range p.analyses {
		a := &p.analyses[k]
		if a.Outcome != e.outcome || a.Subgroup != e.subgroup || a.Method.Interaction {
			continue
		}
		which := slices.Index([]int{a.Arm, a.Control}, e.arm)
		if which >= 0 {
			low, high := middle(d.reported[k][1+which])
			return &Predictive{low, high}
		}
	}
	return &Predictive{measure.Missing(), measure.Missing()}
}

// middle returns the order statistics between which 95 % of the numbers lie: of n, those
// at ranks ceil(0.025 n) from either end.
func middle(list []float64) (low, high measure.Number) {
	if len(list) == 0 {
		return measure.Missing(), measure.Missing()
	}
	sorted := slices.Sorted(slices.Values(list))
	k := (len(sorted) + 39) / 40
	return measure.Number(sorted[k-1]), measure.Number(sorted[len(sorted)-k])
}

// result describes the draws and explains the truths.
func (d *draws) result(p *plan) *Uncertainty {
	u := &Uncertainty{Keys: []DrawnKey{}, Explained: []Explained{}}
	for k := range d.unknowns {
		u.Keys = append(u.Keys, d.key(k))
	}
	units, said := d.units(), map[int]bool{}
	for k := range p.analyses {
		a := &p.analyses[k]
		if a.Method.Interaction || said[a.effect] || len(d.truths[a.effect]) == 0 {
			continue
		}
		said[a.effect] = true
		e := Explained{Outcome: p.sc.Outcomes[a.Outcome].Name, Subgroup: subgroupName(p.sc, a.Subgroup), Contrast: p.contrast(a)}
		d.explain(&e, d.truths[a.effect], units)
		u.Explained = append(u.Explained, e)
	}
	return u
}

func (d *draws) key(k int) DrawnKey {
	x, u := d.values[k], &d.unknowns[k]
	var m mean
	for _, v := range x {
		m.add(v)
	}
	value, se := m.value()
	out := DrawnKey{Key: u.Key, Prior: u.Prior.Text(), Group: u.Group, Source: u.Source, Written: measure.Number(u.Target.Written),
		Mean: measure.Number(value), SD: measure.Number(se * math.Sqrt(m.n))}
	out.Low, out.High = middle(x)
	return out
}

// unit is what explains by itself: a number, or those that are drawn at one quantile.
type unit struct {
	name string
	of   []int // unknowns
}

// units puts numbers of a group together. Those of a sample are drawn together, but not
// at one quantile: each may explain something else.
func (d *draws) units() (list []unit) {
	for k := range d.unknowns {
		u := &d.unknowns[k]
		if u.Group == "" || len(u.Prior.Sample) > 0 {
			list = append(list, unit{u.Key, []int{k}})
			continue
		}
		at := slices.IndexFunc(list, func(x unit) bool { return x.name == "group "+u.Group })
		if at < 0 {
			at = len(list)
			list = append(list, unit{name: "group " + u.Group})
		}
		list[at].of = append(list[at].of, k)
	}
	return list
}

// explain fills in the shares of the variance of a truth.
func (d *draws) explain(e *Explained, truth []float64, units []unit) {
	rest := 1.0
	var there []int // replicates with a truth: some have nobody of whom one could be told
	for i, x := range truth {
		if x == x {
			there = append(there, i)
		}
	}
	truth = picked(truth, there)
	for _, unit := range units {
		s := Share{Name: unit.name}
		var columns [][]float64
		for _, k := range unit.of {
			s.Keys = append(s.Keys, d.unknowns[k].Key)
			columns = append(columns, splines(picked(d.values[k], there))...)
		}
		share, mcse := explainedShare(truth, columns)
		s.Share, s.MCSE = measure.Number(share), measure.Number(mcse)
		rest -= share
		e.Shares = append(e.Shares, s)
	}
	var m mean
	for _, x := range truth {
		m.add(x)
	}
	_, se := m.value()
	e.SD, e.Rest = measure.Number(se*math.Sqrt(m.n)), measure.Number(rest)
}

// picked returns the elements at some places.
func picked(list []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for k, i := range at {
		out[k] = list[i]
	}
	return out
}
