package analysis

import (
	"math"
	"slices"

	"caseload/analysis/estimate"
	"caseload/analysis/measure"
	"caseload/scenarios"
	"caseload/sim/trial"
)

// best names the best of the regimes by an outcome: the one whose weighted mean is best for
// clients, the first of several.
type best struct {
	outcome  int
	variable scenarios.Variable
	good     float64 // 1 if more is better, -1 if less is
	sides    []*side // by regime
	rows     []int   // of plan.arms, by regime
}

// nearBest is by how much of a standard deviation a regime may be worse than the best and
// still be named rightly.
const nearBest = 0.02

// addBest adds the outcomes that a method for regimes analyses.
func (p *plan) addBest() {
	if len(p.sc.Regimes) < 2 {
		return
	}
	groups := p.sc.Groups()
	for o := range p.sc.Outcomes {
		v, _ := scenarios.LookupVariable(p.sc.Outcomes[o].Variable)
		weighs := slices.ContainsFunc(p.analyses, func(a Analysis) bool { return a.Outcome == o && a.Method.Needs&estimate.Regimes != 0 })
		if !weighs || p.sc.Outcomes[o].Set != scenarios.SetITT || v.Good == 0 {
			continue
		}
		b := best{outcome: o, variable: v, good: float64(v.Good)}
		first := p.armRows(o, Everyone, false)
		for k := range groups {
			if groups[k].Regime >= 0 {
				b.sides = append(b.sides, newSide(p.sc, &groups[k]))
				b.rows = append(b.rows, first+p.groups[k].arms[0])
			}
		}
		p.best = append(p.best, b)
	}
}

// named returns the index of the regime that a trial names as the best, NaN if one has no
// clients.
func (b *best) named(o *trial.Observed) float64 {
	c := &o.Outcomes[b.outcome]
	named, most := nan, math.Inf(-1)
	for k, s := range b.sides {
		sum, weight := 0.0, 0.0
		for i, y := range c.Value {
			if w := s.weight(o, i); w > 0 && c.In[i] && y == y {
				sum, weight = sum+float64(w*y), weight+w
			}
		}
		if weight == 0 {
			return nan
		}
		if mean := b.good * sum / weight; mean > most {
			named, most = float64(k), mean
		}
	}
	return named
}

// A BestRow says how often trials name the best regime rightly.
type BestRow struct {
	Outcome  string             `json:"outcome"`
	Right    measure.Number     `json:"right"` // share of trials that name a regime within 0.02 standard deviations of the best
	MCSE     measure.Number     `json:"right_mcse"`
	Regimes  []BestRegime       `json:"regimes"`
	Variable scenarios.Variable `json:"-"`
}

// BestRegime is a regime, its true mean, and how often it is named as the best.
type BestRegime struct {
	Regime string         `json:"regime"`
	Mean   measure.Number `json:"mean"`  // if everyone follows it
	Named  measure.Number `json:"named"` // share of trials
	Right  bool           `json:"right"` // within 0.02 standard deviations of the best
}

// bestRow concludes about the regimes of an outcome.
func (f *accumulator) bestRow(k int) BestRow {
	b := &f.p.best[k]
	row := BestRow{Outcome: f.p.sc.Outcomes[b.outcome].Name, Variable: b.variable}
	most, sd := math.Inf(-1), 0.0
	var values []ArmValues
	for _, at := range b.rows {
		v := f.armValues(&f.arms[at], 0)
		values = append(values, v)
		if x := b.good * float64(v.Mean); x > most {
			most, sd = x, float64(v.SD)
		}
	}
	right := 0.0
	for j, v := range values {
		share := float64(f.named[k][j]) / float64(f.n)
		x := BestRegime{Regime: f.p.sc.Regimes[j].Name, Mean: v.Mean, Named: measure.Number(share),
			Right: b.good*float64(v.Mean) >= most-float64(nearBest*sd)}
		if x.Right {
			right += share
		}
		row.Regimes = append(row.Regimes, x)
	}
	row.Right, row.MCSE = measure.Number(right), measure.Number(math.Sqrt(right*(1-right)/float64(f.n)))
	if f.opt.NoTruth {
		row.Right, row.MCSE = measure.Missing(), measure.Missing()
	}
	return row
}

// strategies describes what is compared by methods for regimes, as far as it is no arm.
func (f *accumulator) strategies() (rows []ArmRow) {
	for k := range f.p.arms {
		e := &f.p.arms[k]
		if at := e.arm - len(f.p.sc.Arms); at >= 0 && !e.rest && f.compares(e.outcome) {
			row := ArmRow{Outcome: &f.p.sc.Outcomes[e.outcome], Subgroup: subgroupName(f.p.sc, e.subgroup), Arm: f.p.sc.GroupName(f.p.extra[at].group), ArmValues: f.armValues(&f.arms[k], 0)}
			if row.N = measure.Missing(); f.seen[k] > 0 {
				row.N = measure.Number(f.seen[k] / float64(f.n))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// compares reports whether an outcome has contrasts of regimes or options.
func (f *accumulator) compares(outcome int) bool {
	return slices.ContainsFunc(f.p.sc.Contrasts(&f.p.sc.Outcomes[outcome]), f.p.sc.SequentialContrast)
}
