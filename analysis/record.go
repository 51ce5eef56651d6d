package analysis

import "caseload/analysis/lifetable"

// offsets are where the parts of a replicate's row begin: fits by analysis, then
// sums of the truth by effect (as randomized, and rolled out) and by exposure, moments by arm,
// clients seen by arm, tipping points, which regime is named as the best, scores and information by model, what was drawn, and
// the looks.
type offsets struct {
	truth, rollout, arms, seen, tips, best, models []int   // by index within the part
	exposed                                        [][]int // by effect and exposure; nil where sites do not change arms
	drawn                                          int     // what was drawn
	width                                          int
}

func (p *plan) layOut() {
	at := len(p.analyses) * fitWidth
	part := func(n, width int) (list []int) {
		for range n {
			list = append(list, at)
			at += width
		}
		return list
	}
	o := &p.at
	o.truth, o.rollout = part(len(p.effects), len(sums{})), part(len(p.effects), len(sums{}))
	if p.exposures > 0 {
		for range p.effects {
			o.exposed = append(o.exposed, part(p.exposures, len(sums{})))
		}
	}
	o.arms, o.seen = part(len(p.arms), len(sums{})), part(len(p.arms), 1)
	o.tips = part(p.tips, 1)
	o.best = part(len(p.best), 1)
	for k := range p.models {
		n := p.models[k].size
		o.models = append(o.models, at)
		at += n + n*n
	}
	o.drawn = at
	o.width = at + len(p.unknowns)
	if p.looks != nil {
		p.looks.at = o.width
		o.width += p.looks.size()
	}
}

// layout returns how the plan's replicates are laid out.
func (p *plan) layout() *Layout {
	l := &Layout{Width: p.at.width, Counts: 2 * p.hazards * lifetable.Size(p.days)}
	for k := range p.unknowns {
		l.Drawn = append(l.Drawn, p.unknowns[k].Key)
	}
	l.drawn = p.at.drawn
	for k := range p.models {
		l.Pilot += p.models[k].size
	}
	for k := range p.own {
		l.Keys = append(l.Keys, p.key(k))
	}
	return l
}

// key names an analysis.
func (p *plan) key(k int) Key {
	a := &p.analyses[k]
	out := &p.sc.Outcomes[a.Outcome]
	return Key{Outcome: out.Name, Subgroup: subgroupName(p.sc, a.Subgroup), Contrast: p.contrast(a), Method: a.Method.Name, Set: out.Set}
}

// sums returns six numbers of a row.
func (r record) sums(at int) *sums { return (*sums)(r[at:]) }

// score returns the score of a model and its information, row by row.
func (r record) score(m *model, at int) (score, information []float64) {
	return r[at : at+m.size], r[at+m.size : at+m.size+m.size*m.size]
}
